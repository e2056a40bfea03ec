from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from experiments import mars as mars_benchmark
from experiments.benchmark_command import benchmark
from experiments.mars import filled_up, run_mars
from experiments.mars_data import load_mars, origin_at, origins
from features.errors import SchemaError
from models.ranker import CourseRanker

DATASETS = Path(os.environ.get("HUYULA_DATASETS", "../shared/datasets"))
QUARTERS = ["2017-02-01", "2017-05-01", "2017-08-01", "2017-11-01", "2018-02-01"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve items; in each quarter twenty people view three in turn, ten of them new."""
    rows = [
        (
            100 + (quarter * 10 + user) % 60,
            1 + (user + quarter * 3 + step) % 10,
            f"{day} 0{step}:00:00",
        )
        for quarter, day in enumerate(QUARTERS)
        for user in range(20)
        for step in range(3)
    ]
    views = pd.DataFrame(rows, columns=["user_id", "item_id", "created_at"])
    views.to_csv(tmp_path / "implicit_ratings_en.csv", index=False)
    items = pd.DataFrame(
        {
            "item_id": range(1, 13),
            "name": [f"Topic {'abc'[i % 3] * 4}" for i in range(12)],
            "description": [None, *["About things"] * 11],
            "created_at": [2016] * 11 + [2019],
            "Difficulty": ["Beginner", None] * 6,
            "Job": ["[]"] * 12,
            "Software": ["['Excel', 'Word']", "[]"] * 6,
            "Theme": ["['Share']"] * 12,
            "duration": 60.0,
            "type": "tutorial",
        }
    )
    items.to_csv(tmp_path / "items_en.csv", index=False)
    users = pd.DataFrame({"user_id": range(100, 160), "job": ["Accounting ", None] * 30})
    users.to_csv(tmp_path / "users_en.csv", index=False)
    return tmp_path


def append_view(folder: Path, user: int, item: int, when: str) -> None:
    path = folder / "implicit_ratings_en.csv"
    path.write_text(path.read_text() + f"{user},{item},{when}\n")


def test_only_the_first_view_of_a_listed_item_counts(folder):
    before = len(load_mars(folder).views)
    first = load_mars(folder).views.iloc[0]
    append_view(folder, int(first["employee_id"]), int(first["course_id"]), "2019-01-01 00:00:00")
    append_view(folder, 100, 999, "2019-01-01 00:00:00")
    views = load_mars(folder).views
    assert len(views) == before
    assert views["happened_on"].is_monotonic_increasing


def test_tags_and_jobs_are_read(folder):
    mars = load_mars(folder)
    assert mars.courses["software"].iloc[0] == "Excel"
    assert mars.courses["software"].isna().tolist()[:2] == [False, True]
    assert mars.courses["description"].tolist()[:2] == [" Excel Word Share", "About things Share"]
    assert mars.people["post_id"].tolist()[0] == "accounting"


def test_an_origin_knows_nothing_of_its_quarter(folder):
    mars = load_mars(folder)
    origin = origin_at(mars, pd.Period("2017Q2"))
    known = origin.snapshot.evidence.history
    assert (known["happened_on"] < "2017-04-01").all()
    assert (origin.snapshot.cases.history["happened_on"] < "2017-04-01").all()
    # everything of the quarter and later replaced: what was known stays the same
    append_view(folder, 100, 11, "2017-04-01 00:00:00")
    other = origin_at(load_mars(folder), pd.Period("2017Q2"))
    pd.testing.assert_frame_equal(other.snapshot.evidence.history, known)
    assert ("100", "11") in set(
        other.snapshot.y[["employee_id", "course_id"]].itertuples(index=False, name=None)
    )


def test_what_may_be_recommended_is_published_and_not_viewed(folder):
    mars = load_mars(folder)
    origin = origin_at(mars, pd.Period("2017Q2"))
    allowed = origin.snapshot.allowed
    assert not allowed[:, 11].any()  # published in 2019
    viewed = origin.snapshot.cases.history
    row = origin.snapshot.cases.people.index[
        origin.snapshot.cases.people["employee_id"] == viewed["employee_id"].iloc[0]
    ][0]
    own = viewed.loc[viewed["employee_id"] == viewed["employee_id"].iloc[0], "course_id"]
    assert allowed[row].sum() == 11 - len(own)
    assert origin.is_new_person.sum() == 10
    assert not origin.is_new_person[row]
    assert origin.is_new_course.tolist() == [False] * 10 + [True] * 2


def test_quarters_in_which_nobody_viewed_are_left_out(folder):
    found = [
        str(origin.starts_on.date()) for origin in origins(load_mars(folder), "2018Q1", "2018Q4")
    ]
    assert found == ["2018-01-01"]


def test_every_model_is_judged_on_every_case(folder, monkeypatch):
    monkeypatch.setattr(mars_benchmark, "new_ranker", small_ranker)
    done: list[float] = []
    found = run_mars(folder, on_progress=lambda share, _: done.append(share))
    assert [row.model for row in found.rows] == [
        "popularity", "transitions", "ease", "implicit_als", "item_knn", "text", "ranker",
    ]  # fmt: skip
    assert found.about["n_quarters"] == 1
    assert found.about["n_cases"] == found.about["n_people"] == 20
    assert {part.segment for part in found.segments} == {
        "known people", "new people", "known people, courses viewed before",
    }  # fmt: skip
    assert done == sorted(done)
    assert len(found.gains) == 6


def test_the_command_writes_the_table(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(mars_benchmark, "new_ranker", small_ranker)
    file = tmp_path / "mars.json"
    result = CliRunner().invoke(benchmark, ["mars", "--data", str(folder), "--json", str(file)])
    assert result.exit_code == 0, result.output
    assert "known people" in result.output
    content = json.loads(file.read_text())
    assert {"ndcg_at_10", "ndcg_at_10_low", "coverage_at_10", "exposure_gini_at_10"} <= set(
        content["rows"][-1]
    )
    assert content["gains"][0]["model"] == "ranker"


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        pytest.param(
            lambda f: (f / "users_en.csv").unlink(), "must hold the file users_en", id="file"
        ),
        pytest.param(
            lambda f: (f / "users_en.csv").write_text("user_id\n1\n"),
            r"missing, got \['job'\]",
            id="column",
        ),
    ],
)
def test_broken_folders_are_refused(folder, break_it, message):
    break_it(folder)
    with pytest.raises(SchemaError, match=message):
        load_mars(folder)


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(SchemaError, match="data must be the folder of the MARS data"):
        load_mars(tmp_path / "none")


def small_ranker(seed: int) -> CourseRanker:
    from experiments.mars_models import new_ranker

    return new_ranker(seed).set_params(n_estimators=5, min_leaf=5)


def test_real_quarters_keep_their_counts():
    source = DATASETS / "mars"
    if not (source / "items_en.csv").exists():
        pytest.skip(f"the MARS data are not in {source}: set HUYULA_DATASETS")
    origin = origin_at(load_mars(source), pd.Period("2018Q1"))
    assert len(origin.snapshot.cases.people) == 143
    assert len(origin.snapshot.y) == 510
    assert np.isin(
        origin.snapshot.y["course_id"], origin.snapshot.catalogue.courses["course_id"]
    ).all()


def test_silence_is_filled_by_popularity_behind_what_a_generator_likes():
    scores, rates = np.array([[0.0, 0.2, -0.1, 0.0]]), np.array([[0.9, 0.1, 1.0, 0.3]])
    assert (-filled_up(scores, rates)[0]).argsort().tolist() == [1, 0, 3, 2]
