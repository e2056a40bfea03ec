from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from features.errors import SchemaError
from features.standards.commands import standards


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.delenv("HUYULA_STANDARDS", raising=False)

    def call(*arguments: str) -> str:
        options = [*arguments, "--workspace", str(tmp_path)]
        return CliRunner().invoke(standards, options, catch_exceptions=False).output

    return call


def test_all_rules_are_listed_with_their_dates(run):
    lines = run().splitlines()
    assert any(
        line.startswith("appraisal_weights") and "until 2021-12-31" in line for line in lines
    )
    assert any(line.startswith("ip_asn") and "since 2019-05-15" in line for line in lines)


def test_rules_not_in_force_on_the_day_are_left_out(run):
    names = [line.split()[0] for line in run("--on", "2019-05-14").splitlines()]
    assert "jp" in names
    assert "ip_asn" not in names  # from the day after on


def test_one_rule_shows_source_and_certainty(run):
    text = run("jp")
    assert "[PP 49/2018, art. 40 (1): at most 24 JP in one year of the contract]" in text
    assert "PPPK.maximum_jp = 24  (verified)" in text
    assert "verified: read in the legal text or an official page" in text


def test_an_override_is_shown_as_the_employers(run, tmp_path):
    (tmp_path / "standards").mkdir()
    (tmp_path / "standards" / "jp.toml").write_text('source = "SK 1"\n[PNS]\nminimum_jp = 24\n')
    assert "[jp.toml: SK 1]\n    PNS.minimum_jp = 24  (employer)" in run("jp")
    assert "1 overridden" in run()
    document = json.loads(run("jp", "--json"))
    assert document["jp"]["overridden"] == {"PNS.minimum_jp": "jp.toml: SK 1"}


def test_json_holds_value_source_certainty_and_dates(run):
    rules = json.loads(run("behaviours", "--on", "2020-01-01", "--json"))["behaviours"]["rules"]
    scheme = next(rule for rule in rules if rule["key"] == "scheme")
    assert scheme["value"] == "SKP 2014-2021"
    assert (scheme["valid_from"], scheme["valid_until"]) == ("2014-01-01", "2021-12-31")
    assert scheme["certainty"] == "inference"


def test_an_unknown_name_is_an_error(run):
    with pytest.raises(SchemaError, match="standard must be one of"):
        run("nothing")


def test_a_damaged_rule_of_the_employer_is_named(run, tmp_path):
    (tmp_path / "standards").mkdir()
    (tmp_path / "standards" / "jp.toml").write_text("[PPPK]\nmaximum_jp = 'many'\n")
    with pytest.raises(SchemaError, match="jp"):
        run()
