"""What stands beside a flag: limits of opportunity, actions, and how both are worded."""

import re
from pathlib import Path

import pandas as pd
import pytest

from features.drivers import LEVERS
from features.standards.load import FOLDER, load_standard
from features.wording.support import LIMITS as LIMIT_WORDS
from features.wording.support import NO_ANSWER
from models.opportunity import LIMITS
from serving.flags import flag_of
from serving.messages import PersonReference, SupportQuestion
from serving.released import Released
from serving.snapshot import COLUMNS, Snapshot
from serving.support_answers import support_needs
from serving.support_help import beside_flags
from serving.support_sentences import no_support_sentence

ROOT = Path(__file__).parent.parent.parent
EFFECT = re.compile(
    r"\b(risk|need|chance|probability) (would|will|should) (fall|drop|decrease|shrink|go down)"
    r"|\b(risiko|peluang|kebutuhan)\b[^.]{0,40}\b(turun|berkurang|menurun)",
    re.IGNORECASE,
)
MOTIVATION = re.compile(r"lack of motivation|unmotivated|kurang motivasi|malas\b", re.IGNORECASE)


@pytest.fixture
def frames(released):
    return dict(released.snapshot.frames)


def held_back(released, frames, **details):
    """Release again with e1 held back: an offer left untaken alone raises the score."""
    people = frames["people"].copy()
    people.loc[people["employee_id"] == "e1", "unexcused_rise"] = 0.5
    support = frames["support"].copy()
    support.loc[support["employee_id"] == "e1", "score"] = 1.5
    drivers = frames["drivers"].copy()
    drivers.loc[drivers["feature"] == "unexcused_rise", "contribution"] = 0.5
    frames |= {"people": people, "support": support, "drivers": drivers}
    known = pd.DataFrame({"employee_id": people["employee_id"], **details})
    frames["limits"], frames["actions"] = beside_flags(released.bundle, frames, known)
    snapshot = Snapshot(released.bundle.digest, released.snapshot.as_of, frames)
    return Released(released.bundle, snapshot, None)


def answer(released, who="e1"):
    question = SupportQuestion(people=[PersonReference(employee_id=who)])
    return support_needs(released, question, "en").results[0]


def test_a_flag_that_limits_explain_is_worded_as_a_lack_of_opportunity(released, frames):
    shown = answer(held_back(released, frames, n_sessions_open_12_months=0.0))
    assert (shown.limits, shown.lacks_opportunity) == (["no_seats"], True)
    assert shown.sentence.startswith("May lack opportunity by a simple rule, number 1 in the unit.")
    assert "Explained by: no session open to this post was announced" in shown.sentence
    assert "the person's)" not in shown.sentence  # whose matter it would be otherwise
    assert [action.lever for action in shown.actions] == ["career_talk", "workload"]


def test_a_limit_that_explains_little_is_noted(released, frames):
    # leave explains courses and performance; with .5 of 1.5 from absence it explains two thirds
    shown = answer(held_back(released, frames, leave_days_12_months=4.0))
    assert (shown.limits, shown.lacks_opportunity) == ([], False)
    drivers = frames["drivers"].copy()
    drivers.loc[drivers["feature"] == "unexcused_rise", "contribution"] = 1.5
    frames["drivers"] = drivers
    known = frames["people"][["employee_id"]].assign(leave_days_12_months=6.0)
    limits, actions = beside_flags(released.bundle, frames, known)
    assert limits.to_dict("records") == [{"employee_id": "e1", "limit": "leave", "explains": False}]
    assert actions.empty  # on leave nothing is to be done that changes the score


def test_a_course_is_suggested_only_where_one_is_recommended(released, frames):
    frames["candidates"] = frames["candidates"].iloc[:0]
    _, actions = beside_flags(released.bundle, frames)
    assert actions["lever"].tolist() == ["career_talk", "workload"]
    assert actions["rank"].tolist() == [1, 2]
    assert tuple(actions) == COLUMNS["actions"]


def test_nobody_flagged_needs_nothing(released, frames):
    frames["support"] = frames["support"].assign(status="abstained")
    limits, actions = beside_flags(released.bundle, frames)
    assert (tuple(limits), tuple(actions)) == (COLUMNS["limits"], COLUMNS["actions"])
    assert len(limits) == len(actions) == 0


def test_contributions_of_a_flag_add_up_by_group(released):
    row = released.of_person["support"].one("e1")
    flag = flag_of(released, row)
    assert sum(flag.groups.values()) == pytest.approx(flag.score, abs=1e-9)


def test_whoever_asks_is_told_so_and_no_score_is_shown(released):
    released.asked.update({"e2": "2026-01-02", "e1": "2026-01-02", "e3": "2026-01-02"})
    for who in ("e2", "e3"):
        shown = answer(released, who)
        assert (shown.status, shown.asked, shown.reason) == ("asked", True, None)
        assert (shown.score, shown.rank_in_unit, shown.drivers) == (None, None, [])
        assert shown.sentence.startswith("Asked by the person.")
    flagged = answer(released)
    assert (flagged.status, flagged.asked, flagged.score) == ("support_need", True, 2.25)
    assert flagged.sentence.startswith("Asked by the person.")


def test_each_reason_of_an_abstention_has_words(released, frames):
    assert answer(released, "e3").reason == "thin_evidence"
    frames["support"] = frames["support"].assign(reason="unlike_training")
    other = Released(
        released.bundle, Snapshot(released.bundle.digest, released.snapshot.as_of, frames), None
    )
    assert answer(other, "e3").reason == "unlike_training"
    assert answer(other, "e3").sentence.startswith("This profile is unlike those")
    assert answer(other, "e2").reason is None
    said = {no_support_sentence(code, language) for code in NO_ANSWER for language in ("id", "en")}
    assert len(said) == 2 * len(NO_ANSWER)


def test_without_skill_that_is_the_reason(releasing, released_workspace, key_folder):
    from serving.released import load_released

    releasing(support_kind="none")
    shown = answer(load_released(released_workspace, key_folder))
    assert (shown.status, shown.reason) == ("abstained", "no_skill")
    assert shown.actions == []


def test_limits_and_levers_have_words_in_both_languages():
    assert set(LIMIT_WORDS) == set(LIMITS)
    rules = load_standard("support_levers")
    for lever in LEVERS:
        for part in ("name", "decided_by"):
            assert rules[lever][f"{part}_id"] != rules[lever][f"{part}_en"]


def test_no_words_promise_an_effect_or_speak_of_motivation():
    """A what-if says that the score would change; that a risk would fall, nobody has shown."""
    places = [
        *(ROOT / "serving").rglob("*.py"), *(ROOT / "serving" / "templates").iterdir(),
        *(ROOT / "features" / "wording").glob("*.py"), FOLDER / "support_levers.toml",
        *(ROOT / "tests" / "serving" / "golden").iterdir(),
    ]  # fmt: skip
    for place in places:
        text = place.read_text(encoding="utf-8")
        assert not EFFECT.search(text), place
        assert not MOTIVATION.search(text), place
    assert EFFECT.search("the risk would fall")
    assert EFFECT.search("risiko pegawai ini akan turun")
