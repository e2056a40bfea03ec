"""A real ranker and a real support model, small: what the service shows of them adds up."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from features.profiles import FEATURES
from models.bundle import Bundle
from models.cases import Cases, Catalogue
from models.disengagement import DisengagementModel
from models.event_parts import TreeSettings
from models.hazard import HazardModel
from models.hazard_choice import HazardGrid
from models.ranker import CourseRanker
from models.recommender import Recommender
from serving.answers import recommend
from serving.batch import assess_support, rank_courses, support_curves
from serving.errors import EXCHANGE, Exchange
from serving.messages import PersonReference, RecommendationQuestion, SupportQuestion
from serving.released import Released, files_under
from serving.snapshot import COLUMNS, REASONS
from serving.support_answers import support_needs
from serving.support_help import beside_flags

N = 200
TINY = HazardGrid(linear=((0, 0.01),), trees=(TreeSettings(3, 8, 5),), n_stages=1, n_folds=2)
COURSES = [f"K{i:02}" for i in range(25)]


def drawn_people(rng):
    figures = pd.DataFrame(rng.normal(size=(N, len(FEATURES))), columns=list(FEATURES))
    return figures.assign(
        n_attendance_months=12.0,
        employee_id=[f"e{i:03}" for i in range(N)],
        unit_id=np.repeat(["u1", "u2"], N // 2),
        post_id=rng.choice(["p1", "p2"], N),
        post_level="ahli_muda",
        employment_type="PNS",
    )


@pytest.fixture
def trained(released, rng):
    frames = dict(released.snapshot.frames)
    people = frames["people"] = drawn_people(rng)
    frames["courses"] = pd.DataFrame(
        {"course_id": COURSES, "title": COURSES, "form": "technical", "jp": 8.0, "cost_rupiah": 0.0}
    )
    taken = pd.DataFrame(
        {
            "employee_id": rng.choice(people["employee_id"], 600),
            "course_id": rng.choice(COURSES, 600),
        }
    ).drop_duplicates()
    frames["history"] = taken[:300].assign(happened_on=pd.Timestamp("2025-01-01"))
    frames["course_competencies"] = pd.DataFrame(
        {"course_id": COURSES, "competency_id": "T.04", "level": 3.0}
    )
    # nobody is measured, so that lists are longer than what is stored: no gap has to be answered
    frames["levels"] = frames["levels"].assign(
        employee_id=["e001", "e001", "e002", "e002", "e004"], level=np.nan, gap=np.nan
    )
    frames["sessions"] = frames["sessions"][:0]
    cases = Cases(people, frames["history"], frames["levels"])
    catalogue = Catalogue(frames["courses"], frames["course_competencies"])
    ranker = CourseRanker(n_estimators=10, min_leaf=5).fit(cases, taken[300:], catalogue=catalogue)
    people["as_of"] = pd.Timestamp(released.snapshot.as_of)
    model = trained_model(people)
    bundle = bundle_of(released.bundle, Recommender("ranker", ranker), model)
    as_of = released.snapshot.as_of
    recommender = Recommender.from_files(files_under(bundle, "recommender"))
    frames["candidates"] = rank_courses(
        recommender,
        cases,
        frames["courses"],
        frames["sessions"],
        as_of,
        teaches=frames["course_competencies"],
    )
    frames["support"], frames["drivers"] = assess_support(bundle, people)
    frames["limits"], frames["actions"] = beside_flags(bundle, frames | {"people": people})
    frames["past"] = people.reindex(columns=list(COLUMNS["past"]))
    frames["curves"] = support_curves(bundle, people, frames["support"])
    frames["people"] = people.drop(columns="as_of")
    snapshot = replace(released.snapshot, frames=frames)
    EXCHANGE.set(Exchange("request"))
    return Released(bundle, snapshot, None)


def trained_model(people):
    """Learn that absence rises in the fourth month of whoever is above 1 already."""
    risen = (people["unexcused_rise"] > 1).astype(float)
    rng = np.random.default_rng(1)
    panel = pd.concat([people] * 3, ignore_index=True).assign(
        absence_rise=np.tile(risen, 3),
        absence_rise_month=4.0,
        employee_id=[f"p{i}" for i in range(3 * len(people))],
    )
    noise = rng.random(len(panel)) < 0.1
    panel["absence_rise"] = np.where(noise, 1 - panel["absence_rise"], panel["absence_rise"])
    hazard = HazardModel(component="absence_rise", grid=TINY).fit(panel).calibrate(panel)
    return DisengagementModel({"absence_rise": hazard})


def bundle_of(old: Bundle, recommender: Recommender, model: DisengagementModel) -> Bundle:
    files = {f"recommender/{name}": text for name, text in recommender.to_files().items()}
    files |= {f"support/{name}": text for name, text in model.to_files().items()}
    support = old.about["support"] | {"kind": "disengagement"}
    about = old.about | {"recommender": {"kind": "ranker"}, "support": support}
    return replace(old, about=about, files=files)


def everybody(trained):
    ids = trained.snapshot["people"]["employee_id"]
    return [PersonReference(employee_id=employee_id) for employee_id in ids]


def shown(course):
    # contributions may differ in their last bit: they are summed for other numbers of courses
    return course.model_dump(exclude={"contributions"})


@pytest.mark.slow
def test_what_is_scored_now_is_what_was_stored(trained):
    people = everybody(trained)
    stored = recommend(trained, RecommendationQuestion(people=people, k=10), "id").results
    fresh = recommend(trained, RecommendationQuestion(people=people, k=50), "id").results
    assert len(stored) == N
    for before, now in zip(stored, fresh, strict=True):
        assert [shown(c) for c in now.courses[:10]] == [shown(c) for c in before.courses]
        assert len(now.courses) > len(before.courses)
        for course in now.courses:
            parts = course.contributions.model_dump()
            assert sum(parts[reason] for reason in REASONS) == pytest.approx(course.score, abs=1e-6)


@pytest.mark.slow
def test_drivers_add_up_to_the_score_of_the_flag(trained):
    answers = support_needs(trained, SupportQuestion(people=everybody(trained)), "en").results
    flagged = [answer for answer in answers if answer.status == "support_need"]
    assert len(flagged) == 10  # 5% of two units of 100
    for answer in flagged:
        total = sum(driver.contribution for driver in answer.drivers)
        assert total == pytest.approx(answer.score, abs=1e-6)
        assert answer.sentence.startswith("May need support, number ")


def test_groups_of_drivers_add_up_to_the_log_odds(trained):
    answers = support_needs(trained, SupportQuestion(people=everybody(trained)), "en").results
    flagged = [one for one in answers if one.status == "support_need"]
    assert flagged
    for one in flagged:
        assert sum(one.groups.model_dump().values()) == pytest.approx(one.score, abs=1e-6)
        assert all(action.score_from == pytest.approx(one.score) for action in one.actions)
    assert any(one.actions for one in flagged)


@pytest.mark.slow
def test_a_flag_shows_the_curve_of_its_component_and_nobody_elses_is_told(trained):
    answers = support_needs(trained, SupportQuestion(people=everybody(trained)), "id").results
    for answer in answers:
        if answer.status != "support_need":
            assert (answer.curves, answer.component) == ([], None)
            continue
        (curve,) = answer.curves
        assert (answer.component, curve.component) == ("absence_rise", "absence_rise")
        assert (curve.name, curve.source) == ("ketidakhadiran tanpa alasan meningkat", "hazard")
        assert [point.months for point in curve.points] == [3, 6]  # one window was learned from
        early, late = curve.points
        assert early.probability < late.probability
        assert late.lower <= late.probability <= late.upper
        assert early.lower is None
