"""The steps of training, each from files to files: tune, train, evaluate, release."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from features.errors import HuyulaError
from features.horizon import read_horizon
from features.keys import load_signing_key
from features.records import Records, load_records
from features.settings import Settings
from features.standards.load import load_standard
from features.workspace import Workspace, replace_folder, replace_text
from models.bundle import write_bundle
from models.disengagement import DisengagementModel
from models.hazard import HazardModel
from models.ranker import CourseRanker
from training import tracking
from training.candidate import Candidate
from training.exposure import read_shown
from training.fairness.steps import audit_and_log, said_of
from training.fitting import TooLittleError, fit_ranker
from training.gates import given_way
from training.judging import RANKER, Judgement, judge_recommender
from training.monitoring.reference import build_reference
from training.periods import Periods, plan_periods
from training.plots import calibration_figure, recommender_figure
from training.releasing import bundle_about, bundle_files, released_recommender
from training.support_fitting import fit_support
from training.support_judging import judge_support
from training.tuning import (
    FOUND_FILE,
    n_finished,
    open_study,
    run_trials,
    save_found,
    saved_settings,
    study_name,
)
from training.tuning_pairs import tuning_pairs
from training.unsupported import read_lots

Bar = Callable[[str, int | None], AbstractContextManager[Callable[[str], None]]]
JUDGEMENT = "judgement.json"
EVALUATION_SEED = 20_250_701


def train_candidate(workspace: Workspace, horizon_months: int | None, bar: Bar) -> list[str]:
    """Fit both models, track the run, leave the candidate in the workspace."""
    records, digest = open_records(workspace)
    candidate = _fit(workspace, records, digest, horizon_months, None, bar)
    with replace_folder(workspace.candidate) as folder:
        candidate.save(folder)
    return [*_what_was_fitted(candidate), f"candidate: {workspace.candidate}"]


def judge_null(workspace: Workspace, seed: int, horizon_months: int | None, bar: Bar) -> list[str]:
    """Fit on labels drawn by lot and judge; raise if a gate lets the result through."""
    records, digest = open_records(workspace)
    candidate = _fit(workspace, records, digest, horizon_months, seed, bar)
    judgements = _judge(records, candidate, read_lots(workspace.support_lots), bar)
    with tracking.continue_run(candidate.run_id):
        _log_judgements(judgements)
    lines = [f"null test {seed}: both models learned from labels drawn by lot."]
    lines += [f"{name}: {one.verdict.sentence}" for name, one in judgements.items()]
    passed = [name for name, one in judgements.items() if one.verdict.passed]
    if passed:
        raise HuyulaError(
            "\n".join([*lines, f"A GATE IS BROKEN: it released {', '.join(passed)}."])
        )
    return [*lines, "The gates refused both, as they must. Nothing in the workspace was changed."]


def tune_ranker(
    workspace: Workspace, n_trials: int, seed: int, horizon_months: int | None, bar: Bar
) -> list[str]:
    """Search the ranker's settings on windows before the judging one; keep what was found."""
    records, digest = open_records(workspace)
    periods = _periods(workspace, records, horizon_months)
    with bar("Preparing the search", 1) as advance:
        pairs = tuning_pairs(records, periods)
        advance("")
    name = study_name(digest, pairs.dates, seed)
    study = open_study(workspace.tuning / "trials.db", name, seed)
    n_before = n_finished(study)
    params = {"study": name, "n_trials": n_trials, "seed": seed}
    with (
        bar("Searching", max(n_trials - n_before, 1)) as advance,
        tracking.new_run("search", params, {"search": "ranker"}),
    ):
        found = run_trials(study, pairs, n_trials, seed, advance)
        tracking.log_json(found.to_dict(), FOUND_FILE)
    save_found(workspace.tuning, found, name)
    resumed = [f"went on after {n_before} trials of an earlier search"] if n_before else []
    windows = (
        f"learned on the {periods.horizon_months} months after {pairs.dates[0]}, compared on those "
        f"after {pairs.dates[1]}"
    )
    return [*resumed, windows, found.sentence, f"settings: {workspace.tuning / FOUND_FILE}"]


def judge_candidate(
    workspace: Workspace, bar: Bar, served: Mapping[str, str] | None = None
) -> list[str]:
    """Judge the candidate, track the verdict, crown what may be released.

    Nothing is crowned if a learned model of ``served`` (kinds by part) would give way to less; see
    `training.gates.given_way`.
    """
    records, candidate = _candidate_of_records(workspace)
    judgements = _judge(records, candidate, read_lots(workspace.support_lots), bar)
    with tracking.continue_run(candidate.run_id):
        _log_judgements(judgements)
        released = {name: one.verdict.released for name, one in judgements.items()}
        if not given_way(served or {}, {n: one.verdict.passed for n, one in judgements.items()}):
            _crown(candidate.run_id, judgements)
        sources = _sources(judgements["support"].verdict.numbers)
        audit = audit_and_log(workspace, records, candidate, released, sources, bar)
    verdicts = {name: one.to_dict() for name, one in judgements.items()}
    replace_text(workspace.candidate / JUDGEMENT, json.dumps(verdicts, indent=1))
    periods = candidate.periods
    return [
        f"judged on {periods.evaluation} to {periods.end}, after all that was learned from",
        *_metric_lines(judgements),
        *(f"{name}: {one.verdict.sentence}" for name, one in judgements.items()),
        *(
            f"  {name}: {one['sentence']}"
            for name, one in judgements["support"].verdict.numbers.get("components", {}).items()
        ),
        *_survey_line(judgements["support"]),
        *said_of(audit),
    ]


def _crown(run_id: str, judgements: Mapping[str, Judgement]) -> None:
    for name, model, booster in (
        ("recommender", tracking.RECOMMENDER, RANKER),
        ("support", tracking.SUPPORT, _first_hazard(judgements["support"])),
    ):
        verdict = judgements[name].verdict
        tracking.crown(model, run_id, verdict.released, booster if verdict.passed else "")


def audit_fairness(workspace: Workspace, bar: Bar) -> dict[str, Any]:
    """Audit the candidate as it was judged; see `training.fairness.audit.audit_candidate`."""
    records, candidate = _candidate_of_records(workspace)
    path = workspace.require(workspace.candidate / JUDGEMENT, "huyula evaluate")
    judged = json.loads(path.read_text(encoding="utf-8"))
    released = {name: one["verdict"]["released"] for name, one in judged.items()}
    with tracking.continue_run(candidate.run_id):
        sources = _sources(judged["support"]["verdict"]["numbers"])
        return audit_and_log(workspace, records, candidate, released, sources, bar)


def release_champions(workspace: Workspace, bar: Bar) -> list[str]:
    """Write the signed bundle of both champions."""
    records, _ = open_records(workspace)
    horizon = read_horizon(workspace.records, records)
    with bar("Releasing", 2) as advance, tempfile.TemporaryDirectory() as scratch:
        version, kind, run_id = tracking.champion(tracking.RECOMMENDER)
        found, judged = _champion(run_id, "recommender", Path(scratch))
        recommender = released_recommender(kind, found.ranker, records, horizon)
        advance("recommender")
        support_version, support_kind, support_run = tracking.champion(tracking.SUPPORT)
        support, support_judged = _champion(support_run, "support", Path(scratch))
        about = bundle_about(
            {"kind": recommender.kind, "version": version},
            {"kind": support_kind, "version": support_version},
            {"recommender": judged, "support": support_judged},
            horizon.as_of,
        )
        with replace_folder(workspace.bundle) as folder:
            digest = write_bundle(
                folder,
                bundle_files(
                    recommender,
                    support_kind,
                    _released_support(support, support_judged),
                    support.reference,
                ),
                about,
                load_signing_key(Settings().key_folder),
            )
        advance("support")
    stands_in = (
        [f"nobody is assessed: courses follow what posts require, not the champion {kind}"]
        if recommender.kind != kind
        else []
    )
    return [
        f"released: recommender {recommender.kind} (version {version})",
        *stands_in,
        f"released: support {support_kind} (version {support_version})",
        f"bundle {digest[:12]}: {workspace.bundle}",
    ]


def _fit(
    workspace: Workspace,
    records: Records,
    digest: str,
    horizon_months: int | None,
    null_seed: int | None,
    bar: Bar,
) -> Candidate:
    periods = _periods(workspace, records, horizon_months)
    settings, shown = saved_settings(workspace.tuning), read_shown(workspace.slates)
    lots = read_lots(workspace.support_lots)
    params = {
        "horizon_months": periods.horizon_months, "calibration": periods.calibration,
        "evaluation": periods.evaluation, "n_training_snapshots": len(periods.training),
        "records_digest": digest, "null_seed": null_seed, "n_places_shown": len(shown),
        "n_support_lots": len(lots),
    }  # fmt: skip
    name = "train" if null_seed is None else f"null-test-{null_seed}"
    with tracking.new_run(name, params, {"null_test": str(null_seed is not None)}) as run_id:
        candidate = _fit_both(
            records, periods, null_seed, settings, shown, lots, run_id, digest, bar
        )
        with tempfile.TemporaryDirectory() as scratch:
            candidate.save(Path(scratch))
            tracking.log_candidate(Path(scratch))
        for part, model in _boosted(candidate).items():
            params = {k: str(v)[:250] for k, v in model.get_params().items() if k != "features"}
            tracking.log_params({f"{part}.{k}": v for k, v in params.items()})
            tracking.log_booster(model.booster_, part)
    return candidate


def _boosted(candidate: Candidate) -> dict[str, CourseRanker | HazardModel]:
    """Return what is logged as an MLflow model, by the name it is logged under."""
    ranker = {RANKER: candidate.ranker} if candidate.ranker else {}
    hazards = candidate.support.hazards if candidate.support else {}
    return ranker | {f"support_{name}": one for name, one in hazards.items()}


def _first_hazard(judgement: Judgement) -> str:
    """Return the MLflow name of the first hazard that may be released, empty if there is none."""
    sources = _sources(judgement.verdict.numbers)
    return next((f"support_{name}" for name, one in sources.items() if one == "hazard"), "")


def _released_support(candidate: Candidate, judged: Mapping[str, Any]) -> DisengagementModel | None:
    """Return the components that the gates allow together."""
    sources = _sources(judged["verdict"]["numbers"])
    return candidate.support.released(sources) if candidate.support else None


def _sources(numbers: Mapping[str, Any]) -> dict[str, str]:
    """Return what the gates released of each component: ``hazard``, ``lagged`` or ``none``."""
    return numbers.get("sources", {})


def _periods(workspace: Workspace, records: Records, horizon_months: int | None) -> Periods:
    return plan_periods(
        first_day(records),
        read_horizon(workspace.records, records).as_of,
        horizon_months or load_standard("disengagement")["horizon_months"],
    )


def _fit_both(
    records: Records,
    periods: Periods,
    null_seed: int | None,
    settings: Mapping[str, float],
    shown: pd.DataFrame,
    lots: pd.DataFrame,
    run_id: str,
    digest: str,
    bar: Bar,
) -> Candidate:
    missing: dict[str, str] = {}
    ranker = support = None
    with bar("Fitting the recommender", 100) as advance:
        done = 0.0

        def show(share: float) -> None:
            nonlocal done
            while done < share * 100:
                advance("")
                done += 1

        try:
            ranker = fit_ranker(
                records,
                periods,
                null_seed=null_seed,
                settings=settings,
                shown=shown,
                progress=show,
            )
        except TooLittleError as error:
            missing[RANKER] = str(error)
    with bar("Fitting the support model", len(periods.training) + 1) as advance:
        try:
            support = fit_support(
                records, periods, null_seed=null_seed, lots=lots, progress=advance
            )
        except TooLittleError as error:
            missing["support"] = str(error)
    reference = build_reference(records, periods.calibration, support)
    reference["judged_at"] = periods.evaluation.isoformat()
    return Candidate(ranker, support, missing, periods, null_seed, run_id, digest, reference)


def _candidate_of_records(workspace: Workspace) -> tuple[Records, Candidate]:
    """Return records and candidate; raise if it was fitted for others."""
    folder = workspace.require(workspace.candidate, "huyula train")
    records, digest = open_records(workspace)
    candidate = Candidate.load(folder)
    if candidate.records_digest != digest:
        raise HuyulaError(
            "the records have changed since `huyula train`; run `huyula train` again so that the "
            "candidate is judged on the data it was fitted for"
        )
    return records, candidate


def _judge(
    records: Records, candidate: Candidate, lots: pd.DataFrame, bar: Bar
) -> dict[str, Judgement]:
    with bar("Judging on the later period", 2) as advance:
        recommender = judge_recommender(
            records, candidate.periods, candidate.ranker, EVALUATION_SEED
        )
        advance("recommender")
        support = judge_support(
            records, candidate.periods, candidate.support, EVALUATION_SEED, lots
        )
        advance("support")
    return {"recommender": recommender, "support": support}


def _log_judgements(judgements: dict[str, Judgement]) -> None:
    for name, judgement in judgements.items():
        tracking.log_metrics(judgement.metrics | _component_metrics(judgement), name)
        tracking.log_json(judgement.to_dict(), f"{name}_judgement.json")
        tracking.tag_run({f"{name}_verdict": judgement.verdict.sentence})
    if judgements["recommender"].metrics:
        tracking.log_figure(recommender_figure(judgements["recommender"]), "recommender.png")
    if judgements["support"].curves:
        tracking.log_figure(calibration_figure(judgements["support"]), "calibration.png")


def _champion(run_id: str, part: str, scratch: Path) -> tuple[Candidate, dict[str, Any]]:
    own = scratch / part  # two runs may have fitted the two champions
    own.mkdir()
    folder = tracking.fetch(run_id, tracking.ARTIFACTS, own)
    judged = tracking.fetch(run_id, f"{part}_judgement.json", own).read_text(encoding="utf-8")
    return Candidate.load(folder), json.loads(judged)


def _survey_line(judgement: Judgement) -> list[str]:
    survey = judgement.verdict.numbers.get("survey")
    return [f"  combined order: {survey['sentence']}"] if survey else []


def _component_metrics(judgement: Judgement) -> dict[str, dict[str, float]]:
    """Return the figures of each component's models, by ``component_model``."""
    components = judgement.verdict.numbers.get("components", {})
    return {
        f"{name}_{kind}": one[kind]
        for name, one in components.items()
        for kind in ("hazard", "lagged")
        if kind in one
    }


def open_records(workspace: Workspace) -> tuple[Records, str]:
    """Return the records with their SHA-256 digest, and connect the tracking."""
    folder = workspace.require(workspace.records, "huyula import")
    tracking.connect(workspace.root, Settings().tracking_uri)
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.parquet")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return load_records(folder), digest.hexdigest()


def first_day(records: Records) -> date:
    """Return from when courses, offers or attendance could be learned from."""
    # Certificates may be decades old; offers and attendance say from when events could be seen.
    seen = [frame for frame in (records.offers, records.attendance) if len(frame)]
    days = [frame["valid_from"].min() for frame in seen or [records.enrolments] if len(frame)]
    if not days:
        raise HuyulaError(
            "nothing can be learned: the import holds neither enrolments, offers nor attendance"
        )
    return min(days)


def _what_was_fitted(candidate: Candidate) -> list[str]:
    periods = candidate.periods
    lines = [
        f"recommender learned from courses taken {periods.calibration} to {periods.evaluation}"
        if candidate.ranker
        else f"no ranker was fitted: {candidate.missing[RANKER]}"
    ]
    if candidate.support:
        first, last = periods.training[0], periods.training[-1]
        lines.append(
            f"support model learned from {len(periods.training)} monthly snapshots {first} to "
            f"{last}, calibrated on {periods.calibration}: {', '.join(candidate.support.hazards)}"
        )
    else:
        lines.append(f"no support model was fitted: {candidate.missing['support']}")
    return lines


def _metric_lines(judgements: dict[str, Judgement]) -> list[str]:
    lines = []
    for name, judgement in judgements.items():
        for model, values in judgement.metrics.items():
            shown = "  ".join(f"{metric} {value:.3f}" for metric, value in values.items())
            lines.append(f"  {name:<12}{model:<15}{shown}")
    return lines
