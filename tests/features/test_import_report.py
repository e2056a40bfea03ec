from __future__ import annotations

from pathlib import Path

from features.import_report import SHOWN_PROBLEMS, Tally, change_lines, summary_lines
from features.quarantine import Problem, quarantine_frame
from features.sources.delimited import SourceTable

BASE = Path(__file__).parent / "exports" / "base"


def test_a_summary_says_what_a_planner_wants_to_know(import_files):
    files = {path.name: path.read_bytes() for path in BASE.iterdir()}
    files["presensi.csv"] += b"x;01-01-2025;22;22;0;0\nx;31-02-2025;22;22;0;0\n"
    files["gaji.csv"] = b""
    imported = import_files(files)
    lines = summary_lines(imported.report, imported.unused_files)
    assert lines == [
        "file                                        rows        kept   quarantined",
        "ref_unor.csv                                   3           3             0",
        "ref_jabatan.csv                                2           2             0",
        "pegawai.csv                                    3           3             0",
        "skp22.csv                                      3           3             0",
        "katalog_kursus.csv                             2           2             0",
        "kursus.csv                                     2           2             0",
        "presensi.csv                                   5           3             2",
        ("tables: units 3, posts 2, employees 3, employments 3, reviews 3, courses 2, "
        "enrolments 2, attendance 3, protected_attributes 3"),
        ("not in this export: competencies, post_requirements, grades, assessments, "
        "unit_reviews, feedback360, course_competencies, sessions, offers, advice, surveys, "
        "service_targets, awards, discipline, regulations"),
        "files that the mapping siasn does not read: gaji.csv",
        ("note: pegawai.csv has no column kedudukan_hukum_nama or "
        "kedudukan_hukum, tmt_bup, tingkat_pendidikan_id or "
        "tingkat_pendidikan_nama or tingkat_pendidikan, agama_nama or agama, jenis_kawin_nama or "
        "jenis_kawin"),
        "note: katalog_kursus.csv has no column pemicu, hari, internasional",
        "note: presensi.csv has no column cuti, gangguan_jaringan",
        "not used, and why:",
        "          2 rows  presensi.csv, column pns_id: must be a key of 16 or more signs",
        "           1 row  presensi.csv, column bulan: must be a date",
    ]  # fmt: skip


def test_a_summary_of_many_problems_stays_short():
    kinds = [
        {"rows": 1, "file": "a.csv", "table": "t", "column": f"c{i}", "rule": "r",
         "action": "value dropped"}
        for i in range(SHOWN_PROBLEMS + 3)
    ]  # fmt: skip
    report = {
        "mapping": "m", "files": {}, "tables": {}, "notes": [], "unused_files": 0,
        "problems": kinds,
    }  # fmt: skip
    lines = summary_lines(report, [])
    assert lines[-1] == "  and 3 more kinds of problem"
    assert lines[-2] == f"         1 value  a.csv, column c{SHOWN_PROBLEMS - 1}: r"


def test_a_summary_without_problems_says_so(import_files):
    files = {path.name: path.read_bytes() for path in BASE.iterdir()}
    assert summary_lines(import_files(files).report, [])[-1] == "nothing was quarantined"


def test_a_row_counts_once_however_many_problems_it_has():
    source = SourceTable(
        "a.csv", quarantine_frame([Problem("a.csv", i, "", "", "", "") for i in range(9)])
    )
    tally = Tally()
    tally.read.update({("a.csv", "units"): 9, ("a.csv", "posts"): 9})
    tally.kept.update({("a.csv", "units"): 4, ("a.csv", "posts"): 8})
    tally.merged.update({("a.csv", "units"): 3})
    assert tally.of_table("units") == {"read": 9, "kept": 4, "merged": 3, "quarantined": 2}
    assert tally.of_file(source, bad_lines=3) == {"read": 9, "kept": 6, "quarantined": 3}


def test_a_file_of_which_nothing_was_used_is_quarantined_whole():
    source = SourceTable("a.csv", quarantine_frame([Problem("a.csv", 2, "", "", "", "")]))
    tally = Tally()
    tally.read["a.csv", "units"] = 1
    assert tally.of_file(source, bad_lines=0) == {"read": 1, "kept": 0, "quarantined": 1}


def test_changes_say_what_a_newer_import_kept_and_warn_of_what_is_gone():
    counts = dict.fromkeys(("new", "corrected", "withdrawn", "outdated"), 0)
    changes = {
        "identical": False,
        "since": "2025-06-30",
        "tables": {
            "reviews": {**counts, "new": 1200, "corrected": 3, "outdated": 2},
            "offers": {**counts, "withdrawn": 4000},
        },
        "emptied": ["offers"],
    }
    assert change_lines(changes) == [
        "since the import of 2025-06-30:",
        "  reviews               1,200 new, 3 corrected",
        "                        2 left out: a newer import has them",
        "  offers                4,000 withdrawn",
        (
            "warning: this export holds no offers: all 4,000 rows were withdrawn; if it holds only "
            "a part, `huyula import --undo` and import it with --partial"
        ),
    ]


def test_changes_of_a_first_and_of_a_repeated_import_are_one_line():
    first = {"identical": False, "since": None, "tables": {}, "emptied": []}
    assert change_lines(first) == ["first import: every row is new"]
    again = {"identical": True, "before": "2025-06-30"}
    assert change_lines(again) == [
        "nothing changed: the records are those of the import before (2025-06-30)"
    ]
