"""A released workspace small enough to count by hand: one unit, three courses, three posts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import bentoml
import narwhals as nw
import numpy as np
import pandas as pd
import pytest
from starlette.testclient import TestClient

from features.competency import LONG, with_gaps
from features.identity import TokenTable
from features.keys import load_identity_key, load_signing_key, load_verifying_key
from features.workspace import Workspace, replace_folder
from models.bundle import open_bundle, write_bundle
from models.cases import Cases, Catalogue
from models.disengagement import SupportRule
from models.gap import GapCoverage
from models.recommender import Recommender
from serving.batch import assess_support, rank_courses, support_curves
from serving.released import Released, load_released
from serving.seats import demand_of, places_ahead, wanted_by
from serving.snapshot import COLUMNS, Snapshot, save_snapshot
from serving.support_help import beside_flags

AS_OF = date(2026, 1, 1)
KEY = "a-key-for-tests-of-30-letters-"
NIP = {"e1": "198501012010011001", "e2": "199002022015022002"}
PNS_ID = {"e1": "A5EB03E23B3FF6A0", "e3": "B5EB03E23B3FF6A3"}
NAME = "Siti Rahmawati Hulopi"


def with_intervals(levels: pd.DataFrame) -> pd.DataFrame:
    """Add the interval of a level that was measured without error."""
    levels = levels.assign(level_lower=levels["level"], level_upper=levels["level"])
    levels = levels.assign(evidence="valid", source="asesmen", required_by="post")
    levels.loc[levels["level"].isna(), ["evidence", "source"]] = None
    return with_gaps(nw.from_native(levels).lazy()).collect().to_native()[list(LONG)]


def person(employee_id: str, **figures: float) -> dict[str, object]:
    return {
        "employee_id": employee_id,
        "unit_id": "u1",
        "post_id": "p1",
        "post_level": "ahli_muda",
        "employment_type": "PNS",
        "post_days": 400.0,
        "n_required": 2.0,
        "n_assessed": 2.0,
        "n_gaps": 1.0,
        "gap_levels": 1.5,
        "job_person_match": 75.0,
        "days_since_assessment": 100.0,
        "predicate": 4.0,
        "jp_this_year": 12.0,
        "n_courses_12_months": 1.0,
        "n_offers_6_months": 0.0,
        "n_enrolments_6_months": 0.0,
        "n_enrolments_12_months": 1.0,
        "n_attendance_months": 12.0,
        "unexcused_rise": 0.0,
    } | figures


PEOPLE = [
    person("e1", unexcused_rise=1.25, n_offers_6_months=2.0),
    person("e2"),
    person("e3", n_attendance_months=0.0, n_enrolments_12_months=0.0),
    person("e4", predicate=float("nan"), n_assessed=0.0, n_gaps=0.0, gap_levels=0.0),
    *(person(f"f{i:02}") for i in range(16)),  # a unit of 20, so that 5% of it is one person
]
LEVELS = pd.DataFrame(
    [
        ("e1", "T.04", 1.5, 3.0, 1.5, 100.0),
        ("e1", "M.01", 3.0, 3.0, 0.0, 100.0),
        ("e2", "T.04", 1.0, 3.0, 2.0, 50.0),
        ("e2", "M.01", 2.0, 3.0, 1.0, 50.0),
        ("e4", "T.04", None, 3.0, None, None),
    ],
    columns=[
        "employee_id", "competency_id", "level", "required_level", "gap", "days_since_assessment",
    ],
).astype({"level": float, "gap": float, "days_since_assessment": float})  # fmt: skip
LEVELS = with_intervals(LEVELS)
COURSES = pd.DataFrame(
    [
        ("K1", "Perencanaan Pembangunan", "technical", 40.0, 3_500_000.0, None, None, None, False),
        ("K2", "=Kepemimpinan", "structural", None, None, "ahli_muda", None, None, False),
        ("K3", "Untuk Pejabat Tinggi", "seminar", 8.0, 0.0, "jpt_pratama", None, None, False),
    ],
    columns=[
        "course_id", "title", "form", "jp", "cost_rupiah", "post_levels", "employment_types",
        "prerequisite_course_id", "mandatory",
    ],
)  # fmt: skip
SESSIONS = pd.DataFrame(
    [
        ("S0", "K1", "2025-12-01", "2025-12-05", 30, "Gorontalo"),
        ("S2", "K1", "2026-03-01", "2026-03-05", 30, "Limboto"),
        ("S1", "K1", "2026-02-01", None, None, None),
        ("S3", "K2", "2026-05-01", None, 10, None),
        ("S4", "K3", "2026-05-01", None, 10, None),
    ],
    columns=["session_id", "course_id", "starts_on", "ends_on", "seats", "place"],
).astype({"starts_on": "datetime64[ms]", "ends_on": "datetime64[ms]", "seats": float})
TEACHES = pd.DataFrame(
    [("K1", "T.04", 3.0), ("K2", "M.01", 4.0), ("K2", "T.04", 2.0)],
    columns=["course_id", "competency_id", "level"],
)


def tables() -> dict[str, pd.DataFrame]:
    return {
        "people": pd.DataFrame(PEOPLE),
        "levels": LEVELS,
        "history": pd.DataFrame(
            {
                "employee_id": ["e4"],
                "course_id": ["K1"],
                "happened_on": [pd.Timestamp("2025-05-01")],
                "completed": [True],
            }
        ),
        "units": pd.DataFrame({"unit_id": ["u1"], "name": ["Dinas Penanaman Modal"]}),
        "posts": pd.DataFrame(
            {
                "post_id": ["p1", "p2", "p3"],
                "title": ["Analis Muda", "Analis Madya", "Tanpa Syarat"],
                "post_level": ["ahli_muda", "ahli_madya", "pelaksana"],
            }
        ),
        "post_requirements": pd.DataFrame(
            {
                "post_id": ["p1", "p1", "p2"],
                "competency_id": ["T.04", "M.01", "M.01"],
                "required_level": [3, 3, 5],
            }
        ),
        "competencies": pd.DataFrame(
            {
                "competency_id": ["T.04", "M.01"],
                "name": ["Perencanaan", "Integritas"],
                "competency_group": ["technical", "managerial"],
            }
        ),
        "courses": COURSES,
        "course_competencies": TEACHES,
        "sessions": SESSIONS,
    }


def release(workspace: Workspace, key_folder: Path, support_kind: str = "rule") -> str:
    """Write bundle, snapshot and token table; return the bundle's digest."""
    frames = tables()
    cases = Cases(frames["people"], frames["history"], frames["levels"])
    generator = GapCoverage().fit(cases, Catalogue(COURSES, TEACHES))
    recommender = Recommender("gap", generator)
    files = {f"recommender/{name}": text for name, text in recommender.to_files().items()}
    files |= {f"support/{name}": text for name, text in SupportRule().to_files().items()}
    about = {
        "recommender": {"kind": "gap", "version": "1"},
        "support": {"kind": support_kind, "version": "1", "capacity": 0.05, "horizon_months": 6},
    }
    with replace_folder(workspace.bundle) as folder:
        write_bundle(folder, files, about, load_signing_key(key_folder))
    bundle = open_bundle(workspace.bundle, load_verifying_key(key_folder))
    frames["candidates"] = rank_courses(
        recommender, cases, COURSES, SESSIONS, AS_OF, teaches=TEACHES
    )
    places = places_ahead(SESSIONS, AS_OF)
    frames["demand"] = demand_of(wanted_by(frames["candidates"]), ["K1", "K2", "K3"], places, [])
    frames["support"], frames["drivers"] = assess_support(bundle, frames["people"])
    frames["limits"], frames["actions"] = beside_flags(bundle, frames)
    frames["past"] = frames["people"][["employee_id"]].reindex(columns=list(COLUMNS["past"]))
    frames["curves"] = support_curves(bundle, frames["people"], frames["support"])
    save_snapshot(workspace.snapshot, Snapshot(bundle.digest, AS_OF, frames))
    return bundle.digest


def save_tokens(workspace: Workspace, key_folder: Path) -> None:
    table = TokenTable(load_identity_key(key_folder, create=True))
    for kind, numbers in (("nip", NIP), ("pns_id", PNS_ID)):
        for who, number in numbers.items():
            table.give(kind, number, who)
    table.names["e1"] = NAME
    with replace_folder(workspace.identity) as folder:
        table.save(folder)


@pytest.fixture
def key_folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


@pytest.fixture
def released_workspace(workspace: Workspace, key_folder: Path) -> Workspace:
    save_tokens(workspace, key_folder)
    release(workspace, key_folder)
    return workspace


@pytest.fixture
def released(released_workspace: Workspace, key_folder: Path) -> Released:
    return load_released(released_workspace, key_folder)


@pytest.fixture
def releasing(workspace: Workspace, key_folder: Path) -> Callable[..., str]:
    """Release again, perhaps with another kind of support model; returns the bundle's digest."""
    return lambda **how: release(workspace, key_folder, **how)


@pytest.fixture(scope="session")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Call the service in this process; one a session, since its metrics are global."""
    root = tmp_path_factory.mktemp("service")
    workspace, key_folder = Workspace(root / "workspace"), root / "keys"
    save_tokens(workspace, key_folder)
    release(workspace, key_folder)
    settings = {
        "HUYULA_WORKSPACE": str(workspace.root),
        "HUYULA_KEY_FOLDER": str(key_folder),
        "HUYULA_API_KEYS": f"another-key-of-20-letters,{KEY}",
        "BENTOML_DO_NOT_TRACK": "True",
        "PROMETHEUS_MULTIPROC_DIR": str(root),
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        from serving.service import Huyula

        headers = {"authorization": f"Bearer {KEY}"}
        app = Huyula.to_asgi()
        with TestClient(app, headers=headers, raise_server_exceptions=False) as calling:
            yield calling


@pytest.fixture
def service(client: TestClient) -> object:
    """The instance that answers `client`."""
    return bentoml.get_current_service()


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)
