"""The fitted components of the support model before they are judged: hazards and lagged selves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from features.standards.load import load_standard
from models.disengagement import Component, DisengagementModel
from models.hazard import HazardModel
from models.lagged_self import LaggedSelf
from models.likeness import Likeness


@dataclass(frozen=True)
class SupportCandidate:
    """What was fitted, by component.

    Attributes
    ----------
    hazards : dict of str to HazardModel
        Of components with events enough.
    lagged : dict of str to LaggedSelf
        Of components whose outcome is known in the calibration period.
    missing : dict of str to str
        Why a component has no hazard.
    likeness : Likeness, optional
        What the training profiles were like.
    """

    hazards: dict[str, HazardModel]
    lagged: dict[str, LaggedSelf]
    missing: dict[str, str] = field(default_factory=dict)
    likeness: Likeness | None = None

    def released(self, sources: Mapping[str, str]) -> DisengagementModel:
        """Return the model of what the gates allow: by component, ``hazard`` or ``lagged``.

        Components that ``event_components`` does not list have a curve and do not count.
        """
        by_source: dict[str, Mapping[str, Component]] = {
            HazardModel.kind: self.hazards, LaggedSelf.kind: self.lagged,
        }  # fmt: skip
        counting = load_standard("disengagement")["event_components"]
        chosen = {c: by_source[s][c] for c, s in sources.items() if s in by_source}
        return DisengagementModel(
            {name: one for name, one in chosen.items() if name in counting},
            {name: one for name, one in chosen.items() if name not in counting},
            self.likeness,
        )

    def to_files(self) -> dict[str, str]:
        """Return JSON and the boosters' texts."""
        contents, texts = {}, {}
        for name, hazard in self.hazards.items():
            contents[name], own = hazard.to_files()
            texts |= own
        lagged = {name: one.to_dict() for name, one in self.lagged.items()}
        content = {
            "hazards": contents, "lagged": lagged, "missing": self.missing,
            "likeness": None if self.likeness is None else self.likeness.to_dict(),
        }  # fmt: skip
        return {"support.json": json.dumps(content, allow_nan=False), **texts}

    @classmethod
    def from_files(cls, files: Mapping[str, str]) -> SupportCandidate:
        """Read what `to_files` wrote."""
        content = json.loads(files["support.json"])
        return cls(
            {n: HazardModel.from_files(c, dict(files)) for n, c in content["hazards"].items()},
            {n: LaggedSelf.from_dict(c) for n, c in content["lagged"].items()},
            content["missing"],
            None if content["likeness"] is None else Likeness.from_dict(content["likeness"]),
        )
