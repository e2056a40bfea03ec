from datetime import date

import pandas as pd
import pytest

from serving.report_courses import recommendations
from serving.report_numbers import (
    Band,
    by_employment_type,
    competency_picture,
    development,
    distribution,
)

RULES = {"PNS": {"minimum_jp": 20}, "PPPK": {"maximum_jp": 24}}
NO_COURSES = pd.DataFrame({"course_id": ["k"], "jp": [10.0], "cost_rupiah": [None]})
NOBODY = pd.DataFrame({"employee_id": [], "course_id": [], "rank": []})


def people(jp, employment_type="PNS", start=0):
    ids = [f"e{start + i:03}" for i in range(len(jp))]
    return pd.DataFrame(
        {"employee_id": ids, "employment_type": employment_type, "jp_12_months": jp}
    )


def levels(*parts):
    """Give each competency people who lack so many levels; None: not assessed."""
    rows = [
        (f"e{i:03}", competency_id, None if gap is None else 3.0 - gap, 3.0, gap)
        for competency_id, gaps in parts
        for i, gap in enumerate(gaps)
    ]
    columns = ["employee_id", "competency_id", "level", "required_level", "gap"]
    return pd.DataFrame(rows, columns=columns).astype({"level": float, "gap": float})


def picture(match, *parts):
    names = pd.DataFrame({"competency_id": ["C1", "C2"], "name": ["Integritas", "Komunikasi"]})
    frame = pd.DataFrame({"job_person_match": match}, dtype=float)
    return competency_picture(frame, levels(*parts), names)


def test_small_employment_types_join_the_largest():
    frame = pd.concat([people([1.0] * 9), people([1.0] * 3, "CPNS"), people([1.0] * 6, "PPPK")])
    assert {name: len(rows) for name, rows in by_employment_type(frame).items()} == {
        "PNS and CPNS": 12,
        "PPPK": 6,
    }


def test_competency_picture_keeps_unassessed_apart_from_gaps():
    made = picture([80.0] * 12 + [None] * 6, ("C1", [0.0] * 5 + [1.0] * 5 + [2.0] * 2 + [None] * 6))
    assert (made.n_known, made.n_unknown, made.mean_match) == (12, 6, 80.0)
    (gap,) = made.gaps
    assert (gap.name, gap.n_required, gap.n_met, gap.n_gap, gap.n_unassessed) == (
        "Integritas", 18, 5, 7, 6,
    )  # fmt: skip
    assert gap.levels == pytest.approx(9 / 7)
    assert gap.rate == pytest.approx(7 / 12)


def test_competency_picture_orders_by_levels_lacking_in_all():
    few_large = ("C1", [2.0] * 5 + [0.0] * 15)  # 10 levels, 25% of the assessed
    many_small = ("C2", [0.9] * 12 + [0.0] * 8)  # 10.8 levels, 60%
    made = picture([50.0] * 20, few_large, many_small)
    assert [gap.name for gap in made.gaps] == ["Komunikasi", "Integritas"]
    assert [gap.name for gap in made.steepest(1)] == ["Komunikasi"]


@pytest.mark.parametrize(
    "gaps",
    [
        pytest.param([1.0] * 3 + [0.0] * 9, id="few with a gap"),
        pytest.param([1.0] * 9 + [0.0] * 3, id="few without"),
        pytest.param([1.0] * 6 + [0.0] * 6 + [None] * 4, id="few not assessed"),
        pytest.param([1.0] * 4, id="few required"),
    ],
)
def test_competency_picture_withholds_a_competency_with_a_small_part(gaps):
    made = picture([50.0] * 20, ("C1", gaps), ("C2", [1.0] * 6 + [0.0] * 6))
    assert [gap.name for gap in made.gaps] == ["Komunikasi"]
    assert made.n_withheld == 1


def test_competency_picture_withholds_a_match_known_of_all_but_few():
    made = picture([80.0] * 17 + [None] * 3)
    assert (made.n_known, made.n_unknown, made.mean_match, made.bands) == (None, None, None, [])


def test_competency_picture_of_nothing_known():
    made = picture([None] * 9, ("C1", [None] * 9))
    assert (made.has_requirements, made.has_levels, made.mean_match) == (True, False, None)
    made = picture([None] * 9)
    assert (made.has_requirements, made.has_levels, made.gaps) == (False, False, [])


def test_distribution_counts_edges_into_the_upper_band():
    values = pd.Series([0.0] * 5 + [9.9] * 5 + [10.0] * 5 + [20.0] * 5 + [300.0])
    assert distribution(values, (0, 10, 20)) == [
        Band(0, 9, 10),
        Band(10, 19, 5),
        Band(20, None, 6),
    ]


def test_development_counts_below_a_floor_and_above_a_ceiling():
    frame = pd.concat(
        [
            people([0.0] * 6 + [19.0] * 5 + [20.0] * 5 + [80.0] * 5),
            people([0.0] * 5 + [24.0] * 5 + [24.5] * 6, "PPPK", start=50),
            people([5.0] * 5, "CPNS", start=90),
        ]
    )
    pns, pppk, cpns = development(frame, NOBODY, NO_COURSES, RULES)
    assert (pns.employment_type, pns.n, pns.median, pns.floor, pns.n_outside) == (
        "PNS", 21, 19.0, 20, 11,
    )  # fmt: skip
    assert pns.bands == [
        Band(0, 0, 6), Band(1, 9, 0), Band(10, 19, 5), Band(20, 39, 5), Band(40, 59, 0),
        Band(60, None, 5),
    ]  # fmt: skip
    assert (pppk.ceiling, pppk.n_outside) == (24, 6)
    assert pppk.bands == [
        Band(0, 0, 5), Band(1, 12, 0), Band(13, 24, 5), Band(25, 48, 6), Band(49, None, 0),
    ]  # fmt: skip
    assert (cpns.n, cpns.n_outside, cpns.bands) == (5, None, [])


def test_development_joins_small_bands_but_never_across_the_limit():
    frame = people([0.0] * 2 + [15.0] * 4 + [25.0] * 3 + [70.0] * 3)
    (pns,) = development(frame, NOBODY, NO_COURSES, RULES)
    assert pns.bands == [Band(0, 19, 6), Band(20, None, 6)]


@pytest.mark.parametrize("jp", [[0.0] * 3 + [30.0] * 9, [0.0] * 9 + [30.0] * 3])
def test_development_withholds_few_on_either_side_of_the_limit(jp):
    (pns,) = development(people(jp), NOBODY, NO_COURSES, RULES)
    assert (pns.n_outside, pns.bands) == (None, [])


def test_development_counts_whom_the_first_course_would_bring_there():
    frame = people([5.0] * 5 + [12.0] * 6 + [30.0] * 5)
    first = pd.DataFrame({"employee_id": frame["employee_id"], "course_id": "k", "rank": 1})
    second = first.assign(course_id="large", rank=2)
    courses = pd.DataFrame({"course_id": ["k", "large"], "jp": [10.0, 90.0]})
    (pns,) = development(frame, pd.concat([first, second]), courses, RULES)
    assert (pns.n_outside, pns.n_helped) == (11, 6)  # 12 + 10 reach 20, 5 + 10 do not


COURSES = pd.DataFrame(
    {
        "course_id": ["k1", "k2", "k3"],
        "title": ["Satu", "Dua", "Tiga"],
        "form": ["technical", "seminar", "seminar"],
        "jp": [10.0, 20.0, None],
        "cost_rupiah": [1_000_000.0, 0.0, None],
    }
)
SESSIONS = pd.DataFrame(
    {
        "course_id": ["k1", "k1", "k1", "k2"],
        "starts_on": pd.to_datetime(["2025-12-31", "2026-02-01", "2026-01-01", "2026-03-01"]),
        "seats": [100.0, 3.0, 4.0, None],
    }
)


def demand(**n_by_course):
    """Give each course so many people, each with this course alone."""
    rows = [
        (f"{course_id}-{i}", course_id, 1) for course_id, n in n_by_course.items() for i in range(n)
    ]
    return pd.DataFrame(rows, columns=["employee_id", "course_id", "rank"])


def recommended(candidates, n_people=40, sessions=SESSIONS):
    frame = people([0.0] * n_people)
    return recommendations(frame, candidates, COURSES, sessions, date(2026, 1, 1))


def test_recommendations_show_demand_with_seats_ahead():
    made = recommended(demand(k1=9, k2=6, k3=5))
    assert [(row.title, row.n, row.jp, row.next_session, row.seats) for row in made.rows] == [
        ("Satu", 9, 10.0, date(2026, 1, 1), 7),
        ("Dua", 6, 20.0, date(2026, 3, 1), None),
        ("Tiga", 5, None, None, None),
    ]
    assert (made.n_with, made.n_without, made.n_short) == (20, 20, 1)
    (effort,) = made.efforts
    assert (effort.k, effort.jp, effort.cost_rupiah) == (1, 9 * 10 + 6 * 20, 9_000_000)
    assert made.lacks_figures


def test_recommendations_withhold_small_demand_and_its_neighbour():
    made = recommended(demand(k1=9, k2=6, k3=2))
    assert [row.title for row in made.rows] == ["Satu"]
    assert made.n_withheld == 2


def test_recommendations_to_few_people_give_no_figures():
    made = recommended(demand(k1=3))
    assert (made.n_with, made.n_courses, made.rows, made.efforts) == (None, 0, [], [])


def test_recommendations_count_only_the_first_three_as_demand():
    lists = pd.concat([demand(k1=6).assign(rank=rank) for rank in (1, 4)])
    lists.loc[lists["rank"] == 4, "course_id"] = "k2"
    made = recommended(lists)
    assert (made.n_courses, made.n_open) == (1, 2)
    assert [(effort.k, effort.jp) for effort in made.efforts] == [(1, 60.0), (10, 180.0)]


def test_recommendations_leave_out_lists_that_few_people_have():
    longer = demand(k1=3).assign(course_id="k2", rank=2)
    made = recommended(pd.concat([demand(k1=9), longer]))
    assert [effort.k for effort in made.efforts] == [1]


def test_recommendations_of_nothing():
    made = recommended(NOBODY, sessions=SESSIONS.iloc[:0])
    assert (made.n_with, made.n_courses, made.has_sessions, made.top_share) == (0, 0, False, None)


def test_recommendations_measure_concentration():
    courses = pd.DataFrame({"course_id": [f"k{i:02}" for i in range(12)]})
    courses = courses.assign(title="x", form="seminar", jp=1.0, cost_rupiah=0.0)
    lists = demand(**{f"k{i:02}": 9 if i < 10 else 5 for i in range(12)})
    made = recommendations(people([0.0] * 100), lists, courses, SESSIONS, date(2026, 1, 1))
    assert made.top_share == pytest.approx(0.9)
    assert made.shares == [Band(1, 10, 90), Band(11, 12, 10)]


@pytest.mark.parametrize(
    ("n_courses", "expected"),
    [
        (10, [Band(1, 10, 60)]),
        (11, [Band(1, 10, 60), Band(11, 11, 6)]),
        (50, [Band(10 * i + 1, 10 * i + 10, 60) for i in range(5)]),
        (72, [*(Band(10 * i + 1, 10 * i + 10, 60) for i in range(5)), Band(51, 72, 132)]),
    ],
)
def test_recommendations_sum_up_the_rarest_courses(n_courses, expected):
    courses = pd.DataFrame({"course_id": [f"k{i:02}" for i in range(n_courses)]})
    courses = courses.assign(title="x", form="seminar", jp=1.0, cost_rupiah=0.0)
    lists = demand(**dict.fromkeys(courses["course_id"], 6))
    made = recommendations(people([0.0] * 500), lists, courses, SESSIONS, date(2026, 1, 1))
    assert made.shares == expected
