"""Published figures against the default world, and where the engagement figures come from."""

import csv
import math

import polars as pl
import pytest
from click.testing import CliRunner

from experiments.simulate_command import simulate as simulate_command
from experiments.simulation.calibration import SCHEMA, compare
from experiments.simulation.lists import read_list
from experiments.simulation.simulate import simulate

TARGETS = {target["measure"]: target for target in read_list("calibration")["target"]}


@pytest.fixture(scope="module")
def compared():
    return compare([simulate(4000, 36, 1).truth["marginals"]])


@pytest.mark.parametrize("label", [target["label"] for target in TARGETS.values()])
def test_default_world_is_within_the_tolerance(compared, label):
    row = next(row for row in compared if row.label == label)
    assert row.within, f"{label}: published {row.target}, simulated {row.simulated:.4f}"


def test_every_target_has_a_source_and_says_how_sure_it_is():
    assert len(TARGETS) >= 16
    assert all(target["source"] and target["sure"] in "VSPI" for target in TARGETS.values())
    assert all(0 < target["tolerance"] <= 0.05 for target in TARGETS.values())


def sums(*rows):
    return pl.DataFrame(list(rows), schema=SCHEMA, orient="row")


def test_marginals_of_employers_add_up():
    one = sums(("women", 10.0, 7.0, 7.0), ("engagement_units", 1.0, 0.6, 0.36))
    two = sums(("women", 30.0, 15.0, 15.0), ("engagement_units", 1.0, 0.8, 0.64))
    by_label = {row.label: row for row in compare([one, two])}
    assert by_label["women"].simulated == pytest.approx(22 / 40)
    assert not by_label["women"].within
    spread = by_label["engagement survey, spread between units"].simulated
    assert spread == pytest.approx(math.sqrt(0.02))
    nothing = by_label["PPPK"]
    assert math.isnan(nothing.simulated)
    assert not nothing.within


def test_command_prints_the_table_and_marks_what_lies_outside(tmp_path):
    options = ["--people", "60", "--months", "15", "--workspace", str(tmp_path), "--calibration"]
    result = CliRunner().invoke(simulate_command, options, catch_exceptions=False)
    assert all(target["label"] in result.output for target in TARGETS.values())
    assert "outside" in result.output


def test_engagement_target_lies_between_the_civil_service_surveys(dataset):
    british = dataset("uk_csps") / "median_benchmark.csv"
    with british.open(encoding="utf-8-sig", newline="") as stream:
        index = next(row for row in csv.DictReader(stream) if row["Measure"] == "EES")
    american = dataset("fevs") / "agency.csv"
    with american.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    whole = float(rows[0]["Employee Engagement: Overall_2022"])
    target = TARGETS["engagement"]["value"]
    assert float(index["2020"]) == pytest.approx(0.66)
    assert whole == pytest.approx(0.705, abs=0.001)
    assert float(index["2018"]) <= target <= whole


def test_spread_target_is_that_between_organisations(dataset):
    path = dataset("fevs") / "agency.csv"
    spreads = []
    for year in ("2019", "2020", "2022"):
        scores = pl.read_csv(path, infer_schema=False).filter(
            pl.col(f"Reporting Level_{year}") == "Level 3"
        )[f"Employee Engagement: Overall_{year}"]
        spreads.append(scores.cast(float).std())
    assert min(spreads) == pytest.approx(0.048, abs=0.001)
    assert max(spreads) == pytest.approx(0.064, abs=0.001)
    assert min(spreads) <= TARGETS["engagement_units"]["value"] <= max(spreads)
