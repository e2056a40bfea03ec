from __future__ import annotations

import csv
import io
import os
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.sources.delimited import LINE, SourceTable, read_delimited
from features.sources.lines import Lines
from features.sources.rows import Layout, careful_rows, plain_block, quoted_block, read_rows

WIDTH = "must have 2 cells as the header has, got"
STRAY = "must have quotation marks only around whole cells"


@pytest.fixture
def read(tmp_path: Path):
    def run(content: str | bytes, name: str = "file.csv") -> SourceTable:
        raw = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(raw)
        return read_delimited(tmp_path / name)

    return run


def cells(source: SourceTable) -> list[tuple]:
    return source.frame.rows()


def problems(source: SourceTable) -> list[tuple[int, str]]:
    return [(p.line, p.rule) for p in source.problems]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_any_usual_separator_is_found(read, separator):
    source = read(f"a{separator}b\n1{separator}2\n")
    assert source.frame.columns == [LINE, "a", "b"]
    assert cells(source) == [(2, "1", "2")]


def test_the_separator_that_a_spreadsheet_names_is_believed(read):
    assert cells(read("sep=|\na;x|b\n1|2\n")) == [(3, "1", "2")]


@pytest.mark.parametrize(
    ("encoding", "notes"),
    [
        ("utf-8", []),
        ("utf-8-sig", []),
        ("cp1252", ["was not UTF-8 and was read as cp1252"]),
        ("latin-1", ["was not UTF-8 and was read as cp1252"]),
        ("utf-16", ["was read as utf-16-le"]),
        ("utf-16-le", ["was read as utf-16-le"]),
        ("utf-16-be", ["was read as utf-16-be"]),
    ],
)
def test_any_usual_encoding_is_found(read, encoding, notes):
    source = read("nama;b\nRené;2\n".encode(encoding))
    assert cells(source) == [(2, "René", "2")]
    assert source.notes == notes


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_will_do(read, end):
    assert cells(read(f"a;b{end}1;2{end}{end}3;4")) == [(2, "1", "2"), (4, "3", "4")]


def test_quoted_separators_quotes_and_line_ends_stay_in_their_cell(read):
    source = read('a;b\n"x;y";"he said ""no"""\n"two\nlines";2\n3;4\n')
    assert cells(source) == [(2, "x;y", 'he said "no"'), (3, "two\nlines", "2"), (5, "3", "4")]


def test_rows_of_another_width_are_problems(read):
    source = read("a;b\n1;2\n1;2;3\n1\n3;4\n")
    assert cells(source) == [(2, "1", "2"), (5, "3", "4")]
    assert problems(source) == [(3, f"{WIDTH} 3"), (4, f"{WIDTH} 1")]
    assert source.n_rows == 4


def test_empty_cells_behind_the_header_are_no_problem(read):
    assert cells(read("a;b;;\n1;2\n3;4;;;;\n")) == [(2, "1", "2"), (3, "3", "4")]


def test_blank_rows_are_no_rows(read):
    source = read("\n;\na;b\n;\n1;2\n   \n\n")
    assert cells(source) == [(5, "1", "2")]
    assert source.n_rows == 1


def test_a_long_file_is_read_in_parts(read, monkeypatch):
    monkeypatch.setattr("features.sources.decoding.BLOCK_BYTES", 8)
    monkeypatch.setattr("features.sources.rows.ROWS_AT_A_TIME", 2)
    for odd in ("x", '"x"', '"x\n"'):
        source = read("a;b\n" + "".join(f"{i};{odd}\n" for i in range(5)))
        n_lines = 1 + odd.count("\n")
        assert [row[:2] for row in cells(source)] == [(2 + n_lines * i, str(i)) for i in range(5)]
        assert len(list(source.batches())) > 1


def test_an_unclosed_quotation_mark_does_not_swallow_the_rows_after_it(read):
    source = read('a;b\n1;2\n"x;3\n4;5\n6;7\n')
    assert cells(source) == [(2, "1", "2"), (4, "4", "5"), (5, "6", "7")]
    assert problems(source) == [(3, "must close the quotation mark that it opens")]


def test_a_stray_quotation_mark_does_not_hide_the_rows_up_to_the_next_one(read):
    source = read('a;b\n"x;1\n2;3\n4;"5"\n6;7\n')
    assert cells(source) == [(3, "2", "3"), (4, "4", "5"), (5, "6", "7")]
    assert problems(source) == [(2, STRAY)]


def test_a_bad_row_over_several_lines_names_them(read):
    source = read('a;b\n"x;1\n2;3\n4;y"\n5;6\n')
    assert cells(source) == [(5, "5", "6")]
    assert problems(source) == [(2, f"{WIDTH} 1 in lines 2 to 4")]


def test_a_quotation_mark_within_a_quoted_cell_is_a_problem(read):
    source = read('a;b\n"Kursus "Dasar"";1\n2;3\n')
    assert cells(source) == [(3, "2", "3")]
    assert problems(source) == [(2, STRAY)]


def test_a_quotation_mark_within_a_plain_cell_is_kept(read):
    assert cells(read('a;b\nMonitor 24";1\n')) == [(2, 'Monitor 24"', "1")]


def test_a_very_long_cell_is_a_problem_of_its_row(read):
    source = read(f"a;b\n{'x' * 200_000};1\n2;3\n")
    assert cells(source) == [(3, "2", "3")]
    assert problems(source) == [(2, "must have cells of at most 131,072 characters")]


def test_nul_bytes_are_left_out_and_noted(read):
    source = read("a;b\nBa\0ik;1\n")
    assert cells(source) == [(2, "Baik", "1")]
    assert source.notes == ["held NUL bytes, which were left out"]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b"\xef\xbb\xbf", "is empty", id="mark only"),
        pytest.param(b"\n \n;;\n", "is empty", id="blank rows only"),
        pytest.param(
            b"PK\x03\x04...",
            "must be CSV; it is an Excel file or an archive: export it as CSV",
            id="Excel",
        ),
        pytest.param(
            b'"a;b\n1;2\n',
            "must have a header: it must close the quotation mark that it opens",
            id="broken header",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_skipped_with_the_reason(read, content, rule):
    source = read(content)
    assert [(p.line, p.rule, p.action) for p in source.problems] == [(1, rule, "file skipped")]
    assert (len(source.frame), source.n_rows) == (0, 0)


def test_a_header_without_rows_is_noted(read):
    source = read("a;b\n")
    assert source.frame.columns == [LINE, "a", "b"]
    assert source.notes == ["has a header but no rows"]


def test_repeated_and_missing_column_names_are_told_apart(read):
    source = read("a;;a;__line;b\n1;2;3;4;5\n")
    assert source.frame.columns == [LINE, "a", "__2_", "__3_a", "__4___line", "b"]
    assert source.notes == ["repeats the names of 1 columns; the first of each name is read"]


def test_a_folder_and_a_dangling_link_are_no_files(tmp_path):
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "link.csv").symlink_to("nowhere.csv")
    for name in ("folder.csv", "link.csv"):
        (problem,) = read_delimited(tmp_path / name).problems
        assert (problem.rule, problem.action) == (
            "cannot be opened: it is not a regular file",
            "file skipped",
        )


def test_an_unreadable_file_is_skipped_with_the_systems_reason(tmp_path, monkeypatch):
    def refuse(_path: Path, _mode: str) -> bytes:
        raise PermissionError(13, os.strerror(13))

    (tmp_path / "file.csv").write_text("a;b\n1;2\n")
    monkeypatch.setattr(Path, "open", refuse)  # root may read anything
    (problem,) = read_delimited(tmp_path / "file.csv").problems
    assert problem.rule == "cannot be opened: Permission denied"


def test_a_personal_number_in_a_files_name_is_masked(read):
    source = read("", "skp22_198501012010012001.csv")
    assert source.name == "skp22_***************001.csv"
    assert source.problems[0].file == source.name


TEXT = st.text(st.sampled_from(list("ab1 ;,\"'\n\r\t|é-=")), max_size=6)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(TEXT, min_size=1, max_size=4), max_size=12))
def test_every_row_that_a_csv_writer_wrote_is_read_or_reported(read, rows):
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";")
    writer.writerow(["a", "b"])
    writer.writerows(rows)
    source = read(stream.getvalue())
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    good = [tuple(row[:2]) for row in filled if len(row) > 1 and not any(map(str.strip, row[2:]))]
    assert [row[1:] for row in cells(source)] == good
    assert source.n_rows == len(filled)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.text(st.sampled_from(list('a1;"é ')), max_size=8), max_size=10))
def test_every_line_of_any_text_is_read_or_reported(read, lines):
    source = read("\n".join(["a;b", *lines]))
    covered = set()
    for line, *texts in cells(source):
        covered |= set(range(line, line + "".join(texts).count("\n") + 1))
    for problem in source.problems:
        last = re.search(r"to (\d+)$", problem.rule)
        covered |= set(range(problem.line, int(last[1]) + 1 if last else problem.line + 1))
    filled = {number for number, line in enumerate(lines, start=2) if line.strip(' ;"')}
    assert filled <= covered


CELL = st.text(st.sampled_from(list("ab1 é\x1c\u00a0\u200b#")), max_size=4)


@settings(max_examples=200)
@given(
    rows=st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=9),
    end=st.sampled_from(["\n", "\r\n"]),
    quoted=st.booleans(),
    n_trailing=st.integers(0, 2),
    last_end=st.booleans(),
)
def test_a_clean_block_is_the_same_read_at_once_or_row_by_row(
    rows, end, quoted, n_trailing, last_end
):
    layout = Layout("x.csv", ";", ["a", "b", "c"], n_trailing)
    sign = '"' if quoted else ""
    text = end.join(";".join(f"{sign}{c}{sign}" for c in row) + ";" * n_trailing for row in rows)
    block = (text + end * last_end).encode()
    at_once = list(read_rows(Lines(iter([block])), layout))
    lines = Lines(iter([]))
    lines.put_back(block)
    by_row = list(careful_rows(lines, layout))
    assert [frame.rows() for frame in at_once if len(frame)] == [frame.rows() for frame in by_row]
    fast = quoted_block if quoted else plain_block
    assert fast(block, layout) is not None


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(b"1;2;3\n1;2;3;4;5\n\n", id="longer and shorter"),
        pytest.param(b"1;2;3\n\n4;5;6\n", id="blank line"),
        pytest.param(b"1;2;3\r4;5;6\n", id="two kinds of line end"),
        pytest.param(b"1;2;" + b"x" * 200_000, id="long cell"),
        pytest.param(b'1;"2";3', id="quoted"),
    ],
)
def test_an_unusual_block_is_read_with_care(block):
    assert plain_block(block, Layout("x.csv", ";", ["a", "b", "c"])) is None


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.sampled_from(list('a1;"é \n\r')), max_size=60), size=st.sampled_from([1, 7, 16])
)
def test_blocks_of_any_size_give_the_same_rows_and_problems(read, monkeypatch, text, size):
    with monkeypatch.context() as patch:
        whole = read("a;b\n" + text)
        expected = (cells(whole), problems(whole), whole.n_rows, whole.notes)
        patch.setattr("features.sources.decoding.BLOCK_BYTES", size)
        parts = read("a;b\n" + text)
        assert (cells(parts), problems(parts), parts.n_rows, parts.notes) == expected


def test_a_second_reading_finds_the_same_rows_and_no_problem_twice(read):
    source = read("a;b\n1;2\n3\n")
    first = [frame.rows() for frame in source.batches()]
    assert first == [frame.rows() for frame in source.batches()]
    assert (problems(source), source.n_rows) == ([(3, f"{WIDTH} 1")], 2)
    assert len(source.take_problems()) == 1
    assert list(source.batches())
    assert source.take_problems() == []


KNOWN = {"nip", "nama"}


@pytest.mark.parametrize(
    "title",
    [
        pytest.param("DATA PEGAWAI\n\nPer 31 Desember 2024\n", id="lines of one cell"),
        pytest.param("Data Pegawai, Provinsi Gorontalo, 2024\n\n\n", id="another separator"),
        pytest.param("Identitas;;\nNomor;Orang\n;\n", id="a header above the header"),
    ],
)
def test_the_header_is_the_line_of_known_columns(tmp_path, title):
    (tmp_path / "file.csv").write_text(title + "NIP;Nama\n1;2\n")
    source = read_delimited(tmp_path / "file.csv", KNOWN)
    assert source.frame.rows() == [(5, "1", "2")]
    n_titles = sum(bool(line.strip()) for line in title.splitlines())
    assert source.notes == [
        f"has {n_titles} line{'s' * (n_titles > 1)} above its header, which were left out"
    ]


def test_a_header_with_one_known_column_stays_the_header(tmp_path):
    (tmp_path / "file.csv").write_text("NIP;x\nnip;nama\n")
    assert read_delimited(tmp_path / "file.csv", KNOWN).columns == ["NIP", "x"]
