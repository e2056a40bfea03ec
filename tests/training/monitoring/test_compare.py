from datetime import date

import numpy as np
import pandas as pd
import pytest

from features.profiles import FEATURES
from features.standards.load import load_standard
from models.disengagement import SupportRule
from training.monitoring.compare import compare_with_training, matured_calibration, warnings_of
from training.monitoring.distributions import summarise
from training.monitoring.reference import build_reference, label_delay, live_figures
from training.monitoring.steps import monitor_page

RULES = load_standard("monitoring")


@pytest.fixture
def people(rng):
    return pd.DataFrame(rng.normal(size=(300, len(FEATURES))), columns=list(FEATURES))


def reference_of(people):
    return {
        "features": {name: summarise(values) for name, values in live_figures(people).items()},
        "scores": {"rule": summarise(SupportRule().score(people))},
    }


def test_what_moved_is_named_and_the_rest_is_stable(people):
    live = people.assign(post_days=people["post_days"] + 2, n_gaps=np.nan)
    found = compare_with_training(reference_of(people), live, SupportRule(), RULES)
    moved = {name for name, row in found["features"].items() if row["finding"] == "moved"}
    assert moved == {"post_days", "n_gaps"}
    assert found["scores"]["rule"]["finding"] == "stable"
    found["calibration"] = {"absence_rise": {
        "finding": "fails", "snapshot": "2026-01-01", "slope": 0.5, "predicted_by_observed": 1.5,
    }}  # fmt: skip
    said = warnings_of(found)
    assert len(said) == 3
    assert said[0].startswith("features post_days moved: PSI ")
    assert said[-1] == (
        "calibration of absence_rise on 2026-01-01 fails: mean predicted by observed 1.50, "
        "slope 0.50"
    )
    page = monitor_page(found | {
        "as_of": "2026-07-01", "n_people": 300, "reference_as_of": "2025-01-01",
        "bundle": "ab" * 32, "delay": {"attendance": {"training": 3.0, "now": None}},
        "warnings": said,
    })  # fmt: skip
    assert said[0] in page
    assert "attendance: 3.0 at training, None now" in page


def test_a_small_shift_is_moving_and_few_people_are_insufficient(people):
    reference = reference_of(people)
    live = people.assign(post_days=people["post_days"] + 0.45)
    row = compare_with_training(reference, live, None, RULES)["features"]["post_days"]
    assert row["finding"] == "moving"
    few = compare_with_training(reference, people.head(99), None, RULES)
    assert {one["finding"] for one in few["features"].values()} == {"insufficient"}
    assert few["scores"] == {}


def test_rules_and_unmatured_labels_are_not_judged(tiny_records):
    arguments = (tiny_records, date(2025, 7, 1), 6, date(2025, 1, 1))
    judged = matured_calibration(*arguments, SupportRule(), RULES)
    assert judged == {"all": {"finding": "no probability"}}


def test_reference_holds_delays_in_days(tiny_records):
    reference = build_reference(tiny_records, date(2025, 1, 1), None)
    assert list(reference["scores"]) == ["rule"]
    assert set(reference["features"]) == set(FEATURES)
    # of enrolments since 2024: 10 days for C1 of e1, 30 days (the declared lag) for the others
    assert reference["delay"]["enrolments"] == 30.0
    assert label_delay(tiny_records, date(2020, 1, 1)) == {"attendance": None, "enrolments": None}
