"""Rules that no regulation fixes, written out: whoever changes one means to, and says so."""

from __future__ import annotations

import pytest

from features.standards.expressions import rules_of
from features.standards.load import load_standard

RULES = {
    "competency_evidence": {
        "scale": {"minimum": 0.0, "maximum": 5.0},
        "interval": {"standard_errors": 1.645},
        "drift": {"levels_a_year": 0.3},
    },
    "profile_evidence": {
        "raters": {"superior": 1, "peer": 3, "subordinate": 3, "behaviour": 3},
        "strengths": {"points": 5.0, "minimum_people": 5},
        "reviews": {"years": 5, "minimum_years": 3},
        "attendance": {"minimum_months": 6},
        "surveys": {"minimum_people": 5},
        "service": {"maximum_attainment": 1.5},
    },
    "recommending": {
        "evidence": {"required": True, "guessed_gap": 0.5},
        "assess_first": {"widest_interval": 2.0},
        "hours": {"within_ceiling": True},
        "repeats": {"allowed": False},
        "order": {"interest": 0.5},
        "exploration": {"share": 0.05, "among": 10},
        "exposure": {"weight": 0.1},
        "near_duplicates": {"title_similarity": 90.0},
    },
    "support": {
        "hysteresis": {"keep_within": 1.5},
        "margin": {"width": 0.1},
        "effect": {"worthwhile": 0.05, "min_people": 30, "min_events": 10},
    },
}


@pytest.mark.parametrize(
    ("name", "part"), [(name, part) for name, parts in RULES.items() for part in parts]
)
def test_a_rule_of_our_own(name, part):
    assert rules_of(load_standard(name)[part]) == RULES[name][part]


def test_errors_of_assessments_by_method():
    errors = load_standard("competency_evidence")["errors"]
    assert {kind: own["levels"] for kind, own in errors.items()} == {
        "assessment_center": 0.4, "test": 0.5, "self": 1.0, "superior": 0.7, "unknown": 0.7,
    }  # fmt: skip
    assert [word for own in errors.values() for word in own["words"]] == [
        "assessment cent", "assessor", "asesmen center", "asesor", "cact", "test", "tes ",
        "uji kompetensi", "self", "mandiri", "superior", "atasan", "360",
    ]  # fmt: skip


def test_the_mix_of_learning_is_10_20_70():
    mix = load_standard("recommending")["mix"]
    assert mix["weight"] == 0.1
    assert {kind: (own["share"], own["forms"]) for kind, own in mix["kinds"].items()} == {
        "classical": (0.1, ["structural", "technical", "functional", "seminar", "workshop"]),
        "coaching": (0.2, ["coaching"]),
        "at_work": (0.7, ["e-learning", "other"]),
    }
