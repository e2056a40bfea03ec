"""What an experiment's file may say, and how it is told what it may not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from experiments.experiment.model_choice import choose_model
from experiments.experiment.open_question import Experiment
from experiments.experiment.specification import (
    SHIPPED,
    load_specification,
    nearest,
    read_specification,
)
from features.errors import ContractError, SchemaError

EXAMPLES = Path(__file__).parents[2] / "experiments" / "examples"
LEAST = 'name = "a"\ntask = "support"\nmodel = "lightgbm"\n'
FILE = LEAST + '[data]\nfile = "x.csv"\nlabel = "left"\n'


def read(text: str):
    return read_specification(text, Path("/data"), "a.toml")


@pytest.mark.parametrize("name", ["support", "recommend", "panel"])
def test_shipped_files_are_valid_and_every_commented_key_too(name):
    path = SHIPPED / f"{name}.toml"
    load_specification(path)
    commented = [
        line[2:] if line.startswith("# ") and ("=" in line or line[2] == "[") else line
        for line in path.read_text().splitlines()
        if not line.startswith(("# rolling", "# `", "# A test", "# Default", "# encode"))
    ]  # fmt: skip
    found = read("\n".join(commented))
    assert found.search is not None
    assert found.search.n_trials == 20


def test_defaults_and_paths_are_taken_from_the_files_folder():
    found = read(FILE)
    assert found.data.file == Path("/data/x.csv")
    assert (found.seed, found.params, found.gates.leak_threshold) == (0, {}, 0.95)
    assert found.search_metric == "ap"
    assert read(LEAST.replace("support", "recommend")).search_metric == "ndcg_at_10"


def test_rolling_origins_stand_so_many_months_apart():
    text = LEAST + "[periods]\nrolling = {from = 2024-01-31, to = 2024-07-01, every_months = 3}\n"
    assert read(text).periods.origins == (date(2024, 1, 31), date(2024, 4, 30))


SEARCH = LEAST + "[search.space.x]\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("= 3", "a.toml must be TOML", id="toml"),
        pytest.param(LEAST + "sead = 1", r"sead is not known \(did you mean seed\?\)", id="key"),
        pytest.param(LEAST + "[periods]\nasof = 1", r"periods.asof .* mean as_of", id="inner key"),
        pytest.param(
            SEARCH + 'kind = "int"\nrnge = [1, 2]', "space.x.rnge .* range", id="deep key"
        ),
        pytest.param('task = "support"\nmodel = "x"', "name must be given", id="missing"),
        pytest.param(LEAST.replace("support", "suport"), "got suport", id="task"),
        pytest.param(LEAST + "seed = -1", "seed cannot be used: .* greater", id="negative"),
        pytest.param(LEAST + '[data]\nlabel = "x"', "label needs file", id="label"),
        pytest.param(LEAST + '[data]\nfile = "x"', "label must name the column", id="no label"),
        pytest.param(LEAST + '[data]\nfile = "x"\nworkspace = "y"', "not both", id="both"),
        pytest.param(FILE.replace("support", "recommend"), "task must be support", id="file task"),
        pytest.param(FILE + "[features]", "features are a workspace's", id="file families"),
        pytest.param(FILE + "[periods]\nas_of = [3]", "as_of needs data.time", id="no time"),
        pytest.param(FILE + 'time = "t"', "must say from when rows are judged", id="no origin"),
        pytest.param(LEAST + "[periods]\nas_of = [3]", "must hold dates", id="number"),
        pytest.param(
            LEAST + "[periods]\nembargo_days = 3", "embargo_days is for files", id="files"
        ),
        pytest.param(
            LEAST + "[periods]\nas_of = [2024-01-01, 2024-01-01]",
            "must not name a date twice",
            id="twice",
        ),
        pytest.param(
            LEAST + "[periods]\nas_of = [2024-01-01]\n"
            "rolling = {from = 2024-01-01, to = 2024-02-01, every_months = 1}",
            "as_of or rolling, not both",
            id="two ways",
        ),
        pytest.param(
            LEAST + "[periods]\nrolling = {from = 2024-02-01, to = 2024-01-01, every_months = 1}",
            "to must not lie before from",
            id="backwards",
        ),
        pytest.param(
            LEAST + '[features]\nfamilies = ["carer"]', "got carer .* career", id="family"
        ),
        pytest.param(LEAST + "[features]\nfamilies = []", "families must name one", id="none"),
        pytest.param(LEAST + "[search]", "space must name a parameter", id="no space"),
        pytest.param(SEARCH + 'kind = "int"', "range = .* is needed", id="no range"),
        pytest.param(SEARCH + 'kind = "int"\nrange = [2, 1]', "must rise, got 2 to 1", id="falls"),
        pytest.param(SEARCH + 'kind = "int"\nrange = [1.5, 2]', "whole numbers", id="fractions"),
        pytest.param(
            SEARCH + 'kind = "float"\nrange = [0, 1]\nlog = true', "above 0 where log", id="log"
        ),
        pytest.param(SEARCH + 'kind = "choice"\nchoices = [1]', "two values or more", id="choice"),
        pytest.param(
            LEAST
            + '[search]\nmetric = "ndcg_at_10"\n[search.space.x]\nkind = "int"\nrange = [1, 2]',
            "search.metric must be one of ap, auc, brier",
            id="metric",
        ),
    ],
)
def test_what_breaks_a_rule_is_refused_with_field_rule_and_value(text, said):
    with pytest.raises(SchemaError, match=said):
        read(text)


def test_all_problems_are_told_at_once():
    with pytest.raises(SchemaError, match=r"breaks 3 rules:(.|\n)*name(.|\n)*model(.|\n)*seed"):
        read('task = "support"\nseed = -1')


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(SchemaError, match="experiment must be a TOML file"):
        load_specification(tmp_path / "none.toml")
    with pytest.raises(SchemaError, match="experiment must be a TOML file"):
        Experiment.read(tmp_path / "none.toml")


def test_nothing_is_suggested_where_nothing_is_alike():
    assert nearest("zzz", ["seed"]) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(LEAST.replace("lightgbm", "lightgm"), r"got lightgm|mean lightgbm", id="name"),
        pytest.param(FILE.replace("lightgbm", "disengagement"), "must be one of event", id="file"),
        pytest.param(LEAST + "encode = true", "encode is for a model of one's own", id="encode"),
        pytest.param(LEAST.replace("lightgbm", "no_module:A"), "can be imported", id="module"),
        pytest.param(LEAST.replace("lightgbm", "none.py:A"), "must name a Python file", id="path"),
        pytest.param(
            LEAST.replace("lightgbm", "nearest_rows.py:NearestRow"), "mean NearestRows", id="class"
        ),
        pytest.param(
            LEAST.replace("lightgbm", "sklearn.linear_model:LogisticRegression"),
            "contains NaN",
            id="contract",
        ),
    ],
)
def test_a_model_that_is_not_there_or_breaks_its_contract_is_refused(text, said):
    with pytest.raises((SchemaError, ContractError), match=said):
        choose_model(read(text), EXAMPLES)


def test_a_file_that_fails_is_refused_with_what_it_raised(tmp_path):
    (tmp_path / "broken.py").write_text("1 / 0")
    with pytest.raises(SchemaError, match="cannot be read: ZeroDivisionError"):
        choose_model(read(LEAST.replace("lightgbm", "broken.py:A")), tmp_path)


def test_parameters_and_seed_reach_the_model_and_others_are_refused():
    choice = choose_model(read(LEAST), EXAMPLES)
    assert choice.make({"num_leaves": 7}, 3).get_params()["num_leaves"] == 7
    assert choice.make({}, 3).get_params()["random_state"] == 3
    with pytest.raises(SchemaError, match=r"params.num_leafs .* mean num_leaves"):
        choice.make({"num_leafs": 7}, 0)


def test_the_examples_hold_their_contracts():
    own = load_specification(EXAMPLES / "nearest_rows.toml")
    choice = choose_model(own, EXAMPLES)
    assert choice.is_own
    assert choice.make({"n_rows": 5}, 0).estimator.n_rows == 5
    text = LEAST.replace("support", "recommend")
    level = choose_model(read(text.replace("lightgbm", "same_level.py:SameLevel")), EXAMPLES)
    assert len(level.source_digest) == 64
