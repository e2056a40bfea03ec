"""`huyula bench recommend` on a few made-up people."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from models.cases import Cases
from models.eligibility import allowed_courses
from models.recommender import Recommender
from serving import batch
from serving.bench_people import AS_OF, MOST_TAKEN, N_COURSES, MadeUp
from serving.bench_recommend import COMMANDS_BY_NAME, learned, offered, ranked
from serving.rows import Rows

SMALL = [
    "--people", "40", "--learn", "300", "--trees", "3", "--one-by-one", "2", "--candidates", "20",
]  # fmt: skip


def bench(*arguments: str) -> str:
    command = COMMANDS_BY_NAME["recommend"]
    done = CliRunner().invoke(command, [*SMALL, *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(scope="module")
def cases() -> Cases:
    return MadeUp().people(0, 500)[0]


def test_everybody_gets_ten_courses_where_no_rule_chooses() -> None:
    found = json.loads(bench("--no-rules", "--json"))
    assert (found["people"], found["courses"], found["trees"]) == (40, N_COURSES, 3)
    assert found["recommended"] == 40 * 10
    assert found["candidates"] == 40 * 20
    assert found["ratio"] == found["seconds"] / found["predict"]["seconds"]
    assert found["one_person"]["p50_ms"] <= found["one_person"]["p99_ms"]


def test_the_table_names_what_stands_beside() -> None:
    shown = bench()
    for name in ("batch", "bare prediction", "our generators", "implicit's recommend"):
        assert f"\n{name} " in shown
    assert shown.startswith("40 people, 3 trees: ")


def test_a_stream_recommends_as_much_as_the_batch() -> None:
    streamed = json.loads(bench("--parquet", "--json"))
    assert streamed["recommended"] == json.loads(bench("--json"))["recommended"]
    assert bench("--parquet").startswith("40 people, 3 trees: ")


def test_made_up_people_depend_on_seed_and_number_alone(cases: Cases) -> None:
    again = MadeUp().people(0, 500)[0]
    assert again.people.equals(cases.people)
    assert again.history.equals(cases.history)
    assert again.gaps.equals(cases.gaps)
    assert not MadeUp(seed=1).people(0, 500)[0].history.equals(cases.history)


def test_made_up_people_take_a_course_once_and_before_the_date(cases: Cases) -> None:
    assert not cases.history.duplicated(["employee_id", "course_id"]).any()
    assert cases.history["happened_on"].max().date() < AS_OF
    n_taken = cases.history["employee_id"].value_counts()
    assert n_taken.between(1, MOST_TAKEN - 1).all()
    assert len(n_taken) == 500


def test_what_they_take_afterwards_is_new_to_them() -> None:
    cases, later = MadeUp().people(0, 500)
    both = later.merge(cases.history, on=["employee_id", "course_id"])
    assert both.empty
    assert later["employee_id"].value_counts().between(1, 2).all()


def test_most_made_up_courses_are_open_to_somebody(cases: Cases) -> None:
    made_up = MadeUp()
    allowed = allowed_courses(
        cases.people, cases.history, made_up.catalogue, made_up.sessions, AS_OF
    )
    assert 0.8 < np.mean(allowed.any(axis=0)) < 1


def test_the_number_of_threads_and_parts_changes_nothing(monkeypatch) -> None:
    made_up = MadeUp()
    ranker = learned(made_up, {"learn": 300, "trees": 3, "leaves": 15, "candidates": 20})
    cases, _ = made_up.people(1_000, 1_060)
    once = ranked(made_up, ranker, cases, 5, 1, True)
    monkeypatch.setattr(batch, "PEOPLE_AT_A_TIME", 7)
    pd.testing.assert_frame_equal(ranked(made_up, ranker, cases, 5, 3, True), once)
    assert once["employee_id"].is_monotonic_increasing


def test_one_person_alone_gets_what_the_batch_gives() -> None:
    made_up = MadeUp()
    ranker = learned(made_up, {"learn": 300, "trees": 3, "leaves": 15, "candidates": 20})
    cases, _ = made_up.people(1_000, 1_040)
    offer = offered(made_up, ranker, cases, rules=True)
    recommender = Recommender("ranker", ranker)
    together = batch.rank_offered(recommender, cases, offer, 5)
    held = [Rows(part, "employee_id") for part in (cases.people, cases.history, cases.gaps)]
    alone = [
        batch.rank_offered(recommender, Cases(*(rows.frame([one]) for rows in held)), offer, 5)
        for one in cases.people["employee_id"]
    ]
    pd.testing.assert_frame_equal(pd.concat(alone, ignore_index=True), together)


def test_courses_read_once_are_those_read_for_the_batch() -> None:
    made_up = MadeUp()
    ranker = learned(made_up, {"learn": 300, "trees": 3, "leaves": 15, "candidates": 20})
    cases, _ = made_up.people(1_000, 1_040)
    catalogue, recommender = made_up.catalogue, Recommender("ranker", ranker)
    at_once = batch.rank_courses(
        recommender, cases, catalogue.courses, made_up.sessions, AS_OF, 5, teaches=catalogue.teaches
    )
    pd.testing.assert_frame_equal(at_once, ranked(made_up, ranker, cases, 5, 1, True))
