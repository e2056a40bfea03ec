"""Many employers: the same bytes whatever the processes, keys unique, nothing half-written."""

import errno
import hashlib
from datetime import date

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from experiments.simulate_command import simulate as simulate_command
from experiments.simulation import plan as plans
from experiments.simulation import writing
from experiments.simulation.identity import civil_numbers
from experiments.simulation.plan import Plan
from experiments.simulation.serials import (
    LANES,
    RESIDENT_SERIALS,
    SERIALS,
    civil_serials,
    resident_serials,
    spread_births,
)
from experiments.simulation.simulate import simulate, simulate_employer
from experiments.simulation.world_files import load_world
from experiments.simulation.writing import write_export, write_plan
from features.errors import HuyulaError
from features.workspace import Workspace

WORLD = load_world()


def nothing(_part: str) -> None:
    pass


@pytest.fixture
def small_employers(monkeypatch):
    monkeypatch.setattr(plans, "EMPLOYER_PEOPLE", 60)


@pytest.fixture
def plan(small_employers):
    return Plan(200, 15, 3, WORLD, dirt=0.05)


def read(workspace, name):
    return pl.read_csv(workspace.source / f"{name}.csv", separator=";", infer_schema=False)


def digests(workspace):
    return {
        str(path.relative_to(workspace.root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in (workspace.source, workspace.root / "truth")
        for path in sorted(folder.iterdir())
    }


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Four employers, written by one process that simulates them in place; to be read only."""
    workspace = Workspace(tmp_path_factory.mktemp("written") / "w")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plans, "EMPLOYER_PEOPLE", 60)
        patch.setattr(writing, "_simulated", in_place)
        return workspace, write_plan(Plan(200, 15, 3, WORLD, dirt=0.05), workspace, 1, nothing)


def in_place(plan, _processes, progress, form):
    for number in range(plan.employers):
        yield writing._packed(simulate_employer(plan, number), form)
        progress(str(number))


@pytest.mark.parametrize(
    ("people", "employers"), [(60, 1), (5000, 1), (5001, 2), (32_000, 7), (5_600_000, 1120)]
)
def test_people_are_shared_out_among_employers(people, employers):
    plan = Plan(people, 36, 1, WORLD)
    sizes = [plan.size(number) for number in range(plan.employers)]
    assert len(sizes) == employers
    assert sum(sizes) == people
    assert max(sizes) - min(sizes) <= 1


def test_processes_do_not_change_a_byte(tmp_path):
    """Two real processes against one, on employers of the real size."""
    one, two = Workspace(tmp_path / "one"), Workspace(tmp_path / "two")
    plan = Plan(5001, 3, 2, WORLD, dirt=0.02)
    write_plan(plan, one, 1, nothing)
    write_plan(plan, two, 2, nothing)
    assert digests(one) == digests(two)


def test_an_employer_is_the_same_whoever_comes_before_it(plan):
    alone = simulate_employer(plan, 2)
    simulate_employer(plan, 1)
    again = simulate_employer(plan, 2)
    assert all(frame.equals(again.files[name]) for name, frame in alone.files.items())
    assert all(frame.equals(again.truth[name]) for name, frame in alone.truth.items())


def test_keys_are_unique_over_employers_and_reference_files_stand_once(written):
    workspace, counted = written
    people = read(workspace, "pegawai")
    clean = people.filter(pl.col("nip_baru").str.contains(r"^\d{18}$"))
    for column in ("nip_baru", "nik", "pns_id"):
        kept = clean[column].drop_nulls()
        assert kept.n_unique() >= 200 - 12
    units = read(workspace, "ref_unor")
    assert units["Id"].is_unique().all()
    assert units["NamaUnor"].is_unique().all()
    assert units["DiatasanId"].null_count() == 4
    assert read(workspace, "jadwal_kursus")["jadwal_id"].is_unique().all()
    assert read(workspace, "katalog_kursus")["kursus_id"].is_unique().all()
    assert counted.rows["pegawai"] == people.height
    assert counted.rows["presensi"] == read(workspace, "presensi").height


def test_parquet_holds_the_rows_of_the_csv(plan, written, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "_simulated", in_place)  # the sizes of `plan` hold here alone
    text, counted = written
    workspace = Workspace(tmp_path / "parquet")
    again = write_plan(plan, workspace, 1, nothing, "parquet")
    assert (again.rows, again.dirt) == (counted.rows, counted.dirt)
    for path in sorted(text.source.iterdir()):
        frame = pl.read_parquet(workspace.source / f"{path.stem}.parquet")
        assert frame.with_columns(pl.all().replace("", None)).equals(read(text, path.stem))
    for path in (text.root / "truth").iterdir():
        assert path.read_bytes() == (workspace.root / "truth" / path.name).read_bytes()


def test_soiled_lines_are_those_of_the_written_file(written):
    workspace, counted = written
    soiled = pl.read_parquet(workspace.root / "truth" / "soiled.parquet")
    assert soiled.height == counted.dirt > 100
    for (name,), rows in soiled.filter(pl.col("column").is_not_null()).group_by("file"):
        frame = read(workspace, str(name))
        for row in rows.iter_rows(named=True):
            assert frame[row["line"] - 2, row["column"]] == row["now"], (name, row)
    counts = pl.read_parquet(workspace.root / "truth" / "dirt.parquet")
    again = soiled.group_by("file", "kind").agg(n_rows=pl.len().cast(pl.Int64))
    assert counts.sort("file", "kind").equals(again.sort("file", "kind"))


def test_an_exact_copy_stands_behind_its_row(written):
    workspace, _ = written
    soiled = pl.read_parquet(workspace.root / "truth" / "soiled.parquet")
    copies = soiled.filter(pl.col("kind") == "exact duplicate", pl.col("file") == "presensi")
    frame = read(workspace, "presensi")
    assert copies.height > 3
    assert all(frame.row(line - 2) == frame.row(line - 3) for line in copies["line"])


def test_truth_has_a_row_of_everybody(written):
    workspace, _ = written
    truth = workspace.root / "truth"
    assert pl.read_parquet(truth / "people.parquet")["pns_id"].n_unique() == 200
    months = pl.read_parquet(truth / "months.parquet")
    assert months.select("pns_id", "month").is_unique().all()
    assert pl.read_parquet(truth / "world.parquet")["strength"].is_unique().all()


def test_writing_in_memory_and_by_plan_give_the_same(tmp_path):
    one, two = Workspace(tmp_path / "one"), Workspace(tmp_path / "two")
    write_export(simulate(60, 15, 5, dirt=0.03), one)
    write_plan(Plan(60, 15, 5, WORLD, dirt=0.03), two, 2, nothing)
    assert digests(one) == digests(two)


def test_an_interruption_leaves_the_earlier_export(plan, tmp_path, monkeypatch):
    workspace = Workspace(tmp_path / "w")
    monkeypatch.setattr(writing, "_simulated", in_place)
    write_plan(plan, workspace, 1, nothing)
    before = digests(workspace)

    def interrupt(part):
        if part == "2":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_plan(Plan(200, 15, 9, WORLD), workspace, 1, interrupt)
    assert digests(workspace) == before
    assert len([path for path in workspace.root.iterdir() if path.is_dir()]) == 4  # 2 links, 2 kept


def test_a_full_disk_names_the_file_and_leaves_the_earlier_export(tmp_path):
    """Writes to the device that is always full, by a link in the place of one file."""
    workspace = Workspace(tmp_path / "w")
    write_export(simulate(60, 15, 5), workspace)
    before = digests(workspace)

    class Full(writing._TextFiles):
        def add(self, part, rows):
            target = self.folder / "presensi.csv"
            if not target.is_symlink():
                target.symlink_to("/dev/full")
            super().add(part, rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "_TextFiles", Full)
        with pytest.raises(OSError, match="No space left") as full:
            write_export(simulate(60, 15, 6), workspace)
    assert full.value.errno == errno.ENOSPC
    assert str(full.value.filename).endswith("presensi.csv")
    assert digests(workspace) == before


def test_a_killed_process_is_told_plainly(small_employers, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "_work", kill_oneself)
    with pytest.raises(HuyulaError, match="ended from outside.*--processes 1"):
        write_plan(Plan(200, 3, 1, WORLD), Workspace(tmp_path / "w"), 1, nothing)
    assert not (tmp_path / "w" / "source").exists()


def kill_oneself(_plan, _number, _form):
    import os
    import signal

    os.kill(os.getpid(), signal.SIGKILL)


def test_command_refuses_more_people_than_there_are_numbers_for(tmp_path):
    options = ["--people", "6000001", "--workspace", str(tmp_path)]
    result = CliRunner().invoke(simulate_command, options)
    assert result.exit_code == 2
    assert "6000001 is not in the range" in result.output
    with pytest.raises(ValueError, match="people must be at most 6000000, got 6000001"):
        Plan(6_000_001, 3, 1, WORLD)


@given(st.integers(1, 1200))
def test_serials_of_employers_do_not_meet(of):
    civil = [civil_serials(number, of) for number in range(of)]
    taken = {(one.group, one.first + i) for one in civil for i in range(one.count)}
    assert len(taken) == sum(one.count for one in civil)
    assert all(one.first >= 1 and one.first + one.count - 1 <= SERIALS for one in civil)
    assert all(one.group < one.groups for one in civil)
    assert len({one.groups for one in civil}) == 1
    last = resident_serials(of - 1, of)
    assert last.first + last.count - 1 <= RESIDENT_SERIALS


@given(st.lists(st.integers(0, 3), min_size=1, max_size=60), st.integers(0, 1199))
def test_births_are_spread_until_serials_suffice(days, number):
    serials = civil_serials(number, 1200)
    birth = np.datetime64("1990-05-17") + np.array(days)
    same = np.zeros((len(days), 1), int)
    spread = spread_births(birth, same, serials)
    assert (spread.astype(int) % serials.groups == serials.group).all()
    assert np.unique(spread, return_counts=True)[1].max() <= serials.count
    assert (spread <= birth).all()
    appointed = np.full(len(days), np.datetime64(date(2020, 1, 1)))
    women, contracts = np.zeros(len(days), bool), np.zeros(len(days), int)
    numbers = civil_numbers(spread, appointed, women, contracts, serials.first)
    assert len(set(numbers)) == len(numbers)
    serial = {int(one[-3:]) for one in numbers}
    assert serial <= set(range(serials.first, serials.first + serials.count))


def test_lanes_leave_each_employer_some_serials():
    assert LANES == 333
    assert civil_serials(0, 7).count == 142
    assert civil_serials(1119, 1120).groups == 4
