import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from experiments.benchmark_command import benchmark
from experiments.cnpc import METRICS, run_cnpc
from experiments.cnpc_data import COURSES, PUBLISHED, TEST, TRAIN, cut_last, load_cnpc
from experiments.cnpc_models import MAX_TARGETS, cut_points
from features.errors import SchemaError

N_PEOPLE = 300


def write_lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def enrolments(histories):
    return [{"user": u, "item": i} for u, items in histories.items() for i in items]


@pytest.fixture
def folder(tmp_path):
    """Return courses that people take in order: each begins somewhere and goes on by ones."""
    rng = np.random.default_rng(0)
    starts = rng.integers(0, 20, N_PEOPLE)
    histories = {u: [int(s + j) % 30 for j in range(6)] for u, s in enumerate(starts)}
    write_lines(tmp_path / TRAIN, enrolments(histories))
    info = [{"course_idx2": i, "discipline": "x", "course_length": 30} for i in range(30)]
    write_lines(tmp_path / COURSES, info)
    (tmp_path / PUBLISHED).write_text(
        ",MOOCCube,,,,CNPC,,,\n"
        ",Recall@10,Precision@10,PHR@10,NDCG@10,Recall@10,Precision@10,PHR@10,NDCG@10\n"
        "Somebody,0.9,0.9,90,0.9,0.4,0.06,50,0.2\n"
    )
    return tmp_path


@pytest.mark.parametrize(
    ("n", "n_last"), [(1, 1), (4, 1), (5, 1), (6, 2), (10, 2), (11, 3)], ids=str
)
def test_cut_last_takes_a_fifth_rounded_up(n, n_last):
    frame = pd.DataFrame({"employee_id": ["a"] * n, "course_id": [str(i) for i in range(n)]})
    train, test = cut_last(frame, 0.2)
    assert test["course_id"].tolist() == [str(i) for i in range(n - n_last, n)]
    assert len(train) == n - n_last


def test_cut_points_never_show_a_case_what_comes_after():
    history = pd.DataFrame(
        {"employee_id": ["a"] * 3, "course_id": ["x", "y", "z"], "happened_on": [0, 1, 2]}
    )
    cases, y, person = cut_points(history)
    assert cases.people["employee_id"].tolist() == ["a@-1", "a@-2"]
    assert person == ["a", "a"]
    before = cases.history.groupby("employee_id")["course_id"].agg(list).to_dict()
    after = y.groupby("employee_id")["course_id"].agg(list).to_dict()
    assert before == {"a@-1": ["x", "y"], "a@-2": ["x"]}
    assert after == {"a@-1": ["z"], "a@-2": ["y", "z"]}
    assert MAX_TARGETS >= 2


@pytest.mark.slow
def test_an_order_that_repeats_is_found_by_transitions_and_ranker(folder):
    rows = {row.model: row.to_dict() for row in run_cnpc(folder).rows}
    assert list(rows) == ["popularity", "item_knn", "ease", "transitions", "ranker"]
    assert rows["transitions"]["recall_at_10"] > rows["popularity"]["recall_at_10"]
    assert rows["ranker"]["hit_rate_at_10"] > 0.9


@pytest.mark.slow
def test_a_test_file_takes_the_place_of_the_held_out_part(folder):
    train = [json.loads(line) for line in (folder / TRAIN).read_text().splitlines()]
    last = {row["user"]: (row["item"] + 1) % 30 for row in train}
    write_lines(folder / TEST, [{"user": u, "item": i} for u, i in last.items()])
    loaded = load_cnpc(folder)
    assert not loaded.held_out
    assert (len(loaded.train), len(loaded.test)) == (6 * N_PEOPLE, N_PEOPLE)
    found = run_cnpc(folder).to_dict()
    assert found["about"]["test_part"] != "held out"
    assert found["about"]["n_train"] == 6 * N_PEOPLE


@pytest.mark.slow
def test_the_command_prints_the_table_beside_the_published_and_writes_json(folder, tmp_path):
    target = tmp_path / "out" / "cnpc.json"
    run = CliRunner().invoke(benchmark, ["cnpc", "--data", str(folder), "--json", str(target)])
    assert run.exit_code == 0, run.output
    assert "Somebody" in run.output
    assert "0.400" in run.output
    table = json.loads(target.read_text())
    assert table["dataset"] == "cnpc"
    for row in table["rows"]:
        assert {"model", *METRICS} <= set(row)
        assert row["recall_at_10_low"] <= row["recall_at_10"] <= row["recall_at_10_high"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param("{", "train.json", id="no JSON"),
        pytest.param('{"user": 1}', "item", id="no item"),
        pytest.param("[1, 2]", "train.json", id="no object"),
    ],
)
def test_a_bad_line_is_named(folder, line, message):
    with (folder / TRAIN).open("a") as stream:
        stream.write(line + "\n")
    with pytest.raises(SchemaError, match=message) as caught:
        load_cnpc(folder)
    assert str(6 * N_PEOPLE + 1) in str(caught.value)


def test_a_missing_folder_or_file_is_named(tmp_path):
    with pytest.raises(SchemaError, match="data must be the folder of the CNPC data"):
        load_cnpc(tmp_path / "nowhere")
    with pytest.raises(SchemaError, match=r"must hold the file train\.json"):
        load_cnpc(tmp_path)


@pytest.mark.slow
def test_the_ranker_beats_every_generator_on_real_enrolments(dataset):
    """The whole real data set: what the README's table says, within the draw of people."""
    rows = {row.model: row.to_dict() for row in run_cnpc(dataset("cnpc")).rows}
    ranker = rows.pop("ranker")
    for name, row in rows.items():
        for metric in METRICS:
            assert ranker[metric] > row[metric], (name, metric)
