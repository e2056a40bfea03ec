"""Everybody of a tiny employer is scored from records: three people, two courses."""

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import polars as pl
import pytest

from features.errors import ArtifactError
from features.profiles import build_profiles
from features.records import Records, empty_records
from models.bundle import Bundle
from models.cases import Cases, Catalogue
from models.disengagement import SupportRule
from models.exploration import Exploration
from models.gap import GapCoverage
from models.recommender import Recommender
from serving.batch import assess_support, build_snapshot
from serving.slates import occasion_of, read_slates, write_slates
from serving.snapshot import COLUMNS, check_frames

AS_OF = date(2026, 1, 1)
LONG_AGO = date(2024, 1, 1)


def table(records: Records, name: str, *rows: dict) -> pl.DataFrame:
    empty = getattr(records, name)
    dates = {"valid_from": LONG_AGO, "available_at": LONG_AGO}
    return pl.DataFrame([dates | row for row in rows], schema=empty.schema)


@pytest.fixture
def records() -> Records:
    empty = empty_records()
    rows = {
        "units": [{"unit_id": "u1", "name": "Dinas"}],
        "posts": [{"post_id": "p1", "title": "Analis", "post_level": "ahli_muda"}],
        "competencies": [
            {"competency_id": "T.04", "name": "Perencanaan", "competency_group": "technical"}
        ],
        "post_requirements": [{"post_id": "p1", "competency_id": "T.04", "required_level": 3}],
        "employees": [{"employee_id": e, "employment_type": "PNS"} for e in ("e1", "e2", "e3")],
        "employments": [
            {"employee_id": e, "unit_id": "u1", "post_id": "p1"} for e in ("e1", "e2", "e3")
        ],
        "assessments": [
            {"employee_id": e, "competency_id": "T.04", "level": 1.0} for e in ("e1", "e2")
        ],
        "courses": [
            {"course_id": c, "title": c, "form": "technical", "mandatory": False}
            for c in ("K1", "K2")
        ],
        "course_competencies": [
            {"course_id": c, "competency_id": "T.04", "level": level}
            for c, level in (("K1", 3.0), ("K2", 2.0))
        ],
        "sessions": [
            {"session_id": f"S-{c}", "course_id": c, "starts_on": date(2026, 2, 1)}
            for c in ("K1", "K2")
        ],
        "enrolments": [
            {"employee_id": "e2", "course_id": "K1", "status": "completed"},
            {"employee_id": "e1", "course_id": "K2", "status": "dropped"},
        ],
    }
    return replace(empty, **{name: table(empty, name, *rows[name]) for name in rows})


@pytest.fixture
def bundle(records: Records) -> Bundle:
    nobody = Cases(
        pd.DataFrame({"employee_id": []}),
        pd.DataFrame(columns=["employee_id", "course_id", "happened_on"]),
        pd.DataFrame(columns=["employee_id", "competency_id", "level", "required_level", "gap"]),
    )
    catalogue = Catalogue(records.courses.to_pandas(), records.course_competencies.to_pandas())
    recommender = Recommender("gap", GapCoverage().fit(nobody, catalogue))
    files = {f"recommender/{name}": text for name, text in recommender.to_files().items()}
    files |= {f"support/{name}": text for name, text in SupportRule().to_files().items()}
    about = {"recommender": {"kind": "gap"}, "support": {"kind": "rule", "capacity": 0.05}}
    return Bundle("digest", about, files)


def ranked(bundle, records):
    snapshot = build_snapshot(bundle, records, build_profiles(records, AS_OF), AS_OF)
    check_frames(snapshot.frames)
    candidates = snapshot["candidates"]
    return list(zip(candidates["employee_id"], candidates["course_id"], strict=True))


def test_everybody_is_scored_from_what_they_lack(bundle, records):
    # K2 would teach e1 less than K1 does; e2 took K1 since the measurement, so that nothing is
    # known to be lacking and the scores decide; e3 is not assessed: the post requires 3, which only
    # K1 teaches
    assert ranked(bundle, records) == [("e1", "K1"), ("e2", "K2"), ("e3", "K1")]


def test_a_course_taken_before_the_measurement_answers_no_gap_found_by_it(bundle, records):
    later = {"valid_from": date(2025, 1, 1), "available_at": date(2025, 2, 1)}
    again = {"employee_id": "e2", "competency_id": "T.04", "level": 1.5}
    measured = pl.concat([records.assessments, table(records, "assessments", again | later)])
    changed = replace(records, assessments=measured)
    assert ranked(bundle, changed)[:2] == [("e1", "K1"), ("e2", "K2")]  # K2 teaches half a level


def test_a_snapshot_holds_no_dates_of_records_and_nobody_elses_columns(bundle, records):
    snapshot = build_snapshot(bundle, records, build_profiles(records, AS_OF), AS_OF)
    for name, frame in snapshot.frames.items():
        assert "available_at" not in frame, name
        if name not in ("people", "courses"):
            assert tuple(frame) == COLUMNS[name]


def test_what_happens_or_is_announced_later_changes_nothing(bundle, records):
    before = ranked(bundle, records)
    later = {"valid_from": AS_OF, "available_at": AS_OF}
    taken = {"employee_id": "e1", "course_id": "K1", "status": "completed"}
    future = replace(
        records,
        enrolments=pl.concat([records.enrolments, table(records, "enrolments", taken | later)]),
    )
    assert ranked(bundle, future) == before


def test_a_course_needs_a_session_announced_before(bundle, records):
    session = {"session_id": "S-K1", "course_id": "K1", "starts_on": date(2026, 2, 1)}
    other = {"session_id": "S-K2", "course_id": "K2", "starts_on": date(2026, 2, 1)}
    late = {"valid_from": AS_OF + timedelta(1), "available_at": AS_OF + timedelta(1)}
    sessions = table(records, "sessions", session | late, other)
    assert ranked(bundle, replace(records, sessions=sessions)) == [("e1", "K2"), ("e2", "K2")]


def test_a_course_that_left_the_catalogue_is_not_recommended(bundle, records):
    courses = records.courses.filter(pl.col("course_id") != "K1")
    new = table(records, "courses", {"course_id": "K9", "title": "new", "form": "other"})
    changed = replace(records, courses=pl.concat([new, courses]))
    assert ranked(bundle, changed) == [("e1", "K2"), ("e2", "K2")]


def test_nobody_at_all_is_no_error(bundle, records):
    snapshot = build_snapshot(
        bundle, records, build_profiles(records, date(2020, 1, 1)), date(2020, 1, 1)
    )
    assert len(snapshot["people"]) == len(snapshot["candidates"]) == 0


def people(n, **columns):
    figures = {
        "n_attendance_months": 12.0, "n_enrolments_12_months": 1.0, "unexcused_rise": 0.0,
        "n_offers_6_months": 0.0, "n_enrolments_6_months": 0.0,
    }  # fmt: skip
    base = pd.DataFrame([figures] * n).assign(
        employee_id=[f"e{i:03}" for i in range(n)], unit_id="u1"
    )
    return base.assign(**columns)


def test_flags_stay_within_the_capacity_of_a_unit(bundle):
    support, drivers = assess_support(bundle, people(100, unexcused_rise=range(100)))
    flagged = support[support["status"] == "support_need"]
    # the line lies at 94.5; a tenth of the standard deviation of 0 to 99 is 2.9, so 92 to 97 tie
    lots = support[support["by_lot"]]
    assert lots["employee_id"].tolist() == [f"e{i:03}" for i in range(92, 98)]
    assert lots["propensity"].tolist() == pytest.approx([0.5] * 6)
    assert flagged["employee_id"].tolist()[-2:] == ["e098", "e099"]
    assert len(flagged) == 5
    assert flagged["rank_in_unit"].tolist() == [
        100 - int(name[1:]) for name in flagged["employee_id"]
    ]
    not_drawn = lots[lots["status"] != "support_need"]
    assert set(not_drawn["status"]) == {"none"}
    assert not_drawn["rank_in_unit"].isna().all()
    assert set(drivers["employee_id"]) == set(flagged["employee_id"])
    totals = drivers.groupby("employee_id")["contribution"].sum()
    assert totals.tolist() == pytest.approx(flagged["score"].tolist())


def test_whoever_was_flagged_stays_and_a_replay_agrees(bundle):
    everybody = people(100, unexcused_rise=range(100))
    first, _ = assess_support(bundle, everybody, "support 2026-01-01", ["e093", "e000"])
    again, _ = assess_support(bundle, everybody[::-1], "support 2026-01-01", ["e093", "e000"])
    pd.testing.assert_frame_equal(first, again.sort_index())
    kept = first.set_index("employee_id").loc["e093"]
    assert (kept["status"], kept["by_lot"], kept["propensity"]) == ("support_need", False, 1.0)
    assert first["status"].iloc[0] == "none"  # far outside of the wider rank


def test_a_rule_without_points_flags_nobody(bundle):
    support, drivers = assess_support(bundle, people(100))
    assert set(support["status"]) == {"none"}
    assert len(drivers) == 0
    assert (support["reason"] == "").all()


def test_thin_evidence_is_never_flagged(bundle):
    thin = people(20, n_attendance_months=5.0, n_enrolments_12_months=0.0, unexcused_rise=3.0)
    support, _ = assess_support(bundle, thin)
    assert set(support["status"]) == {"abstained"}
    assert support["score"].isna().all()
    assert set(support["reason"]) == {"thin_evidence"}


def test_without_skill_the_system_abstains_for_all(bundle):
    about = bundle.about | {"support": {"kind": "none", "capacity": 0.05}}
    support, drivers = assess_support(replace(bundle, about=about), people(20, unexcused_rise=9.0))
    assert set(support["status"]) == {"abstained"}
    assert support["score"].isna().all()
    assert set(support["reason"]) == {"no_skill"}
    assert list(drivers) == ["employee_id", "feature", "contribution"]


def test_people_without_a_unit_are_no_error(bundle):
    support, _ = assess_support(bundle, people(3, unit_id=None))
    assert set(support["status"]) == {"none"}


def explored(bundle, records, share):
    explore = Exploration(occasion_of(bundle.digest, AS_OF), share=share)
    profiles = build_profiles(records, AS_OF)
    return build_snapshot(bundle, records, profiles, AS_OF, explore=explore), explore


def test_places_filled_by_lot_keep_their_chance_beside_the_course(bundle, records):
    snapshot, explore = explored(bundle, records, 0.5)
    candidates, places = snapshot["candidates"], explore.places()
    # e1's lot falls on K2, which leaves K1 something to teach; nobody else has a choice
    assert places.drop(columns="pool").to_dict("split")["data"] == [
        ["e1", 1, 0.5, True], ["e1", 2, 1.0, False], ["e2", 1, 1.0, False], ["e3", 1, 1.0, False],
    ]  # fmt: skip
    assert [list(pool) for pool in places["pool"]] == [["K1", "K2"], ["K1"], ["K2"], ["K1"]]
    assert candidates["course_id"].tolist() == ["K2", "K1", "K2", "K1"]
    kept = ["employee_id", "rank", "propensity", "explored"]
    pd.testing.assert_frame_equal(candidates[kept], places[kept], check_dtype=False)
    usual, _ = explored(bundle, records, 0.0)
    assert usual["candidates"]["course_id"].tolist() == ["K1", "K2", "K1"]
    assert usual["candidates"]["propensity"].tolist() == [1.0, 1.0, 1.0]


def test_lists_are_logged_once_whatever_is_run_again(bundle, records, tmp_path):
    snapshot, explore = explored(bundle, records, 0.5)
    path = write_slates(tmp_path / "slates", snapshot, explore)
    assert write_slates(tmp_path / "slates", *explored(bundle, records, 0.5)) == path
    assert [each.name for each in (tmp_path / "slates").iterdir()] == [path.name]
    (log,) = read_slates(tmp_path / "slates")
    assert log["course_id"].tolist() == snapshot["candidates"]["course_id"].tolist()
    assert set(log["bundle"]) == {bundle.digest}
    assert set(log["as_of"]) == {pd.Timestamp(AS_OF)}
    (one,) = read_slates(tmp_path / "slates", {"e1": "e9"})
    assert one["employee_id"].tolist() == log["employee_id"].replace({"e1": "e9"}).tolist()
    (one,) = read_slates(tmp_path / "slates", {"e1": "e2"})  # one list of a person, not two
    assert one["employee_id"].tolist() == ["e2", "e3"]
    assert read_slates(tmp_path / "none") == []
    earlier = replace(snapshot, as_of=LONG_AGO)  # a look back was shown to nobody
    assert write_slates(tmp_path / "slates", earlier, explore) is None
    assert len(read_slates(tmp_path / "slates")) == 1
    path.write_bytes(b"damaged")
    with pytest.raises(ArtifactError, match=f"{path.name} cannot be read"):
        read_slates(tmp_path / "slates")
