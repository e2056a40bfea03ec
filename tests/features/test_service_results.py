from __future__ import annotations

from datetime import date

import pytest

from features.service_results import service_summary
from tests.conftest import table_of
from tests.features.families import AS_OF, on, rows, staff

DAY = date(2024, 11, 30)
COLUMNS = "unit_id post_id indicator target attained better valid_from"


def results(engine, *entries):
    targets = table_of("service_targets", COLUMNS, *entries)
    people = [("a", "u", "staff"), ("b", "u", "head"), ("c", "v", "staff")]
    known, posts = on(engine, staff(*people, service_targets=targets))
    names = ("attainment", "met_share", "attainment_change", "n_targets")
    columns = [f"{whose}_service_{name}" for whose in ("unit", "post") for name in names]
    return rows(service_summary(known, posts, AS_OF), "employee_id", *columns)


def test_results_are_those_of_the_unit_and_of_the_post_in_it(engine):
    found = results(
        engine,
        ("u", None, "licences", 100.0, 80.0, "higher", DAY),
        ("u", None, "days", 5.0, 4.0, "lower", DAY),
        ("u", "head", "visits", 10.0, 5.0, "higher", DAY),
        ("u", None, "open", 10.0, None, "higher", DAY),  # not measured
        ("u", None, "licences", 100.0, 60.0, "higher", date(2023, 11, 30)),
        ("u", None, "licences", 100.0, 10.0, "higher", date(2022, 11, 30)),  # too long ago
    )
    unit, none = (1.025, 0.5, 0.425, 2), (None,) * 4  # (.8 + 5 / 4) / 2; before: .6
    assert found == {
        "a": (*unit, *none),
        "b": (*unit, 0.5, 0, None, 1),
        "c": (*none, *none),
    }


@pytest.mark.parametrize(
    ("target", "attained", "better", "attainment", "met"),
    [
        pytest.param(10.0, 30.0, "higher", 1.5, 1, id="at most one and a half"),
        pytest.param(10.0, 1.0, "lower", 1.5, 1, id="so for lower"),
        pytest.param(10.0, 0.0, "lower", 1.5, 1, id="none at all of what should be few"),
        pytest.param(10.0, 20.0, "lower", 0.5, 0, id="twice too many"),
        pytest.param(0.0, 0.0, "lower", 1, 1, id="none wanted and none there"),
        pytest.param(0.0, 3.0, "lower", 0, 0, id="none wanted and some there"),
        pytest.param(10.0, 10.0, "lower", 1, 1, id="just met"),
        pytest.param(10.0, 0.0, "higher", 0, 0, id="nothing done"),
        pytest.param(10.0, -2.0, "higher", 0, 0, id="below nothing"),
    ],
)
def test_attainment_knows_the_direction(engine, target, attained, better, attainment, met):
    found = results(engine, ("v", None, "x", target, attained, better, DAY))
    assert found["c"][:2] == (attainment, met)
