"""Why a course is not on a list: hand-countable, on the three courses of the released workspace."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from models.course_set import CourseFacts, Needs
from models.left_out import why_left_out
from serving.commands import recommend as recommend_command
from serving.why_words import RULES, why_not_sentence


def ask(client, employee_id, course, **more):
    body = {"people": [{"employee_id": employee_id}], "course": course, **more}
    response = client.post("/v1/why-not", json=body, headers={"accept-language": "en"})
    assert response.status_code == 200, response.text
    return response.json()["results"][0]


def test_the_first_rule_that_forbids_is_named(client):
    answer = ask(client, "e1", "K3")  # for jpt_pratama only
    assert (answer["status"], answer["rule"], answer["rank"]) == ("forbidden", "post_level", None)
    assert answer["sentence"] == "Untuk Pejabat Tinggi is not open to this person's post level."
    assert answer["above"] == []
    assert ask(client, "e4", "K1")["rule"] == "taken"


def test_a_course_that_adds_nothing_to_those_above_is_left_out(client):
    answer = ask(client, "e1", "K2")  # teaches T.04 to 2, K1 to 3
    assert (answer["status"], answer["rule"]) == ("left_out", "repeats")
    assert [course["course_id"] for course in answer["above"]] == ["K1"]
    assert answer["sentence"].endswith("teaches no more than the courses above it.")


def test_else_rank_and_what_stands_above_are_told(client):
    below = ask(client, "e2", "K2", k=1)
    assert (below["status"], below["rank"], below["score"]) == ("ranked_below", 2, 2.0)
    assert below["sentence"] == (
        "=Kepemimpinan is number 2, and the list ends at 1; "
        "right above it: Perencanaan Pembangunan."
    )
    assert ask(client, "e2", "K2")["status"] == "recommended"
    assert ask(client, "e2", "K1")["sentence"] == "Perencanaan Pembangunan is number 1 on the list."


def test_with_a_target_post_the_gap_to_it_counts(client):
    assert ask(client, "e1", "K1", target_post="p2")["rule"] == "no_gap"
    assert ask(client, "e1", "K2", target_post="p2")["rank"] == 1


def test_an_unknown_course_is_refused_and_not_shown(client):
    body = {"people": [{"employee_id": "e1"}], "course": "198501012010011001"}
    response = client.post("/v1/why-not", json=body)
    assert response.status_code == 422
    assert response.json()["error"]["field"] == "course"
    assert "1985" not in response.text


def test_unknown_people_stand_in_their_place(client):
    body = {"people": [{"employee_id": "nobody"}, {"employee_id": "e1"}], "course": "K3"}
    unknown, known = client.post("/v1/why-not", json=body).json()["results"]
    assert unknown["error"]["code"] == "unknown_employee"
    assert known["rule"] == "post_level"


def test_a_condition_limits_the_list(client):
    def listed(**more):
        body = {"people": [{"employee_id": "e2"}], **more}
        answer = client.post("/v1/recommendations", json=body).json()["results"][0]
        return [course["course_id"] for course in answer["courses"]]

    assert listed() == ["K1", "K2"]
    assert listed(filter='form == "structural"') == ["K2"]
    assert listed(filter='place == "Limboto"') == []  # K1's next session says no place
    assert listed(filter="jp <= 100") == ["K1"]
    refused = client.post(
        "/v1/recommendations", json={"people": [{"employee_id": "e2"}], "filter": "hours < 3"}
    )
    assert refused.status_code == 422
    assert refused.json()["error"]["field"] == "filter"
    assert refused.json()["error"]["rule"].endswith("(at position 1)")


FACTS = CourseFacts.of(
    ["a", "b", "c"],
    pd.DataFrame({"course_id": ["a", "b", "c"], "jp": [10.0, 8.0, 20.0]}),
    pd.DataFrame({"course_id": ["a", "b", "c"], "competency_id": "X", "level": [2.0, 2.0, 3.0]}),
)


@pytest.mark.parametrize(
    ("column", "jp_left", "above", "rule"),
    [
        (1, np.inf, [0], "repeats"),
        (2, 25.0, [0], "hours"),
        (2, 30.0, [0], "not_candidate"),
        (0, np.inf, [], "not_candidate"),
    ],
)
def test_what_leaves_a_course_out_of_a_full_set(column, jp_left, above, rule):
    needs = Needs(np.array([[1.0]]), np.array([[3.0]]), np.array([jp_left]), np.array([False]))
    assert why_left_out(needs, FACTS, np.array(above, dtype=int), column) == rule


def test_both_languages_know_every_rule():
    assert RULES["id"].keys() == RULES["en"].keys()
    for rule in RULES["id"]:
        assert why_not_sentence("X", rule, None, 5, [], "id").startswith("X ")
    said = why_not_sentence("X", None, 7, 5, ["Y"], "id")
    assert said == "X berada di urutan 7, sedangkan daftar berakhir di 5; tepat di atasnya: Y."
    assert why_not_sentence("X", None, 2, 5, [], "id") == "X berada di urutan 2 pada daftar."


@pytest.fixture
def run(released_workspace, key_folder, monkeypatch):
    monkeypatch.setenv("HUYULA_KEY_FOLDER", str(key_folder))

    def invoke(*arguments):
        folder = ["--workspace", str(released_workspace.root), "--language", "en"]
        return CliRunner().invoke(recommend_command, [*arguments, *folder])

    return invoke


def test_the_command_shows_one_persons_list(run):
    shown = run("--employee", "e2").output
    assert shown.startswith("1. K1 Perencanaan Pembangunan\n   Score 2.00")
    assert run("--employee", "e2", "--filter", "jp > 50").output == (
        "There is no course that this person may take at present.\n"
        "To this year's floor of 20 JP 8 are missing; this list holds only 0.\n"
    )
    assert "1. K2" in run("--employee", "e1", "--target-post", "p2").output


def test_the_command_says_why_not(run):
    assert run("--employee", "e1", "--why-not", "K2").output == (
        "=Kepemimpinan teaches no more than the courses above it.\n1. K1 Perencanaan Pembangunan\n"
    )


def test_options_about_one_person_need_one(run):
    assert "--target-post needs --employee" in run("--target-post", "p2").output
    assert "--why-not needs --employee" in run("--why-not", "K2").output
    both = run("--employee", "e1", "--why-not", "K2", "--filter", "jp < 3")
    assert "--filter does not go with --why-not" in both.output
