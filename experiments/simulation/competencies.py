"""The competency dictionary and the topics that people have a taste for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.simulation.lists import read_list


@dataclass(frozen=True)
class Competencies:
    """Competency codes in order, with names, groups and the topics of the catalogue."""

    ids: list[str]
    names: list[str]
    groups: list[str]
    topics: list[str]

    @property
    def shared(self) -> np.ndarray:
        """True for the nine that every post requires."""
        return np.array([group != "Teknis" for group in self.groups])

    def levels(self, level_by_id: dict[str, float]) -> np.ndarray:
        """Return levels as a vector, 0 where not named."""
        return np.array([level_by_id.get(code, 0.0) for code in self.ids])

    def topic_weights(self, names: list[str]) -> np.ndarray:
        """Return 1 for the first-named topic, .6 for the others named, 0 elsewhere."""
        return np.array(
            [(1.0 if name == names[0] else 0.6) * (name in names) for name in self.topics]
        )


def read_competencies() -> Competencies:
    """Read the dictionary."""
    listed = read_list("courses")
    entries = listed["competencies"]
    return Competencies(
        ids=list(entries),
        names=[name for name, _ in entries.values()],
        groups=[group for _, group in entries.values()],
        topics=listed["topics"],
    )
