from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import roc_auc_score

from features.errors import ArtifactError
from models.disengagement import BASE
from models.event_choice import LARGE, SMALL, Grid, calibrate, choose, grid_for, loss
from models.event_model import EventModel
from models.event_parts import TreeSettings

QUICK = Grid(
    knots=(0,),
    penalties=(0.1, 1.0),
    trees=(TreeSettings(3, 40, 10, 0.1, 0.8),),
    n_stages=2,
    n_folds=3,
)


def people(n=400, seed=0):
    """Draw a table whose event hangs on hours and, in one unit alone, on pay."""
    rng = np.random.default_rng(seed)
    hours = rng.normal(size=n)
    unit = rng.choice(["north", "south", "west"], n)
    pay = rng.normal(size=n)
    score = 1.5 * hours + 2.5 * pay * (unit == "north") - 1
    y = (rng.random(n) < 1 / (1 + np.exp(-score))).astype(float)
    shown = np.where(rng.random(n) < 0.1, np.nan, hours)
    table = pd.DataFrame({"hours": shown, "unit": unit, "pay": pay.round(3).astype(str)})
    return table.assign(key=[f"k{i}" for i in range(n)]), y


@pytest.fixture(scope="module")
def fitted():
    X, y = people()
    return EventModel(grid=QUICK, n_seeds=2).fit(X, y)


def test_it_foretells_people_it_has_not_seen_and_is_calibrated(fitted):
    X, y = people(4000, seed=1)
    probability = fitted.probability(X)
    assert roc_auc_score(y, probability) > 0.75
    assert probability.mean() == pytest.approx(y.mean(), abs=0.04)
    slope = calibrate(fitted.score(X), y).slope
    assert 0.75 < slope < 1.35


def test_contributions_add_up_and_name_the_columns(fitted):
    X, _ = people(50, seed=2)
    parts = fitted.contributions(X)
    assert list(parts) == ["hours", "unit", "pay", "key", BASE]
    np.testing.assert_allclose(parts.sum(axis=1), fitted.score(X), atol=1e-6)
    assert not parts["key"].any()
    assert parts["hours"].std() > parts["unit"].std()


def test_reads_back_from_files_exactly(fitted):
    X, _ = people(50, seed=2)
    files = fitted.to_files()
    assert set(files) == {"event.json", "event_trees_0.txt", "event_trees_1.txt"}
    restored = EventModel.from_files(files)
    np.testing.assert_array_equal(restored.score(X), fitted.score(X))
    assert restored.threshold_ == fitted.threshold_
    assert restored.to_files() == files


def test_damaged_files_are_refused_before_they_are_parsed(fitted):
    files = fitted.to_files()
    broken = files | {"event_trees_1.txt": files["event_trees_1.txt"].replace("num_leaves=", "x=")}
    with pytest.raises(ArtifactError):
        EventModel.from_files(broken)
    with pytest.raises(ArtifactError, match="must have event_trees_0.txt"):
        EventModel.from_files({"event.json": files["event.json"]})


def test_refit_equals_fresh_fit_and_input_is_unmodified(fitted):
    X, y = people(300, seed=4)
    before = X.copy()
    fresh = EventModel(grid=QUICK, n_seeds=2).fit(X, y)
    refit = clone(fitted).fit(*people(200, seed=5)).fit(X, y)
    np.testing.assert_array_equal(refit.score(X), fresh.score(X))
    pd.testing.assert_frame_equal(X, before)


def test_clone_is_unfitted_with_equal_parameters(fitted):
    copy = clone(fitted)
    assert copy.get_params() == fitted.get_params()
    with pytest.raises(NotFittedError):
        copy.score(people(5)[0])


def test_unseen_levels_and_gaps_have_finite_scores(fitted):
    strange = pd.DataFrame({"hours": [np.nan], "unit": ["east"], "pay": ["much"], "key": [None]})
    assert np.isfinite(fitted.score(strange)).all()


def test_an_outcome_of_one_class_is_an_error():
    X, y = people(50)
    with pytest.raises(ValueError, match="y must hold 0 and 1, both"):
        EventModel().fit(X, np.zeros(50))
    with pytest.raises(ValueError, match="y must hold 0 and 1, both"):
        EventModel().fit(X, np.where(y == 1, np.nan, 0))


def test_trees_have_the_larger_share_where_columns_work_together():
    X, y = people(1500)
    choice = choose(X, y, None, QUICK, random_state=0)
    assert choice.share > 0
    assert choice.losses[f"mean {choice.share}"] == min(
        value for name, value in choice.losses.items() if name.startswith("mean")
    )
    assert loss(choice.score, y) <= choice.losses["mean 0.0"]


def test_noise_is_not_taken_for_skill():
    X, _ = people(400)
    y = np.random.default_rng(9).integers(0, 2, 400).astype(float)
    model = EventModel(grid=QUICK, n_seeds=1).fit(X, y)
    other, _ = people(400, seed=7)
    assert model.probability(other).std() < 0.1


def test_people_with_many_rows_stay_in_one_fold():
    """A key that tells the person alone must not look like skill."""
    rng = np.random.default_rng(1)
    person = np.repeat(np.arange(60), 8)
    X = pd.DataFrame({"desk": [f"d{p}" for p in person], "noise": rng.normal(size=480)})
    y = rng.integers(0, 2, 60)[person].astype(float)
    split = choose(X, y, None, QUICK, random_state=0)
    whole = choose(X, y, person, QUICK, random_state=0)
    assert loss(split.score, y) < 0.5 < loss(whole.score, y)


def test_few_rows_have_few_leaves():
    assert grid_for(1_000, 20) is SMALL
    assert grid_for(100_000, 20) is LARGE
    assert grid_for(1_000, 500).knots == (0,)
    assert max(one.n_leaves for one in SMALL.trees) < max(one.n_leaves for one in LARGE.trees)


def test_larger_trees_are_tried_where_the_largest_are_best():
    rng = np.random.default_rng(0)
    cells = rng.integers(0, 6, (1500, 3))
    y = (cells.sum(axis=1) % 2).astype(float)  # nothing but all three together tells it
    larger = TreeSettings(40, 60, 5, 0.2, 1.0, 0.1)
    grid = Grid((0,), (0.1,), QUICK.trees, n_stages=1, n_folds=2, larger=(larger,))
    chosen = choose(pd.DataFrame(cells, columns=list("abc")), y, None, grid, random_state=0)
    assert chosen.trees == larger


def test_larger_trees_are_left_where_they_gain_nothing():
    rng = np.random.default_rng(3)
    X = pd.DataFrame(rng.normal(size=(400, 3)), columns=list("abc"))
    y = (X["a"] + rng.normal(size=400) > 0).to_numpy(dtype=float)
    larger = tuple(TreeSettings(n, 40, 5, 0.1, 1.0, 0.1) for n in (20, 41))
    grid = Grid((0,), (0.1,), QUICK.trees, n_stages=1, n_folds=2, larger=larger)
    chosen = choose(X, y, None, grid, random_state=0)
    assert chosen.trees == QUICK.trees[0]
    assert not any("n_leaves=41" in name for name in chosen.losses)


def test_a_table_without_anything_to_learn_from_gives_the_base_rate():
    X = pd.DataFrame({"key": [f"k{i}" for i in range(100)]})
    y = (np.arange(100) % 4 == 0).astype(float)
    model = EventModel(grid=QUICK, n_seeds=1).fit(X, y)
    assert model.probability(X) == pytest.approx(np.full(100, 0.25), abs=0.01)
    np.testing.assert_allclose(model.contributions(X).sum(axis=1), model.score(X), atol=1e-9)


def test_capacity_is_chosen_on_whole_groups_of_a_large_table(monkeypatch):
    monkeypatch.setattr("models.event_model.MOST_ROWS", 150)
    X, y = people(300)
    model = EventModel(grid=QUICK, n_seeds=1).fit(X, y, np.arange(300) // 3)
    again = EventModel(grid=QUICK, n_seeds=1).fit(X, y, np.arange(300) // 3)
    np.testing.assert_array_equal(model.score(X), again.score(X))
    alone = EventModel(grid=QUICK, n_seeds=1).fit(X, y)
    assert not np.array_equal(alone.score(X), model.score(X))
