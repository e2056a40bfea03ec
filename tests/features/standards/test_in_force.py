"""An employer's rules reach every command that has a workspace, and no later one."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from features.catalogue.commands import COMMANDS_BY_NAME as CATALOGUE
from features.catalogue.commands import catalogue_folder
from features.commands import COMMANDS_BY_NAME as FEATURES
from features.errors import SchemaError
from features.explained.commands import COMMANDS_BY_NAME as EXPLAINED
from features.panel_commands import COMMANDS_BY_NAME as PANEL
from features.readiness_commands import COMMANDS_BY_NAME as READINESS
from features.standards.load import SHIPPED, Standards, in_force, load_standard

BASE = Path(__file__).parent.parent / "exports" / "base"
COMMANDS = {**FEATURES, **CATALOGUE, **EXPLAINED, **PANEL, **READINESS}


@pytest.fixture
def call(workspace):
    def run(name: str, *arguments: str) -> str:
        texts = [*arguments, "--workspace", str(workspace.root)]
        return CliRunner().invoke(COMMANDS[name], texts, catch_exceptions=False).output

    return run


@pytest.fixture
def decide(workspace):
    """Write a rule of the employer."""

    def write(name: str, text: str) -> None:
        folder = workspace.root / "standards"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.toml").write_text(f'source = "SK 1/2025"\n{text}', encoding="utf-8")

    return write


@pytest.fixture
def imported(call):
    call("import", str(BASE), "--exported-on", "2025-06-30")


def test_rules_in_force_count_where_none_is_named_and_end(tmp_path):
    (tmp_path / "jp.toml").write_text('source = "SK 1/2025"\n[PNS]\nminimum_jp = 30\n')
    with in_force(Standards(tmp_path)):
        assert load_standard("jp")["PNS"]["minimum_jp"] == 30
        assert SHIPPED.load("jp")["PNS"]["minimum_jp"] == 30
        with in_force(Standards()):
            assert load_standard("jp")["PNS"]["minimum_jp"] == 20
    assert load_standard("jp")["PNS"]["minimum_jp"] == 20


def test_a_rule_that_changes_is_read_again(tmp_path):
    path, standards = tmp_path / "jp.toml", Standards(tmp_path)
    path.write_text('source = "SK 1/2025"\n[PNS]\nminimum_jp = 30\n')
    assert standards.load("jp")["PNS"]["minimum_jp"] == 30
    path.write_text('source = "SK 2/2025"\n[PNS]\nminimum_jp = 400\n')
    assert standards.load("jp")["PNS"]["minimum_jp"] == 400


def test_profiles(imported, call, decide, workspace):
    decide("jp", "[PNS]\nminimum_jp = 31\n")
    call("profiles")
    details = pl.read_parquet(workspace.profiles / "details.parquet")
    assert 31.0 in details["jp_entitlement"].to_list()
    assert 20.0 not in details["jp_entitlement"].to_list()
    assert load_standard("jp")["PNS"]["minimum_jp"] == 20  # the next command is another's


def test_import_reads_titles_by_them(call, decide, workspace, tmp_path):
    decide("post_titles", '[ends]\npertama = "ahli_madya"\n')
    export = tmp_path / "export"
    export.mkdir()
    for path in BASE.glob("*.csv"):
        text = path.read_text().replace("Analis Kepegawaian", "Analis Pertama")
        if not path.name.startswith("ref_jabatan"):
            (export / path.name).write_text(text)
    call("import", str(export), "--exported-on", "2025-06-30")
    posts = pl.read_parquet(workspace.records / "posts.parquet")
    assert dict(posts.select("title", "post_level").iter_rows())["Analis Pertama"] == "ahli_madya"


def test_catalogue(imported, call, decide, workspace):
    def proposed() -> set[str]:
        call("catalogue", "suggest")
        with (catalogue_folder(workspace) / "post_competencies.csv").open() as stream:
            return {row["level"] for row in csv.DictReader(stream)}

    before = proposed()
    decide("required_levels", "[levels]\n" + "".join(f"{name} = 5\n" for name in LEVELS))
    assert before
    assert "5" not in before
    assert proposed() == {"5"}


LEVELS = ("pelaksana", "ahli_muda", "ahli_pertama", "terampil", "administrator", "pengawas")


def test_readiness(imported, call, decide):
    decide("readiness", '[field]\nassessments = "asesmen BKPSDM"\n')
    assert "asesmen BKPSDM" in call("readiness")


def test_panel(imported, call, decide):
    usual = call("panel", "--from", "2024-01-01")
    decide("disengagement", "horizon_months = 9\n")
    assert call("panel", "--from", "2024-01-01") != usual


def test_profile_with_promotion_and_its_source(imported, call, decide, workspace):
    decide("promotion", "[administrator]\nexperience_years = 7\n")
    people = pl.read_parquet(workspace.records / "employees.parquet")["employee_id"]
    pages = [json.loads(call("profile", one, "--as", "employee", "--json")) for one in people]
    rows = [row for page in pages for part in page["sections"] for row in part.get("rows", [])]
    rules = [row["rule"] for row in rows if row.get("requirement") == "experience"]
    cited = {(rule["value"], rule["source"]) for rule in rules if "administrator" in rule["key"]}
    assert cited == {(7, "promotion.toml: SK 1/2025")}


def test_indices(imported, call, decide, workspace):
    decide("promotion", "[administrator]\nexperience_years = 7\n")
    call("profiles", "--indices")
    wanted = pl.read_parquet(workspace.indices / "promotion.parquet").filter(
        (pl.col("target_level") == "administrator") & (pl.col("requirement") == "experience")
    )
    assert set(wanted["needed"]) == {7.0}


def test_a_broken_rule_stops_every_command(call, decide):
    decide("jp", "[PNS]\nminimum_jp = -1\n")
    with pytest.raises(SchemaError, match=r"jp.toml: PNS.minimum_jp must be from 0 to 2000"):
        call("readiness")
