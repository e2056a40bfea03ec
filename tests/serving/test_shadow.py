"""A challenger answers beside the service, unseen: what it may never do, and what it leaves."""

from __future__ import annotations

import json
import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from features.errors import ArtifactError, HuyulaError
from features.keys import load_shadow_key, load_signing_key, load_verifying_key
from features.settings import Settings
from features.workspace import Workspace
from models.bundle import open_bundle, write_bundle
from models.cases import Cases, Catalogue
from models.disengagement import DisengagementModel
from models.event_parts import TreeSettings
from models.gap import GapCoverage
from models.hazard import HazardModel
from models.hazard_choice import HazardGrid
from models.popularity import Popularity
from models.recommender import Recommender
from serving.answers import recommend
from serving.challenger import Challenger, check_shadow, open_shadow
from serving.messages import PersonReference, RecommendationQuestion, SupportQuestion
from serving.released import Releases, load_released
from serving.shadow import Asked, Shadow, start_shadow
from serving.shadow_log import ShadowLog, person_digest, read_shadow
from serving.support_answers import support_needs
from tests.serving.conftest import COURSES, TEACHES, tables

KEY = bytes(32)


def shadow_bundle(folder, key_folder, *, courses=COURSES, support="none", model=GapCoverage):
    """Sign a bundle that flags nobody."""
    frames = tables()
    cases = Cases(frames["people"], frames["history"], frames["levels"])
    fitted = model().fit(cases, Catalogue(courses, TEACHES))
    recommender = Recommender(fitted.name, fitted)
    files = {f"recommender/{name}": text for name, text in recommender.to_files().items()}
    about = {
        "recommender": {"kind": fitted.name},
        "support": {"kind": support, "capacity": 0.05, "horizon_months": 6},
    }
    folder.mkdir()
    write_bundle(folder, files, about, load_signing_key(key_folder))
    return folder


@pytest.fixture
def challenging(released_workspace: Workspace, key_folder, tmp_path):
    folder = shadow_bundle(tmp_path / "shadow-bundle", key_folder)
    bundle = open_bundle(folder, load_verifying_key(key_folder))
    return lambda released: Challenger(bundle, released, released_workspace)


@pytest.fixture
def counted() -> Counter[str]:
    return Counter()


@pytest.fixture
def starting(workspace, counted):
    """Start shadows and end them."""
    begun = []

    def start(make, **how) -> Shadow:
        begun.append(Shadow(make, ShadowLog(workspace.shadow, 400), KEY,
                            count=lambda what: counted.update([what]), **how))  # fmt: skip
        return begun[-1]

    yield start
    for shadow in begun:
        shadow.close(0.5)


def asked(released, *people: str, kind=RecommendationQuestion, **more) -> Asked:
    question = kind(people=[PersonReference(employee_id=one) for one in people], **more)
    answer = recommend if kind is RecommendationQuestion else support_needs
    return Asked("request", released, question, answer(released, question, "id"), 2.5)


def test_both_answers_are_logged_without_identity(
    released, challenging, starting, counted, workspace
):
    shadow = starting(challenging)
    shadow.offer(asked(released, "e1", "e2", "e1"))
    shadow.offer(asked(released, "e2", k=1, target_post="p2"))
    shadow.offer(asked(released, "e1", "e3", kind=SupportQuestion))
    shadow.close()
    assert counted == {"scored": 3}
    log = read_shadow(workspace.shadow)
    assert log["person"].tolist() == [
        person_digest(KEY, one) for one in ("e1", "e2", "e2", "e1", "e3")
    ]
    # the same model of the same catalogue lists the same
    assert log["served"].tolist()[:3] == [["K1"], ["K1", "K2"], ["K2"]]
    assert log["shadow"].tolist()[:3] == log["served"].tolist()[:3]
    assert log["shadow_scores"].tolist()[:2] == [[1.5], [2.0, 2.0]]
    assert log["special"].tolist()[:3] == [False, False, True]
    assert log["k"].tolist()[:3] == [5, 5, 1]
    # the rule flags e1 of 20 people, and knows too little of e3; the shadow abstains for all
    assert log["served_flag"].tolist()[3:] == [True, None]
    assert log["shadow_flag"].isna().all()
    assert log["served_score"].iloc[3] == pytest.approx(2.25)
    assert set(log["served_ms"]) == {2.5}
    assert (log["shadow_ms"] > 0).all()
    assert set(log["served_bundle"]) == {released.bundle.digest}
    assert released.bundle.digest not in set(log["shadow_bundle"])
    [path] = workspace.shadow.iterdir()
    assert '"e1"' not in path.read_text()
    assert (path.stat().st_mode & 0o777, workspace.shadow.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_shadow_that_raises_goes_on_with_the_next(released, challenging, starting, counted):
    challenger = challenging(released)
    answering = iter([RuntimeError("198501012010011001"), None])

    class Failing:
        of, bundle = released, challenger.bundle

        def lists(self, question, employee_ids):
            if error := next(answering):
                raise error
            return challenger.lists(question, employee_ids)

    shadow = starting(lambda _: Failing())
    shadow.offer(asked(released, "e1"))
    shadow.offer(asked(released, "e1"))
    shadow.close()
    assert counted == {"failed": 1, "scored": 1}


def test_a_challenger_unfit_for_a_release_rests_until_the_next(
    released, challenging, starting, counted, caplog
):
    made = []

    def make(of):
        made.append(of)
        if of is released:
            raise ArtifactError("shadow bundle must differ")
        return challenging(of)

    shadow, again = starting(make), released.with_bundle(released.bundle)
    for one in (released, released, again, again):
        shadow.offer(asked(one, "e1"))
    shadow.close()
    assert made == [released, again]
    assert counted == {"failed": 2, "scored": 2}
    assert caplog.text.count("rests until the next release") == 1


def test_a_slow_shadow_and_a_full_queue_delay_nobody(released, challenging, starting, counted):
    entered, go_on = threading.Event(), threading.Event()

    def slow(of):
        entered.set()
        assert go_on.wait(20)
        return challenging(of)

    shadow, question = starting(slow, max_queued=2), asked(released, "e1")
    shadow.offer(question)
    assert entered.wait(20)  # one is being scored, two wait, and for two there is no room
    for _ in range(4):
        shadow.offer(question)
    assert counted == {"full": 2}
    go_on.set()
    shadow.close()
    assert counted == {"full": 2, "scored": 3}
    shadow.offer(question)
    assert counted["full"] == 3  # after its end nothing is taken any more


def test_what_cannot_be_scored_before_the_end_is_counted(released, challenging, starting, counted):
    entered, go_on = threading.Event(), threading.Event()

    def stuck(of):
        entered.set()
        go_on.wait(20)
        return challenging(of)

    shadow = starting(stuck)
    shadow.offer(asked(released, "e1"))
    shadow.offer(asked(released, "e1"))
    assert entered.wait(20)
    shadow.close(0.01)
    assert counted == {"ended": 1}
    go_on.set()


def test_a_share_of_the_requests_is_drawn(released, challenging, starting, counted, monkeypatch):
    draws = iter([0.29, 0.3, 0.9])
    monkeypatch.setattr("serving.shadow.random.random", lambda: next(draws))
    shadow = starting(challenging, share=0.3)
    for _ in range(3):
        shadow.offer(asked(released, "e1"))
    shadow.close()
    assert counted == {"scored": 1}


def test_a_full_disk_is_counted(released, challenging, starting, counted, workspace):
    workspace.shadow.write_text("not a folder")
    shadow = starting(challenging)
    shadow.offer(asked(released, "e1"))
    shadow.close()
    assert counted == {"failed": 1}


def settings_of(folder, key_folder) -> Settings:
    return Settings(shadow_bundle=folder, key_folder=key_folder)


def test_without_the_setting_there_is_no_shadow(released_workspace, key_folder):
    releases = Releases(released_workspace, key_folder)
    assert start_shadow(released_workspace, settings_of(None, key_folder), releases) is None


def test_the_served_bundle_itself_is_refused(released_workspace, key_folder):
    with pytest.raises(ArtifactError, match="must differ from the served one, got [0-9a-f]{12}"):
        check_shadow(released_workspace, released_workspace.bundle, key_folder)


def test_an_unsigned_or_changed_bundle_is_refused(released_workspace, key_folder, tmp_path):
    folder = shadow_bundle(tmp_path / "bundle", key_folder)
    check_shadow(released_workspace, folder, key_folder)
    (folder / "recommender" / "recommender.json").write_text("{}")
    with pytest.raises(ArtifactError, match="HUYULA_SHADOW_BUNDLE cannot be used.*match its dig"):
        open_shadow(folder, key_folder)
    (folder / "manifest.json").write_text("{}")
    with pytest.raises(ArtifactError, match="HUYULA_SHADOW_BUNDLE cannot be used.*not verify"):
        check_shadow(released_workspace, folder, key_folder)


def test_a_bundle_of_another_catalogue_is_refused(released_workspace, key_folder, tmp_path):
    other = COURSES.assign(course_id=["K1", "X2", "X3"])
    folder = shadow_bundle(tmp_path / "bundle", key_folder, courses=other)
    with pytest.raises(ArtifactError, match="must share 90% of the courses .* got 20%"):
        check_shadow(released_workspace, folder, key_folder)


def test_a_bundle_that_lacks_a_model_or_cannot_score_is_refused(
    released_workspace, key_folder, tmp_path
):
    folder = shadow_bundle(tmp_path / "bundle", key_folder, support="rule")  # without its file
    bundle = open_bundle(folder, load_verifying_key(key_folder))
    released = load_released(released_workspace, key_folder)
    half = replace(bundle, about={"recommender": {"kind": "gap"}})
    with pytest.raises(ArtifactError, match=r"must have both models, got no \['support'\]"):
        Challenger(half, released, released_workspace)
    nameless = replace(bundle, about={"recommender": {"kind": "gap"}, "support": {}})
    with pytest.raises(ArtifactError, match="must score the profiles served, but fails: KeyError"):
        Challenger(nameless, released, released_workspace)


def hazard_of_height() -> HazardModel:
    figures = {"height": np.arange(300.0), "predicate": np.tile([0.0, 1.0], 150)}
    panel = pd.DataFrame(figures).assign(
        employee_id=[f"e{i}" for i in range(300)],
        as_of=pd.Timestamp("2025-01-01"),
        n_attendance_months=12.0,
        absence_rise=np.tile([0.0, 1.0, 1.0], 100),
        absence_rise_month=np.tile([np.nan, 1.0, 6.0], 100),
    )
    grid = HazardGrid(linear=((0, 0.01),), trees=(TreeSettings(3, 8, 5),), n_stages=1, n_folds=2)
    hazard = HazardModel(component="absence_rise", features=("height", "predicate"), grid=grid)
    return hazard.fit(panel).calibrate(panel)


def test_features_that_the_profiles_lack_are_named(released_workspace, key_folder, tmp_path):
    model = DisengagementModel({"absence_rise": hazard_of_height()})
    folder = shadow_bundle(tmp_path / "bundle", key_folder)
    bundle = open_bundle(folder, load_verifying_key(key_folder))
    files = bundle.files | {f"support/{name}": text for name, text in model.to_files().items()}
    about = bundle.about | {"support": {"kind": "disengagement", "capacity": 0.05}}
    released = load_released(released_workspace, key_folder)
    with pytest.raises(ArtifactError, match="the served profiles have, which lack height"):
        Challenger(replace(bundle, files=files, about=about), released, released_workspace)


def test_without_a_release_only_the_bundle_is_checked(workspace, key_folder, tmp_path):
    check_shadow(workspace, shadow_bundle(tmp_path / "bundle", key_folder), key_folder)


def test_the_key_of_the_digests_is_made_once(tmp_path):
    with pytest.raises(HuyulaError, match="shadow key .* is missing"):
        load_shadow_key(tmp_path, create=False)
    key = load_shadow_key(tmp_path, create=True)
    assert load_shadow_key(tmp_path, create=False) == key
    (tmp_path / "file").write_text("")
    with pytest.raises(ArtifactError, match="cannot be written"):
        load_shadow_key(tmp_path / "file", create=True)


def test_the_service_leaves_its_answers_to_the_shadow(
    client, service, starting, workspace, key_folder, tmp_path, monkeypatch, counted
):
    released = service.releases.current()
    folder = shadow_bundle(tmp_path / "bundle", key_folder, model=Popularity)
    bundle = open_bundle(folder, load_verifying_key(key_folder))
    plain = client.post("/v1/recommendations", json={"people": [{"employee_id": "e2"}]}).json()
    shadow = starting(lambda of: Challenger(bundle, of, workspace))
    shadow.prepare(released)
    monkeypatch.setattr(service, "shadow", shadow)
    for path in ("/v1/recommendations", "/v1/support-needs", "/v1/profiles"):
        response = client.post(path, json={"people": [{"employee_id": "e2"}]})
        assert response.status_code == 200
        assert path != "/v1/recommendations" or response.json() == plain
    service.flush_shadow()
    log = read_shadow(workspace.shadow)
    assert log["kind"].tolist() == ["recommendations", "support_needs"]
    assert log["served"].iloc[0] == ["K1", "K2"]
    assert counted == {"scored": 2}


def test_a_day_past_keeping_is_deleted(tmp_path):
    log = ShadowLog(tmp_path, keep_days=2)
    for day in (1, 2, 4):
        log.append([{"kind": day}], datetime(2026, 11, day, 9, tzinfo=UTC))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "2026-11-02.jsonl", "2026-11-04.jsonl",
    ]  # fmt: skip
    assert json.loads((tmp_path / "2026-11-04.jsonl").read_text())["at"].startswith("2026-11-04T09")
