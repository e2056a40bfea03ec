from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from features.catalogue.apply import apply_decisions, apply_to_folder, apply_to_workspace
from features.catalogue.competencies import Competency
from features.catalogue.decisions import Decisions, load_decisions
from features.catalogue.originals import load_original_records, original_folder, original_path
from features.catalogue.sheets import SheetError
from features.records import load_records

HEADERS = {
    "merges.csv": "course_id,into_course_id,decision",
    "course_competencies.csv": "course_id,competency_id,level,decision",
    "course_details.csv": "course_id,field,value,decision",
    "post_competencies.csv": "post_id,competency_id,level,decision",
}
DICTIONARY = '[[competency]]\nid = "T.1"\nname = "Pengadaan"\ngroup = "technical"\n'


@pytest.fixture
def decide(workspace):
    """Write sheets: each call replaces those it names."""
    folder = workspace.root / "catalogue"

    def write(**sheets: str):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "dictionary.toml").write_text(DICTIONARY, encoding="utf-8")
        for name, lines in sheets.items():
            text = "\n".join([HEADERS[f"{name}.csv"], *lines.split()])
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        return folder

    return write


def frames(records):
    return {name: frame for name, frame in vars(records).items()}


def test_merged_courses_vanish_and_their_rows_move(free_names):
    out = apply_decisions(frames(free_names), Decisions(into={"C2": "C1", "C3": "C1"}))
    courses = {row["course_id"]: row for row in out["courses"].iter_rows(named=True)}
    assert list(courses) == ["C1", "C4", "C5"]
    assert (courses["C1"]["jp"], courses["C1"]["form"]) == (40.0, "technical")  # of C2 and of C3
    enrolled = out["enrolments"].select("employee_id", "course_id", "status", "jp").rows()
    assert enrolled == [
        ("e1", "C1", "completed", 40.0),  # beats the dropped one of the same day
        ("e2", "C1", "completed", 40.0),
        ("e3", "C1", "completed", 30.0),
        ("e3", "C4", "completed", None),
    ]


def test_a_prerequisite_that_became_the_course_itself_is_none(free_names):
    out = apply_decisions(frames(free_names), Decisions(into={"C1": "C3"}))
    assert out["courses"].filter(course_id="C3")["prerequisite_course_id"].to_list() == [None]


def test_superseded_rows_stay_beside_the_current_one(free_names, table_of):
    old = table_of(
        "enrolments",
        "employee_id course_id status valid_from superseded_at",
        ("e2", "C2", "enrolled", date(2020, 1, 1), date(2020, 6, 1)),
    )
    records = replace(free_names, enrolments=free_names.enrolments.vstack(old))
    out = apply_decisions(frames(records), Decisions(into={"C2": "C1"}))
    rows = out["enrolments"].filter(employee_id="e2").select("status", "superseded_at").rows()
    assert sorted(rows, key=str) == [("completed", None), ("enrolled", date(2020, 6, 1))]


def test_levels_forms_hours_and_new_competencies_are_added(free_names):
    decisions = Decisions(
        into={"C2": "C1"},
        course_competencies={("C2", "T.1"): 2.0},
        post_competencies={("P1", "T.1"): 3.0},
        forms={"C4": "technical"},
        hours={"C4": 30.0},
        dictionary=(Competency("T.1", "Pengadaan", "technical"), Competency("T.2", "Unused")),
    )
    out = apply_decisions(frames(free_names), decisions)
    assert out["course_competencies"].select("course_id", "competency_id", "level").rows() == [
        ("C1", "T.1", 2.0)
    ]
    assert out["post_requirements"].select("post_id", "required_level").rows() == [("P1", 3)]
    assert out["post_requirements"]["available_at"].to_list() == [date(1900, 1, 1)]
    assert out["competencies"]["competency_id"].to_list() == ["T.1"]
    assert out["courses"].filter(course_id="C4").select("form", "jp").rows() == [
        ("technical", 30.0)
    ]


def test_a_confirmed_level_replaces_the_present_one(free_names, table_of):
    taught = table_of("course_competencies", "course_id competency_id level", ("C4", "X", 1.0))
    records = replace(free_names, course_competencies=taught)
    out = apply_decisions(frames(records), Decisions(course_competencies={("C4", "X"): 3.0}))
    assert out["course_competencies"]["level"].to_list() == [3.0]


def test_no_decision_changes_nothing(free_names):
    tables = frames(free_names)
    out = apply_decisions(tables, Decisions())
    assert all(out[name].equals(tables[name]) for name in tables)


def test_applying_undoing_and_applying_again(imported, decide):
    before = {name: frame for name, frame in vars(load_records(imported.records)).items()}
    folder = decide(merges="C2,C1,yes C3,C1,no", course_details="C4,jp,30,yes")
    applied = apply_to_workspace(imported.records, folder)
    assert (applied.merged_courses, applied.details) == (1, 1)
    assert applied.changed_tables == ["courses", "enrolments"]
    assert len(load_records(imported.records).courses) == 4
    assert load_original_records(imported.records).courses.equals(before["courses"])
    again = apply_to_workspace(imported.records, folder)
    assert again.changed_tables == applied.changed_tables
    assert len(load_records(imported.records).courses) == 4

    apply_to_workspace(imported.records, decide(merges="C2,C1,", course_details="C4,jp,30,"))
    after = vars(load_records(imported.records))
    assert all(after[name].equals(frame) for name, frame in before.items())
    assert not original_folder(imported.records).exists()
    assert (imported.records / "import_report.json").exists()


def test_merges_are_followed_to_their_end(imported, decide):
    folder = decide(merges="C2,C3,yes C3,C1,yes")
    found = load_decisions(folder, frames(load_records(imported.records)), strict=True)
    assert found.into == {"C2": "C1", "C3": "C1"}


@pytest.mark.parametrize(
    ("sheets", "problem"),
    [
        pytest.param({"merges": "C2,C9,yes"},
                     "merges.csv line 2, into_course_id must be known in the records, got C9",
                     id="unknown-course"),
        pytest.param({"merges": "C2,C2,yes"},
                     "merges.csv line 2, into_course_id must not lead back to the course itself, "
                     "got C2", id="itself"),
        pytest.param({"course_competencies": "C4,X.1,2,yes"},
                     "course_competencies.csv line 2, competency_id must be known in the records, "
                     "got X.1", id="unknown-competency"),
        pytest.param({"course_competencies": "C4,T.1,six,yes"},
                     "course_competencies.csv line 2, level must be a number from 1 to 5, got six",
                     id="no-number"),
        pytest.param({"course_competencies": "C4,T.1,nan,yes"},
                     "course_competencies.csv line 2, level must be a number from 1 to 5, got nan",
                     id="nan"),
        pytest.param({"post_competencies": "P1,T.1,2.5,yes"},
                     "post_competencies.csv line 2, level must be a whole number from 1 to 5, "
                     "got 2.5", id="half"),
        pytest.param({"course_details": "C4,jp,many,yes"},
                     "course_details.csv line 2, value must be hours from 0 to 2000, got many",
                     id="hours"),
        pytest.param({"course_details": "C4,form,diklat,yes"},
                     "course_details.csv line 2, value must be one of structural, technical, "
                     "functional, seminar, workshop, e-learning, coaching, other, got diklat",
                     id="form"),
        pytest.param({"course_details": "C4,cost,9,yes"},
                     "course_details.csv line 2, field must be form or jp, got cost", id="field"),
    ],
)  # fmt: skip
def test_bad_edits_are_named_and_nothing_is_applied(imported, decide, sheets, problem):
    link = imported.records.resolve()
    with pytest.raises(SheetError) as caught:
        apply_to_workspace(imported.records, decide(**sheets))
    assert caught.value.problems == [problem]
    assert imported.records.resolve() == link


def test_a_circle_of_merges_is_named_at_each_of_its_lines(imported, decide):
    with pytest.raises(SheetError) as caught:
        apply_to_workspace(imported.records, decide(merges="C1,C2,yes C2,C1,yes"))
    assert [text.split(",")[0] for text in caught.value.problems] == [
        "merges.csv line 2", "merges.csv line 3",
    ]  # fmt: skip


def test_an_import_without_a_decided_course_notes_it(imported, decide):
    folder = decide(merges="GONE,C1,yes C2,C1,yes", course_competencies='C4,T.1,"2,5",yes')
    applied = apply_to_folder(imported.records, folder)
    assert applied.merged_courses == 1
    assert applied.notes == ["merges.csv line 2, course_id must be known in the records, got GONE"]
    assert load_records(imported.records).course_competencies["level"].to_list() == [2.5]


def test_without_decisions_an_import_is_left_alone(imported):
    applied = apply_to_folder(imported.records, imported.root / "catalogue")
    assert (applied.merged_courses, applied.changed_tables) == (0, [])
    assert not original_folder(imported.records).exists()


def test_a_link_to_earlier_records_stays_a_link(imported, decide):
    earlier = imported.root / "earlier"
    earlier.mkdir()
    (imported.records / "previous").symlink_to("../earlier")
    apply_to_workspace(imported.records, decide(merges="C2,C1,yes"))
    kept = imported.records / "previous"
    assert kept.is_symlink()
    assert kept.resolve() == earlier.resolve()


def test_each_table_s_imported_file_is_found(imported, decide):
    apply_to_workspace(imported.records, decide(merges="C2,C1,yes"))
    found = {
        name: original_path(imported.records, name).parent.name for name in ("courses", "posts")
    }
    assert found == {"courses": "original", "posts": imported.records.name}
