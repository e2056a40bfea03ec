from copy import deepcopy

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.drivers import LEVERS
from features.errors import SchemaError
from features.profiles import DETAILS, FEATURES
from features.standards.checks import check_standard
from features.standards.load import Standard, load_standard
from models.disengagement import DisengagementModel, SupportRule
from models.event_parts import TreeSettings
from models.hazard import HazardModel
from models.hazard_choice import HazardGrid
from models.opportunity import LIMITS, opportunity_limits
from models.what_if import COLUMNS, move_lever, suggested_actions

RULES = load_standard("support_levers")


class Weighted:
    """Scores people by a weighted sum of figures, null counting 0."""

    def __init__(self, **weights):
        self.weights = weights

    def score(self, people):
        return sum(w * people[name].fillna(0.0) for name, w in self.weights.items()).to_numpy()


def people(**figures):
    size = max(len(values) for values in figures.values())
    return pd.DataFrame({"employee_id": [f"e{i}" for i in range(size)], **figures})


def free(frame):
    return pd.DataFrame(False, index=frame.index, columns=list(LIMITS))


def rows(actions):
    return [tuple(row) for row in actions[["employee_id", "lever", "rank"]].itertuples(index=False)]


def test_levers_come_by_the_change_of_the_score():
    frame = people(
        unexcused_rise=[1.25, 0.25, 0.0], n_enrolments_6_months=[0.0, 0.0, 0.0],
        n_offers_6_months=[2.0, 0.0, 0.0],
    )  # fmt: skip
    actions = suggested_actions(SupportRule(), frame, free(frame))
    # the first: an offer taken takes 1 point, half a day less takes .5; of the others no offer is
    # left untaken, and the second is .25 above its own past
    assert rows(actions) == [
        ("e0", "course", 1), ("e0", "career_talk", 2), ("e0", "workload", 3), ("e1", "workload", 1),
    ]  # fmt: skip
    assert actions["score_from"].tolist() == [2.25, 2.25, 2.25, 0.25]
    assert actions["score_to"].tolist() == [1.25, 1.25, 1.75, 0.0]


def test_figures_of_a_lever_move_together_within_their_ranges():
    frame = people(unexcused_rise=[1.0, 0.2], unexcused_days_3_months=[0.25, 1.0],
                   unexcused_days_12_months=[3.0, None])  # fmt: skip
    moved, applies = move_lever(frame, free(frame), RULES["workload"])
    assert applies.tolist() == [True, True]
    assert moved["unexcused_days_3_months"].tolist() == pytest.approx([0.0, 0.8])  # half; 2 fifths
    assert moved["unexcused_rise"].tolist() == pytest.approx([0.75, 0.0])
    assert moved["unexcused_days_12_months"].tolist()[0] == pytest.approx(3 - 0.0625)
    assert np.isnan(moved["unexcused_days_12_months"].iloc[1])


def test_a_course_moves_the_hours_by_its_own():
    frame = people(jp_this_year=[4.0, 4.0], n_courses=[1.0, 1.0], days_since_course=[200.0, None])
    moved, _ = move_lever(frame, free(frame), RULES["course"], pd.Series([6.0, None]))
    assert moved["jp_this_year"].tolist() == [10.0, 14.0]
    assert moved["n_courses"].tolist() == [2.0, 2.0]
    assert moved["days_since_course"].tolist()[0] == 0
    assert np.isnan(moved["days_since_course"].iloc[1])  # unknown stays unknown


@pytest.mark.parametrize(
    ("figures", "limits", "levers"),
    [
        pytest.param({}, [], ["course", "career_talk", "rotation"], id="all are open"),
        pytest.param({}, ["pppk_ceiling"], ["rotation"], id="no hours left"),
        pytest.param({}, ["no_seats"], ["career_talk", "rotation"], id="no session"),
        pytest.param({}, ["near_retirement"], ["course", "career_talk"], id="near retirement"),
        pytest.param({}, ["leave"], [], id="on leave"),
        pytest.param({"n_offers_6_months": [0.0]}, [], ["course", "rotation"], id="no offer"),
        pytest.param({"post_days": [729.0]}, [], ["course", "career_talk"], id="too short a time"),
        pytest.param({"post_days": [None]}, [], ["course", "career_talk"], id="time not known"),
        pytest.param({"n_enrolments_6_months": [None]}, [], ["rotation"], id="courses not known"),
    ],
)  # fmt: skip
def test_only_levers_that_are_open_are_suggested(figures, limits, levers):
    known = {"n_enrolments_6_months": [0.0], "n_offers_6_months": [1.0], "post_days": [730.0]}
    frame = people(**(known | figures)).astype({"n_enrolments_6_months": float, "post_days": float})
    model = Weighted(n_enrolments_6_months=-1.0, post_days=0.001)
    held = free(frame).assign(**dict.fromkeys(limits, True))
    assert sorted(suggested_actions(model, frame, held)["lever"], key=LEVERS.index) == levers


def test_what_does_not_lower_the_score_is_not_suggested():
    frame = people(n_enrolments_6_months=[0.0], n_offers_6_months=[1.0])
    assert suggested_actions(Weighted(n_enrolments_6_months=1.0), frame, free(frame)).empty
    assert suggested_actions(Weighted(n_offers_6_months=1.0), frame, free(frame)).empty
    nobody = suggested_actions(Weighted(n_offers_6_months=1.0), frame[:0], free(frame)[:0])
    assert list(nobody) == list(COLUMNS)


def test_each_lever_moves_figures_of_a_profile_that_the_office_may_move():
    for lever in LEVERS:
        assert RULES[lever]["moves"]
        assert {*RULES[lever]["moves"], *RULES[lever]["requires"]} <= {*FEATURES, *DETAILS}
        assert set(RULES[lever]["moves"]) & set(FEATURES)  # what a model may see
        assert set(RULES[lever]["unless"]) <= set(LIMITS)
    for name in ("predicate", "excused_days_12_months", "years_to_retirement"):
        rules = Standard(deepcopy(dict(RULES)), "support_levers")
        rules["course"]["moves"][name] = {"to": 5.0}
        with pytest.raises(SchemaError, match="must not name an appraisal, granted leave"):
            check_standard(rules, "x")


@pytest.fixture(scope="module")
def trained():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({name: rng.normal(5, 3, 600).clip(0) for name in FEATURES})
    frame = frame.assign(employee_id=[f"e{i:03}" for i in range(600)], unit_id="u1")
    event = rng.random(600) < 1 / (1 + np.exp(frame["n_enrolments_6_months"] - 5))
    frame = frame.assign(n_attendance_months=12.0, as_of=pd.Timestamp("2025-01-01"))
    panel = frame.assign(absence_rise=event.astype(float), absence_rise_month=4.0)
    grid = HazardGrid(linear=((0, 0.01),), trees=(TreeSettings(3, 8, 5),), n_stages=1, n_folds=2)
    hazard = HazardModel(component="absence_rise", grid=grid).fit(panel).calibrate(panel)
    return DisengagementModel({"absence_rise": hazard}), frame


def test_a_what_if_agrees_with_a_score_of_the_moved_figures(trained):
    model, frame = trained
    actions = suggested_actions(model, frame, opportunity_limits(frame))
    assert {"course", "mentoring"} <= set(actions["lever"])
    assert "rotation" not in set(actions["lever"])  # nobody is two years in a post
    one = actions[actions["lever"] == "course"].iloc[0]
    moved = frame[frame["employee_id"] == one["employee_id"]].copy()
    for name, move in RULES["course"]["moves"].items():
        moved[name] = move["to"] if "to" in move else moved[name] + move["by"]
    assert one["score_to"] == pytest.approx(float(model.score(moved)[0]), abs=1e-9)
    assert (actions["score_to"] < actions["score_from"]).all()
    changes = (actions["score_to"] - actions["score_from"]).groupby(actions["employee_id"])
    assert changes.apply(lambda one: one.is_monotonic_increasing).all()


@settings(max_examples=25)
@given(
    st.lists(st.one_of(st.none(), st.floats(0, 31)), min_size=3, max_size=3),
    st.sampled_from(LEVERS),
)
def test_no_figure_leaves_its_range_and_no_other_one_moves(figures, lever):
    names = [*RULES[lever]["moves"]][:3]
    frame = people(**{name: [value] for name, value in zip(names, figures, strict=False)})
    frame = frame.assign(predicate=4.0, **dict.fromkeys(RULES[lever]["requires"], 999.0))
    frame[names] = frame[names].astype(float)
    moved, _ = move_lever(frame, free(frame), RULES[lever])
    pd.testing.assert_frame_equal(
        moved.drop(columns=names), frame.drop(columns=names), check_dtype=False
    )
    for name in names:
        move, (value,) = RULES[lever]["moves"][name], moved[name]
        assert np.isnan(value) == pd.isna(frame[name].iloc[0])
        if "to" not in move and not np.isnan(value):
            assert move["lowest"] - 1e-9 <= value <= move["highest"] + 1e-9
