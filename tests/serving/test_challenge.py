"""A challenger is judged from lists that another bundle filled, a share of the places by lot."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from click.testing import CliRunner

from features.errors import HuyulaError
from features.keys import load_signing_key
from features.profiles import build_profiles
from features.records import Records
from features.workspace import Workspace, replace_folder
from models.bundle import Bundle, write_bundle
from models.cases import Catalogue
from models.exploration import Exploration
from models.gap import GapCoverage
from models.recommender import Recommender
from models.situation import cases_at
from serving.batch import build_snapshot
from serving.challenge import judge_challenger
from serving.commands import challenge
from serving.slates import occasion_of, write_slates
from tests.serving.test_batch import AS_OF, records, table

__all__ = ["records"]
N, OUTCOMES_END = 300, date(2026, 8, 1)
LATER = {"valid_from": date(2026, 2, 1), "available_at": date(2026, 2, 1)}


@pytest.fixture
def many(records: Records) -> Records:
    """Return many people who all lack two levels: K1 teaches both, K2 one."""
    people = [f"p{i:03}" for i in range(N)]
    of_all = {
        "employees": [{"employee_id": one, "employment_type": "PNS"} for one in people],
        "employments": [{"employee_id": one, "unit_id": "u1", "post_id": "p1"} for one in people],
        "assessments": [
            {"employee_id": one, "competency_id": "T.04", "level": 1.0} for one in people
        ],
    }
    tables = {name: table(records, name, *rows) for name, rows in of_all.items()}
    return replace(records, **tables, enrolments=records.enrolments.clear())


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    monkeypatch.setenv("HUYULA_KEY_FOLDER", str(tmp_path / "keys"))
    return Workspace(tmp_path / "workspace")


def bundle_of(records: Records, folder, trained: str, tmp_path) -> Bundle:
    """Sign a bundle of what closes the gap."""
    catalogue = Catalogue(records.courses.to_pandas(), records.course_competencies.to_pandas())
    model = Recommender("gap", GapCoverage().fit(cases_at(records, AS_OF), catalogue))
    files = {f"recommender/{name}": text for name, text in model.to_files().items()}
    about = {"recommender": {"kind": "gap"}, "support": {"kind": "none"}, "trained_as_of": trained}
    folder.mkdir(parents=True)
    digest = write_bundle(folder, files, about, load_signing_key(tmp_path / "keys"))
    return Bundle(digest, about, files)


def saved(workspace: Workspace, records: Records) -> None:
    with replace_folder(workspace.records) as folder:
        for name, frame in vars(records).items():
            frame.write_parquet(folder / f"{name}.parquet")


@pytest.fixture
def shown(many, workspace, tmp_path):
    """Show lists, half of the places by lot; all who see K1 first begin it, and nobody else."""
    champion = bundle_of(many, tmp_path / "champion", "2025-12-01", tmp_path)
    explore = Exploration(occasion_of(champion.digest, AS_OF), share=0.5)
    snapshot = build_snapshot(champion, many, build_profiles(many, AS_OF), AS_OF, explore=explore)
    write_slates(workspace.slates, snapshot, explore)
    lists = snapshot["candidates"]
    first = lists[(lists["rank"] == 1) & (lists["course_id"] == "K1")]["employee_id"]
    taken = [{"employee_id": one, "course_id": "K1", "status": "enrolled"} | LATER for one in first]
    last = {"employee_id": "p000", "course_id": "K2", "status": "enrolled"}
    last |= {"valid_from": OUTCOMES_END, "available_at": OUTCOMES_END}  # when all others are over
    after = replace(many, enrolments=table(many, "enrolments", *taken, last))
    saved(workspace, after)
    return len(first)


def test_a_challenger_that_shows_what_is_taken_does_better(shown, workspace, tmp_path):
    found, batches = judge_challenger(workspace, tmp_path / "champion", 6, lambda _: None)
    assert batches == ["2026-01-01"]
    # K1 stands first in about half of the lists, and second, untaken, in the others
    assert N / 3 < shown < 2 * N / 3
    assert found.n == N + (N - shown)  # after K1 nothing is left to teach
    assert found.shown.value == pytest.approx(shown / found.n)
    assert found.possible == 1.0
    assert found.verdict == "better"
    # without lots everybody would have been shown K1 first, and nothing else
    assert found.snipw.value == pytest.approx(1 / (1 + (N - shown) / (2 * shown)), abs=0.02)


def test_the_command_says_it_in_words_and_numbers(shown, workspace, tmp_path):
    out = tmp_path / "found.json"
    asked = [str(tmp_path / "champion"), "--workspace", str(workspace.root), "--json", str(out)]
    said = CliRunner().invoke(challenge, asked)
    assert said.exit_code == 0, said.output
    assert "1 logged batches, 2026-01-01 to 2026-01-01" in said.output
    assert "BETTER: the challenger would have done better." in said.output
    found = json.loads(out.read_text())
    assert found["verdict"] == "better"
    assert found["gain"]["lower"] > 0


def test_a_challenger_that_knows_what_came_after_is_refused(shown, many, workspace, tmp_path):
    bundle_of(many, tmp_path / "late", "2026-08-01", tmp_path)
    with pytest.raises(HuyulaError, match=r"knows the records up to 2026-08-01, so all lists"):
        judge_challenger(workspace, tmp_path / "late", 6, lambda _: None)


def test_lists_whose_outcome_is_not_known_yet_are_waited_for(shown, workspace, tmp_path):
    with pytest.raises(HuyulaError, match="no lists are 12 months old yet: .* the oldest of 2026"):
        judge_challenger(workspace, tmp_path / "champion", 12, lambda _: None)


def test_without_any_log_it_is_said(many, workspace, tmp_path):
    saved(workspace, many)
    bundle_of(many, tmp_path / "champion", "2025-12-01", tmp_path)
    with pytest.raises(HuyulaError, match="`huyula recommend` has logged 0 batches, and"):
        judge_challenger(workspace, tmp_path / "champion", 6, lambda _: None)
