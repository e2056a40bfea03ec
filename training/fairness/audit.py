"""The fairness audit of a judged candidate, on everybody in service at its evaluation date."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.audit_table import protected_groups, read_audit_table
from features.known import current_records
from features.labels import EVENT
from features.panel import build_panel
from features.profiles import FEATURES
from features.records import Records
from features.standards.load import load_standard
from models.capacity import flag
from models.course_set import CourseFacts, legal_and_useful, needs_of
from models.disengagement import DisengagementModel, SupportRule
from models.generators import default_generators
from models.ranker import CourseRanker
from models.set_choice import choose_set
from models.situation import allowed_at, cases_at, catalogue_of
from training.candidate import Candidate
from training.fairness.flags import Flagging, audit_flags, between_groups
from training.fairness.lists import audit_lists, list_figures
from training.fairness.mitigation import mitigation_costs
from training.fairness.proxies import proxy_meter
from training.judging import RANKER, K

Floats = NDArray[np.float64]
SEED = 20_250_702
SURE = ("too few", "too many")


def audit_candidate(
    records: Records,
    folder: Path,
    candidate: Candidate,
    released: Mapping[str, str],
    sources: Mapping[str, str],
    progress: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Audit what a candidate would do to people; reads the protected attributes, writes nothing.

    Parameters
    ----------
    records : Records
        Polars frames.
    folder : Path
        Folder of the import, which holds the audit table.
    candidate : Candidate
    released : mapping
        Kind that the gates released, by ``recommender`` and ``support``. Where nothing is released
        for support, what would have been is audited.
    sources : mapping
        What the gates released of each component of support (`SupportCandidate.released`).
    progress : callable
        Told each part when it is done.

    Returns
    -------
    dict
        JSON-able: ``as_of``, ``rules``, ``n_people``, ``flags``, ``lists``, ``proxies``,
        ``mitigation``, ``parity``, ``findings`` (sentences on what is surely outside of the
        limits); nothing on a group that is too small (`training.fairness.disclosure`).
    """
    as_of, rules = candidate.periods.evaluation, load_standard("fairness")
    panel = build_panel(records, [as_of], candidate.periods.horizon_months)
    panel["unit_id"] = panel["unit_id"].fillna("")
    groups = _groups(records, folder, panel, candidate)
    model = candidate.support.released(sources) if candidate.support else None
    if released["support"] == SupportRule.kind or (model and not model.components):
        model = None
    flagging, capacity = flagging_of(model, panel), _capacity()
    flags = audit_flags(flagging, groups, rules)
    progress("flags")
    lists = audit_lists(_figures(records, candidate, released["recommender"], panel), groups,
                        rules, SEED)  # fmt: skip
    progress("lists")
    proxies = {
        name: proxy_meter(panel, groups[name], FEATURES,
                          min_people=rules["impact"]["min_people"], seed=SEED)
        for name in rules["proxies"]
    }  # fmt: skip
    progress("proxies")
    costs = mitigation_costs(panel, flagging, groups, capacity, rules, SEED) if flags else {}
    progress("mitigation")
    return {
        "as_of": as_of.isoformat(), "run_id": candidate.run_id,
        "records_digest": candidate.records_digest, "support_kind": flagging.kind,
        "support_released": released["support"], "recommender_kind": released["recommender"],
        "capacity": capacity, "n_people": len(panel), "rules": _plain(rules),
        "flags": flags, "parity": _parity(flagging, groups, flags), "lists": lists,
        "proxies": proxies, "mitigation": costs, "findings": findings_of(flags, lists),
    }  # fmt: skip


def flagging_of(model: DisengagementModel | None, panel: pd.DataFrame) -> Flagging:
    """Return what a support model, None for the rule, says of the panel's people."""
    outcome = panel[EVENT].to_numpy(dtype=np.float64, na_value=np.nan)
    if model is None:
        points = SupportRule().score(panel)
        score = np.where(points > 0, points, np.nan)
        flagged = flag(panel, score, _capacity())
        return Flagging(SupportRule.kind, score, flagged, None, outcome, outcome)
    known = np.array(model.reasons_to_abstain(panel)) == ""
    score = np.where(known, model.score(panel), np.nan)
    probability, foretold = _of_main_components(model, panel[known])
    whole = np.full((2, len(panel)), np.nan)
    whole[:, known] = probability, foretold
    flagged = flag(panel, score, _capacity())
    return Flagging(model.kind, score, flagged, whole[0], outcome, whole[1])


def _of_main_components(model: DisengagementModel, panel: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return probability and outcome of each person's main component: what is calibrated."""
    main = np.array(model.main_component(panel))
    probability, outcome = np.full(len(panel), np.nan), np.full(len(panel), np.nan)
    for name, one in model.components.items():
        rows = main == name
        if rows.any():
            probability[rows] = one.probability(panel[rows])
            outcome[rows] = panel.loc[rows, name].to_numpy(dtype=np.float64, na_value=np.nan)
    return probability, outcome


def recommended_lists(
    records: Records, candidate: Candidate, released: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return everybody's list at the evaluation date, as the rules of the set choose it.

    Returns
    -------
    lists : DataFrame
        ``employee_id``, ``course_id``, ``rank``.
    courses : DataFrame
        Of the catalogue.
    """
    as_of = candidate.periods.evaluation
    catalogue, cases = catalogue_of(records), cases_at(records, as_of)
    allowed = allowed_at(records, cases, catalogue, as_of)
    if released == RANKER and isinstance(candidate.ranker, CourseRanker):
        scores = candidate.ranker.fit_generators(cases, catalogue).score(cases, allowed)
    else:
        own = next(one for one in default_generators() if one.name == released)
        scores = own.fit(cases, catalogue).score(cases)
        scores = np.where(scores > 0, scores, -np.inf)
    course_ids = catalogue.courses["course_id"].tolist()
    facts = CourseFacts.of(course_ids, catalogue.courses, catalogue.teaches)
    needs = needs_of(cases, facts, as_of)
    useful = legal_and_useful(allowed, needs, facts)
    row, column, rank = choose_set(np.where(useful, scores, -np.inf), needs, facts, K)
    lists = pd.DataFrame({
        "employee_id": cases.people["employee_id"].to_numpy()[row],
        "course_id": np.array(course_ids, dtype=object)[column], "rank": rank,
    })  # fmt: skip
    return lists, catalogue.courses


def findings_of(
    flags: Mapping[str, list[dict[str, Any]]], lists: Mapping[str, list[dict[str, Any]]]
) -> list[str]:
    """Say what is surely outside of the limits; empty where nothing is."""
    found = []
    for name, rows in flags.items():
        for row in rows:
            if row["finding"] in SURE:
                found.append(
                    f"support flags by {name}: {row['finding']} among {row['group']} "
                    f"({row['ratio']:.2f} times everybody else's rate, adjusted p "
                    f"{row['p_adjusted']:.3f})"
                )
            if row.get("calibration", {}).get("finding") == "fails":
                held = row["calibration"]["predicted_by_observed"]
                found.append(
                    f"calibration by {name}: fails among {row['group']} "
                    f"(mean predicted by observed {held:.2f})"
                )
    for name, rows in lists.items():
        found += [
            f"recommended hours by {name}: {row['finding']} among {row['group']} "
            f"({row['jp_ratio']:.2f} times everybody else's, adjusted p {row['jp_p_adjusted']:.3f})"
            for row in rows
            if row["finding"] in SURE
        ]
    return found


def _groups(
    records: Records, folder: Path, panel: pd.DataFrame, candidate: Candidate
) -> pd.DataFrame:
    units = current_records(records).units.to_pandas()
    names = dict(zip(units["unit_id"], units["name"], strict=True))
    bands = load_standard("fairness")["age_bands"]
    return protected_groups(
        panel, read_audit_table(folder), candidate.periods.evaluation, bands, names
    )


def _figures(
    records: Records, candidate: Candidate, released: str, panel: pd.DataFrame
) -> pd.DataFrame:
    lists, courses = recommended_lists(records, candidate, released)
    return list_figures(lists, courses, panel["employee_id"])


def _parity(
    flagging: Flagging, groups: pd.DataFrame, flags: Mapping[str, list[dict[str, Any]]]
) -> dict[str, dict[str, float]]:
    parity = {}
    for name, rows in flags.items():
        shown = [row["group"] for row in rows if "ratio" in row]
        if len(shown) > 1:
            parity[name] = between_groups(flagging, groups, shown, name)
    return parity


def _capacity() -> float:
    return float(load_standard("disengagement")["capacity"])


def _plain(rules: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("impact", "calibration", "mitigation", "age_bands")
    return {name: rules[name] for name in kept}
