from __future__ import annotations

import gzip
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from experiments.benchmark_command import benchmark
from experiments.disengagement import gate_lines, run_disengagement
from experiments.disengagement_file import read_table
from experiments.disengagement_kddcup import course_folds, load_kddcup
from experiments.disengagement_panel import (
    PanelOptions,
    load_panel,
    read_label,
    read_time,
    split_at,
)
from experiments.disengagement_protected import is_protected
from experiments.disengagement_rivals import MODELS, OURS, BaseRule, column_aucs
from experiments.disengagement_scores import Part, WeightedScores, judge
from experiments.disengagement_task import Task
from features.errors import SchemaError
from models import event_model
from models.event_choice import Grid
from models.event_parts import TreeSettings

QUICK = Grid((0,), (0.1,), (TreeSettings(3, 30, 10, 0.1, 0.8),), n_stages=1, n_folds=2)


@pytest.fixture(autouse=True)
def quick_choice(monkeypatch):
    monkeypatch.setattr(event_model, "grid_for", lambda *_: QUICK)


def panel(n_people=80, n_months=6, seed=0):
    """Draw months of people; whoever had many hours last month is likelier to leave."""
    rng = np.random.default_rng(seed)
    i = np.arange(n_people * n_months)
    who, month = i // n_months, i % n_months
    hours = rng.normal(size=len(i)).round(2)
    before = np.where(month > 0, np.r_[0, hours[:-1]], 0)
    leaves = rng.random(len(i)) < 1 / (1 + np.exp(1 - 3 * before))
    return pd.DataFrame({
        "nip": [f"P{one:03}" for one in who],
        "month": [f"2024-{one + 1:02}-01" for one in month],
        "hours": hours,
        "unit": rng.choice(["north", "south"], len(i)),
        "Gender": rng.choice(["m", "f"], len(i)),
        "left": np.where(leaves, "Yes", "No"),
    })  # fmt: skip


@pytest.mark.parametrize(
    "suffix", [".csv", ".tsv", ".csv.gz", ".parquet", ".xlsx"], ids=lambda one: one[1:]
)
def test_a_panel_is_read_from_any_file(tmp_path, suffix):
    rows, path = panel(3, 2), tmp_path / f"panel{suffix}"
    if suffix == ".parquet":
        rows.to_parquet(path)
    elif suffix == ".xlsx":
        rows.to_excel(path, index=False, engine="xlsxwriter")
    else:
        text = rows.to_csv(index=False, sep="\t" if suffix == ".tsv" else ";")
        path.write_bytes(gzip.compress(text.encode()) if suffix.endswith("gz") else text.encode())
    found, notes = read_table(path)
    assert list(found) == list(rows)
    assert found["left"].tolist() == rows["left"].tolist()
    assert found["hours"].astype(float).tolist() == rows["hours"].tolist()
    assert notes == []


def test_what_cannot_be_read_is_named(tmp_path):
    with pytest.raises(SchemaError, match="--data must be a file"):
        read_table(tmp_path / "none.csv")
    (tmp_path / "empty.csv").write_text("a,b\n")
    with pytest.raises(SchemaError, match="--data holds no rows"):
        read_table(tmp_path / "empty.csv")
    (tmp_path / "bad.csv.gz").write_bytes(b"no gzip")
    with pytest.raises(SchemaError, match="--data must be whole gzip"):
        read_table(tmp_path / "bad.csv.gz")
    (tmp_path / "bad.parquet").write_bytes(b"no parquet")
    with pytest.raises(SchemaError, match="--data must be Parquet"):
        read_table(tmp_path / "bad.parquet")
    (tmp_path / "torn.csv").write_text("a,b\n1,2\n3\n4,5\n")
    found, notes = read_table(tmp_path / "torn.csv")
    assert len(found) == 2
    assert "1 rows could not be read; the first: line 3" in notes[0]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(["Yes", "No", "no"], [1, 0, 0], id="yes and no"),
        pytest.param(["1", "0", "1"], [1, 0, 1], id="numbers, events in the majority"),
        pytest.param(["1.0", "", "0.0"], [1, np.nan, 0], id="gap"),
        pytest.param(["Left", "Stayed", "Stayed"], [1, 0, 0], id="words"),
        pytest.param(["gone", "active", "gone"], [1, 0, 1], id="only the other is known"),
        pytest.param(["a", "b", "a"], [0, 1, 0], id="the rarer"),
    ],
)
def test_labels(cells, expected):
    np.testing.assert_array_equal(read_label(pd.Series(cells, name="y"))[0], expected)


@pytest.mark.parametrize("cells", [["a", "b", "c"], ["1", "1", "1"], ["", None, ""]])
def test_a_label_holds_two_values(cells):
    with pytest.raises(SchemaError, match="label y must hold two values"):
        read_label(pd.Series(cells, name="y", dtype=object))


def test_times():
    days = pd.Timestamp("2019-07-01").timestamp() / 86400
    assert read_time(pd.Series(["2019-07-01", "2019-08-01"] * 5))[0][0] == days
    assert read_time(pd.Series(["201907", "201908"] * 5))[0][0] == days
    assert read_time(pd.Series(["2019", "2020"] * 5))[0][0] == days - 181
    assert read_time(pd.Series(["20190701", "20190702"] * 5))[0][0] == days
    counted, step = read_time(pd.Series([str(i) for i in range(30)], name="wave"))
    assert (counted[3], step) == (3, "steps")
    with pytest.raises(SchemaError, match="time wave must hold dates or numbers"):
        read_time(pd.Series(["spring", "autumn"] * 5, name="wave"))


def test_the_embargo_lies_between():
    when = np.arange(0, 400, 10.0)
    options = PanelOptions("y", time="t", cutoff="1970-12-27")  # day 360
    (train, test), told = split_at(when, np.arange(40), options, "days")
    assert when[train].max() == 260
    assert when[test].min() == 360
    assert told == "embargo of 90 days: 9 rows are not learned from"
    (train, _), _ = split_at(when, np.arange(40), PanelOptions("y", cutoff="200"), "steps")
    assert when[train].max() == 160
    short = PanelOptions("y", cutoff="1970-05-01")
    (train, _), told = split_at(when, np.arange(40), short, "days")
    assert when[train].max() == 110
    assert "no embargo" in told
    own = PanelOptions("y", cutoff="1970-05-01", embargo=20)
    assert when[split_at(when, np.arange(40), own, "days")[0][0]].max() == 90


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (PanelOptions("gone"), "--label must be a column of the file"),
        (PanelOptions("left", drop=("x",)), "--drop must be a column"),
        (PanelOptions("left", cutoff="2024-03-01"), "--cutoff needs --time"),
        (PanelOptions("left", time="month", cutoff="2030-01-01"), "--cutoff must leave rows"),
        (PanelOptions("left", time="month", cutoff="soon"), "--cutoff must be a date"),
        (PanelOptions("unit", person="left"), "too few people"),
    ],
)
def test_what_a_panel_lacks_is_named(tmp_path, options, message):
    panel(10, 4).to_csv(tmp_path / "p.csv", index=False)
    with pytest.raises(SchemaError, match=message):
        load_panel(tmp_path / "p.csv", options)


def test_a_cutoff_is_written_as_the_times_are(tmp_path):
    panel(10, 4).assign(month=range(40)).to_csv(tmp_path / "p.csv", index=False)
    with pytest.raises(SchemaError, match="--cutoff must be a number, as the times are"):
        load_panel(tmp_path / "p.csv", PanelOptions("left", time="month", cutoff="2024-05-01"))


def test_a_label_without_events_to_learn_from_is_an_error(tmp_path):
    rows = panel(10, 4).assign(left=["no"] * 39 + ["yes"])
    rows.to_csv(tmp_path / "p.csv", index=False)
    with pytest.raises(SchemaError, match="label left must hold events and others"):
        load_panel(tmp_path / "p.csv", PanelOptions("left"))


def test_people_stay_in_one_fold_and_their_past_is_known(tmp_path):
    rows = panel()
    rows.loc[3, "left"] = None
    rows.to_csv(tmp_path / "p.csv", index=False)
    task = load_panel(tmp_path / "p.csv", PanelOptions("left", person="nip", time="month"))
    assert {"hours change", "hours rank", "n_earlier_rows"} <= set(task.columns)
    assert not {"left", "nip", "month", "Gender"} & set(task.columns)
    assert len(task.splits) == 5
    for repeat in task.splits:
        assert sorted(np.concatenate([test for _, test in repeat])) == [
            i for i in range(480) if i != 3
        ]
        for train, test in repeat:
            assert not set(task.people[train]) & set(task.people[test])
    assert any("Gender" in note for note in task.about["notes"])
    assert any("1 rows without label" in note for note in task.about["notes"])


@pytest.mark.parametrize(
    ("column", "left_out"),
    [("Age", True), ("RaceDesc", True), ("date_of_birth", True), ("jenis_kelamin", True),
     ("MARITAL_STATUS", True), ("dateofbirth", True), ("ADEmail", True), ("FirstName", True),
     ("employee full name", True), ("firstname", True), ("Name", True), ("ageBand", True),
     ("StageName", False), ("unit_name", False), ("Sexton", False), ("tenure", False),
     ("embrace", False), ("", False), ("123", False)],
)  # fmt: skip
def test_protected_columns_are_known_by_their_names(column, left_out):
    assert is_protected(column) is left_out


def test_folds_of_many_events_are_judged_one_by_one(tmp_path):
    rows = panel(100, 8).drop(columns=["nip", "month"])
    rows.to_csv(tmp_path / "p.csv", index=False)
    task = load_panel(tmp_path / "p.csv", PanelOptions("left"))
    assert not task.pooled
    assert any("rows repeat another" in note for note in task.about["notes"])
    assert any("Gender" in note for note in task.about["notes"])
    rows[:150].to_csv(tmp_path / "p.csv", index=False)
    assert load_panel(tmp_path / "p.csv", PanelOptions("left")).pooled
    one = run_disengagement(replace(task, splits=[task.splits[0][:2]]), n_resamples=5)
    assert one.about["n"] == 320


def test_without_people_dates_count_from_the_rows_time(tmp_path):
    rows = panel().drop(columns="nip").assign(joined="2023-12-31")
    rows.loc[0, "joined"] = "2023-12-30"
    rows.to_csv(tmp_path / "p.csv", index=False)
    task = load_panel(tmp_path / "p.csv", PanelOptions("left", time="month", cutoff="2024-05-01"))
    assert task.columns["joined"].tolist()[:3] == [2, 32, 61]
    assert set(task.columns) == {"hours", "unit", "joined"}
    assert task.groups is None


def test_command_writes_four_models_and_the_gates(tmp_path):
    panel().to_csv(tmp_path / "p.csv", index=False)
    result = CliRunner().invoke(
        benchmark,
        ["disengagement", "--data", str(tmp_path / "p.csv"), "--label", "left", "--id", "nip",
         "--time", "month", "--cutoff", "2024-05-01", "--embargo", "0", "--drop", "unit",
         "--json", str(tmp_path / "out.json")],
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "leak: none suspected" in result.output
    written = json.loads((tmp_path / "out.json").read_text())
    assert [row["model"] for row in written["rows"]] == list(MODELS)
    ours = written["rows"][0]
    assert {"auc", "ap", "brier", "auc_low", "auc_high", "precision", "recall"} <= set(ours)
    assert ours["auc"] > 0.65  # last month's hours alone tell it: a row without its past does not
    assert (written["about"]["n"], written["about"]["n_people"]) == (160, 80)
    assert "unit" not in result.output


def test_the_command_needs_a_panel_or_a_set():
    result = CliRunner().invoke(benchmark, ["disengagement"])
    assert result.exit_code == 2
    assert "--data and --label are needed, or --set" in result.output


def leaky_task(leak):
    rng = np.random.default_rng(4)
    y = (rng.random(300) < 0.3).astype(float)
    told = np.where(rng.random(300) < leak, y, rng.integers(0, 2, 300))
    columns = pd.DataFrame({"told": told, "noise": rng.normal(size=300)})
    rows = np.arange(300)
    return Task("t", "t", columns, y, rows, None, [[(rows[:150], rows[150:])]])


def test_a_leak_is_reported_and_named():
    found = run_disengagement(leaky_task(0.98), n_resamples=20)
    assert not found.about["gates"]["leak"]["passed"]
    assert set(found.about["gates"]["leak"]["columns_above_0_9"]) == {"told"}
    assert any("SUSPECTED" in line for line in gate_lines(found))
    assert any("told alone" in line for line in gate_lines(found))


def test_noise_passes_no_gate_but_the_leaks():
    task = leaky_task(0.0)
    found = run_disengagement(task, n_resamples=50)
    assert found.about["gates"]["leak"]["passed"]
    assert not found.about["gates"]["better_than_base_rule"]["passed"]
    assert any("better than the rule: REFUSED" in line for line in gate_lines(found))


def test_scores_equal_scikit_learns_for_any_weights(rng):
    y = rng.integers(0, 2, 200).astype(float)
    p = rng.random(200).round(1).clip(0.05, 0.95)
    weight = rng.integers(0, 4, 200).astype(float)
    expected = [
        metric(y, p, sample_weight=weight)
        for metric in (roc_auc_score, average_precision_score, brier_score_loss)
    ]
    assert WeightedScores(y, p)(weight) == pytest.approx(expected)
    assert np.isnan(WeightedScores(y, p)(weight * (y == 0))[0])


def test_intervals_draw_people_with_all_their_rows(rng):
    y = np.array([1.0, 0, 0, 1, 0, 0, 1, 0] * 25)
    p = np.clip(y * 0.3 + rng.random(200) * 0.7, 0, 1)
    part = Part(np.arange(200), y, {OURS: p, "other": np.full(200, 0.375)})
    alone = judge([part], np.arange(200), rng=np.random.default_rng(1), n_resamples=200)
    twice = Part(np.tile(np.arange(200), 2), np.tile(y, 2), {
        name: np.tile(value, 2) for name, value in part.probability.items()
    })  # fmt: skip
    doubled = judge([twice], np.arange(200), rng=np.random.default_rng(1), n_resamples=200)
    assert doubled.metrics[OURS]["auc"].lower == pytest.approx(alone.metrics[OURS]["auc"].lower)
    auc = alone.metrics[OURS]["auc"]
    assert auc.mean == pytest.approx(roc_auc_score(y, p))
    assert auc.lower < auc.mean < auc.upper
    assert alone.gains["other"]["auc"].mean == pytest.approx(auc.mean - 0.5)


def test_the_rule_takes_the_column_that_tells_most():
    rng = np.random.default_rng(2)
    y = np.tile([1.0, 0, 0, 0], 60)
    matrix = np.column_stack([rng.normal(size=240), y * 2 + rng.random(240) * 2.5])
    matrix[:6, 1] = np.nan
    rule = BaseRule().fit(matrix, y, ["noise", "good"], None)
    assert rule.column_ == "good"
    assert rule.aucs_["good"] > 0.8 > rule.aucs_["noise"]
    assert rule.probability(np.array([[0, 4.4], [0, 0.1]])).tolist() == pytest.approx(
        [max(rule.probability(matrix)), min(rule.probability(matrix))]
    )
    assert column_aucs(matrix, y, ["noise", "good"], np.arange(240) // 2)["good"] > 0.8
    nothing = BaseRule().fit(np.empty((240, 0)), y, [], None)
    assert set(nothing.probability(np.empty((2, 0)))) == {0.25}


def test_folds_hold_whole_courses():
    courses = np.repeat([f"c{i}" for i in range(7)], 3)
    folds = course_folds(courses, seed=1)
    assert sorted(course for fold in folds for course in fold) == [f"c{i}" for i in range(7)]
    assert folds != course_folds(courses, seed=2)


def kddcup_folder(folder, n_courses=5, n=40, n_days=30):
    rng = np.random.default_rng(0)
    labels = []
    for course in range(n_courses):
        ids = course * 100 + np.arange(n)
        days = pd.DataFrame({
            "enrollment_id": np.repeat(ids, n_days),
            "time": np.tile(pd.date_range("2024-01-01", periods=n_days).astype(str), n),
            "event_video": rng.poisson(np.repeat(rng.random(n), n_days)),
            "event_wiki": 0,
        })  # fmt: skip
        days.to_csv(folder / f"Course{course}.csv.gz", index=False)
        late = days.groupby("enrollment_id")["event_video"].apply(lambda d: d.tail(7).sum())
        labels.append(pd.DataFrame({"enrollment_id": ids, "label": (late < 3).astype(int)}))
    pd.concat(labels).sample(frac=1, random_state=0).to_csv(folder / "labels.csv.gz", index=False)


def test_kddcup_joins_days_and_labels(tmp_path):
    kddcup_folder(tmp_path)
    task = load_kddcup(tmp_path)
    assert len(task.columns) == 200
    assert sum(len(test) for _, test in task.splits[0]) == 200
    week = task.columns["log_week_1"]
    np.testing.assert_array_equal(task.outcome, (week < np.log(3.5)).astype(float))
    for train, test in task.splits[0]:
        assert not set(task.groups[train]) & set(task.groups[test])


def test_kddcup_refuses_what_is_not_thirty_days(tmp_path):
    with pytest.raises(SchemaError, match="must be a folder with Course"):
        load_kddcup(tmp_path)
    kddcup_folder(tmp_path, n_courses=1, n_days=29)
    with pytest.raises(SchemaError, match="must hold 30 days an enrolment"):
        load_kddcup(tmp_path)
