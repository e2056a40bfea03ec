import csv

import pytest
from click.testing import CliRunner

from serving.answers import recommend as answered
from serving.commands import recommend
from serving.messages import RecommendationQuestion
from serving.tables import write_recommendations, write_support_needs


def read(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_recommendations_are_listed_with_reasons(released, tmp_path):
    path = tmp_path / "output" / "recommendations.csv"
    assert write_recommendations(path, released, 10) == len(read(path)) == 3
    first, _, second = read(path)
    assert first == {
        "employee_id": "e1",
        "course_id": "K1",
        "course_title": "Perencanaan Pembangunan",
        "rank": "1",
        "score": "1.500000",
        "jp": "40",
        "cost_rupiah": "3500000",
        "next_session_starts_on": "2026-02-01",
        "by_lot": "no",
        "jp_missing": "8",
        "places_left": "",
        "chance_of_place": "",
        "reason_id": "Skor 1,50: +1,50 dari kesenjangan kompetensi (Perencanaan 1,5 level).",
        "reason_en": "Score 1.50: +1.50 from competency gaps (Perencanaan by 1.5 levels).",
    }
    assert second["course_title"] == "'=Kepemimpinan"  # no formula for a spreadsheet
    assert (second["jp"], second["cost_rupiah"]) == ("", "")


def test_k_limits_the_list(released, tmp_path):
    assert write_recommendations(tmp_path / "r.csv", released, 1) == 2


def test_only_flagged_people_are_listed(released, tmp_path):
    path = tmp_path / "support.csv"
    assert write_support_needs(path, released) == (1, 0)
    (row,) = read(path)
    assert (row["employee_id"], row["unit_name"], row["rank_in_unit"], row["model_kind"]) == (
        "e1", "Dinas Penanaman Modal", "1", "rule",
    )  # fmt: skip
    assert row["by_lot"] == "no"
    assert row["drivers_id"].startswith("Mungkin perlu dukungan menurut aturan sederhana, urutan 1")
    assert "+1.25 from the rise of unexcused days" in row["drivers_en"]
    assert "+1.00 from courses offered in 6 months and none taken" in row["drivers_en"]


def test_a_flag_shows_groups_limits_and_actions(released, tmp_path):
    path = tmp_path / "support.csv"
    write_support_needs(path, released)
    (row,) = read(path)
    parts = [float(row[f"part_{name}"]) for name in ("person", "office", "system", "rest")]
    assert parts == [2.25, 0.0, 0.0, 0.0]
    assert (row["status"], row["asked_since"]) == ("support_need", "")
    assert (row["limits"], row["lacks_opportunity"]) == ("", "no")
    assert row["actions_en"].startswith(
        "A course (Perencanaan Pembangunan), decided by the appointing authority, through its "
        "training office: with a change in courses offered in 6 months and none taken, the score "
        "would change from 2.25 to 1.25. A talk about career"
    )
    assert row["actions_id"].count("skor akan berubah dari 2,25 menjadi") == 3


def test_whoever_asks_stands_after_the_flags_without_a_score(released, tmp_path):
    path = tmp_path / "support.csv"
    released.asked.update({"e1": "2026-01-02", "e3": "2026-01-03", "nobody": "2026-01-03"})
    assert write_support_needs(path, released) == (1, 2)
    flagged, asked = read(path)
    assert (flagged["status"], flagged["asked_since"]) == ("support_need", "2026-01-02")
    assert {name: value for name, value in asked.items() if value} == {
        "employee_id": "e3",
        "unit_id": "u1",
        "unit_name": "Dinas Penanaman Modal",
        "status": "asked",
        "asked_since": "2026-01-03",
        "by_lot": "no",
        "drivers_id": "Pegawai ini meminta dukungan. Ini ajakan untuk berbicara, bukan penilaian.",
        "drivers_en": "Asked by the person. This invites a conversation; it is no appraisal.",
        "lacks_opportunity": "no",
    }


def test_an_interrupted_list_leaves_the_old_one(released, tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("old")

    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_recommendations(path, released, 10, interrupt)
    assert path.read_text() == "old"
    assert list(tmp_path.glob(".r.csv*")) == []


@pytest.fixture
def run(released_workspace, key_folder, monkeypatch):
    monkeypatch.setenv("HUYULA_KEY_FOLDER", str(key_folder))

    def invoke(*arguments):
        folder = ["--workspace", str(released_workspace.root)]
        return CliRunner().invoke(recommend, [*arguments, *folder])

    return invoke


def test_a_condition_holds_for_everybody_and_leaves_all_else_alone(run, released_workspace):
    before = released_workspace.snapshot.readlink()
    done = run("--filter", "jp > 30")
    assert done.exit_code == 0, done.output
    path = released_workspace.output / "recommendations_filtered.csv"
    # K1 alone has more than 30 hours, and only e1 and e2 have a gap that it answers; e4 took it
    assert [(row["employee_id"], row["course_id"]) for row in read(path)] == [
        ("e1", "K1"),
        ("e2", "K1"),
    ]
    assert "2 recommendations that meet jp > 30 for 20 people" in done.output
    assert released_workspace.snapshot.readlink() == before
    assert not released_workspace.slates.exists()
    assert not (released_workspace.output / "recommendations.csv").exists()


def test_filtered_lists_are_those_the_service_answers_with(run, released_workspace, released):
    run("--filter", 'form == "structural"')
    rows = read(released_workspace.output / "recommendations_filtered.csv")
    question = {"people": [{"employee_id": "e2"}], "filter": 'form == "structural"'}
    answer = answered(released, RecommendationQuestion.model_validate(question), "id").results[0]
    own = [row for row in rows if row["employee_id"] == "e2"]
    assert [row["course_id"] for row in own] == [course.course_id for course in answer.courses]
    assert [row["reason_id"] for row in own] == [course.sentence for course in answer.courses]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--engine", "stream"], "--engine does not go with --filter"),
        (["--as-of", "2026-01-01"], "--as-of does not go with --filter"),
    ],
)
def test_a_condition_makes_no_snapshot(run, options, said):
    assert said in run("--filter", "jp > 30", *options).output


def test_a_condition_that_cannot_be_read_is_refused_before_any_work(run, released_workspace):
    done = run("--filter", "import os")
    assert done.exit_code != 0
    assert not released_workspace.output.exists()
