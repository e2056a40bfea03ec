"""The employer's offices, posts, catalogue and calendar."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.simulation.competencies import read_competencies
from experiments.simulation.courses import build_courses
from experiments.simulation.draws import gumbel_order, pick, stream
from experiments.simulation.offices import build_offices, share_out
from experiments.simulation.period import Period
from experiments.simulation.posts import build_posts
from experiments.simulation.sessions import build_sessions

COMPETENCIES = read_competencies()
POSTS = build_posts(COMPETENCIES)
COURSES = build_courses(COMPETENCIES)


@given(st.integers(30, 5000), st.lists(st.floats(0.1, 10), min_size=1, max_size=40))
def test_share_out_gives_every_person_an_office(people, weights):
    sizes = share_out(people, np.array(weights))
    assert sizes.sum() == people
    assert sizes.min() >= min(20, people // len(weights))
    assert sizes.max() <= max(400, -(-people // len(weights)))


@pytest.mark.parametrize(("people", "n_offices"), [(60, 3), (4000, 31), (32_000, 246)])
def test_offices_grow_with_the_workforce(people, n_offices):
    offices = build_offices(people)
    assert len(offices.ids) == n_offices
    assert len(set(offices.names)) == n_offices
    assert offices.sizes.sum() == people
    assert 20 <= offices.sizes.min() <= offices.sizes.max() <= 400


def test_four_thousand_people_have_near_and_remote_offices():
    remote = build_offices(4000).remote
    assert 4 <= remote.sum() <= 10


def test_post_requires_the_nine_shared_competencies_and_some_technical_ones():
    assert 80 <= len(POSTS.ids) <= 150
    assert len(set(POSTS.titles)) == len(POSTS.titles)
    assert COMPETENCIES.shared.sum() == 9
    shared = POSTS.required[:, COMPETENCIES.shared]
    assert (shared == shared[:, :1]).all()
    technical = (POSTS.required[:, ~COMPETENCIES.shared] > 0).sum(axis=1)
    assert 2 <= technical.min() <= technical.max() <= 3
    by_level = dict(zip(POSTS.levels, shared[:, 0], strict=True))
    assert by_level["jpt_pratama"] == 4
    assert by_level["administrator"] == 3
    assert by_level["pengawas"] == 2
    assert by_level["pelaksana"] == 1


def test_next_post_is_one_level_up_in_the_same_family():
    climbing = np.flatnonzero(POSTS.next_post >= 0)
    pairs = {(POSTS.levels[i], POSTS.levels[POSTS.next_post[i]]) for i in climbing}
    assert pairs == {
        ("ahli_pertama", "ahli_muda"),
        ("ahli_muda", "ahli_madya"),
        ("pemula", "terampil"),
        ("terampil", "mahir"),
        ("mahir", "penyelia"),
    }


def test_mandatory_courses_follow_the_post():
    rules = {
        (title, levels, types)
        for title, levels, types, mandatory in zip(
            COURSES.titles, COURSES.post_levels, COURSES.types, COURSES.mandatory, strict=True
        )
        if mandatory
    }
    assert ("Pelatihan Kepemimpinan Pengawas", ("pengawas",), ("PNS",)) in rules
    assert ("Pelatihan Kepemimpinan Administrator", ("administrator",), ("PNS",)) in rules
    assert ("Pelatihan Kepemimpinan Nasional Tingkat II", ("jpt_pratama",), ("PNS",)) in rules
    assert {types for title, _, types in rules if "CPNS" in title} == {("CPNS",)}
    assert {COURSES.forms[i] for i in np.flatnonzero(COURSES.mandatory)} == {"Pelatihan Struktural"}


def test_catalogue_has_steps_prerequisites_and_teaches_one_to_three_competencies():
    assert 130 <= len(COURSES.ids) <= 160
    assert len(set(COURSES.titles)) == len(COURSES.titles)
    taught = (COURSES.teaches > 0).sum(axis=1)
    assert 1 <= taught.min() <= taught.max() <= 3
    needing = np.flatnonzero(COURSES.prerequisite >= 0)
    assert len(needing) > 20
    assert (COURSES.prerequisite[needing] == COURSES.previous[needing]).all()


def test_open_to_follows_level_and_employment_type():
    latsar = COURSES.titles.index("Pelatihan Dasar CPNS Golongan III")
    assert COURSES.open_to("pelaksana", "CPNS")[latsar]
    assert not COURSES.open_to("pelaksana", "PNS")[latsar]
    seminar = next(i for i, form in enumerate(COURSES.forms) if form == "Seminar")
    assert COURSES.open_to("jpt_pratama", "PPPK")[seminar]


def test_sessions_are_announced_ahead_and_go_beyond_the_period():
    period = Period(date(2023, 1, 1), 24)
    sessions = build_sessions(COURSES, period, 4000, np.random.default_rng(1))
    lead = (sessions.starts - sessions.announced).astype(int)
    assert 60 <= lead.min() <= lead.max() <= 245
    assert (sessions.starts <= sessions.ends).all()
    assert (sessions.starts.astype("datetime64[M]") == period.first + sessions.month).all()
    ahead = (sessions.starts >= period.end) & (sessions.announced < period.end)
    assert ahead.sum() > 100
    first = sessions.opening(3, len(COURSES.ids))
    for course in np.flatnonzero(first >= 0):
        assert sessions.course[first[course]] == course
        assert sessions.month[first[course]] == 3


def test_period_counts_months_years_and_workdays():
    period = Period(date(2023, 11, 1), 4)
    assert [period.calendar_month(month) for month in range(4)] == [11, 12, 1, 2]
    assert [period.year(month) for month in range(4)] == [2023, 2023, 2024, 2024]
    assert period.end == np.datetime64("2024-03-01")
    assert period.workdays(3) == 21  # February 2024 has 29 days from a Thursday


def test_pick_never_draws_what_has_no_weight():
    drawn = pick(np.random.default_rng(0), np.tile([0.0, 2.0, 0.0, 1.0], (500, 1)))
    assert set(drawn) == {1, 3}


def test_gumbel_order_draws_different_columns_and_prefers_heavy_ones():
    weights = np.tile([3.0, 0.0, 0.0, -np.inf], (2000, 1))
    order = gumbel_order(np.random.default_rng(0), weights, 3)
    assert all(len(set(row)) == 3 for row in order.tolist())
    assert (order != 3).all()
    assert (order[:, 0] == 0).mean() == pytest.approx(np.exp(3) / (np.exp(3) + 2), abs=0.03)


def test_streams_of_different_purposes_differ():
    assert stream(1, "a").random() == stream(1, "a").random()
    assert stream(1, "a").random() != stream(1, "b").random()
