import numpy as np
import pandas as pd
import pytest

from features.standards.load import load_standard
from training.fairness.audit import findings_of
from training.fairness.lists import audit_lists, list_figures

RULES = load_standard("fairness")


def test_list_figures_are_hours_courses_and_exposure_by_form():
    lists = pd.DataFrame({
        "employee_id": ["a", "a", "b"], "course_id": ["C1", "C2", "C9"], "rank": [1, 3, 1],
    })  # fmt: skip
    courses = pd.DataFrame({
        "course_id": ["C1", "C2"], "jp": [20.0, None], "form": ["technical", "seminar"],
    })  # fmt: skip
    found = list_figures(lists, courses, pd.Series(["b", "a", "c"]))
    assert found.index.tolist() == ["b", "a", "c"]
    assert found["jp"].tolist() == [0.0, 20.0, 0.0]
    assert found["n_courses"].tolist() == [1, 2, 0]
    assert found.loc["a", "see technical"] == 1.0
    assert found.loc["a", "see seminar"] == pytest.approx(1 / np.log2(4))
    assert found.loc["b", "see other"] == 1.0


def groups_of(n):
    return pd.DataFrame({
        "sex": ["female", "male"] * (n // 2),
        "age_band": ["30-39"] * n, "unit": ["U"] * n,
        "employment_type": ["PNS", "PNS", "PPPK", "PPPK"] * (n // 4),
    })  # fmt: skip


def test_what_the_law_treats_apart_is_compared_within_and_no_finding_by_itself(rng):
    groups = groups_of(200)
    groups.loc[:39, "sex"] = "male"  # so that sexes differ in their types
    contract = (groups["employment_type"] == "PPPK").to_numpy()
    jp = np.where(contract, 8.0, 40.0) + rng.random(200)
    figures = pd.DataFrame({"jp": jp, "n_courses": 2.0, "see seminar": 1.0})
    audit = audit_lists(figures, groups, RULES, 1)
    assert {row["finding"] for row in audit["employment_type"]} == {"by law"}
    assert {row["finding"] for row in audit["sex"]} == {"even"}
    assert {row["finding"] for row in audit["sex*employment_type"]} == {"even"}
    assert findings_of({}, audit) == []
    assert audit["sex"][0]["exposure_distance"] == 0


def test_fewer_hours_and_other_forms_within_a_type_are_found(rng):
    groups = groups_of(200)
    woman = (groups["sex"] == "female").to_numpy()
    figures = pd.DataFrame({
        "jp": np.where(woman, 10.0, 20.0) + rng.random(200), "n_courses": 2.0,
        "see seminar": np.where(woman, 1.0, 0.0), "see technical": np.where(woman, 0.0, 1.0),
    })  # fmt: skip
    women, men = audit_lists(figures, groups, RULES, 1)["sex"]
    assert (women["finding"], men["finding"]) == ("too few", "too many")
    assert women["jp_ratio"] == pytest.approx(0.51, abs=0.02)
    assert women["exposure_distance"] == 1.0
    assert women["exposure_p_adjusted"] == pytest.approx(0.004)
    assert len(findings_of({}, {"sex": [women, men]})) == 2


def test_small_groups_are_withheld_or_insufficient():
    groups = groups_of(200)
    groups.loc[:9, "sex"] = "unknown"
    figures = pd.DataFrame({"jp": np.ones(200), "n_courses": 2.0, "see seminar": 1.0})
    rows = {row["group"]: row["finding"] for row in audit_lists(figures, groups, RULES, 1)["sex"]}
    assert rows == {"female": "even", "male": "even", "unknown": "insufficient"}
    groups.loc[4:9, "sex"] = "male"
    rows = {row["group"]: row["finding"] for row in audit_lists(figures, groups, RULES, 1)["sex"]}
    assert rows["unknown"] == "withheld"
    assert list(rows.values()).count("withheld") == 2
