import numpy as np
import pandas as pd
import pytest

from serving.report_support import ALIKE, DRIVERS, RULE_DRIVERS, UnitNeeds, support_needs
from serving.snapshot import COLUMNS

UNITS = pd.DataFrame({"unit_id": ["a", "b", "c"], "name": ["Satu", "Dua", "Tiga"]})
RULE = {"kind": "rule", "capacity": 0.05}


def support(**units):
    """Give each unit (people, flagged): the flagged have the highest scores of the unit."""
    rows = []
    for unit_id, (n_people, n_flagged) in units.items():
        for i in range(n_people):
            flagged = i < n_flagged
            rows.append((f"{unit_id}{i:03}", unit_id, "support_need" if flagged else "none",
                         2.0 - i / 1000 if flagged else 0.0))  # fmt: skip
    return pd.DataFrame(rows, columns=["employee_id", "unit_id", "status", "score"])


def drivers(*parts):
    """Give people in turn their contributions."""
    frame = pd.DataFrame(parts).assign(base=-1.0)
    frame["employee_id"] = [f"e{i}" for i in range(len(frame))]
    return frame.melt("employee_id", var_name="feature", value_name="contribution")


SIX = drivers(*[{"unexcused_rise": 1.0}] * 6)


def needs(frame, parts=SIX, about=RULE):
    return support_needs(frame, parts, UNITS, about)


def test_units_are_shown_where_every_figure_is_large_enough():
    made = needs(support(a=(120, 6), b=(100, 5)))
    assert [(unit.name, unit.n_people, unit.n_flagged) for unit in made.units] == [
        ("Satu", 120, 6),
        ("Dua", 100, 5),
    ]
    assert (made.n_flagged, made.rest, made.n_rest) == (11, None, 0)


def test_a_single_small_unit_takes_another_along():
    made = needs(support(a=(120, 6), b=(100, 5), c=(40, 2)))
    assert [unit.name for unit in made.units] == ["Satu"]
    assert made.rest is not None
    assert (made.rest.n_people, made.rest.n_flagged, made.n_rest) == (140, 7, 2)


def test_small_units_are_withheld_even_with_nobody_flagged():
    made = needs(support(a=(120, 6), b=(100, 5), c=(30, 0)))
    assert [unit.name for unit in made.units] == ["Satu"]


def test_units_are_withheld_where_subtraction_would_tell_of_a_group_under_twenty():
    made = needs(support(a=(30, 10), b=(9, 4), c=(9, 3)))
    assert (made.units, made.rest, made.n_rest) == ([], None, 3)


def test_where_need_and_places_differ_is_counted_over_the_whole_employer():
    frame = support(a=(100, 5), b=(100, 5))
    frame.loc[frame["unit_id"] == "b", "score"] += 1.0
    frame.loc[(frame["unit_id"] == "b") & (frame["status"] == "none"), "score"] = 1.9999
    made = needs(frame)
    assert made.units == [UnitNeeds("Satu", 100, 5, None), UnitNeeds("Dua", 100, 5, None)]
    frame.loc[frame["employee_id"].isin(["b000", "b001", "b002", "b003", "b004"]), "score"] = 0.5
    frame.loc[(frame["unit_id"] == "b") & (frame["status"] == "none"), "score"] = 0.4
    made = needs(frame)
    assert [unit.n_highest for unit in made.units] == [5, 5]


@pytest.mark.parametrize(
    ("frame", "n_flagged"),
    [
        pytest.param(support(a=(60, 3)), None, id="few flagged"),
        pytest.param(support(a=(15, 6)), None, id="under twenty people"),
        pytest.param(support(a=(15, 0)), None, id="under twenty people and no flag"),
        pytest.param(support(a=(60, 0)), 0, id="nobody flagged"),
    ],
)
def test_the_total_is_withheld_where_it_is_small(frame, n_flagged):
    made = needs(frame)
    assert (made.n_flagged, made.units, made.drivers) == (n_flagged, [], [])


def test_few_of_whom_too_little_is_known_take_the_flags_along():
    frame = support(a=(120, 6))
    frame.loc[frame.index[-3:], "status"] = "abstained"
    made = needs(frame)
    assert (made.n_flagged, made.n_abstained) == (None, None)


def test_main_driver_is_the_group_that_adds_most():
    made = needs(
        support(a=(400, 20)),
        drivers(
            *[{"unexcused_rise": 0.3, "unexcused_days_3_months": 0.3, "predicate": 0.5}] * 8,
            *[{"unexcused_rise": -0.3, "unexcused_days_3_months": 0.1, "predicate": 0.2}] * 12,
        ),
        {"kind": "disengagement", "capacity": 0.05},
    )
    assert made.drivers == [(DRIVERS["performance"], 12), (DRIVERS["attendance"], 8)]


def test_drivers_of_the_rule_are_named_as_its_points_and_ties_apart():
    made = needs(
        support(a=(400, 20)),
        drivers(
            *[{"unexcused_rise": 0.3, "n_enrolments_6_months": 1.0}] * 8,
            *[{"unexcused_rise": 1.0, "n_enrolments_6_months": 1.0}] * 5,
            *[{"unexcused_rise": 2.0, "n_enrolments_6_months": 0.0}] * 7,
        ),
    )
    assert made.drivers == [
        (RULE_DRIVERS["n_enrolments_6_months"], 8),
        (RULE_DRIVERS["unexcused_rise"], 7),
        (ALIKE, 5),
    ]
    assert not made.drivers_withheld


def test_a_driver_of_few_flags_is_withheld_with_the_next():
    made = needs(
        support(a=(400, 20)),
        drivers(
            *[{"unexcused_rise": 1.0, "n_enrolments_6_months": 0.0}] * 18,
            *[{"unexcused_rise": 0.0, "n_enrolments_6_months": 1.0}] * 2,
        ),
    )
    assert (made.drivers, made.drivers_withheld) == ([], True)


def test_nothing_is_counted_without_a_method():
    frame = support(a=(60, 0)).assign(status="abstained", score=np.nan)
    nothing = pd.DataFrame(columns=list(COLUMNS["drivers"]))
    made = needs(frame, nothing, {"kind": "none", "capacity": 0.05})
    assert (made.kind, made.n_flagged, made.n_abstained, made.units) == ("none", 0, 60, [])


def test_what_raises_the_flags_is_shown_by_whose_matter_it_is():
    parts = drivers(*[{"unexcused_rise": 3.0, "n_offers_6_months": 1.0, "predicate": -9.0}] * 6)
    assert needs(support(a=(120, 6)), parts).groups == {
        "person": 0.75, "office": 0.25, "system": 0.0,
    }  # fmt: skip
    nothing = drivers(*[{"unexcused_rise": -1.0}] * 6)
    assert needs(support(a=(120, 6)), nothing).groups == {}


@pytest.mark.parametrize(
    ("n_lacking", "n_flagged", "shown"), [(5, 12, 5), (4, 12, None), (9, 12, None), (0, 12, 0)]
)
def test_how_many_flags_a_lack_of_opportunity_explains_tells_of_nobody(n_lacking, n_flagged, shown):
    limits = pd.DataFrame(
        {"employee_id": [f"e{i}" for i in range(12)] * 2, "limit": "no_offer",
         "explains": [i < n_lacking for i in range(12)] * 2}
    )  # fmt: skip
    parts = drivers(*[{"unexcused_rise": 1.0}] * 12)
    made = support_needs(support(a=(240, n_flagged)), parts, UNITS, RULE, limits)
    assert made.n_lacking == shown


def actions(*levers):
    return pd.DataFrame(
        {"employee_id": [f"e{i}" for i in range(len(levers))], "lever": levers, "rank": 1}
    )


def test_actions_suggested_first_tell_of_nobody():
    parts = drivers(*[{"unexcused_rise": 1.0}] * 12)

    def first(*levers):
        return support_needs(
            support(a=(240, 12)), parts, UNITS, RULE, None, actions(*levers)
        ).levers

    assert first(*["workload"] * 7, *["course"] * 5) == [
        ("a review of the workload", 7), ("a course", 5),
    ]  # fmt: skip
    assert first(*["workload"] * 9, *["course"] * 3) == []  # 3 could be subtracted
    assert first(*["workload"] * 9) == []  # and so could whoever has none
    later = actions(*["workload"] * 12).assign(rank=2)
    assert support_needs(support(a=(240, 12)), parts, UNITS, RULE, None, later).levers == []
