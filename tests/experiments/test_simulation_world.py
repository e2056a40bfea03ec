"""Worlds differ in the consequences one expects."""

import numpy as np
import polars as pl
import pytest

from experiments.simulation.simulate import simulate
from experiments.simulation.world_files import load_world

CHANCES = ("unexcused_rate", "accept_chance", "exit_chance")


def changed(section, **strengths):
    world = load_world()
    part = getattr(world, section).model_copy(update=strengths)
    return world.model_copy(update={section: part})


def run(world, people=150, months=18):
    return simulate(people, months, 4, world=world)


@pytest.fixture(scope="module")
def default():
    return run(load_world(), 800, 24)


def correlation(frame, one, other):
    return frame.select(pl.corr(one, other)).item()


def test_courses_raise_competencies_up_to_the_taught_level(default):
    gains = default.truth["gains"].join(
        default.files["kursus_kompetensi"], on=["kursus_id", "kode_kompetensi"], validate="m:1"
    )
    assert (gains["level_after"] >= gains["level_before"]).all()
    below = gains.filter(pl.col("level_before") < pl.col("level").cast(float))
    assert (below["level_after"] <= below["level"].cast(float) + 1e-6).all()
    assert (below["level_after"] - below["level_before"]).mean() > 0.2


def test_null_world_teaches_nothing_and_support_changes_nothing():
    truth = run(load_world("null_effect")).truth
    assert truth["gains"].height > 0
    assert (truth["gains"]["level_after"] == truth["gains"]["level_before"]).all()
    for name in ("engagement", *CHANCES, "unexcused_days", "exits"):
        assert truth["months"][name].equals(
            truth["months"][f"{name}_supported"], null_equal=True
        ) or ((truth["months"][name] == truth["months"][f"{name}_supported"]).all())


def test_support_helps_everybody_in_the_default_world(default):
    months = default.truth["months"]
    assert (months["engagement_supported"] >= months["engagement"]).all()
    assert (months["unexcused_rate_supported"] <= months["unexcused_rate"]).all()
    assert (months["accept_chance_supported"] >= months["accept_chance"]).all()
    assert (months["exit_chance_supported"] <= months["exit_chance"]).all()
    assert months["unexcused_rate_supported"].mean() < 0.8 * months["unexcused_rate"].mean()
    assert (months["unexcused_days_supported"] <= months["unexcused_days"]).all()


def test_support_does_most_for_those_who_slide(default):
    months = default.truth["months"].with_columns(
        effect=pl.col("engagement_supported") - pl.col("engagement")
    )
    assert correlation(months, "effect", "engagement") < -0.5


def test_remoteness_costs_offers():
    unequal = simulate(600, 6, 4).files["penawaran"].height
    equal = simulate(600, 6, 4, world=changed("offers", remote_factor=1.0))
    assert equal.files["penawaran"].height > 1.05 * unequal


def offers_by_person(simulation):
    counts = simulation.truth["offers"].group_by("pns_id").len()
    people = simulation.truth["people"].join(counts, on="pns_id", how="left")
    return people.with_columns(pl.col("len").fill_null(0))


def test_confounded_world_nominates_the_able_and_the_fast_learners(default):
    confounded = offers_by_person(run(load_world("confounded_nomination"), 800, 24))
    for trait in ("ability", "growth"):
        usual = correlation(offers_by_person(default), "len", trait)
        assert correlation(confounded, "len", trait) > max(0.25, usual + 0.1)
    assert abs(correlation(offers_by_person(default), "len", "growth")) < 0.1


def acceptance(simulation):
    offers = simulation.truth["offers"].with_columns(
        month=pl.col("tanggal_penawaran").dt.truncate("1mo")
    )
    people = simulation.truth["people"].select("pns_id", "remote", "commute")
    return offers.join(simulation.truth["months"], on=["pns_id", "month"]).join(people, on="pns_id")


def test_disengaged_people_accept_less_in_the_default_world_but_not_where_all_is_opportunity(
    default,
):
    usual = acceptance(default)
    assert usual.filter(pl.col("engagement") < -1)["chance_accepted"].mean() < 0.5
    assert usual.filter(pl.col("engagement") > 0.5)["chance_accepted"].mean() > 0.7
    other = acceptance(run(load_world("opportunity_only"), 800, 24))
    assert (other["chance_accepted"] == other["chance_accepted_supported"]).all()
    remote, near = (
        other.filter(pl.col("remote") == value)["chance_accepted"].mean() for value in (True, False)
    )
    assert remote < near - 0.2


def test_misspecified_world_has_a_switch_where_the_default_has_a_slope():
    months = run(load_world("misspecified_form")).truth["months"]
    on = months["engagement"] > -0.5
    by_side = months.with_columns(on=on).group_by("on").agg(pl.col("exit_chance").n_unique())
    assert set(by_side["exit_chance"]) == {1}


def test_causes_move_what_they_should(default):
    truth = default.truth
    mean = truth["months"].group_by("pns_id").agg(pl.col("engagement").mean())
    people = truth["people"].join(mean, on="pns_id")
    assert correlation(people, "commute", "engagement") < 0
    absent = (
        default.files["presensi"]
        .group_by("pns_id")
        .agg(pl.col("tanpa_keterangan").cast(int).mean())
        .join(mean, on="pns_id")
    )
    assert correlation(absent, "tanpa_keterangan", "engagement") < -0.2
    survey = (
        default.files["survei"]
        .drop_nulls()
        .with_columns(
            pl.col("skor").cast(float),
            month=pl.col("tanggal").str.to_date("%d-%m-%Y").dt.truncate("1mo"),
        )
    )
    both = survey.join(truth["months"], on=["pns_id", "month"])
    assert correlation(both, "skor", "engagement") > 0.6


def test_gain_can_be_computed_from_the_truth_alone(default):
    """What the truth says a course would bring is what those who took it gained, on average."""
    from experiments.simulation.gains import gain_share, level_after

    truth, world = default.truth, load_world()
    taken = (
        truth["gains"]
        .join(truth["courses"], on=["kursus_id", "kode_kompetensi"])
        .join(truth["people"], on="pns_id")
    )
    topics = [name for name in taken.columns if name.startswith("taste_")]
    place = [topics.index(f"taste_{topic}") for topic in taken["topic"]]
    taste = taken.select(topics).to_numpy()[np.arange(taken.height), place]
    level, taught, form, growth = (
        taken[name].to_numpy() for name in ("level_before", "taught", "form", "growth")
    )
    expected = level_after(level, taught, gain_share(world, level, taught, form, taste, growth))
    assert np.mean(taken["level_after"].to_numpy() - expected) == pytest.approx(0, abs=0.02)
    assert np.corrcoef(taken["level_after"].to_numpy() - level, expected - level)[0, 1] > 0.8


def test_policy_raises_what_posts_require():
    simulation = run(changed("policy", yearly=6.0))
    rules, shifts = simulation.files["peraturan"], simulation.files["perubahan_standar"]
    assert rules.height >= 3
    both = shifts.join(
        simulation.files["standar_kompetensi"], on=["jabatan_id", "kode_kompetensi"], suffix="_was"
    )
    assert both.height == shifts.height > 0
    rise = both["level"].cast(int) - both["level_was"].cast(int)
    assert set(rise) <= {0, 1}
    assert rise.mean() > 0.9
    none = run(changed("policy", yearly=0.0))
    assert none.files["peraturan"].height == none.files["perubahan_standar"].height == 0
    last = {name: one.truth["levels"].height for name, one in (("a", simulation), ("b", none))}
    assert last["a"] == last["b"]


def test_truth_names_the_strengths_of_its_world():
    world = run(changed("learning", gain=0.25), months=3).truth["world"]
    strengths = dict(world.select("strength", "value").rows())
    assert strengths["learning.gain"] == 0.25
    assert strengths["feedback.leniency.self"] == 5.0
