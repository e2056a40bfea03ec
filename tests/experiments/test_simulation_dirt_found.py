"""Whatever is soiled on purpose: the import repairs it, quarantines it or reads it as it was."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from experiments.simulation import dirt
from experiments.simulation.dirt import CONFLICT, IN_CELLS, REPEAT, soil
from experiments.simulation.lists import read_list
from experiments.simulation.simulate import simulate
from features.identity import TokenTable
from features.importing import import_export
from features.sources.mapping import load_mapping

TODAY = date(2026, 1, 31)
NO_DATE, EMPTY, NO_NAME = "must be a date", "must not be empty", "must name one known"
FOUND = {
    "nip ruined by a spreadsheet": ["a spreadsheet has rounded it"],
    "nip with an apostrophe": ["began with a spreadsheet's apostrophe"],
    "nip with a digit lost": ["must be 18 digits"],
    "date in words": ["was a date with the month's name; it was read"],
    "date as a spreadsheet's number": ["was a spreadsheet's number of a day; the date was read"],
    "date with a year of two digits": [NO_DATE],
    "impossible date": [NO_DATE],
    "date in the future": ["must not lie after"],
    "unknown code or title": ["must be known in", NO_NAME],
    "unknown person": ["must be the pns_id of a person in the people's file"],
    "blank in a required field": [EMPTY],
    "word for nothing": [EMPTY],
    "misspelt title": [NO_NAME],
    "negative number": ["must be at least 0", "must be from 0 to 6"],
    "too large number": ["must be at most", "must be from 0 to 6"],
    "number with a unit": ["was a number with its unit", "must be a number", "must be a whole"],
    REPEAT: ["must stand once; another row says the same"],
    CONFLICT: [""],  # whatever it says: the other value may be what another row's was soiled to
}
"""What the report says of each kind of dirt, by the beginning or a part of its rule."""
READ_AS_MEANT = {
    "nip with spaces", "date as yyyy-mm-dd", "date as d/m/Y", "decimal comma", "untidy title",
}  # fmt: skip
BY_PNS_ID = ("jabatan", "kursus", "skp22")
"""Files that give both numbers: if one of them names nobody, the other names the person."""
HARMLESS = {
    "nip ruined by a spreadsheet": {name: ["nipBaru"] for name in BY_PNS_ID},
    "nip with a digit lost": {name: ["nipBaru"] for name in BY_PNS_ID},
    "unknown person": {name: ["idPns"] for name in BY_PNS_ID},
    "blank in a required field": {"jabatan": ["idPns"], "pegawai": ["nip_baru"]},
    "word for nothing": {"jabatan": ["idPns"], "pegawai": ["nip_baru"]},
    # the post's and the course's code stand beside the title and the code that is unknown
    "unknown code or title": {"jabatan": ["namaJabatan"], "diklat": ["latihanStrukturalId"]},
    "misspelt title": {"jabatan": ["namaJabatan"]},
}
"""What another column of the row makes good, so that nothing is lost and nothing is said."""
UNDETECTABLE = {
    # a review may lack its predicate: it has result and behaviour; a person may have no pns_id,
    # and the rows of other files that name it are quarantined
    "blank in a required field": {"skp22": ["kuadranKinerja"], "pegawai": ["pns_id"]},
    "word for nothing": {"skp22": ["kuadranKinerja"], "pegawai": ["pns_id"]},
    # an indicator's scale is its own, and a growth rate may be negative
    "negative number": {"target_layanan": ["realisasi"]},
    "too large number": {"target_layanan": ["realisasi"]},
    # two raters may say the same: feedback has no key
    REPEAT: {"umpan_balik_360": [None]},
}


@pytest.fixture(scope="module")
def clean():
    return simulate(250, 14, 5).files


@pytest.fixture
def import_files(tmp_path):
    def run(files, people):
        folder = tmp_path / "export"
        folder.mkdir(exist_ok=True)
        for name, frame in files.items():
            frame.write_csv(folder / f"{name}.csv", separator=";")
        return import_export(
            folder, load_mapping("siasn"), people, today=TODAY, progress=lambda _: None
        )

    return run


def is_listed(row: dict, lists: dict[str, dict[str, list[str | None]]]) -> bool:
    return row["column"] in lists.get(row["kind"], {}).get(row["file"], [])


def rules_by_line(imported) -> dict[tuple[str, int], list[str]]:
    columns = ("file", "line", "rule")
    both = pl.concat([imported.quarantine.select(columns), imported.repaired.frame()[columns]])
    return {key: rows["rule"].to_list() for key, rows in both.group_by("file", "line")}


def test_all_that_is_planted_is_found_by_its_rule(clean, import_files):
    soiled = soil(clean, 0.3, np.random.default_rng(7))
    rules = rules_by_line(import_files(soiled.files, TokenTable(b"k" * 32)))
    assert {*FOUND, *READ_AS_MEANT} == {*IN_CELLS, REPEAT, CONFLICT}
    found: Counter[str] = Counter()
    n_lost = 0
    for row in soiled.rows.iter_rows(named=True):
        kind, line = row["kind"], row["line"]
        if kind in READ_AS_MEANT or is_listed(row, HARMLESS) or is_listed(row, UNDETECTABLE):
            continue
        # of two rows with one key the report names the one that is left out, copy or not
        lines = (line, line - 1) if kind in (REPEAT, CONFLICT) else (line,)
        said = [rule for at in lines for rule in rules.get((f"{row['file']}.csv", at), [])]
        if any(part in rule for part in FOUND[kind] for rule in said):
            found[kind] += 1
        else:  # the person has lost the pns_id in the people's file: no cell of it was looked at
            assert any("in the people's file" in rule for rule in said), (row, said)
            n_lost += 1
    assert set(found) == set(FOUND)
    assert found.total() > 2000
    assert n_lost < 0.03 * found.total()


def test_what_is_read_as_meant_or_made_good_changes_nothing(clean, import_files, monkeypatch):
    targets = read_list("dirt")
    groups = {kind: targets[IN_CELLS[kind][1]] for kind in READ_AS_MEANT} | HARMLESS
    for kind in ("date in words", "date as a spreadsheet's number", "nip with an apostrophe"):
        groups[kind] = targets[IN_CELLS[kind][1]]
    spoilers = {kind: (IN_CELLS[kind][0], kind) for kind in groups}
    monkeypatch.setattr(dirt, "IN_CELLS", spoilers)
    monkeypatch.setattr(dirt, "read_list", lambda _: groups)
    soiled = soil(clean, 0.4, np.random.default_rng(3))
    assert set(soiled.counts["kind"]) == {*groups, REPEAT}
    people = TokenTable(b"k" * 32)
    expected, read = import_files(clean, people).tables, import_files(soiled.files, people).tables
    for name, frame in expected.items():
        if name == "feedback360":  # see `UNDETECTABLE`
            assert_frame_equal(read[name].unique(), frame.unique(), check_row_order=False)
        else:
            assert_frame_equal(read[name], frame)
