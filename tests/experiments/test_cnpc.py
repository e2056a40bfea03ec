from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from experiments import cnpc_models
from experiments.benchmark_command import benchmark
from experiments.benchmark_table import Benchmark, Gain, Published, Row, Segment, as_text
from experiments.cnpc import run_cnpc
from experiments.cnpc_data import as_cases, cut_last, load_cnpc, read_enrolments, read_published
from experiments.cnpc_models import RankerMean, cut_points
from experiments.cnpc_trend import trend
from experiments.tally import HITS
from features.errors import SchemaError
from models.cases import Catalogue
from training.bootstrap import Interval

DATASETS = Path(os.environ.get("HUYULA_DATASETS", "../shared/datasets"))
PUBLISHED = (
    ",MOOCCube,,CNPC,,\n"
    ",Recall@10,PHR@10,Recall@10,PHR@10,NDCG@10\n"
    "KGXCR,0.428,51.98,0.484,58.84,0.296\n"
)


def write_lines(path: Path, rows: list[tuple[int, int]]) -> None:
    path.write_text("".join(f'{{"user":{u},"item":{i}}}\n' for u, i in rows))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Thirty people who take items in turn: 0, 1, 2, ... of 8, from different starts."""
    full = cnpc_models.new_ranker
    small = {"n_estimators": 5, "n_folds": 2, "n_jobs": 1}
    monkeypatch.setattr(cnpc_models, "new_ranker", lambda seed: full(seed).set_params(**small))
    rows = [(user, (user + step) % 8) for user in range(30) for step in range(4 + user % 3)]
    write_lines(tmp_path / "train.json", rows)
    courses = [
        json.dumps({"course_idx2": i, "discipline": "Law", "course_length": 10 * i})
        for i in range(8)
    ]
    (tmp_path / "course_info.json").write_text("\n".join(courses))
    (tmp_path / "published_results_on_MOOC_datasets.csv").write_text(PUBLISHED)
    return tmp_path


def test_the_last_fifth_rounded_up_is_cut_off():
    frame = pd.DataFrame({"employee_id": ["a"] * 5 + ["b"] * 6 + ["c"], "course_id": range(12)})
    before, after = cut_last(frame, 0.2)
    assert after["course_id"].tolist() == [4, 9, 10, 11]  # one of 5, two of 6, one of 1
    assert before["course_id"].tolist() == [0, 1, 2, 3, 5, 6, 7, 8]


def test_reads_enrolments_in_each_persons_order(tmp_path):
    write_lines(tmp_path / "train.json", [(1, 5), (2, 6), (1, 4)])
    assert read_enrolments(tmp_path / "train.json").to_numpy().tolist() == [
        ["1", "5", 0],
        ["2", "6", 0],
        ["1", "4", 1],
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param("{", r"train\.json line 2 must be JSON", id="not JSON"),
        pytest.param("[1, 2]", r"line 2 must be a JSON object, got \[1, 2\]", id="list"),
        pytest.param('{"user": 1}', "line 2 must have 'item'.*got None", id="no item"),
        pytest.param('{"user": true, "item": 1}', "line 2 must have 'user'.*got True", id="bool"),
        pytest.param('{"user": 1.5, "item": 1}', "line 2 must have 'user'.*got 1.5", id="float"),
        pytest.param('{"user": 1, "item": ""}', "line 2 must have 'item'", id="empty text"),
    ],
)
def test_a_malformed_line_is_named(line, message, tmp_path):
    path = tmp_path / "train.json"
    path.write_text(f'{{"user":1,"item":2}}\n{line}\n')
    with pytest.raises(SchemaError, match=message):
        read_enrolments(path)


def test_other_broken_files_are_named(tmp_path):
    with pytest.raises(SchemaError, match=r"data must hold the file train\.json"):
        load_cnpc(tmp_path)
    with pytest.raises(SchemaError, match="data must be the folder of the CNPC data, got .*gone"):
        load_cnpc(tmp_path / "gone")
    (tmp_path / "train.json").write_text("\n")
    with pytest.raises(SchemaError, match=r"train\.json must hold at least one enrolment"):
        load_cnpc(tmp_path)
    (tmp_path / "train.json").write_bytes(b'{"user":"\xe9","item":1}')
    with pytest.raises(SchemaError, match=r"train\.json must be UTF-8"):
        load_cnpc(tmp_path)


def test_published_results_are_those_of_cnpc_with_rates_as_shares(folder):
    (row,) = read_published(folder)
    assert row.to_dict() == {
        "model": "KGXCR",
        "recall_at_10": 0.484,
        "ndcg_at_10": 0.296,
        "hit_rate_at_10": pytest.approx(0.5884),
    }


def test_published_results_may_be_missing(tmp_path):
    assert read_published(tmp_path) == []


def test_a_test_file_takes_the_place_of_the_held_out_part(folder):
    write_lines(folder / "test.json", [(0, 7), (99, 3), (1, 100)])
    cnpc = load_cnpc(folder)
    assert not cnpc.held_out
    assert len(cnpc.train) == len(read_enrolments(folder / "train.json"))
    assert cnpc.catalogue.courses["course_id"].tolist() == [*map(str, range(8)), "100"]


def test_cut_points_keep_order_and_never_lose_the_person():
    history = pd.DataFrame(
        {"employee_id": ["a"] * 3 + ["b"], "course_id": list("xyzx"), "happened_on": [0, 1, 2, 0]}
    )
    cases, y, person = cut_points(history)
    assert cases.people["employee_id"].tolist() == ["a@-1", "a@-2"]
    assert person == ["a", "a"]
    assert cases.history["course_id"].tolist() == ["x", "y", "x"]
    assert y.to_numpy().tolist() == [["a@-1", "z", 1], ["a@-2", "y", 1], ["a@-2", "z", 1]]


def test_as_cases_keeps_people_without_a_history():
    history = pd.DataFrame({"employee_id": ["a"], "course_id": ["x"], "happened_on": [0]})
    assert as_cases(history, pd.Series(["b", "a", "b"])).people["employee_id"].tolist() == [
        "b",
        "a",
    ]


def test_every_model_is_judged_on_every_person(folder):
    done: list[float] = []
    found = run_cnpc(folder, on_progress=lambda share, _: done.append(share))
    assert [row.model for row in found.rows] == [
        "popularity",
        "item_knn",
        "ease",
        "transitions",
        "next_course",
        "ranker",
    ]
    assert found.about["n_people"] == 30
    assert found.about["test_part"] == "held out"
    assert done == sorted(done)
    assert done[-1] == 1.0
    for row in found.rows:
        assert all(value is None or value >= 0 for value in list(row.to_dict().values())[1:])
        for metric in HITS:
            interval = row.metrics[metric]
            assert 0 <= interval.lower <= interval.mean <= interval.upper <= 1
    assert {gain.over for gain in found.gains} == {row.model for row in found.rows[:-1]}
    assert {part.segment for part in found.segments} == {
        "histories of up to 4 courses",
        "courses of under 50 people",
    }


def test_courses_taken_before_and_strangers_are_judged_fairly(folder):
    # Person 0 took item 1 already; person 99 is new.
    write_lines(folder / "test.json", [(0, 1), (99, 3)])
    found = run_cnpc(folder)
    assert (found.about["n_people"], found.about["n_test"]) == (1, 1)


def test_the_command_prints_and_writes_the_table(folder, tmp_path):
    file = tmp_path / "out" / "cnpc.json"
    result = CliRunner().invoke(
        benchmark, ["cnpc", "--data", str(folder), "--json", str(file), "--seed", "3"]
    )
    assert result.exit_code == 0, result.output
    assert "KGXCR        0.484" in result.output
    content = json.loads(file.read_text())
    assert content["dataset"] == "cnpc"
    assert content["about"]["seed"] == 3
    ranker = next(row for row in content["rows"] if row["model"] == "ranker")
    assert {"recall_at_10", "ndcg_at_10", "hit_rate_at_10", "recall_at_10_low"} <= set(ranker)


def test_table_lines_up():
    rows = [Row("ranker", {"ndcg_at_10": Interval(0.3, 0.25, 0.35)})]
    published = [Published("KG", {"ndcg_at_10": 0.2}), Published("none", {"ndcg_at_10": None})]
    table = Benchmark("cnpc", "title", rows, published)
    assert as_text(table, {"ndcg_at_10": "NDCG@10"}).splitlines() == [
        "title",
        "",
        "model   NDCG@10",
        "------  -------------------",
        "ranker  0.300 (0.250-0.350)",
        "",
        "published:",
        "KG      0.200",
        "none",
    ]


def test_parts_and_gains_have_tables_of_their_own():
    interval = Interval(0.3, 0.25, 0.35)
    unknown = Interval(np.nan, np.nan, np.nan)
    table = Benchmark(
        "cnpc",
        "title",
        [Row("ranker", {"ndcg_at_10": interval}, {"coverage_at_10": 0.5})],
        segments=[Segment("new people", "ranker", 7, {"ndcg_at_10": interval})],
        gains=[Gain("ranker", "ease", "ndcg_at_10", unknown)],
    )
    columns = {"ndcg_at_10": "NDCG@10", "coverage_at_10": "coverage"}
    assert as_text(table, columns).splitlines()[2:] == [
        "model   NDCG@10              coverage",
        "------  -------------------  --------",
        "ranker  0.300 (0.250-0.350)  0.500",
        "",
        "segment     model   cases  NDCG@10",
        "----------  ------  -----  -------------------",
        "new people  ranker  7      0.300 (0.250-0.350)",
        "",
        "model   over  metric      gain",
        "------  ----  ----------  -------------",
        "ranker  ease  ndcg_at_10  nan (nan-nan)",
    ]
    content = table.to_dict()
    assert content["rows"][0]["coverage_at_10"] == 0.5
    assert content["segments"][0]["n_cases"] == 7
    assert content["gains"][0]["gain_low"] is None
    json.dumps(content, allow_nan=False)


@pytest.mark.slow
def test_the_ranker_beats_every_generator_on_a_slice_of_the_real_data(tmp_path):
    source = DATASETS / "cnpc"
    if not (source / "train.json").exists():
        pytest.skip(f"the CNPC data are not in {source}: set HUYULA_DATASETS")
    rows = [json.loads(line) for line in (source / "train.json").read_text().splitlines()]
    users = set(sorted({row["user"] for row in rows})[::12])
    kept = [(row["user"], row["item"]) for row in rows if row["user"] in users]
    write_lines(tmp_path / "train.json", kept)
    (tmp_path / "course_info.json").write_text((source / "course_info.json").read_text())
    ndcg = {row.model: row.metrics["ndcg_at_10"].mean for row in run_cnpc(tmp_path).rows}
    best = max(value for model, value in ndcg.items() if model != "ranker")
    assert ndcg["ranker"] > best
    assert ndcg["ranker"] > 0.2


def test_a_course_that_came_more_often_than_foreseen_has_a_rising_trend():
    """Forty people go from a to b and then to c; the last fifth of each history is only c."""
    rows = [(f"e{i}", course, step) for i in range(40) for step, course in enumerate("abc")]
    rows += [(f"f{i}", course, step) for i in range(10) for step, course in enumerate("abd")]
    history = pd.DataFrame(rows, columns=["employee_id", "course_id", "happened_on"])
    nothing = pd.DataFrame(columns=["course_id", "competency_id", "level"])
    catalogue = Catalogue(pd.DataFrame({"course_id": list("abcde")}), nothing)
    found = dict(zip("abcde", trend(history, catalogue), strict=True))
    assert found["c"] > found["d"]
    assert found["c"] > 0.3
    assert found["a"] == 0  # everybody has taken it
    assert found["e"] < 0


def test_the_mean_of_rankers_is_raised_by_the_trend():
    class Fixed:
        def __init__(self, scores: list[float]) -> None:
            self.scores = np.array([scores])

        def score(self, _: object, __: object) -> np.ndarray:
            return self.scores

    mean = RankerMean([Fixed([1.0, 2.0, -np.inf]), Fixed([3.0, 0.0, -np.inf])], np.array([0, 1, 2]))
    assert mean.score(None, None).tolist() == [[2.0, 2.0, -np.inf]]
