import pytest

from serving.report_gates import recommender_judgement, support_judgement

NDCG = {"popularity": 0.2, "ranker": 0.25}


def about_recommender(released, *, passed, numbers, sentence="PASSED: words."):
    gate = {"released": released, "passed": passed, "sentence": sentence, "numbers": numbers}
    metrics = {name: {"ndcg_at_10": value} for name, value in NDCG.items()}
    return {
        "recommender": {"kind": released},
        "gates": {"recommender": gate},
        "metrics": {"recommender": metrics},
    }


def about_support(released, *, n_people=1000, base_rate=0.2, n_flagged=50, model=True):
    one = {"lift": 2.0, "net_benefit": 0.01, "n_flagged": n_flagged}
    numbers = {"rule": one} | ({"disengagement": one} if model else {})
    gate = {
        "released": released,
        "passed": released == "disengagement",
        "sentence": "WORD: words.",
        "numbers": numbers | {"n_people": n_people, "base_rate": base_rate},
    }
    metrics = {"rule": {"lift_at_capacity": 2.0}}
    if model:
        metrics["disengagement"] = {"lift_at_capacity": 3.0}
    return {
        "support": {"kind": released},
        "gates": {"support": gate},
        "metrics": {"support": metrics},
        "curves": {"support": {"predicted": [0.1], "observed": [0.1]}},
    }


def test_recommender_that_passed():
    numbers = {"best_generator": "popularity", "n_people": 2302}
    judged = recommender_judgement(about_recommender("ranker", passed=True, numbers=numbers))
    assert judged.headline == "Released: the ranker"
    assert judged.verdict.startswith("The ranker passed: on 2,302 people")
    assert "(popular among peers)" in judged.verdict
    assert [(one.key, one.is_released) for one in judged.models] == [
        ("ranker", True),
        ("popularity", False),
    ]
    assert judged.sentence == "PASSED: words."


def test_recommender_that_did_not_pass():
    numbers = {"best_generator": "popularity", "n_people": 2302}
    judged = recommender_judgement(about_recommender("popularity", passed=False, numbers=numbers))
    assert judged.headline == "Released: popular among peers"
    assert judged.verdict.startswith("A ranker was trained and did not pass")


def test_recommender_without_a_ranker():
    numbers = {"best_generator": "popularity"}
    judged = recommender_judgement(about_recommender("popularity", passed=False, numbers=numbers))
    assert judged.verdict.startswith("No ranker could be fitted")


def test_recommender_judged_on_few_people_is_withheld():
    numbers = {"best_generator": "popularity", "n_people": 4}
    judged = recommender_judgement(about_recommender("popularity", passed=False, numbers=numbers))
    assert (judged.models, judged.sentence, judged.n_people) == ([], "", None)


def test_models_that_could_not_be_judged_say_why():
    sentence = "NOT JUDGED: nobody took a course."
    about = about_recommender("popularity", passed=False, numbers={}, sentence=sentence)
    assert recommender_judgement(about).verdict == (
        "Nothing could be judged: nobody took a course. Until something can, popular among peers "
        "is used."
    )
    gate = {"released": "none", "passed": False, "sentence": "NOT JUDGED: no event.", "numbers": {}}
    judged = support_judgement({"support": {"kind": "none"}, "gates": {"support": gate}})
    assert judged.headline == "Released: nothing, so nobody is flagged"
    assert judged.verdict == (
        "Nothing could be judged: no event. Until something can, nobody is flagged."
    )


def test_bundle_that_says_nothing_of_gates():
    about = {"recommender": {"kind": "gap"}, "support": {"kind": "rule"}}
    assert "says nothing" in recommender_judgement(about).verdict
    assert "says nothing" in support_judgement(about).verdict


@pytest.mark.parametrize(
    ("about", "start"),
    [
        pytest.param(about_support("disengagement"), "The support model passed", id="passed"),
        pytest.param(about_support("rule"), "The support model did not surely beat", id="rule"),
        pytest.param(about_support("rule", model=False), "No support model", id="no model"),
        pytest.param(about_support("none"), "Neither the support model nor", id="none"),
        pytest.param(about_support("none", model=False), "Neither the support", id="none at all"),
    ],
)
def test_support_verdict_in_words(about, start):
    judged = support_judgement(about)
    assert judged.verdict.startswith(start)
    assert judged.models[0].figures["lift_at_capacity"] == max(
        one.figures["lift_at_capacity"] for one in judged.models
    )


@pytest.mark.parametrize(
    "few",
    [
        pytest.param({"n_flagged": 4}, id="flags"),
        pytest.param({"n_flagged": 0}, id="no flags"),
        pytest.param({"base_rate": 0.003}, id="events"),
        pytest.param({"base_rate": 0.998}, id="people without the event"),
    ],
)
def test_support_judged_on_few_is_withheld(few):
    judged = support_judgement(about_support("rule", **few))
    assert (judged.models, judged.sentence, judged.curve) == ([], "", {})


def test_calibration_is_shown_only_for_tenths_of_twenty_people():
    assert support_judgement(about_support("rule", n_people=200)).curve
    assert not support_judgement(about_support("rule", n_people=199)).curve
