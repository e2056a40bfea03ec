"""Everybody's indices at once are those of each person alone."""

from __future__ import annotations

from datetime import date
from functools import cache

import narwhals as nw
import polars as pl
import pytest

from features.explained.person import describe_person
from features.indices import build_indices, following_levels
from features.standards.load import SHIPPED
from tests.features.explained.conftest import AS_OF, make_office

OFFICE = make_office()


def plain(frame) -> list[dict]:
    known = nw.from_native(frame)
    collected = known.collect() if isinstance(known, nw.LazyFrame) else known
    return collected.to_polars().with_columns(pl.selectors.float().fill_nan(None)).to_dicts()


def of(rows, person):
    return [row for row in rows if row["employee_id"] == person]


@cache
def alone(person):
    return describe_person(OFFICE, person, AS_OF)


def test_everybody_at_once_equals_each_person_alone(on_engine):
    built = build_indices(on_engine(OFFICE), AS_OF)
    index, parts, box, promotion = (plain(frame) for frame in vars(built).values())
    assert [row["employee_id"] for row in index] == ["a", "b", "c", "d", "sari", "tono"]
    for person in ("a", "sari", "tono"):
        one = alone(person)
        assert of(index, person) == [pytest.approx(one.ip_asn)]
        assert of(box, person) == [pytest.approx(one.nine_box)]
        wanted = sorted(one.ip_asn_parts, key=lambda row: (row["dimension"], row["part"]))
        assert of(parts, person) == [pytest.approx(row) for row in wanted]
        asked = sorted(one.promotion, key=lambda row: row["requirement"])
        assert of(promotion, person) == [pytest.approx(row) for row in asked]


@pytest.mark.parametrize(
    ("level", "following"),
    [
        ("pelaksana", ["pengawas"]),
        ("ahli_muda", ["administrator"]),
        ("ahli_madya", ["jpt_pratama"]),
        ("jpt_pratama", []),
        (None, []),
    ],
)
def test_following_levels_are_those_whose_experience_is_served_here(level, following):
    assert following_levels(level, date(2025, 1, 1), SHIPPED) == following
