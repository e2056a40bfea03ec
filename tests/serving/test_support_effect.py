import json
from dataclasses import replace
from datetime import date

import pandas as pd
import polars as pl
import pytest
from click.testing import CliRunner

from features.records import Records, empty_records
from features.workspace import Workspace
from models.support_effect import EffectRules, estimate_effect
from serving import support_effect
from serving.commands import support
from serving.support_effect import NOTHING, in_words, matured_lots, tell_support_effect
from serving.support_lots import COLUMNS

LOT = date(2025, 1, 1)
N = 40


def with_rows(records: Records, name: str, rows: list[dict]) -> Records:
    table = getattr(records, name)
    return replace(records, **{name: pl.DataFrame(rows, schema=table.schema)})


def dated(day: date, **row: object) -> dict:
    return {"valid_from": day, "available_at": day} | row


def records(until: date) -> Records:
    """Return 80 people who took a course and were offered two; the even ones take another."""
    ids = [f"e{i:02}" for i in range(2 * N)]
    enrolments = [dated(date(2024, 6, 1), employee_id=one, course_id="K1") for one in ids]
    enrolments += [dated(date(2025, 3, 1), employee_id=one, course_id="K2") for one in ids[::2]]
    offers = [
        dated(date(2025, month, 1), employee_id=one, course_id="K2")
        for one in ids
        for month in (2, 3)
    ]
    attendance = [dated(until, employee_id="e00", workdays=20.0, leave_days=0.0)]
    found = with_rows(empty_records(), "enrolments", enrolments)
    return with_rows(with_rows(found, "offers", offers), "attendance", attendance)


def log(all_even: bool = True) -> pd.DataFrame:
    """Return one list of 40 pairs, a unit each; drawn are those who take another course."""
    rows = [
        (pd.Timestamp(LOT), "b", f"e{i:02}", f"u{i // 2}", 1.0, (i % 2 == 0) == all_even, True, 0.5)
        for i in range(2 * N)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def test_outcomes_are_the_events_of_the_horizon_after_the_lot():
    lots = matured_lots([log()], records(date(2025, 6, 1)))
    assert lots["outcome"].tolist() == [0.0, 1.0] * N


def test_lots_count_once_their_horizon_is_over():
    assert matured_lots([log()], records(date(2025, 5, 1))).empty
    sure = log().assign(by_lot=False)
    assert matured_lots([sure], records(date(2025, 6, 1))).empty


RULES = EffectRules(worthwhile=0.05, min_people=30, min_events=10)


@pytest.mark.parametrize(
    ("all_even", "said"), [(True, "HELPS: being offered"), (False, "STOP: the effect is surely")]
)
def test_the_verdict_follows_the_records(all_even, said):
    lots = matured_lots([log(all_even)], records(date(2025, 6, 1)))
    text = in_words(estimate_effect(lots, RULES), 6, RULES, "en")
    assert text.startswith(said)
    assert "the effect of being offered support by lot, not of support taken up" in text


def test_both_languages_say_the_same_numbers():
    found = estimate_effect(matured_lots([log()], records(date(2025, 6, 1))), RULES)
    text = in_words(found, 6, RULES, "id")
    assert "0,0% dari 40 orang yang terpilih undian, 100,0% dari 40" in text
    assert "Kejadian yang terhindar: 100,0%" in text


def test_where_nothing_can_be_compared_the_words_are_short():
    lots = log().assign(outcome=float("nan"))
    text = in_words(estimate_effect(lots, RULES), 6, RULES, "en")
    assert text.startswith("UNDECIDED: too few people or events (0 drawn and 0 not drawn")


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    """Return a workspace whose records are those above."""
    place = Workspace(tmp_path)
    place.records.mkdir()
    place.support_lots.mkdir(parents=True)
    monkeypatch.setattr(support_effect, "load_records", lambda _: records(date(2025, 6, 1)))
    return place


def test_without_a_lot_nothing_is_claimed(workspace):
    path = workspace.root / "effect.json"
    assert tell_support_effect(workspace, "id", path) == NOTHING["id"]
    assert json.loads(path.read_text())["effect"] is None


def test_the_command_says_it_and_writes_the_figures(workspace):
    log().to_parquet(workspace.support_lots / f"{LOT}.parquet")
    path = workspace.root / "effect.json"
    arguments = ["effect", "--workspace", str(workspace.root), "--json", str(path)]
    shown = CliRunner().invoke(support, arguments, catch_exceptions=False)
    assert shown.output.startswith("MEMBANTU")
    figures = json.loads(path.read_text())
    assert figures["effect"]["effect"] == 1
    assert (figures["n_lists"], figures["horizon_months"]) == (1, 6)
