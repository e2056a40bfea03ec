"""Scores everybody with a released bundle and puts the result into a snapshot."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from features.known import known_records, latest
from features.panel import people_with_past
from features.profiles import Profiles
from features.records import Records
from features.schema import DATE_NAMES
from features.standards.load import load_standard
from models.bundle import Bundle
from models.capacity import rank_in_unit
from models.cases import Cases
from models.disengagement import DisengagementModel, SupportRule, load_support
from models.exploration import Exploration
from models.margin import draw_flags
from models.ranking import CHANCE
from models.recommender import Recommender
from models.situation import cases_at
from serving.eligible import Offer, times_taken
from serving.released import files_under
from serving.seats import crowded_courses, demand_of, places_ahead, sample_of, wanted_by
from serving.snapshot import COLUMNS, K, Snapshot
from serving.support_help import beside_flags
from serving.support_lots import support_occasion

PEOPLE_AT_A_TIME = 500
TABLES = (
    "units", "posts", "post_requirements", "competencies", "courses", "course_competencies",
)  # fmt: skip


def build_snapshot(
    bundle: Bundle,
    records: Records,
    profiles: Profiles,
    as_of: date,
    k: int = K,
    on_chunk: Callable[[], object] = lambda: None,
    known_at: date | None = None,
    explore: Exploration | None = None,
    flagged_before: Collection[str] = (),
) -> Snapshot:
    """Score everybody at one date.

    Parameters
    ----------
    bundle : Bundle
        Verified; its generators are used as they were released.
    records : Records
        Polars frames.
    profiles : Profiles
        ``build_profiles(records, as_of, known_at)``.
    as_of : date
        Exclusive.
    k : int
        Courses a person.
    on_chunk : callable
        Called when some more people (`PEOPLE_AT_A_TIME`) are scored.
    known_at : date, optional
        See `features.known.known_records`.
    explore : Exploration, optional
        Fills some places of the lists by lot. Default: no lots.
    flagged_before : collection of str
        Who was flagged last time: they stay so within a wider rank (`models.margin`).
    """
    cases = cases_at(records, as_of, profiles, known_at)
    frames = {name: getattr(records, name).to_pandas() for name in TABLES}
    frames |= {"people": cases.people, "history": cases.history, "levels": cases.gaps}
    known = known_records(records, as_of, known_at)
    frames["sessions"] = known.sessions.collect().to_pandas()
    frames["post_requirements"] = (
        latest(known.post_requirements, "post_id", "competency_id").collect().to_pandas()
    )
    recommender = Recommender.from_files(files_under(bundle, "recommender"))
    offer = Offer.of(
        recommender.course_ids,
        frames["courses"],
        frames["sessions"],
        as_of,
        frames["course_competencies"],
        times_taken(cases.history),
    )
    places = places_ahead(frames["sessions"], as_of)
    offer = foresee_crowds(recommender, cases, offer, places)
    frames["candidates"] = rank_offered(recommender, cases, offer, k, on_chunk, explore=explore)
    frames["demand"] = demand_of(
        wanted_by(frames["candidates"]), recommender.course_ids, places, offer.crowded
    )
    known_people = people_with_past(frames["people"], records, as_of, known_at)
    frames["past"] = known_people
    frames["support"], frames["drivers"] = assess_support(
        bundle, known_people, support_occasion(as_of), flagged_before
    )
    details = profiles.details.to_pandas()
    frames["limits"], frames["actions"] = beside_flags(
        bundle, frames | {"people": known_people}, details
    )
    frames["curves"] = support_curves(bundle, known_people, frames["support"])
    kept = {name: frames[name][_columns(name, frames[name])] for name in COLUMNS}
    return Snapshot(bundle.digest, as_of, kept, k, known_at or as_of)


def rank_courses(
    recommender: Recommender,
    cases: Cases,
    courses: pd.DataFrame,
    sessions: pd.DataFrame,
    as_of: date,
    k: int = K,
    on_chunk: Callable[[], object] = lambda: None,
    *,
    teaches: pd.DataFrame | None = None,
    explore: Exploration | None = None,
    n_taken: Mapping[str, int] | None = None,
    n_threads: int = 2,
) -> pd.DataFrame:
    """Return each person's best eligible courses, scored some people at a time.

    Each thread works at other people; what comes out does not depend on their number.

    ``teaches`` (``course_id``, ``competency_id``, ``level``) lets the rules of the set
    (`models.course_set`) decide; without it the best scores are returned. With ``explore`` some
    places are filled by lot. ``n_taken`` says how often each course was taken; default: by the
    people of ``cases``.
    """
    counts = times_taken(cases.history) if n_taken is None else n_taken
    offer = Offer.of(recommender.course_ids, courses, sessions, as_of, teaches, counts)
    offer = foresee_crowds(
        recommender, cases, offer, places_ahead(sessions, as_of), n_threads=n_threads
    )
    return rank_offered(
        recommender, cases, offer, k, on_chunk, explore=explore, n_threads=n_threads
    )


def foresee_crowds(
    recommender: Recommender,
    cases: Cases,
    offer: Offer,
    places: dict[str, float],
    n_people: int | None = None,
    n_threads: int = 2,
) -> Offer:
    """Return the offer that knows which courses are crowded, from the lists of some people.

    ``n_people`` says of how many ``cases`` are the sample; default: the sample is taken from them.
    """
    if not offer.chooses or not places:
        return offer
    if n_people is None:
        n_people = len(cases.people)
        sampled = sample_of(n_people)
        if len(sampled) < n_people:
            cases = cases.of(pd.Index(cases.people["employee_id"].iloc[sampled]))
    first = int(load_standard("recommending")["seats"]["first"])
    shelf = rank_offered(recommender, cases, offer, first, n_threads=n_threads)
    crowded = crowded_courses(shelf, len(cases.people), n_people, places)
    return replace(offer, crowded=frozenset(crowded))


def rank_offered(
    recommender: Recommender,
    cases: Cases,
    offer: Offer,
    k: int = K,
    on_chunk: Callable[[], object] = lambda: None,
    *,
    explore: Exploration | None = None,
    n_threads: int = 2,
) -> pd.DataFrame:
    """Return `rank_courses` of courses that were read before (see `Offer`), for any people."""

    def ranked(part: Cases) -> pd.DataFrame:
        allowed, choose = offer.allowed(part), None
        if offer.chooses:
            allowed, choose = offer.recommendable(
                part, allowed, k, explore=explore, silent_at_zero=recommender.is_generator
            )
        return recommender.recommend(part, k=k, allowed=allowed, choose=choose, n_threads=1)

    if cases.people.empty:
        return pd.DataFrame(columns=list(COLUMNS["candidates"]))
    shelves = []
    for shelf in _side_by_side(ranked, cases, n_threads):
        shelves.append(shelf)
        on_chunk()
    ranking = shelves[0] if len(shelves) == 1 else pd.concat(shelves, ignore_index=True)
    return ranking if explore is None else _with_chances(ranking, explore.places())


def _side_by_side(
    ranked: Callable[[Cases], pd.DataFrame], cases: Cases, n_threads: int
) -> Iterator[pd.DataFrame]:
    parts = cases.parts(PEOPLE_AT_A_TIME)
    if n_threads == 1 or len(cases.people) <= PEOPLE_AT_A_TIME:  # no other thread to start
        yield from map(ranked, parts)
        return
    with ThreadPoolExecutor(n_threads) as pool:
        yield from pool.map(ranked, parts)


def _with_chances(ranking: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Put the chances that were remembered beside the courses at their places."""
    at = ["employee_id", "rank"]
    return ranking.drop(columns=list(CHANCE)).merge(places[[*at, *CHANCE]], on=at, how="left")


def assess_support(
    bundle: Bundle,
    people: pd.DataFrame,
    occasion: str = "",
    flagged_before: Collection[str] = (),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return who may need support, within each unit's capacity, and what drives each flag.

    Near-ties at the margin are drawn by lot for the ``occasion``, and whoever was flagged before
    stays so within a wider rank (`models.margin.draw_flags`).

    Nobody is flagged of whom too little is known or whose profile is unlike those learned from
    (``reason``), or to whom a rule gives no points; without a model that has skill the system
    abstains for everybody. ``people`` are those of `features.panel.people_with_past`.
    """
    about = bundle.about["support"]
    support = people[["employee_id", "unit_id"]].assign(
        unit_id=people["unit_id"].fillna(""),
        status="abstained",
        reason="no_skill",
        component="",
        score=np.nan,
        probability=np.nan,
        rank_in_unit=np.nan,
        by_lot=False,
        propensity=0.0,
    )
    if about["kind"] == "none" or people.empty:
        return support, pd.DataFrame(columns=list(COLUMNS["drivers"]))
    model = load_support(about["kind"], files_under(bundle, "support"))
    support["reason"] = model.reasons_to_abstain(people)
    known = (support["reason"] == "").to_numpy()
    score = np.where(known, model.score(people), np.nan)
    worth_it = (about["kind"] != "rule") | (score > 0)
    flags = draw_flags(
        support,
        np.where(worth_it, score, np.nan),
        about["capacity"],
        occasion=occasion,
        flagged_before=flagged_before,
    )
    flagged = flags["flagged"].to_numpy()
    support[["by_lot", "propensity"]] = flags[["by_lot", "propensity"]]
    support["status"] = np.select([~known, flagged], ["abstained", "support_need"], "none")
    support["score"] = score
    if isinstance(model, DisengagementModel):
        support["component"] = np.where(known, model.main_component(people), "")
        support["probability"] = np.where(known, model.probability(people), np.nan)
    support["rank_in_unit"] = np.where(flagged, rank_in_unit(support, score), np.nan)
    return support, _drivers(model, people[flagged])


def support_curves(bundle: Bundle, people: pd.DataFrame, support: pd.DataFrame) -> pd.DataFrame:
    """Return the curve of each component of each flagged person, and of nobody else."""
    nobody = pd.DataFrame(columns=list(COLUMNS["curves"]))
    flagged = people[(support["status"] == "support_need").to_numpy()]
    if bundle.about["support"]["kind"] != DisengagementModel.kind or flagged.empty:
        return nobody
    model = load_support(DisengagementModel.kind, files_under(bundle, "support"))
    assert isinstance(model, DisengagementModel)  # noqa: S101
    return model.curves(flagged, tuple(load_standard("disengagement")["curve_months"]))


def _drivers(model: DisengagementModel | SupportRule, people: pd.DataFrame) -> pd.DataFrame:
    parts = model.contributions(people).assign(employee_id=people["employee_id"])
    return parts.melt("employee_id", var_name="feature", value_name="contribution")


def _columns(name: str, frame: pd.DataFrame) -> list[str]:
    """Return the columns a snapshot keeps: all of a profile or course, else those declared."""
    if name in ("people", "courses"):
        return [str(column) for column in frame if column not in DATE_NAMES]
    return list(COLUMNS[name])
