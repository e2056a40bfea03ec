from __future__ import annotations

from dataclasses import replace

import pytest

from features.catalogue.competencies import Competency, Match
from features.catalogue.cooccurrence import Hint
from features.catalogue.names import NameReader
from features.catalogue.sheets import MERGES, read_sheet
from features.catalogue.suggest import combine, merge_evidence, save_suggested, suggest

DICTIONARY = (
    Competency("M.01", "Integritas"),
    Competency("T.1", "Pengadaan Barang/Jasa"),
    Competency("T.2", "Pengelolaan Arsip"),
)


@pytest.fixture
def found(free_names, tmp_path):
    return suggest(free_names, DICTIONARY, tmp_path).lines


def cells(lines, *columns):
    return [tuple(line[column] for column in columns) for line in lines]


def test_variants_merge_into_the_course_most_taken(found):
    assert cells(found["merges.csv"], "course_id", "into_course_id", "confidence") == [
        ("C2", "C1", 0.99),
        ("C3", "C1", 0.99),
    ]
    assert found["merges.csv"][1]["evidence"] == (
        "the same words; read pengadan as pengadaan, barang dan jasa as barang jasa, "
        "bimtek as bimbingan teknis, pbj as pengadaan barang jasa; left out 2017"
    )


def test_competencies_are_proposed_once_a_merged_course(found):
    proposed = cells(found["course_competencies.csv"], "course_id", "competency_id", "level")
    assert proposed == [("C1", "T.1", "2"), ("C4", "T.2", "2"), ("C5", "T.1", "1")]


def test_forms_and_hours_are_proposed_where_the_records_lack_them(found):
    assert cells(found["course_details.csv"], "course_id", "field", "value") == [
        ("C1", "form", "technical"),
        ("C1", "jp", "40"),
        ("C4", "form", "technical"),
        ("C4", "jp", "30"),
    ]


def test_posts_without_requirements_get_proposals(found):
    assert cells(found["post_competencies.csv"], "post_id", "competency_id", "level") == [
        ("P1", "M.01", "3"),
        ("P1", "T.2", "3"),
        ("P2", "M.01", "3"),
    ]


def test_what_has_competencies_already_is_left_alone(free_names, table_of, tmp_path):
    records = replace(
        free_names,
        course_competencies=table_of(
            "course_competencies", "course_id competency_id level", ("C3", "T.1", 2.0)
        ),
        post_requirements=table_of(
            "post_requirements",
            "post_id competency_id required_level",
            ("P1", "M.01", 2),
            ("P2", "M.01", 2),
        ),
    )
    lines = suggest(records, DICTIONARY, tmp_path).lines
    assert cells(lines["course_competencies.csv"], "course_id") == [("C4",), ("C5",)]
    assert lines["post_competencies.csv"] == []


def test_decisions_shape_the_next_run(free_names, tmp_path):
    save_suggested(suggest(free_names, DICTIONARY, tmp_path), tmp_path)
    path = tmp_path / "merges.csv"
    text = path.read_text(encoding="utf-8-sig")
    refused = "\n".join(
        f"{line}no" if line.startswith("C3,") else line for line in text.splitlines()
    )
    path.write_text(refused, encoding="utf-8")
    again = suggest(free_names, DICTIONARY, tmp_path)
    assert cells(again.lines["merges.csv"], "course_id", "into_course_id") == [("C2", "C1")]
    assert again.n_groups == 4
    assert save_suggested(again, tmp_path)["merges.csv"] == 1
    assert [(r["course_id"], r["decision"]) for r in read_sheet(MERGES, tmp_path)] == [
        ("C2", ""),
        ("C3", "no"),
    ]


def test_running_twice_writes_the_same_bytes(free_names, tmp_path):
    for _ in range(2):
        save_suggested(suggest(free_names, DICTIONARY, tmp_path), tmp_path)
        files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    save_suggested(suggest(free_names, DICTIONARY, tmp_path), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == files


def test_hints_raise_what_the_words_say_and_bring_in_others():
    hints = {"A": Hint(rise=0.4, evidence=("rises",)), "B": Hint(lift=3, rise=0.4), "X": Hint(9, 9)}
    words = [Match("A", 0.5, ("words",))]
    found = combine(words, hints, {"A": "a", "B": "b"})
    assert [(m.competency_id, round(m.score, 2), m.evidence) for m in found] == [
        ("A", 0.88, ("words", "rises")),  # odds 1 times e^2
        ("B", 0.51, ()),  # odds 1/19 times e^3
    ]


def test_evidence_names_what_differs():
    reader = NameReader([])
    read = [reader.read(text) for text in ("Pelatihan Arsip Dinamis", "Bimtek Arsip Statis")]
    assert merge_evidence(*read) == (
        "in both: arsip; only here: dinamis; only there: statis; read bimtek as bimbingan teknis"
    )
