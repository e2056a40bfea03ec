import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.profiles import DETAILS, FAMILIES, FEATURES, KEYS
from features.standards.load import Standards, in_force, load_standard
from models.opportunity import LIMITS, explained_share, lacks_opportunity, opportunity_limits

FREE = {
    "unit_id": "u1", "employment_type": "PNS", "post_level": "ahli_muda", "jp_this_year": 30.0,
    "n_offers_6_months": 1.0, "n_sessions_open_12_months": 4.0, "leave_days_12_months": 4.9,
    "years_to_retirement": 1.1,
}  # fmt: skip


def limits_of(**figures):
    (row,) = opportunity_limits(pd.DataFrame([FREE | figures])).to_dict("records")
    return [name for name, holds in row.items() if holds]


@pytest.mark.parametrize(
    ("figures", "limits"),
    [
        pytest.param({}, [], id="none"),
        pytest.param({"n_offers_6_months": 0.0}, ["no_offer"], id="no offer"),
        pytest.param({"n_sessions_open_12_months": 0.0}, ["no_seats"], id="no seats"),
        pytest.param({"employment_type": "PPPK", "jp_this_year": 24.0}, ["pppk_ceiling"],
                     id="the hours of a contract are used up"),
        pytest.param({"employment_type": "PPPK", "jp_this_year": 23.5}, [], id="hours left"),
        pytest.param({"employment_type": "PPPK", "post_level": "jpt_madya"}, [], id="exempt"),
        pytest.param({"leave_days_12_months": 5.0}, ["leave"], id="leave"),
        pytest.param({"years_to_retirement": 1.0}, ["near_retirement"], id="near retirement"),
        pytest.param({"n_offers_6_months": 0.0, "leave_days_12_months": 20.0},
                     ["no_offer", "leave"], id="two"),
        pytest.param(dict.fromkeys(FREE), [], id="nothing known"),
    ],
)  # fmt: skip
def test_each_limit_holds_from_its_rule_on(figures, limits):
    assert limits_of(**figures) == limits


def test_the_employer_names_its_remote_units(tmp_path):
    (tmp_path / "opportunity.toml").write_text(
        'source = "SK 1/2026"\n[remote_post]\nunit_ids = ["u1"]\n'
    )
    assert limits_of() == []
    with in_force(Standards(tmp_path)):
        assert limits_of() == ["remote_post"]
        assert limits_of(unit_id="u2") == []


def test_what_the_frame_lacks_limits_nobody_and_the_order_is_kept():
    people = pd.DataFrame({"n_offers_6_months": [2.0, 0.0]}, index=[7, 3])
    limits = opportunity_limits(people)
    assert limits.index.tolist() == [7, 3]
    assert limits.columns.tolist() == list(LIMITS)
    assert limits.dtypes.eq(bool).all()
    assert limits.any(axis=1).tolist() == [False, True]


def test_it_reads_columns_of_profiles_alone():
    assert {*FREE} <= {*KEYS, *FEATURES, *DETAILS}
    assert set(load_standard("opportunity")) & set(LIMITS) == set(LIMITS)
    for name in LIMITS:
        assert set(load_standard("opportunity")[name]["explains"]) <= set(FAMILIES)


def test_a_limit_explains_what_raises_the_score_and_nothing_else():
    parts = {"n_enrolments_6_months": 1.0, "unexcused_rise": 1.0, "predicate": -5.0, "base": 9.0}
    assert explained_share(parts, ["no_offer"]) == 0.5
    assert lacks_opportunity(parts, ["no_offer"])
    assert not lacks_opportunity(parts | {"unexcused_rise": 1.1}, ["no_offer"])
    assert lacks_opportunity(parts, ["remote_post"])
    assert not lacks_opportunity({"unexcused_rise": 2.0}, ["leave"])  # absence is no leave
    assert not lacks_opportunity(parts, [])
    assert explained_share({"base": 1.0, "predicate": -1.0}, ["leave"]) == 0


@given(
    st.dictionaries(st.sampled_from(FEATURES), st.floats(-5, 5)), st.sets(st.sampled_from(LIMITS))
)
def test_the_share_grows_with_the_limits(parts, limits):
    share = explained_share(parts, limits)
    assert 0 <= share <= 1 + 1e-9
    assert share <= explained_share(parts, LIMITS) + 1e-9


def test_nan_is_unknown():
    assert not opportunity_limits(pd.DataFrame([dict.fromkeys(FREE, np.nan)])).to_numpy().any()
