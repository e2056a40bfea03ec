import csv

import pytest

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
    assert write_support_needs(path, released) == 1
    (row,) = read(path)
    assert (row["employee_id"], row["unit_name"], row["rank_in_unit"], row["model_kind"]) == (
        "e1", "Dinas Penanaman Modal", "1", "rule",
    )  # fmt: skip
    assert row["by_lot"] == "no"
    assert row["drivers_id"].startswith("Mungkin perlu dukungan menurut aturan sederhana, urutan 1")
    assert "+1.25 from the rise of unexcused days" in row["drivers_en"]
    assert "+1.00 from courses offered in 6 months and none taken" in row["drivers_en"]


def test_an_interrupted_list_leaves_the_old_one(released, tmp_path):
    path = tmp_path / "r.csv"
    path.write_text("old")

    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_recommendations(path, released, 10, interrupt)
    assert path.read_text() == "old"
    assert list(tmp_path.glob(".r.csv*")) == []
