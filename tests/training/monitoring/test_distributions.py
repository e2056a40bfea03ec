import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.monitoring.distributions import shift, summarise


def test_summary_is_deciles_without_the_ends():
    found = summarise(np.r_[np.arange(1.0, 101), np.full(25, np.nan)])
    assert found["n"] == 125
    assert found["missing"] == 0.2
    assert len(found["edges"]) == 9
    assert found["shares"] == pytest.approx([0.1] * 10)
    assert 1.0 not in found["edges"]
    assert 100.0 not in found["edges"]


@given(st.lists(st.sampled_from([0.0, 0.0, 1.0, 2.0, 3.0, np.nan]), min_size=1, max_size=80))
def test_no_bin_tells_of_few_people(values):
    array = np.array(values)
    found, n_known = summarise(array), int((~np.isnan(array)).sum())
    counts = np.array(found["shares"]) * n_known
    assert ((counts < 1e-9) | (counts > 4.5) | (len(counts) == 1)).all()
    assert len(found["shares"]) == (len(found["edges"]) + 1 if n_known else 0)


def test_psi_and_ks_are_the_sums_by_hand():
    reference = {"n": 200, "missing": 0.0, "edges": [0.0], "shares": [0.5, 0.5]}
    live = np.r_[np.zeros(25), np.ones(75)]
    found = shift(reference, live, 0.001)
    # each side differs by .25: .25 * ln(2) and .25 * ln(1.5)
    assert found["psi"] == pytest.approx(0.25 * np.log(2) + 0.25 * np.log(1.5))
    assert found["ks"] == pytest.approx(0.25)
    assert found["psi_by_chance"] == pytest.approx(13.8155 * (1 / 200 + 1 / 100), abs=1e-3)


def test_the_same_values_have_not_moved_and_all_missing_have(rng):
    values = rng.normal(size=500)
    same = shift(summarise(values), values, 0.001)
    assert same["psi"] == pytest.approx(0, abs=1e-12)
    assert same["ks"] == pytest.approx(0, abs=1e-12)
    gone = shift(summarise(values), np.full(500, np.nan), 0.001)
    assert gone["psi"] > 5
    assert (gone["ks"], gone["missing"]) == (None, 1.0)
    never = summarise(np.full(500, np.nan))
    assert shift(never, np.full(500, np.nan), 0.001)["psi"] == pytest.approx(0)


def test_chance_alone_stays_under_its_level(rng):
    above = 0
    for _ in range(200):
        found = shift(summarise(rng.normal(size=400)), rng.normal(size=400), 0.01)
        above += found["psi"] > found["psi_by_chance"]
    assert above <= 12
