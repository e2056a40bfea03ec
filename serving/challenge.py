"""Judges a bundle that was never served from the logged lists of the one that was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from features.errors import HuyulaError
from features.horizon import read_horizon
from features.keys import load_verifying_key
from features.known import current_records, known_records, months_before
from features.merges import read_merges
from features.records import Records, load_records
from features.settings import Settings
from features.workspace import Workspace
from models.bundle import Bundle, open_bundle
from models.course_set import covered
from models.off_policy import Comparison, Decisions, compare, cross_fitted_rewards
from models.recommender import Recommender
from models.replay import choices_beside
from models.set_choice import GrowingSets
from models.situation import cases_at, catalogue_of
from serving.eligible import Offer, spoken, times_taken
from serving.released import files_under
from serving.slates import read_slates

SEED = 0
VERDICTS = {
    "better": "the challenger would have done better",
    "worse": "the challenger would have done worse",
    "undecided": "undecided: the difference may be nothing",
    "too_few": "too few places speak of the challenger; let more lists be logged",
    "other_courses": "most of what the challenger would show was never possible in these lists",
}


@dataclass(frozen=True)
class _Places:
    """Places of one logged batch, and what the challenger does at each."""

    person: np.ndarray
    reward: np.ndarray
    propensity: np.ndarray
    agrees: np.ndarray
    possible: np.ndarray
    shown_facts: np.ndarray
    own_facts: np.ndarray


def judge_challenger(
    workspace: Workspace, folder: Path, months: int, on_batch: Callable[[str], object]
) -> tuple[Comparison, list[str]]:
    """Estimate what a bundle's lists would have brought; also return the batches used, by date.

    Parameters
    ----------
    folder : Path
        Of the challenger's signed bundle.
    months : int
        A course counts that is begun, and not dropped, within so many months after its list.

    Raises
    ------
    HuyulaError
        No batch is old enough, or the challenger has learned from what came after all of them.
    """
    challenger = open_bundle(folder, load_verifying_key(Settings().key_folder))
    records_folder = workspace.require(workspace.records, "huyula import")
    records = load_records(records_folder)
    end = read_horizon(records_folder, records).as_of
    logs = _matured(
        read_slates(workspace.slates, read_merges(workspace.merges)), challenger, end, months
    )
    parts = []
    for slates in logs:
        as_of = slates["as_of"].iloc[0].date()
        parts.append(_places(challenger, records, slates, as_of, months))
        on_batch(f"{as_of}")
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in vars(parts[0])
    }
    people = pd.factorize(joined["person"])[0].astype(np.int64)
    decisions = Decisions(
        people, joined["reward"], joined["propensity"], joined["agrees"], joined["possible"]
    )
    expected = cross_fitted_rewards(joined["shown_facts"], joined["own_facts"], decisions)
    found = compare(decisions, *expected, rng=np.random.default_rng(SEED))
    return found, [f"{slates['as_of'].iloc[0].date()}" for slates in logs]


def said_of(found: Comparison, batches: list[str], months: int) -> list[str]:
    """Return the outcome in words, numbers in courses begun for 100 places."""

    def per_100(one: Any) -> str:  # noqa: ANN401
        return f"{100 * one.value:.2f} ({100 * one.lower:.2f} to {100 * one.upper:.2f})"

    return [
        (
            f"{len(batches)} logged batches, {batches[0]} to {batches[-1]}: {found.n:,} places of "
            f"{found.n_people:,} people, worth {found.effective:,.0f} for the challenger; "
            f"{found.possible:.0%} of its choices were possible there"
        ),
        f"courses begun within {months} months, of 100 places (95% intervals):",
        f"  as shown                    {per_100(found.shown)}",
        f"  challenger, SNIPW           {per_100(found.snipw)}",
        f"  challenger, doubly robust   {per_100(found.doubly_robust)}",
        f"  gain, doubly robust         {per_100(found.gain)}",
        f"{found.verdict.upper()}: {VERDICTS[found.verdict]}.",
    ]


def as_dict(found: Comparison, batches: list[str]) -> dict[str, Any]:
    """Return the outcome, JSON-able."""
    return {**asdict(found), "verdict": found.verdict, "batches": batches}


def _matured(
    logs: list[pd.DataFrame], challenger: Bundle, end: date, months: int
) -> list[pd.DataFrame]:
    """Return the batches whose outcomes are known and that the challenger has not learned from."""
    dates = [slates["as_of"].iloc[0].date() for slates in logs if len(slates)]
    old = [day for day in dates if months_before(end, months) >= day]
    if not old:
        raise HuyulaError(
            f"no lists are {months} months old yet: `huyula recommend` has logged "
            f"{len(dates)} batches{f', the oldest of {min(dates)}' if dates else ''}, and the "
            f"records end on {end}"
        )
    learned = date.fromisoformat(challenger.about["trained_as_of"])
    usable = {day for day in old if day >= learned}
    if not usable:
        raise HuyulaError(
            f"the challenger knows the records up to {learned}, so all lists that are {months} "
            f"months old ({min(old)} to {max(old)}) came before; only later ones can judge it"
        )
    return [slates for slates in logs if len(slates) and slates["as_of"].iloc[0].date() in usable]


def _places(
    challenger: Bundle, records: Records, slates: pd.DataFrame, as_of: date, months: int
) -> _Places:
    """Let the challenger choose beside the lists of one batch, knowing what was known then."""
    catalogue, cases = catalogue_of(records), cases_at(records, as_of)
    recommender = Recommender.from_files(files_under(challenger, "recommender"))
    recommender.fit_generators(cases, catalogue)
    course_ids = recommender.course_ids
    slates = _of_known(slates, cases.people["employee_id"], course_ids)
    cases = cases.of(pd.Index(slates["employee_id"].unique()))
    shown = _lists(slates, cases.people["employee_id"], course_ids)
    sessions = known_records(records, as_of).sessions.collect().to_pandas()
    n_taken = times_taken(cases.history)
    offer = Offer.of(course_ids, catalogue.courses, sessions, as_of, catalogue.teaches, n_taken)
    needs, facts = offer.needs(cases), offer.facts
    scores = recommender.score(cases, offer.allowed(cases))
    if recommender.is_generator:
        scores = spoken(scores, needs, facts)
    own = choices_beside(GrowingSets(scores, needs, facts), shown)
    row, position = np.nonzero(shown >= 0)
    column, chosen = shown[row, position], own[row, position]
    taken = np.array([n_taken.get(one, 0) for one in course_ids], dtype=np.float64)
    gain = covered(needs.level, needs.required, facts)
    at = slates.set_index(["employee_id", "rank"]).loc[
        list(zip(cases.people["employee_id"].to_numpy()[row], position + 1, strict=True))
    ]

    def facts_of(of: np.ndarray) -> np.ndarray:
        known = of >= 0
        of = np.maximum(of, 0)
        columns = [gain[row, of], taken[of], np.nan_to_num(facts.jp)[of], position + 1.0]
        return np.where(known[:, None], np.column_stack(columns), 0.0)

    names = np.asarray([*course_ids, ""], dtype=object)[chosen]
    return _Places(
        person=at.index.get_level_values(0).to_numpy(),
        reward=_begun(records, at, as_of, months),
        propensity=at["propensity"].to_numpy(dtype=np.float64),
        agrees=(chosen == column).astype(np.float64),
        possible=np.array([name in pool for name, pool in zip(names, at["pool"], strict=True)]),
        shown_facts=facts_of(column),
        own_facts=facts_of(chosen),
    )


def _of_known(slates: pd.DataFrame, people: pd.Series, course_ids: list[str]) -> pd.DataFrame:
    """Keep the places above the first course that is not in the catalogue any more."""
    known = slates["course_id"].isin(course_ids) & slates["employee_id"].isin(people)
    ordered = slates.assign(known=known).sort_values(["employee_id", "rank"])
    return ordered[ordered.groupby("employee_id")["known"].cummin().astype(bool)]


def _lists(slates: pd.DataFrame, people: pd.Series, course_ids: list[str]) -> np.ndarray:
    lists = np.full((len(people), int(slates["rank"].max())), -1, dtype=np.int64)
    row = pd.Index(people).get_indexer(pd.Index(slates["employee_id"]))
    column = pd.Index(course_ids).get_indexer(pd.Index(slates["course_id"]))
    lists[row, slates["rank"].to_numpy() - 1] = column
    return lists


def _begun(records: Records, places: pd.DataFrame, as_of: date, months: int) -> np.ndarray:
    """Return 1 where the person began the course within the months and did not drop it."""
    end = months_before(as_of, -months)
    begun = current_records(records).enrolments.filter(
        pl.col("valid_from").is_between(as_of, end, closed="left"), pl.col("status") != "dropped"
    )
    pairs = set(begun.select("employee_id", "course_id").iter_rows())
    people = places.index.get_level_values(0)
    return np.array([pair in pairs for pair in zip(people, places["course_id"], strict=True)]) * 1.0
