import threading

import pytest

from features.workspace import Workspace
from serving.messages import ProfileAnswer, RecommendationAnswer, SupportAnswer
from serving.released import Releases

NIP = "198501012010011001"
UNKNOWN_NIP = "197001012000011009"
REASONS = ("gap", "career", "peers", "policy", "interest", "base")


def ask(client, path, people, **more):
    response = client.post(path, json={"people": people, **more})
    assert response.status_code == 200, response.text
    return response.json()["results"]


def recommend(client, employee_id, **more):
    return ask(client, "/v1/recommendations", [{"employee_id": employee_id}], **more)[0]


def test_recommendations_name_model_date_and_reasons(client):
    answer = recommend(client, "e1")
    assert answer["model"]["kind"] == "gap"
    assert len(answer["model"]["version"]) == 64
    assert answer["as_of"] == "2026-01-01"
    (first,) = answer["courses"]
    # e1 lacks 1.5 levels of T.04: K1 teaches up to 3, K2 only up to 2, which would repeat K1; K3
    # is for another level
    assert (first["course_id"], first["rank"], first["score"]) == ("K1", 1, 1.5)
    assert first["closes"] == [{"competency_id": "T.04", "name": "Perencanaan", "gap": 1.5}]
    assert first["next_session"]["session_id"] == "S1"
    assert (first["jp"], first["cost_rupiah"]) == (40.0, 3_500_000.0)
    # e2 lacks 2 levels of T.04 and one of M.01: after K1, K2 still teaches M.01
    first, second = recommend(client, "e2")["courses"]
    assert (first["course_id"], first["rank"], first["score"]) == ("K1", 1, 2.0)
    assert (second["course_id"], second["rank"], second["score"]) == ("K2", 2, 2.0)
    assert second["jp"] is None


@pytest.mark.parametrize("post", [None, "p2"])
def test_contributions_add_up_to_the_score(client, post):
    for course in recommend(client, "e2", target_post=post)["courses"]:
        total = sum(course["contributions"][reason] for reason in REASONS)
        assert total == pytest.approx(course["score"], abs=1e-6)


def test_k_limits_the_courses(client):
    assert len(recommend(client, "e1", k=1)["courses"]) == 1


def test_a_list_longer_than_the_snapshot_is_scored_now(client):
    assert recommend(client, "e1", k=50) == recommend(client, "e1", k=10)


def test_nothing_to_recommend_is_said(client):
    answer = recommend(client, "e4")
    assert answer["courses"] == []
    # nothing is measured of e4, so an assessment is worth more than any course
    assert answer["note"] == (
        "Tidak ada kursus yang saat ini boleh diikuti pegawai ini. Asesmen dahulu: Perencanaan."
    )
    assert answer["assess_first"] == [
        {"competency_id": "T.04", "name": "Perencanaan", "evidence": "none"}
    ]
    assert recommend(client, "e1")["assess_first"] == []
    answer = recommend(client, "e1", target_post="p2")  # M.01 up to 5, of which K2 teaches 4
    assert [course["course_id"] for course in answer["courses"]] == ["K2"]


@pytest.mark.parametrize(
    ("language", "beginning"),
    [("en", "Score 1.50"), ("id", "Skor 1,50"), ("en-US,en;q=0.5", "Score"), ("", "Skor")],
)
def test_sentences_follow_the_language(client, language, beginning):
    response = client.post(
        "/v1/recommendations",
        json={"people": [{"employee_id": "e1"}]},
        headers={"accept-language": language},
    )
    assert response.json()["results"][0]["courses"][0]["sentence"].startswith(beginning)


def test_people_are_found_by_any_key_and_references_echoed(client):
    people = [
        {"nip": NIP, "reference": "a"},
        {"pns_id": "a5eb03e23b3ff6a0", "reference": "b"},
        {"employee_id": "e1", "reference": "a"},
        {"pns_id": "B5EB03E23B3FF6A3"},
    ]
    for path in ("/v1/recommendations", "/v1/support-needs", "/v1/profiles"):
        answers = ask(client, path, people)
        assert [answer["employee_id"] for answer in answers] == ["e1", "e1", "e1", "e3"]
        assert [answer["reference"] for answer in answers] == ["a", "b", "a", None]
        assert NIP not in str(answers)


def test_unknown_people_stand_in_their_place(client):
    people = [
        {"nip": UNKNOWN_NIP, "reference": "x"},
        {"employee_id": "e1"},
        {"pns_id": "CAFE1234CAFE1234"},
    ]
    unknown, known, other = ask(client, "/v1/recommendations", people, target_post="p2")
    assert unknown["reference"] == "x"
    assert unknown["error"]["code"] == "unknown_employee"
    assert unknown["error"]["value"] == "***************009"
    assert known["employee_id"] == "e1"
    assert other["error"]["field"] == "people.pns_id"


@pytest.mark.parametrize(
    "person", [{"nip": UNKNOWN_NIP}, {"employee_id": "nobody"}, {"pns_id": "CAFE1234CAFE1234"}]
)
def test_one_unknown_person_is_404(client, person):
    response = client.post("/v1/profiles", json={"people": [person]})
    assert response.status_code == 404
    error = response.json()["error"]
    assert error["code"] == "unknown_employee"
    assert set(error["value"][:-3]) == {"*"}
    assert next(iter(person.values())) not in response.text


@pytest.mark.parametrize(
    ("purpose", "status"),
    [
        ("training plan 2026", 200),
        ("Discipline", 403),
        ("for a promotion board", 403),
        ("PHK", 403),
        ("usulan pemberhentian", 403),
        ("potong tunjangan", 403),
        ("hukuman disiplin", 403),
        ("pelatihan hukum", 200),
        ("firefighter training", 200),
    ],
)
@pytest.mark.parametrize("path", ["/v1/recommendations", "/v1/support-needs", "/v1/profiles"])
def test_purposes_are_limited(client, path, purpose, status):
    response = client.post(path, json={"people": [{"employee_id": "e1"}], "purpose": purpose})
    assert response.status_code == status
    if status == 403:
        assert response.json()["error"]["code"] == "purpose_refused"
        assert response.json()["error"]["field"] == "purpose"


def test_a_target_post_changes_the_gaps(client):
    # p2 requires Integrity at 5: e1 has 3, K2 teaches up to 4; nothing of it is in K1
    answer = recommend(client, "e1", target_post="p2")
    assert answer["target_post"] == "p2"
    assert [course["course_id"] for course in answer["courses"]] == ["K2"]
    course = answer["courses"][0]
    assert course["score"] == 1.0
    assert course["closes"] == [{"competency_id": "M.01", "name": "Integritas", "gap": 1.0}]
    # the gap to another post is a goal of the career
    assert (course["contributions"]["career"], course["contributions"]["gap"]) == (1.0, 0.0)


def test_the_present_post_as_target_gives_the_same_answer(client):
    today = recommend(client, "e1")
    assert recommend(client, "e1", target_post="p1") == today | {"target_post": "p1"}


@pytest.mark.parametrize(
    ("post", "rule", "value"),
    [
        ("P-99", "must be the post_id of a known post", "P-99"),
        ("Siti Rahmawati", "must be the post_id of a known post", "***********ati"),
        ("p3", "must be a post whose requirements are known", "p3"),
    ],
)
def test_an_unusable_target_post_is_422(client, post, rule, value):
    asked = {"people": [{"employee_id": "e1"}], "target_post": post}
    response = client.post("/v1/recommendations", json=asked)
    assert response.status_code == 422
    error = response.json()["error"]
    assert (error["field"], error["rule"], error["value"]) == ("target_post", rule, value)


def test_support_needs_show_scores_only_with_a_flag(client):
    people = [{"employee_id": who} for who in ("e1", "e2", "e3")]
    flagged, none, abstained = ask(client, "/v1/support-needs", people)
    assert (flagged["status"], flagged["rank_in_unit"]) == ("support_need", 1)
    assert flagged["score"] == 2.25
    assert sum(driver["contribution"] for driver in flagged["drivers"]) == pytest.approx(2.25)
    assert flagged["model"]["kind"] == "rule"
    assert flagged["horizon_months"] == 6
    assert flagged["sentence"].startswith(
        "Mungkin perlu dukungan menurut aturan sederhana, urutan 1 di unitnya. Skor 2,25: +1,25 "
    )
    for answer, status in ((none, "none"), (abstained, "abstained")):
        assert answer["status"] == status
        assert answer["score"] is None
        assert answer["rank_in_unit"] is None
        assert answer["drivers"] == answer["limits"] == answer["actions"] == []
        assert answer["groups"] is None
    assert (none["reason"], abstained["reason"]) == (None, "thin_evidence")


def test_a_flag_shows_whose_matter_it_is_and_what_the_office_could_do(client):
    (answer,) = ask(client, "/v1/support-needs", [{"employee_id": "e1"}])
    assert answer["groups"] == {
        "person": 2.25, "office": 0.0, "system": 0.0, "other": 0.0, "base": 0.0,
    }  # fmt: skip
    assert {driver["group"] for driver in answer["drivers"]} == {"person", "base"}
    assert (answer["limits"], answer["lacks_opportunity"]) == ([], False)
    course, talk, workload = answer["actions"]
    assert (course["lever"], course["course_id"], course["kind"]) == ("course", "K1", "set")
    assert (talk["lever"], talk["course_id"], talk["kind"]) == ("career_talk", None, "assumed")
    assert (workload["lever"], workload["decided_by"]) == ("workload", "atasan langsung")
    assert [action["score_to"] for action in answer["actions"]] == [1.25, 1.25, 1.75]
    assert "skor akan berubah dari 2,25 menjadi 1,25" in course["sentence"]


def test_profiles_show_levels_and_figures(client):
    answer = ask(client, "/v1/profiles", [{"employee_id": "e1"}])[0]
    assert (answer["unit"], answer["post"]) == ("Dinas Penanaman Modal", "Analis Muda")
    assert answer["figures"]["predicate"] == 4.0
    assert "employee_id" not in answer["figures"]
    planning = answer["competencies"][0]
    assert (planning["name"], planning["level"], planning["gap"]) == ("Perencanaan", 1.5, 1.5)
    unassessed = ask(client, "/v1/profiles", [{"employee_id": "e4"}])[0]
    assert unassessed["competencies"][0]["level"] is None
    assert unassessed["figures"]["predicate"] is None


def test_answers_keep_to_the_messages(client):
    people = [{"employee_id": "e1"}, {"employee_id": "nobody"}]
    for path, message in (
        ("/v1/recommendations", RecommendationAnswer),
        ("/v1/support-needs", SupportAnswer),
        ("/v1/profiles", ProfileAnswer),
    ):
        message.model_validate({"results": ask(client, path, people)})


def test_a_thousand_people_are_answered_at_once(client):
    people = [{"employee_id": f"f{i % 16:02}", "reference": str(i)} for i in range(1000)]
    answers = ask(client, "/v1/recommendations", people, target_post="p2")
    assert [answer["reference"] for answer in answers] == [str(i) for i in range(1000)]


def test_nothing_released_is_503_everywhere_but_livez(client, service, tmp_path, monkeypatch):
    empty = Releases(Workspace(tmp_path), tmp_path / "keys")
    monkeypatch.setattr(service, "releases", empty)
    assert client.get("/livez").status_code == 200
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["error"]["code"] == "not_ready"
    response = client.post("/v1/profiles", json={"people": [{"employee_id": "e1"}]})
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "not_released"
    assert response.headers["retry-after"] == "5"


def test_a_failure_inside_shows_nothing_of_itself(client, service, monkeypatch):
    class Broken:
        def current(self):
            raise RuntimeError(f"secret {NIP}")

    monkeypatch.setattr(service, "releases", Broken())
    response = client.post("/v1/profiles", json={"people": [{"employee_id": "e1"}]})
    assert response.status_code == 500
    assert response.json()["error"]["code"] == "internal_error"
    assert "secret" not in response.text


def test_too_many_at_once_are_turned_away(client, service, monkeypatch):
    done = threading.Event()

    class Slow:
        def current(self):
            done.wait(15)
            raise RuntimeError

    monkeypatch.setattr(service, "releases", Slow())
    codes = []

    def call():
        body = {"people": [{"employee_id": "e1"}]}
        codes.append(client.post("/v1/profiles", json=body).json()["error"]["code"])

    callers = [threading.Thread(target=call) for _ in range(70)]
    for caller in callers:
        caller.start()
    for caller in callers[:60]:
        caller.join(0.02)
    done.set()
    for caller in callers:
        caller.join()
    assert set(codes) == {"too_many_requests", "internal_error"}
    assert codes.count("too_many_requests") == 6
