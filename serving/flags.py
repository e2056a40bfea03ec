"""A flag with all that is shown beside it: the same in the answer and in the planners' file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from features.drivers import grouped
from features.wording.languages import Language
from serving.released import Released
from serving.support_sentences import action_sentence, support_sentence

Row = dict[str, Any]


@dataclass(frozen=True)
class Flag:
    """Why one person is flagged, what stood in the way, and what the office could do.

    Attributes
    ----------
    kind : str
        ``rule`` or the kind of the model.
    rank, score
        In the unit; log-odds, or points of the rule.
    parts : dict of str to float
        Contributions by feature; they add up to the score.
    limits : list of str
        `models.opportunity.LIMITS` that hold.
    lacks_opportunity : bool
        Whether they explain the flag.
    actions : list of dict
        ``lever``, ``score_from``, ``score_to``, ``course_id``, the largest change first.
    component : str or None
        What the flag is mainly about; a rule tells none.
    curves : list of dict
        `models.disengagement.CURVE_COLUMNS`: when each component may happen.
    """

    kind: str
    rank: int
    score: float
    parts: dict[str, float]
    limits: list[str]
    lacks_opportunity: bool
    actions: list[Row]
    component: str | None
    curves: list[Row]

    @property
    def groups(self) -> dict[str, float]:
        """Return the contributions by whose matter they are."""
        return grouped(self.parts)

    def sentence(self, language: Language) -> str:
        """Say why."""
        return support_sentence(
            self.parts,
            self.rank,
            self.kind,
            language,
            self.limits,
            lacks_opportunity=self.lacks_opportunity,
        )


def flag_of(released: Released, row: Row) -> Flag:
    """Return the flag of a row of the snapshot's ``support`` whose status is a support need."""
    of_person, employee_id = released.of_person, str(row["employee_id"])
    drivers, limits = of_person["drivers"].of(employee_id), of_person["limits"].of(employee_id)
    return Flag(
        kind=released.kind("support"),
        rank=int(row["rank_in_unit"]),
        score=float(row["score"]),
        parts={driver["feature"]: driver["contribution"] for driver in drivers},
        limits=[limit["limit"] for limit in limits],
        lacks_opportunity=any(limit["explains"] for limit in limits),
        actions=of_person["actions"].of(employee_id),
        component=row["component"] or None,
        curves=of_person["curves"].of(employee_id),
    )


def say_action(released: Released, flag: Flag, action: Row, language: Language) -> str:
    """Say what one of a flag's actions would change in the score."""
    course = released.courses.get(action["course_id"] or "", {})
    title = course.get("title") or action["course_id"]
    return action_sentence(action, flag.parts, flag.kind, language, title)
