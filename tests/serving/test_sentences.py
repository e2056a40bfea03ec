from pathlib import Path

import pytest

from serving.eligible import basis_of, to_assess
from serving.sentences import (
    assess_note,
    basis_note,
    no_courses_note,
    profile_sentence,
    recommendation_sentence,
)
from serving.snapshot import REASONS
from serving.support_sentences import (
    action_sentence,
    asked_sentence,
    no_support_sentence,
    support_sentence,
)
from serving.wording import FEATURES
from serving.wording import REASONS as REASON_WORDS

GOLDEN = Path(__file__).parent / "golden"


def parts(**named):
    return dict.fromkeys(REASONS, 0.0) | named


PROFILE = {
    "n_required": 8.0, "n_assessed": 6.0, "n_gaps": 2.0, "gap_levels": 3.0, "predicate": 4.0,
    "jp_this_year": 12.0,
}  # fmt: skip
SENTENCES = {
    "two largest and the rest": lambda language: recommendation_sentence(
        parts(gap=1.104, peers=-0.2, interest=0.1, career=0.05, policy=-0.004, base=0.3),
        [("Perencanaan", 1.5), ("Integritas", 1.0), ("Komunikasi", 0.5)],
        language,
    ),
    "a generator's only reason": lambda language: recommendation_sentence(
        parts(peers=4.25), [], language
    ),
    "required and not assessed": lambda language: recommendation_sentence(
        parts(gap=0.9, peers=0.02), [], language, ["Integritas", "Komunikasi", "Kerjasama"]
    ),
    "a gap that is known, another competency not assessed": lambda language: (
        recommendation_sentence(parts(gap=0.9), [("Perencanaan", 1.5)], language, ["Integritas"])
    ),
    "put by lot": lambda language: recommendation_sentence(
        parts(gap=0.9), [("Perencanaan", 1.5)], language, by_lot=True
    ),
    "nothing but the constant": lambda language: recommendation_sentence(
        parts(base=-0.75), [], language
    ),
    "nothing at all": lambda language: recommendation_sentence(parts(), [], language),
    "parts that cancel": lambda language: recommendation_sentence(
        parts(gap=0.5, interest=-0.5), [], language
    ),
    "the gap to another post": lambda language: recommendation_sentence(
        parts(career=1.5), [("Perencanaan", 1.5)], language
    ),
    "a gap answered by what others took": lambda language: recommendation_sentence(
        parts(peers=2.0), [("Perencanaan", 1.5), ("Integritas", 1.0)], language
    ),
    "assess first": lambda language: assess_note(["Perencanaan", "Integritas"], language),
    "flag of a model": lambda language: support_sentence(
        {"unexcused_rise": 0.8, "predicate_vs_unit": 0.31, "jp_this_year": -0.2, "base": -2.5},
        2,
        "disengagement",
        language,
    ),
    "flag of a rule": lambda language: support_sentence(
        {"unexcused_rise": 1.25, "n_enrolments_6_months": 1.0, "base": 0.0}, 1, "rule", language
    ),
    "driver without a name": lambda language: support_sentence(
        {"new_feature": 0.4, "base": 0.0}, None, "disengagement", language
    ),
    "flag that a lack of opportunity explains": lambda language: support_sentence(
        {"n_enrolments_6_months": 1.0, "base": 0.0},
        1,
        "disengagement",
        language,
        ["no_offer", "pppk_ceiling"],
        lacks_opportunity=True,
    ),
    "flag beside a limit": lambda language: support_sentence(
        {"unexcused_rise": 1.0, "base": 0.0}, 1, "disengagement", language, ["leave"]
    ),
    "action that the office sets": lambda language: action_sentence(
        {"lever": "course", "score_from": 2.25, "score_to": 1.25},
        ["n_enrolments_6_months", "unexcused_rise"],
        "rule",
        language,
        "Perencanaan",
    ),
    "action that the person would have to answer": lambda language: action_sentence(
        {"lever": "workload", "score_from": -1.0, "score_to": -1.5},
        ["unexcused_rise", "unexcused_days_3_months"],
        "disengagement",
        language,
    ),
    "asked by the person": asked_sentence,
    "no flag": lambda language: no_support_sentence("none", language),
    "too little known": lambda language: no_support_sentence("thin_evidence", language),
    "unlike what was learned from": lambda language: no_support_sentence(
        "unlike_training", language
    ),
    "no model with skill": lambda language: no_support_sentence("no_skill", language),
    "no courses": no_courses_note,
    "profile": lambda language: profile_sentence(PROFILE, language),
    "profile without assessments": lambda language: profile_sentence(
        PROFILE | {"n_assessed": 0.0, "jp_this_year": None}, language
    ),
    "profile of nothing": lambda language: profile_sentence({}, language),
}


@pytest.mark.parametrize("language", ["id", "en"])
def test_sentences_are_those_agreed_on(language):
    written = "".join(f"{name}\n  {say(language)}\n" for name, say in SENTENCES.items())
    assert written == (GOLDEN / f"sentences.{language}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(("language", "point"), [("id", ","), ("en", ".")])
def test_numbers_shown_add_up(language, point, rng):
    for _ in range(200):
        drawn = dict(zip(REASONS, rng.normal(0, rng.choice([0.01, 1, 30]), 6), strict=True))
        sentence = recommendation_sentence(drawn, [], language)
        head, _, tail = sentence.partition(":")
        shown = round(100 * float(head.split()[1].replace(point, ".")))
        words = tail.replace(f"{point} ", " ").split()
        terms = [word for word in words if word[0] in "+-"]
        assert sum(round(100 * float(term.replace(point, "."))) for term in terms) == shown
        assert shown == round(100 * sum(drawn.values()))


def test_the_largest_contributions_are_named_whichever_way_they_pull():
    sentence = recommendation_sentence(parts(gap=0.1, peers=-3.0, interest=0.2), [], "en")
    assert "-3.00 from the paths of people in similar posts, +0.20 from interests" in sentence
    assert "competency gaps" not in sentence


def test_both_languages_know_the_same_words():
    assert FEATURES["id"].keys() == FEATURES["en"].keys()
    assert set(REASON_WORDS["id"]) == set(REASON_WORDS["en"]) == set(REASONS) - {"base"}


def test_every_profile_column_has_a_name():
    from features.profiles import FEATURES as COLUMNS

    assert set(COLUMNS) <= set(FEATURES["id"])


@pytest.mark.parametrize(
    ("levels", "basis"),
    [
        pytest.param([], "assess_first", id="nothing at all"),
        pytest.param([("expired", 1.0), ("none", None)], "assess_first", id="nothing valid"),
        pytest.param([("valid", 0.0), ("expired", 2.0)], "no_gap", id="no gap left"),
        pytest.param([("valid", 0.0), ("valid", 0.5)], "gap", id="a gap"),
    ],
)
def test_a_list_rests_on_measured_gaps_or_says_what_else(levels, basis):
    assert basis_of([{"evidence": one, "gap": gap} for one, gap in levels]) == basis
    if basis != "gap":
        assert basis_note(basis, "en").endswith("These courses are open and fit the hours left.")
        assert basis_note(basis, "id") != basis_note(basis, "en")


def level(competency_id, evidence, **more):
    known = {"level": 2.0, "level_lower": 1.5, "level_upper": 2.5, "required_level": 3.0}
    return {"competency_id": competency_id, "evidence": evidence} | known | more


def test_what_is_required_and_too_little_known_is_assessed():
    rows = [
        level("D", "valid"),
        level("C", "valid", level_lower=1.0, level_upper=3.5),
        level("B", "expired", level=1.0),
        level("A", None, level=None),
        level("E", None, level=None, required_level=None),
    ]
    assert to_assess(rows) == [("A", "none"), ("B", "expired"), ("C", "wide")]
