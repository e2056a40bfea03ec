from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from features.commands import COMMANDS_BY_NAME
from features.errors import SchemaError
from features.schema import TABLES
from features.schema_page import WIDTH, schema_json, schema_text

GOLDEN = """\
assessments
Measured competency levels of a person.
  key      employee_id, competency_id, valid_from
  known    known 30 days after valid_from, where an export does not say
  seen by  planner, employee, data_scientist
  kept     10 years

  employee_id    text   required  random permanent key of a person; known in employees
  competency_id  text   required  competency code; known in competencies
  level          float  required  attained or taught level (level 1-5); at least 0; at most 5
  source         text             method
  valid_from     date   required  date the row is about
  available_at   date             first date on which the row could be known
  superseded_at  date             date from which a corrected or withdrawn row no longer counts; may
                                  lie in the future

units
Organisational units (OPD and their parts).
  key      unit_id
  holds    from 1900-01-01 on, where an export does not say
  known    known on valid_from, where an export does not say
  seen by  planner, superior, employee, data_scientist, auditor
  kept     with what it is about

  unit_id         text   required  key
  name            text   required  name
  parent_unit_id  text             unit above; known in units
  valid_from      date   required  date the row is about
  available_at    date             first date on which the row could be known
  superseded_at   date             date from which a corrected or withdrawn row no longer counts;
                                   may lie in the future
"""


def call(*arguments: str) -> str:
    command = COMMANDS_BY_NAME["schema"]
    return CliRunner().invoke(command, list(arguments), catch_exceptions=False).output


def test_tables_are_shown_with_all_that_is_declared():
    assert call("assessments", "units") == GOLDEN


def test_without_a_name_every_table_is_listed_with_its_meaning():
    lines = call().splitlines()
    assert [line.split()[0] for line in lines if line[:1].strip()][:-1] == [t.name for t in TABLES]
    assert lines[0] == "units                 Organisational units (OPD and their parts)."
    assert "a course; valid_from is the day it was announced." in schema_text()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_fits_the_page_and_says_everything(table):
    text = " ".join(schema_text([table.name]).split())
    assert max(map(len, schema_text([table.name]).splitlines())) <= WIDTH
    for column in table.all_columns:
        told = [column.name, column.meaning, column.unit, *column.allowed]
        assert all(" ".join(word.split()) in text for word in told)
    (declared,) = json.loads(schema_json([table.name]))["tables"]
    assert [c["name"] for c in declared["columns"]] == [c.name for c in table.all_columns]
    assert (declared["key"], declared["seen_by"]) == ([*table.key], [*table.seen_by])
    assert (declared["lag"], declared["keep_years"]) == (table.lag, table.keep_years)


def test_json_holds_every_table():
    tables = json.loads(call("--json"))["tables"]
    assert [table["name"] for table in tables] == [table.name for table in TABLES]
    level = next(c for t in tables if t["name"] == "posts" for c in t["columns"][2:3])
    assert (level["name"], level["kind"], level["allowed"][0]) == (
        "post_level",
        "text",
        "jpt_utama",
    )


@pytest.mark.parametrize("show", [schema_text, schema_json])
def test_an_unknown_table_is_refused_with_those_there_are(show):
    with pytest.raises(SchemaError, match=r"^TABLE must be one of units, posts, .*, got people$"):
        show(["units", "people"])
