"""The truth: outcomes under support, without a nomination, and what courses would bring."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from experiments.simulation.chances import exit_chance, unexcused_rate
from experiments.simulation.draws import poisson_at
from experiments.simulation.evaluation import Truth
from experiments.simulation.export_people import RESIGNED
from experiments.simulation.simulate import simulate
from experiments.simulation.world_files import load_world
from experiments.simulation.writing import write_export
from features.errors import MissingStepError
from features.workspace import Workspace


@pytest.fixture(scope="module")
def simulation():
    return simulate(500, 24, 6)


@pytest.fixture(scope="module")
def truth(simulation, tmp_path_factory):
    workspace = Workspace(tmp_path_factory.mktemp("truth"))
    write_export(simulation, workspace)
    return Truth(workspace.root / "truth")


def test_truth_is_named_where_it_is_missing(tmp_path):
    with pytest.raises(MissingStepError, match="huyula simulate"):
        Truth(tmp_path / "truth")


def test_world_is_kept_whole(truth):
    assert truth.world() == load_world()


def test_courses_bring_nothing_beyond_what_they_teach_and_most_where_the_step_is_right(truth):
    gains = truth.course_gains(date(2023, 1, 1))
    taught = gains.join(
        truth.scan("courses").collect(), on=["kursus_id", "kode_kompetensi"], validate="m:1"
    )
    assert gains["pns_id"].n_unique() == 500
    assert gains.height == 500 * truth.scan("courses").collect().height
    beyond = taught.filter(pl.col("level") >= pl.col("taught"))
    assert beyond.height > 0
    assert (beyond["gain"] == 0).all()
    ahead = taught.with_columns(ahead=pl.col("taught") - pl.col("level"))
    assert ahead.filter(pl.col("ahead") > 0)["gain"].min() > 0
    part = ahead.with_columns(part=pl.col("gain") / pl.col("ahead"))
    near, far = part.filter(pl.col("ahead").is_between(0.5, 1)), part.filter(pl.col("ahead") > 2)
    assert near["part"].mean() > far["part"].mean() + 0.1


def test_gains_of_some_people_are_those_of_all(truth):
    everybody = truth.course_gains(date(2024, 6, 1))
    some = everybody["pns_id"].unique().sort().head(3).to_list()
    key = ["pns_id", "kursus_id", "kode_kompetensi"]
    chosen = everybody.filter(pl.col("pns_id").is_in(some)).sort(key)
    assert truth.course_gains(date(2024, 6, 1), some).sort(key).equals(chosen)


def test_levels_follow_the_snapshot_before_the_date(truth):
    snapshots = truth.scan("levels").select("before").collect()["before"].unique().sort().to_list()
    assert snapshots == [date(2023, 1, 1), date(2024, 1, 1), date(2025, 1, 1)]
    before, later = (
        truth.course_gains(day).sort("pns_id", "kursus_id", "kode_kompetensi")["level"]
        for day in (date(2023, 12, 31), date(2024, 1, 1))
    )
    assert (later > before + 0.2).sum() > 100


def test_support_effects_add_up_the_months(truth):
    effects = truth.support_effects(date(2024, 1, 1), date(2024, 7, 1))
    months = truth.scan("months").collect()
    person = effects.filter(pl.col("n_months") == 6)["pns_id"][0]
    own = months.filter(
        pl.col("pns_id") == person,
        pl.col("month").is_between(date(2024, 1, 1), date(2024, 6, 1)),
    )
    row = effects.row(by_predicate=pl.col("pns_id") == person, named=True)
    assert row["unexcused_days"] == own["unexcused_days"].sum()
    assert row["engagement_supported"] == pytest.approx(own["engagement_supported"].mean(), 1e-5)
    stays = np.prod(1 - own["exit_chance"].to_numpy())
    assert row["exit_chance"] == pytest.approx(1 - stays, rel=1e-3)
    assert effects["n_months"].max() == 6


def test_attendance_of_the_export_is_the_outcome_without_support(simulation):
    months = simulation.truth["months"].select(
        "pns_id", pl.col("month").dt.strftime("%d-%m-%Y").alias("bulan"), "unexcused_days"
    )
    both = simulation.files["presensi"].join(months, on=["pns_id", "bulan"], validate="1:1")
    assert both.height == months.height == simulation.files["presensi"].height
    assert (both["tanpa_keterangan"].cast(int) == both["unexcused_days"]).all()


def test_exits_of_the_export_are_those_of_the_truth(simulation):
    gone = simulation.files["pegawai"].filter(pl.col("kedudukan_hukum_nama") == RESIGNED)
    exits = simulation.truth["months"].filter("exits")
    last = exits.filter(pl.col("month") < date(2024, 12, 1))
    assert set(gone["pns_id"]) <= set(last["pns_id"])
    assert set(exits["exits_supported"]) <= {True, False}
    months = simulation.truth["months"]
    assert months["exits_supported"].sum() <= months["exits"].sum()


def test_some_nominations_would_not_have_been_needed_but_most_were(simulation):
    offers = simulation.truth["offers"]
    alone = offers["chance_alone"]
    assert alone.min() == 0
    assert 0 < alone.max() < 1
    assert alone.mean() < 0.02 < offers["chance_accepted"].mean()
    forms = simulation.files["katalog_kursus"].select("kursus_id", "bentuk")
    closed = offers.join(forms, on="kursus_id").filter(pl.col("bentuk") == "Pelatihan Teknis")
    assert closed.height > 100
    assert (closed["chance_alone"] == 0).all()


def test_supported_answers_share_the_luck_of_the_given_ones(simulation):
    offers = simulation.truth["offers"].with_columns(
        tanggal_penawaran=pl.col("tanggal_penawaran").dt.strftime("%d-%m-%Y")
    )
    both = simulation.files["penawaran"].join(
        offers, on=["pns_id", "kursus_id", "tanggal_penawaran"]
    )
    accepted = both["tanggapan"] == "diterima"
    assert both.filter(accepted)["accepts_supported"].all()
    assert both["accepts_supported"].sum() > accepted.sum()


def test_poisson_counts_follow_their_rate_and_grow_with_it(rng):
    luck = rng.random(20_000)
    few, many = (poisson_at(luck, np.full(20_000, rate)) for rate in (0.3, 2.0))
    assert (few <= many).all()
    assert few.mean() == pytest.approx(0.3, abs=0.02)
    assert many.mean() == pytest.approx(2.0, abs=0.05)
    assert many.var() == pytest.approx(2.0, abs=0.1)


def test_laws_at_hand_countable_points():
    world = load_world()
    spirit = np.array([0.0, -2.0])
    chance = exit_chance(world, spirit) * 12 / world.careers.resignation_yearly
    assert chance == pytest.approx([1.0, np.exp(2.4)])

    class Nobody:
        absence = np.zeros(2)
        commute = np.zeros(2)

    rate = unexcused_rate(world, Nobody(), spirit)  # type: ignore[arg-type]
    usual = 0.042 * np.exp(-(0.5**2) / 2)
    assert rate == pytest.approx([usual, usual * np.exp(0.9 * 2 + 0.45)])
