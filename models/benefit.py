"""What a course changes: the part of the way to the level it teaches that it covers.

The effect on the next measured level is estimated doubly robust (`models.effect`) against people
like those treated; who was measured again is weighted for. A placebo (the same people's
competencies that none of their courses teaches) must show nothing, and the treated must have people
to be compared with. Where that fails the benefit is withheld, and said why.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from features.errors import ArtifactError
from models.benefit_rows import covariates_of
from models.cases import Cases, Catalogue
from models.effect import Estimate, TreatmentEffect
from models.interactions import course_ids_of, people_index

MOST_WEIGHT = 0.05
"""No one person's competency may carry more of the comparison than this."""
ALL = "all"


@dataclass(frozen=True)
class Share:
    """Part of the way to the taught level that courses of a form cover.

    Attributes
    ----------
    mean, lower, upper : float
    n_treated : int
        Rows of completed courses compared.
    """

    mean: float
    lower: float
    upper: float
    n_treated: int


class CourseBenefit(BaseEstimator):
    """Expected rise of competencies by a course, with honest intervals, or a reason for silence.

    Parameters
    ----------
    learner : str, default="stacked"
        See `models.nuisance`.
    trim : float, default=0.02
        See `TreatmentEffect`. A low propensity does no harm to the mean over the treated: it only
        makes a weight small.
    n_repeats : int, default=3
    min_treated : int, default=100
        Rows measured again that a form needs for a share of its own, and the whole for any.
    random_state : int, default=0

    Attributes
    ----------
    rise_ : Estimate or None
        Levels that completed courses raised the competencies they teach by.
    placebo_ : Estimate or None
        The same of competencies they do not teach.
    shares_ : dict of str to Share
        By form, and ``all``.
    overlap_ : dict
        See `models.effect.Overlap`.
    withheld_ : str
        Why no benefit may be said; empty where it may.
    """

    def __init__(
        self,
        *,
        learner: str = "stacked",
        trim: float = 0.02,
        n_repeats: int = 3,
        min_treated: int = 100,
        random_state: int = 0,
    ) -> None:
        self.learner = learner
        self.trim = trim
        self.n_repeats = n_repeats
        self.min_treated = min_treated
        self.random_state = random_state

    def fit(self, X: pd.DataFrame, y: object = None) -> Self:
        """Estimate from the rows of `models.benefit_rows.benefit_rows`; not modified."""
        self.rise_, self.placebo_, self.shares_, self.overlap_ = None, None, {}, {}
        n_seen = int((X["treated"] & X["rise"].notna()).sum())
        if n_seen < self.min_treated:
            self.withheld_ = (
                f"only {n_seen} competencies were measured again after a course that teaches them; "
                f"at least {self.min_treated} are needed"
            )
            return self
        try:
            self._estimate(X)
        except ValueError as error:
            self.withheld_ = f"those trained and the others cannot be compared: {error}"
            return self
        self.withheld_ = self._objection()
        return self

    @property
    def claims_(self) -> bool:
        """Whether courses are said to raise competencies: not withheld, and surely above 0."""
        check_is_fitted(self, "withheld_")
        return not self.withheld_ and self.rise_ is not None and self.rise_.lower > 0

    def share_of(self, form: str | None) -> float:
        """Return the part of the way that a course of this form covers; 0 if nothing is claimed."""
        if not self.claims_:
            return 0.0
        return max(self.shares_.get(form or ALL, self.shares_[ALL]).mean, 0.0)

    def score(self, X: Cases, catalogue: Catalogue) -> NDArray[np.float64]:
        """Return the rise expected of each course in what the person lacks (n_people, n_courses).

        Levels; 0 everywhere if nothing is claimed.
        """
        course_ids = course_ids_of(catalogue)
        rise = np.zeros((len(X.people), len(course_ids)))
        lacking = X.gaps.dropna(subset=["level", "gap"])
        lacking = lacking[lacking["gap"] > 0][["employee_id", "competency_id", "level", "gap"]]
        taught = catalogue.teaches[["course_id", "competency_id", "level"]]
        pairs = lacking.merge(taught, on="competency_id", suffixes=("", "_taught"))
        row = people_index(X.people).get_indexer(pd.Index(pairs["employee_id"]))
        column = pd.Index(course_ids).get_indexer(pd.Index(pairs["course_id"]))
        forms = catalogue.courses.set_index("course_id").reindex(columns=["form"])["form"]
        share = pairs["course_id"].map(forms).map(self.share_of).to_numpy(dtype=np.float64)
        reach = (pairs["level_taught"] - pairs["level"]).clip(lower=0).to_numpy(dtype=np.float64)
        known = (row >= 0) & (column >= 0)
        levels = np.minimum(share * reach, pairs["gap"].to_numpy(dtype=np.float64))
        np.add.at(rise, (row[known], column[known]), levels[known])
        return rise

    def sentence(self) -> str:
        """Say in words what was found."""
        check_is_fitted(self, "withheld_")
        if self.withheld_ or self.rise_ is None:
            return f"No benefit of courses is said: {self.withheld_}."
        rise = f"{self.rise_.mean:+.2f} levels ({self.rise_.lower:+.2f} to {self.rise_.upper:+.2f})"
        if not self.claims_:
            return f"Courses are not surely of benefit: {rise}."
        return f"Courses raise the competencies they teach by {rise}, all else equal."

    def to_files(self) -> dict[str, str]:
        """Return the fitted model as a text file by name."""
        check_is_fitted(self, "withheld_")
        content = {
            "params": self.get_params(),
            "rise": asdict(self.rise_) if self.rise_ else None,
            "placebo": asdict(self.placebo_) if self.placebo_ else None,
            "shares": {form: asdict(share) for form, share in self.shares_.items()},
            "overlap": self.overlap_,
            "withheld": self.withheld_,
        }
        return {"benefit.json": json.dumps(content, allow_nan=False)}

    @classmethod
    def from_files(cls, files: Mapping[str, str]) -> Self:
        """Return what `to_files` wrote.

        Raises
        ------
        ArtifactError
            The file is missing or damaged.
        """
        try:
            content: dict[str, Any] = json.loads(files["benefit.json"])
            model = cls(**content["params"])
            rise, placebo = content["rise"], content["placebo"]
            model.rise_ = Estimate(**rise) if rise else None
            model.placebo_ = Estimate(**placebo) if placebo else None
            model.shares_ = {form: Share(**share) for form, share in content["shares"].items()}
            model.overlap_, model.withheld_ = content["overlap"], content["withheld"]
        except (LookupError, TypeError, ValueError) as error:
            raise ArtifactError(f"benefit is damaged: {error}") from error
        return model

    def _estimate(self, X: pd.DataFrame) -> None:
        whole = self._effect(X, X["treated"].to_numpy(dtype=bool))
        self.rise_, self.overlap_ = whole.effect_, whole.overlap_.to_dict()
        untaught = X[X["placebo_treated"].notna()]
        self.placebo_ = self._effect(untaught, untaught["placebo_treated"].to_numpy() > 0).effect_
        self.shares_ = {ALL: self._share(X, whole)}
        forms = X.loc[X["treated"] & X["rise"].notna(), "form"].value_counts()
        for form in sorted(forms[forms >= self.min_treated].index):
            own = X[~X["treated"] | (X["form"] == form)]
            effect = self._effect(own, own["treated"].to_numpy(dtype=bool))
            self.shares_[str(form)] = self._share(own, effect)

    def _effect(self, rows: pd.DataFrame, treated: NDArray[np.bool_]) -> TreatmentEffect:
        model = TreatmentEffect(
            learner=self.learner, trim=self.trim, n_repeats=self.n_repeats,
            random_state=self.random_state,
        )  # fmt: skip
        return model.fit(
            covariates_of(rows),
            treated,
            rows["rise"].to_numpy(dtype=np.float64),
            groups=rows["employee_id"].to_numpy(),
        )

    def _share(self, rows: pd.DataFrame, effect: TreatmentEffect) -> Share:
        inside = (effect.propensity_ >= self.trim) & (effect.propensity_ <= 1 - self.trim)
        reach = float(rows.loc[inside & rows["treated"].to_numpy(dtype=bool), "reach"].mean())
        own = effect.effect_
        return Share(
            own.mean / reach, own.lower / reach, own.upper / reach, effect.overlap_.n_treated
        )

    def _objection(self) -> str:
        assert self.placebo_ is not None  # noqa: S101
        if self.overlap_["kept"] < 0.5:
            return (
                f"only {self.overlap_['kept']:.0%} of those trained have anybody comparable; at "
                "least 50% are needed"
            )
        if self.overlap_["largest_weight"] > MOST_WEIGHT:
            return (
                f"one row carries {self.overlap_['largest_weight']:.0%} of the comparison; at most "
                f"{MOST_WEIGHT:.0%} is allowed"
            )
        if not self.placebo_.holds_zero:
            return (
                "competencies that no course taught changed too, by "
                f"{self.placebo_.mean:+.2f} levels ({self.placebo_.lower:+.2f} to "
                f"{self.placebo_.upper:+.2f}), so the comparison misleads"
            )
        return ""
