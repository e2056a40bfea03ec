"""What each policy recommends to everybody of a simulated employer at the held-out date."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl

from experiments.simulated_employer import SimulatedEmployer
from experiments.simulated_truth import K, Lists, TrueGains
from features.known import known_records, months_before
from models.course_set import CourseFacts, legal_and_useful, needs_of
from models.exploration import Exploration
from models.generators import default_generators
from models.set_choice import choose_set
from serving.batch import rank_courses

SERVED, SCORES_ALONE, ORACLE = "recommender", "recommender, scores alone", "oracle"
RIVALS = ("popularity", "gap", "supervisors", "lot")
SHRINKAGE = 5.0
"""Nominations in the post that a unit's own weigh as much as."""


def all_lists(employer: SimulatedEmployer, gains: TrueGains, seed: int) -> dict[str, Lists]:
    """Return the five of each policy by its name.

    ``recommender``: what is served, places filled by lot among it. ``recommender, scores
    alone``: its highest scores among the courses legally open, as served before sets were
    chosen. The rivals ``popularity``, ``gap``, ``supervisors`` (how often people of the unit
    and post were nominated in the last year) and ``lot`` order the same courses and keep the
    same rules as what is served. ``oracle`` knows the truth; it is held to the law, the hours
    and to closing something, not to measured gaps.
    """
    scores = {name: own for name, own in rival_scores(employer, seed).items() if name in RIVALS}
    facts = CourseFacts.of(
        employer.course_ids, employer.catalogue.courses, employer.catalogue.teaches
    )
    needs = needs_of(employer.cases, facts, employer.as_of)
    useful = legal_and_useful(employer.allowed, needs, facts)
    lists = {
        f"{SERVED}": _served(employer, employer.catalogue.teaches),
        SCORES_ALONE: _served(employer, None),
    }
    for name, own in scores.items():
        pairs = choose_set(np.where(useful, own, -np.inf), needs, facts, K, by_value=False)
        lists[name] = _as_lists(pairs, len(needs.jp_left))
    lists[ORACLE] = gains.oracle(employer.allowed, needs.jp_left)
    return lists


def shelves_of(lists: Lists, course_ids: list[str]) -> list[list[str]]:
    """Return the course ids of each list."""
    return [[course_ids[column] for column in own if column >= 0] for own in lists]


def _served(employer: SimulatedEmployer, teaches: pd.DataFrame | None) -> Lists:
    shelf = rank_courses(
        employer.released,
        employer.cases,
        employer.catalogue.courses,
        employer.sessions,
        employer.as_of,
        K,
        teaches=teaches,
        explore=None if teaches is None else Exploration(f"{employer.as_of}"),
    )
    row = pd.Index(employer.cases.people["employee_id"]).get_indexer(pd.Index(shelf["employee_id"]))
    column = pd.Index(employer.course_ids).get_indexer(pd.Index(shelf["course_id"]))
    return _as_lists((row, column, shelf["rank"].to_numpy()), len(employer.cases.people))


def rival_scores(employer: SimulatedEmployer, seed: int) -> dict[str, np.ndarray]:
    """Return scores of shape (n_people, n_courses) by model; ties are broken by the seed's lot."""
    cases, catalogue = employer.cases, employer.catalogue
    scores = {
        generator.name: generator.fit(cases, catalogue).score(cases)
        for generator in default_generators()
        if generator.name in RIVALS
    }
    scores["supervisors"] = _nominations(employer)
    shape = (len(cases.people), len(employer.course_ids))
    # ties stand in the catalogue's order, which says nothing: they are broken by lot
    lot = np.random.default_rng(seed).random(shape)
    return {name: own + 1e-9 * lot for name, own in scores.items()} | {"lot": lot}


def _nominations(employer: SimulatedEmployer) -> np.ndarray:
    """Return how often people of one's unit and post were nominated to each course in a year."""
    year = months_before(employer.as_of, 12)
    offers = known_records(employer.records, employer.as_of).offers.collect().to_native()
    recent = offers.filter(pl.col("valid_from") >= year).select("employee_id", "course_id")
    people: pd.DataFrame = employer.cases.people[["employee_id", "unit_id", "post_id"]]
    rows = recent.to_pandas().merge(people, on="employee_id")
    column = pd.Index(employer.course_ids).get_indexer(pd.Index(rows["course_id"]))

    def rate(*by: str) -> np.ndarray:
        holders = people[list(by)].fillna("").agg("|".join, axis=1)
        names, counted = np.unique(holders, return_counts=True)
        code = pd.Index(names).get_indexer(
            pd.Index(rows[list(by)].fillna("").agg("|".join, axis=1))
        )
        total = np.zeros((len(names), len(employer.course_ids)))
        here = (code >= 0) & (column >= 0)
        np.add.at(total, (code[here], column[here]), 1.0)
        own = pd.Index(names).get_indexer(pd.Index(holders))
        return np.concatenate([total, counted[:, None]], axis=1)[own]

    both, post = rate("unit_id", "post_id"), rate("post_id")
    usual = post[:, :-1] / np.maximum(post[:, -1:], 1)
    return (both[:, :-1] + SHRINKAGE * usual) / (both[:, -1:] + SHRINKAGE)


def _as_lists(pairs: tuple[np.ndarray, np.ndarray, np.ndarray], n_people: int) -> Lists:
    lists = np.full((n_people, K), -1, dtype=np.int64)
    row, column, rank = pairs
    lists[row, rank - 1] = column
    return lists
