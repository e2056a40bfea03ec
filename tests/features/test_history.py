from __future__ import annotations

from datetime import date

import polars as pl
import pytest

import features.history
from features.errors import HuyulaError, SchemaError
from features.history import (
    Base,
    Import,
    digest_files,
    read_imports,
    undo_import,
)
from features.profiles import build_profiles
from features.records import load_records
from tests.conftest import table_of

JAN, FEB, MAR, APR = (date(2025, month, 10) for month in (1, 2, 3, 4))


def grades(*rows: tuple[str, str, date]) -> pl.DataFrame:
    return table_of("grades", "employee_id grade valid_from", *rows)


OLD = date(2020, 4, 1)
FIRST = {"grades": grades(("e1", "III/a", OLD), ("e2", "III/b", OLD))}


def tables_of(workspace) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in workspace.records.glob("*.parquet")}


def grades_of(workspace) -> list[tuple]:
    frame = pl.read_parquet(workspace.records / "grades.parquet")
    return frame.drop("valid_from").rows()


def test_the_first_import_keeps_the_dates_of_the_lag(import_tables, workspace):
    changes = import_tables(FIRST, JAN)
    assert grades_of(workspace) == [("e1", "III/a", OLD, None), ("e2", "III/b", OLD, None)]
    assert (changes["since"], changes["identical"]) == (None, False)
    assert changes["tables"]["grades"]["new"] == 2
    assert read_imports(workspace.records) == [
        Import(JAN, "test", partial=False, digest=None, rows={"grades": 2},
               changes={"grades": changes["tables"]["grades"]})
    ]  # fmt: skip


def test_a_second_import_of_the_same_export_changes_no_byte(import_tables, workspace):
    import_tables(FIRST, JAN)
    before = tables_of(workspace)
    for day in (JAN, FEB):
        changes = import_tables(FIRST, day)
        assert tables_of(workspace) == before
        assert changes["identical"]
    assert [done.day for done in read_imports(workspace.records)] == [JAN, FEB]


def test_an_import_repeated_on_the_same_day_takes_the_place_of_the_mistaken_one(
    import_tables, workspace
):
    import_tables(FIRST, JAN)
    right = {"grades": grades(("e1", "III/a", OLD), ("e2", "III/c", OLD))}
    import_tables({"grades": grades(("e1", "IX", OLD))}, FEB)  # a wrong mapping
    changes = import_tables(right, FEB)
    assert grades_of(workspace) == [
        ("e1", "III/a", OLD, None), ("e2", "III/b", OLD, FEB), ("e2", "III/c", FEB, None),
    ]  # fmt: skip
    assert (changes["since"], changes["before"]) == (JAN.isoformat(), FEB.isoformat())
    assert [done.day for done in read_imports(workspace.records)] == [JAN, FEB]


def test_a_first_import_repeated_on_the_same_day_leaves_no_trace(import_tables, workspace):
    import_tables({"grades": grades(("e1", "IX", OLD))}, JAN)
    import_tables(FIRST, JAN)
    assert grades_of(workspace) == [("e1", "III/a", OLD, None), ("e2", "III/b", OLD, None)]


def test_two_partial_exports_of_one_day_add_up(import_tables, workspace):
    import_tables(FIRST, JAN)
    one = {"grades": grades(("e3", "II/a", OLD))}
    two = {"awards": table_of("awards", "employee_id award valid_from", ("e1", "Satya", OLD))}
    import_tables(one, FEB, partial=True)
    changes = import_tables(two, FEB, partial=True)
    assert len(grades_of(workspace)) == 3
    assert {n: c["new"] for n, c in changes["tables"].items()} == {"grades": 0, "awards": 1}


def test_a_full_export_without_a_table_withdraws_it_and_says_so(import_tables, workspace):
    import_tables(FIRST, JAN)
    awards = table_of("awards", "employee_id award valid_from", ("e1", "Satya", OLD))
    changes = import_tables({"awards": awards}, FEB)
    assert changes["emptied"] == ["grades"]
    assert grades_of(workspace) == [("e1", "III/a", OLD, FEB), ("e2", "III/b", OLD, FEB)]


def test_a_table_first_seen_keeps_the_dates_of_the_lag(import_tables, workspace):
    import_tables(FIRST, JAN)
    awards = table_of("awards", "employee_id award valid_from", ("e1", "Satya", OLD))
    import_tables({**FIRST, "awards": awards}, FEB)
    assert pl.read_parquet(workspace.records / "awards.parquet")["available_at"].to_list() == [OLD]


def test_a_table_that_returns_is_compared_with_the_import_that_lacked_it(import_tables, workspace):
    import_tables(FIRST, JAN)
    import_tables({}, FEB)
    between = date(2025, 1, 20)
    import_tables({"grades": grades(("e1", "III/d", between))}, MAR)
    assert ("e1", "III/d", MAR, None) in grades_of(workspace)


def test_an_older_full_export_is_refused(import_tables):
    import_tables(FIRST, FEB)
    with pytest.raises(SchemaError, match=r"^--exported-on must not lie before the newest import "
                       r"\(2025-02-10\); .* --partial; .* got 2025-01-10$"):  # fmt: skip
        import_tables(FIRST, JAN)


def test_an_older_partial_export_adds_what_was_never_held(import_tables, workspace):
    import_tables(FIRST, FEB)
    older = {"grades": grades(("e1", "III/x", OLD), ("e3", "II/a", OLD))}
    changes = import_tables(older, JAN, partial=True)
    assert [row[:2] for row in grades_of(workspace)] == [
        ("e1", "III/a"), ("e2", "III/b"), ("e3", "II/a"),
    ]  # fmt: skip
    assert changes["tables"]["grades"]["outdated"] == 1
    with pytest.raises(SchemaError, match="must not lie before the newest import"):
        import_tables(FIRST, JAN)  # the newest is still that of February


def test_undo_puts_the_records_before_back_byte_by_byte(import_tables, workspace):
    import_tables(FIRST, JAN)
    before = tables_of(workspace), (workspace.records / "import.json").read_bytes()
    import_tables({"grades": grades(("e1", "IX", OLD))}, FEB)
    assert undo_import(workspace.records).day == FEB
    assert (tables_of(workspace), (workspace.records / "import.json").read_bytes()) == before
    with pytest.raises(HuyulaError, match="from before the import of 2025-01-10: it was the first"):
        undo_import(workspace.records)
    import_tables({"grades": grades(("e1", "III/b", OLD))}, FEB)
    assert len(read_imports(workspace.records)) == 2


def test_one_import_can_be_undone_and_only_one(import_tables, workspace):
    for day in (JAN, FEB, MAR):
        import_tables({"grades": grades(("e1", "III/a", OLD), ("e2", str(day), OLD))}, day)
    assert undo_import(workspace.records).day == MAR
    with pytest.raises(HuyulaError, match="only the newest import can be undone"):
        undo_import(workspace.records)
    assert len(list(workspace.root.glob(".records.*"))) == 1


def test_a_day_imported_again_after_an_undo_keeps_the_history(import_tables, workspace):
    for day, grade in ((JAN, "a"), (FEB, "b"), (MAR, "c")):
        import_tables({"grades": grades(("e1", grade, OLD))}, day)
    undo_import(workspace.records)
    import_tables({"grades": grades(("e1", "d", OLD))}, FEB)  # nothing is kept from before FEB
    assert grades_of(workspace) == [("e1", "a", OLD, FEB), ("e1", "d", FEB, None)]


def test_records_of_an_earlier_version_are_refused(import_tables, workspace):
    import_tables(FIRST, JAN)
    (workspace.records / "import.json").unlink()
    with pytest.raises(HuyulaError, match=r"import\.json is missing: the records were made by an"):
        import_tables(FIRST, FEB)


def test_a_table_merged_in_slices_is_the_table_merged_whole(import_tables, workspace, monkeypatch):
    def export(step: int) -> dict[str, pl.DataFrame]:
        people = range(0, 400 * step, step)
        return {"grades": grades(*((f"e{i:03}", f"g{i % 7 % step}", OLD) for i in people))}

    import_tables(export(1), JAN, group=50)
    whole_changes = import_tables(export(2), FEB, group=50)
    whole = pl.read_parquet(workspace.records / "grades.parquet")
    undo_import(workspace.records)
    monkeypatch.setattr(features.history, "SLICE_ROWS", 100)
    n_slices = []
    slices = features.history._slices
    monkeypatch.setattr(
        features.history,
        "_slices",
        lambda *files: n_slices.append(cuts := [*slices(*files)]) or cuts,
    )
    changes = import_tables(export(2), FEB, group=50)
    assert pl.read_parquet(workspace.records / "grades.parquet").equals(whole)
    assert changes == whole_changes
    assert all(changes["tables"]["grades"][kind] for kind in ("corrected", "withdrawn", "late"))
    assert max(map(len, n_slices)) == 12  # as many as there are row groups to begin at
    assert import_tables(export(2), MAR, group=50)["identical"]


@pytest.mark.parametrize(
    ("imports", "held_on", "touched_on"),
    [
        pytest.param([], None, None, id="none"),
        pytest.param([(JAN, False, False)], None, None, id="without the table"),
        pytest.param([(JAN, False, True), (FEB, False, False)], FEB, JAN, id="lacked since"),
        pytest.param([(JAN, False, False), (FEB, True, True)], None, FEB, id="partial alone"),
        pytest.param([(JAN, False, True), (FEB, True, True)], JAN, FEB, id="partial since"),
        pytest.param([(APR, False, True)], None, None, id="newer"),
    ],
)
def test_what_the_imports_before_say_of_a_table(imports, held_on, touched_on):
    done = [Import(d, "m", partial, None, {"grades": 1} if held else {}, {})
            for d, partial, held in imports]  # fmt: skip
    moment = Base(None, tuple(done)).moment("grades", MAR, partial=True)
    assert (moment.held_on, moment.touched_on) == (held_on, touched_on)
    assert moment.outdated == any(day > MAR for day, *_ in imports)


def test_the_digest_follows_names_and_contents(tmp_path):
    digests = []
    for name, content in (("a.csv", "1"), ("a.csv", "2"), ("b.csv", "1"), ("a.csv", "1")):
        folder = tmp_path / str(len(digests))
        folder.mkdir()
        (folder / name).write_text(content)
        digests.append(digest_files(folder))
    assert len(set(digests)) == 3
    assert digests[0] == digests[3] == digest_files(tmp_path / "0" / "a.csv")
    assert digest_files(tmp_path / "nowhere") is None


# One person's profile of the past, as it was known then and as it is known now.


def person(predicate: int, *assessed: tuple[str, float]) -> dict[str, pl.DataFrame]:
    held = table_of("reviews", "employee_id year predicate valid_from",
                    ("e1", 2023, predicate, date(2023, 12, 31)))  # fmt: skip
    return {
        "units": table_of("units", "unit_id name", ("U1", "Dinas")),
        "posts": table_of("posts", "post_id title post_level", ("P1", "Analis", "ahli_muda")),
        "competencies": table_of("competencies", "competency_id name competency_group",
                                 ("M.01", "Integritas", "M"), ("M.02", "Kerja Sama", "M")),
        "post_requirements": table_of("post_requirements",
                                      "post_id competency_id required_level",
                                      ("P1", "M.01", 3), ("P1", "M.02", 3)),
        "employees": table_of("employees", "employee_id employment_type", ("e1", "PNS")),
        "employments": table_of("employments", "employee_id unit_id post_id valid_from",
                                ("e1", "U1", "P1", date(2020, 1, 1))),
        "reviews": held,
        "assessments": table_of("assessments", "employee_id competency_id level valid_from",
                                *[("e1", c, level, date(2024, 3, 1)) for c, level in assessed]),
    }  # fmt: skip


def test_a_profile_of_last_year_from_what_is_known_now_and_as_it_was_known_then(
    import_tables, workspace
):
    import_tables(person(4, ("M.01", 2.0)), date(2024, 6, 30))
    import_tables(person(5, ("M.02", 1.0)), date(2025, 1, 31))  # corrected, withdrawn, late
    records = load_records(workspace.records)
    as_of = date(2024, 7, 1)

    def profile(known_at: date | None) -> tuple:
        built = build_profiles(records, as_of, known_at)
        levels = built.competencies.filter(pl.col("level").is_not_null())
        return built.people["predicate"].item(), levels.select("competency_id", "level").rows()

    then, now = (4.0, [("M.01", 2.0)]), (5.0, [("M.02", 1.0)])
    assert profile(None) == then
    assert profile(date(2025, 1, 31)) == then  # before the import of that day
    assert profile(date(2025, 2, 1)) == now
