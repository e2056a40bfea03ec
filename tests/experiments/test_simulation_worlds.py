"""World files: whole or partial, frozen where they ship, refused where they are wrong."""

import hashlib

import pytest
from click.testing import CliRunner

from experiments.simulate_command import simulate
from experiments.simulation.world_files import DEFAULT, FOLDER, load_world, shipped_worlds
from features.errors import SchemaError

FROZEN = {
    "confounded_nomination": "433ce0c340694a5a",
    "gorontalo": "6521953d3c868700",
    "misspecified_form": "ec10576e5e1e4e7e",
    "null_effect": "e670881ea702d2b9",
    "opportunity_only": "8ffac4a4e1b513ce",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.toml")))
def test_shipped_world_is_frozen(name):
    digest = hashlib.sha256((FOLDER / f"{name}.toml").read_bytes()).hexdigest()[:16]
    assert digest == FROZEN.get(name), (
        f"world {name} changed: results name the world they were measured in, so a changed world "
        "needs a new name; leave this file as it was and add another"
    )


def test_at_least_five_worlds_ship_each_with_one_line(capsys):
    worlds = shipped_worlds()
    assert next(iter(worlds)) == DEFAULT
    assert set(worlds) >= {
        "gorontalo", "null_effect", "confounded_nomination", "opportunity_only",
        "misspecified_form",
    }  # fmt: skip
    result = CliRunner().invoke(simulate, ["--worlds"])
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert [line.split()[0] for line in lines] == list(worlds)
    assert all(title in line for title, line in zip(worlds.values(), lines, strict=True))


def test_partial_world_keeps_the_rest_of_the_default(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('title = "slow"\n[learning]\ngain = 0.1\n[learning.forms]\nSeminar = 0\n')
    mine, default = load_world(path), load_world()
    assert mine.title == "slow"
    assert mine.learning.gain == 0.1
    assert mine.learning.forms == {**default.learning.forms, "Seminar": 0}
    assert mine.learning.gain_spread == default.learning.gain_spread
    assert mine.offers == default.offers


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "[learning]\ngains = 1", r"learning.gains must be a key of .*, got 1", id="key"
        ),
        pytest.param("[luck]\nx = 1", r"luck must be a key of", id="section"),
        pytest.param(
            "[learning]\ngain = 1.5", r"learning.gain must be less .* 1, got 1.5", id="share"
        ),
        pytest.param(
            "[offers]\nyearly = -2", r"offers.yearly must be greater .* 0, got -2", id="sign"
        ),
        pytest.param(
            '[offers]\nyearly = "7"', r"offers.yearly must be a valid number, got '7'", id="text"
        ),
        pytest.param(
            "[engagement]\nslide_months = 2.5", r"slide_months must be a valid integer", id="whole"
        ),
        pytest.param("[answers]\nbase = nan", r"answers.base must be a finite number", id="nan"),
        pytest.param("[answers]\nbase = true", r"answers.base must be a valid number", id="bool"),
        pytest.param("learning = 3", r"learning must be", id="no table"),
        pytest.param(
            '[learning.forms]\n"Kuliah" = 1.0', r"learning.forms.Kuliah.* must be", id="form"
        ),
        pytest.param("[feedback.leniency]\nboss = 1.0", r"leniency.boss.* must be", id="role"),
    ],
)
def test_wrong_world_is_refused_with_key_rule_and_value(tmp_path, text, message):
    path = tmp_path / "wrong.toml"
    path.write_text(f'title = "wrong"\n{text}\n')
    with pytest.raises(SchemaError, match=message) as refused:
        load_world(path)
    assert str(path) in str(refused.value)


def test_all_problems_are_named_at_once(tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_text('title = "wrong"\n[learning]\ngain = 2.0\nspeed = 1\n')
    with pytest.raises(SchemaError) as refused:
        load_world(path)
    assert "learning.gain" in str(refused.value)
    assert "learning.speed" in str(refused.value)


def test_world_needs_a_title_a_file_and_toml(tmp_path):
    path = tmp_path / "wrong.toml"
    path.write_text("[learning]\ngain = 0.1\n")
    with pytest.raises(SchemaError, match="title must say in one line"):
        load_world(path)
    path.write_text("gain =")
    with pytest.raises(SchemaError, match="must be TOML"):
        load_world(path)
    with pytest.raises(SchemaError, match="must be .*null_effect.* or a TOML file, got atlantis"):
        load_world("atlantis")


def test_command_takes_a_world_by_name_or_file_and_says_which(tmp_path):
    options = ["--people", "60", "--months", "3", "--workspace", str(tmp_path / "w")]
    result = CliRunner().invoke(simulate, [*options, "--world", "null_effect"])
    assert result.exit_code == 0
    assert "world null_effect: courses and support change nothing" in result.output
    with pytest.raises(SchemaError, match="--world"):
        CliRunner().invoke(simulate, [*options, "--world", "atlantis"], catch_exceptions=False)
