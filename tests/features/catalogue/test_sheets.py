from __future__ import annotations

import pytest

from features.catalogue.sheets import COURSE_DETAILS, MERGES, SheetError, read_sheet, write_sheet


def merge(course_id, into="K", decision="", **more):
    return {"course_id": course_id, "course": f"Title {course_id}", "into_course_id": into,
            "confidence": 0.5, "decision": decision} | more  # fmt: skip


def lines_of(folder, sheet=MERGES):
    return (folder / sheet.name).read_text(encoding="utf-8-sig").splitlines()


def test_written_sheet_opens_in_a_spreadsheet(tmp_path):
    assert write_sheet(MERGES, tmp_path, [merge("A", course="=1+1"), merge("B")]) == 2
    assert (tmp_path / "merges.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert lines_of(tmp_path) == [
        "course_id,course,enrolments,into_course_id,into_course,confidence,evidence,decision",
        "A,'=1+1,,K,,0.5,,",
        "B,Title B,,K,,0.5,,",
    ]
    assert read_sheet(MERGES, tmp_path)[0]["course"] == "=1+1"


def test_decided_rows_survive_as_they_were_edited(tmp_path):
    write_sheet(MERGES, tmp_path, [merge("A"), merge("B"), merge("C")])
    text = "\n".join(lines_of(tmp_path))
    text = text.replace("A,Title A,,K,,0.5,,", "A,Title A,,EDITED,,0.5,,yes")
    text = text.replace("B,Title B,,K,,0.5,,", "B,Title B,,K,,0.5,,No")
    (tmp_path / "merges.csv").write_text(text, encoding="utf-8")
    assert write_sheet(MERGES, tmp_path, [merge("A"), merge("D")]) == 1
    rows = [
        (r["course_id"], r["into_course_id"], r["decision"]) for r in read_sheet(MERGES, tmp_path)
    ]
    assert rows == [("D", "K", ""), ("A", "EDITED", "yes"), ("B", "K", "no")]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_any_spreadsheet_s_file_is_read(tmp_path, separator, encoding):
    cells = [["Course_ID", "course", "into_course_id", "decision"], ["A", "Kafé", "B", "Ya"]]
    text = "\r\n".join(separator.join(row) for row in cells)
    (tmp_path / "merges.csv").write_bytes(text.encode(encoding))
    (row,) = read_sheet(MERGES, tmp_path)
    assert (row["course_id"], row["course"], row["decision"], row.line) == ("A", "Kafé", "yes", 2)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param("A,,B,maybe",
                     "merges.csv line 2, decision must be yes, no or empty, got maybe",
                     id="decision"),
        pytest.param(",,B,yes", "merges.csv line 2, course_id must not be empty, got nothing",
                     id="key"),
        pytest.param("A,,B,yes\nA,,C,no",
                     "merges.csv line 3, course_id must stand once (also on line 2), got A",
                     id="twice"),
    ],
)  # fmt: skip
def test_bad_cells_are_named_by_file_line_column_and_value(tmp_path, line, message):
    path = tmp_path / "merges.csv"
    path.write_text(f"course_id,course,into_course_id,decision\n{line}\n", encoding="utf-8")
    with pytest.raises(SheetError) as caught:
        read_sheet(MERGES, tmp_path)
    assert caught.value.problems == [message]
    assert str(caught.value) == message


def test_a_lost_column_is_named(tmp_path):
    (tmp_path / "course_details.csv").write_text("course_id,field,decision\n", encoding="utf-8")
    with pytest.raises(SheetError, match=r"course_details\.csv line 1 must have the column value"):
        read_sheet(COURSE_DETAILS, tmp_path)


def test_many_problems_are_shown_up_to_twenty():
    error = SheetError([f"problem {i}" for i in range(25)])
    assert str(error).splitlines()[-1] == "... and 5 more"
    assert len(error.problems) == 25


def test_empty_and_absent_sheets_hold_nothing(tmp_path):
    assert read_sheet(MERGES, tmp_path) == []
    (tmp_path / "merges.csv").write_text("course_id,into_course_id,decision\n,,\n")
    assert read_sheet(MERGES, tmp_path) == []
