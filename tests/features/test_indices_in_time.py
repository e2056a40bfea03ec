"""What became known on or after the day changes no index: the future is other people's rows."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from features.ip_asn import ip_asn
from features.known import known_records
from features.nine_box import nine_box
from features.promotion import promotion_requirements
from features.records import Records, empty_records
from tests.conftest import table_of

AS_OF = date(2025, 3, 1)
PERSON = st.sampled_from(["e1", "e2", "e3"])
DAY = st.dates(date(2021, 1, 1), date(2024, 12, 31))
ROWS = {
    "employments": (
        "employee_id unit_id post_id valid_from",
        st.tuples(PERSON, st.just("U1"), st.sampled_from(["P1", "P2", "P3"]), DAY),
    ),
    "enrolments": (
        "employee_id course_id status jp valid_from",
        st.tuples(
            PERSON,
            st.sampled_from(["C1", "C2", "C3"]),
            st.sampled_from(["completed", "dropped"]),
            st.sampled_from([None, 10.0, 30.0]),
            DAY,
        ),
    ),
    "reviews": (
        "employee_id year predicate valid_from",
        st.tuples(PERSON, st.sampled_from([2022, 2023, 2024]), st.integers(1, 5), DAY),
    ),
    "assessments": (
        "employee_id competency_id level valid_from",
        st.tuples(PERSON, st.sampled_from(["M.01", "M.02"]), st.sampled_from([1.0, 3.0, 5.0]), DAY),
    ),
    "discipline": (
        "employee_id level ends_on valid_from",
        st.tuples(
            PERSON,
            st.sampled_from(["light", "severe"]),
            st.sampled_from([None, date(2025, 6, 1)]),
            DAY,
        ),
    ),
}
KEYS = {
    "employments": ["employee_id", "valid_from"],
    "reviews": ["employee_id", "year"],
    "assessments": ["employee_id", "competency_id", "valid_from"],
}


@st.composite
def records(draw: st.DrawFn) -> Records:
    tables = {
        name: draw(
            st.lists(row, max_size=6).map(lambda rows, c=columns, n=name: table_of(n, c, *rows))
        )
        for name, (columns, row) in ROWS.items()
    }
    for name, key in KEYS.items():
        tables[name] = tables[name].unique(key, keep="first", maintain_order=True)
    tables["posts"] = table_of(
        "posts", "post_id title post_level",
        ("P1", "Kepala", "administrator"), ("P2", "Guru", "ahli_muda"), ("P3", "Staf", "pelaksana"),
    )  # fmt: skip
    tables["courses"] = table_of(
        "courses", "course_id title form post_levels",
        ("C1", "PKA", "structural", "administrator"), ("C2", "Teknis", "technical", None),
        ("C3", "Seminar", "seminar", None),
    )  # fmt: skip
    tables["post_requirements"] = table_of(
        "post_requirements", "post_id competency_id required_level", ("P1", "M.01", 3),
        ("P2", "M.01", 3), ("P2", "M.02", 5),
    )  # fmt: skip
    people = (("e1", "PNS", "s2"), ("e2", "PNS", None), ("e3", "PNS", "d3"))
    tables["employees"] = table_of("employees", "employee_id employment_type education", *people)
    return Records(**{**vars(empty_records()), **tables})


def with_future(past: Records, future: Records, when: str) -> Records:
    """Add rows about the day (an appointment announced long ago), or known from it on."""
    early, late = pl.lit(date(2020, 1, 1)), pl.lit(AS_OF)

    def add(name: str) -> pl.DataFrame:
        frame, more = getattr(past, name), getattr(future, name)
        if name not in ROWS:
            return frame
        changed = {"about": {"valid_from": late, "available_at": early}}.get(
            when, {"available_at": late}
        )
        return pl.concat([frame, more.with_columns(**changed)])

    return Records(**{name: add(name) for name in vars(past)})


def everything(records: Records) -> list[list[dict]]:
    known = known_records(records, AS_OF)
    index = ip_asn(known, AS_OF)
    frames = {
        "employee_id": [index.people, nine_box(known, AS_OF)],
        "requirement": [promotion_requirements(known, "jpt_pratama", AS_OF)],
        "part": [index.explanation],
    }
    return [
        frame.collect().to_polars().sort("employee_id", key).to_dicts()
        for key, several in frames.items()
        for frame in several
    ]


@settings(max_examples=20)
@given(past=records(), future=records(), when=st.sampled_from(["about", "known"]))
def test_the_future_changes_nothing(past, future, when):
    assert everything(with_future(past, future, when)) == everything(past)
