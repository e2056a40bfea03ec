"""Worlds: strengths that can be changed, with the consequences one expects."""

import polars as pl
import pytest
from pydantic import ValidationError

from experiments.simulation.simulate import simulate
from experiments.simulation.world import FOLDER, load_world


def changed(section, **strengths):
    world = load_world()
    part = getattr(world, section).model_copy(update=strengths)
    return world.model_copy(update={section: part})


def run(world):
    return simulate(150, 18, 4, world=world)


def test_default_world_is_the_packaged_file():
    assert load_world() == load_world(FOLDER / "gorontalo.toml")


def test_unknown_strength_is_refused(tmp_path):
    text = (FOLDER / "gorontalo.toml").read_text(encoding="utf-8")
    other = tmp_path / "other.toml"
    other.write_text(text.replace("persistence =", "persistance ="), encoding="utf-8")
    with pytest.raises(ValidationError, match="persistance"):
        load_world(other)


def test_courses_raise_competencies_up_to_the_taught_level():
    simulation = run(load_world())
    gains = simulation.truth["gains"].join(
        simulation.files["kursus_kompetensi"], on=["kursus_id", "kode_kompetensi"], validate="m:1"
    )
    assert (gains["level_after"] >= gains["level_before"]).all()
    below = gains.filter(pl.col("level_before") < pl.col("level").cast(float))
    assert (below["level_after"] <= below["level"].cast(float)).all()
    assert (below["level_after"] - below["level_before"]).mean() > 0.2


def test_world_without_learning_teaches_nothing():
    gains = run(changed("learning", gain=0.0, gain_spread=0.0)).truth["gains"]
    assert gains.height > 0
    assert (gains["level_after"] == gains["level_before"]).all()


def test_world_without_remoteness_offers_as_much_everywhere():
    unequal = simulate(600, 6, 4).files["penawaran"].height
    equal = (
        simulate(600, 6, 4, world=changed("offers", remote_factor=1.0)).files["penawaran"].height
    )
    assert equal > 1.05 * unequal


def test_disengaged_people_accept_less():
    truth = run(load_world()).truth
    offers = truth["offers"].with_columns(month=pl.col("tanggal_penawaran").dt.truncate("1mo"))
    both = offers.join(truth["engagement"], on=["pns_id", "month"])
    low = both.filter(pl.col("engagement") < -1)["chance_accepted"].mean()
    high = both.filter(pl.col("engagement") > 0.5)["chance_accepted"].mean()
    assert low < 0.5
    assert high > 0.7


def test_truth_names_the_strengths_of_its_world():
    strengths = dict(run(changed("learning", gain=0.25)).truth["world"].rows())
    assert strengths["learning.gain"] == 0.25
