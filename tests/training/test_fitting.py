"""Records that hold too little: what is missing is said, and nothing is judged."""

from datetime import date

import pytest

from features.errors import HuyulaError
from features.records import empty_records
from features.workspace import Workspace, replace_folder
from training.fitting import TooLittleError, fit_ranker
from training.judging import judge_recommender
from training.periods import Periods
from training.road import train_candidate
from training.support_fitting import fit_support
from training.support_judging import judge_support

YEAR = Periods((), date(2024, 2, 1), date(2024, 8, 1), date(2025, 2, 1), 6)


def test_a_ranker_needs_people_who_took_a_course(tiny_records):
    # after 1 February 2024 e1 began C1, which was announced before, and C2, which was not
    with pytest.raises(TooLittleError, match="only 1 people took a course .* at least 50"):
        fit_ranker(tiny_records, YEAR, null_seed=None)


def test_a_support_model_needs_a_window_to_learn_from(tiny_records):
    with pytest.raises(TooLittleError, match="begin too late .* 6 months before 2024-02-01"):
        fit_support(tiny_records, YEAR, null_seed=None)


def test_a_support_model_needs_events(tiny_records):
    periods = Periods((date(2024, 1, 1),), *list(vars(YEAR).values())[1:])
    with pytest.raises(TooLittleError, match="training"):
        fit_support(tiny_records, periods, null_seed=None)


def test_nothing_is_judged_where_nobody_took_a_course(tiny_records):
    later = Periods((), date(2025, 2, 1), date(2026, 1, 1), date(2026, 7, 1), 6)
    judged = judge_recommender(tiny_records, later, None, 0)
    assert judged.metrics == {}
    assert judged.verdict.released == "popularity"
    assert not judged.verdict.passed
    assert "nobody took a course that could have been recommended after 2026-01-01" in (
        judged.verdict.sentence
    )


def test_nothing_is_judged_where_no_event_can_be_seen(tiny_records):
    later = Periods((), date(2025, 2, 1), date(2026, 1, 1), date(2026, 7, 1), 6)
    judged = judge_support(tiny_records, later, None, 0)
    assert (judged.verdict.released, judged.metrics, judged.curves) == ("none", {}, {})
    assert "no event of disengagement can be seen after 2026-01-01" in judged.verdict.sentence


def test_records_without_anything_to_learn_from_are_refused(tmp_path):
    workspace = Workspace(tmp_path)
    with replace_folder(workspace.records) as folder:
        for name, frame in vars(empty_records()).items():
            frame.write_parquet(folder / f"{name}.parquet")
    with pytest.raises(HuyulaError, match="neither enrolments, offers nor attendance"):
        train_candidate(workspace, None, lambda *_: None)
