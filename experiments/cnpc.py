"""The CNPC benchmark: find the courses a person takes next among all not yet taken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.benchmark_table import Benchmark, Row, judged
from experiments.cnpc_data import HELD_OUT, TEST, CnpcData, as_cases, load_cnpc, read_published
from experiments.cnpc_models import compared_generators, fit_ranker
from models.cases import Cases
from models.interactions import taken_matrix
from training.metrics import hit_rate_at_k, ndcg_at_k, recall_at_k

K = 10
METRICS = {"recall_at_10": recall_at_k, "ndcg_at_10": ndcg_at_k, "hit_rate_at_10": hit_rate_at_k}
HEADINGS = {"recall_at_10": "Recall@10", "ndcg_at_10": "NDCG@10", "hit_rate_at_10": "hit rate@10"}


def run_cnpc(
    folder: Path, *, seed: int = 0, on_progress: Callable[[float, str], None] = lambda *_: None
) -> Benchmark:
    """Fit every model on the training part and find each person's later courses.

    Parameters
    ----------
    folder : Path
        See `load_cnpc`.
    seed : int, default=0
        Of folds, LightGBM and bootstrap.
    on_progress : callable
        Called with the share done (0 to 1) and what is being done.

    Raises
    ------
    SchemaError
        See `load_cnpc`.
    """
    cnpc = load_cnpc(folder)
    known = pd.concat([cnpc.train["employee_id"], cnpc.test["employee_id"]])
    X = as_cases(cnpc.train, known)
    course_ids = cnpc.catalogue.courses["course_id"].tolist()
    untaken = taken_matrix(X, course_ids).toarray() == 0
    # A course taken before cannot be recommended, hence is not there to be found again.
    relevant = _relevant(X, cnpc.test, course_ids) & untaken
    rows = []
    for generator in compared_generators():
        on_progress(0.0, generator.name)
        scores = generator.fit(X, cnpc.catalogue).score(X)
        rows.append(_row(generator.name, scores, untaken, relevant, seed))
    ranker = fit_ranker(
        cnpc.train, cnpc.catalogue, seed, lambda share: on_progress(0.95 * share, "ranker")
    )
    rows.append(_row("ranker", ranker.score(X, untaken), untaken, relevant, seed))
    on_progress(1.0, "done")
    return Benchmark(
        "cnpc", _title(cnpc), rows, read_published(folder), _about(cnpc, relevant, seed)
    )


def _relevant(X: Cases, test: pd.DataFrame, course_ids: list[str]) -> np.ndarray:
    return taken_matrix(Cases(X.people, test, X.gaps), course_ids).toarray() > 0


def _row(
    model: str, scores: np.ndarray, untaken: np.ndarray, relevant: np.ndarray, seed: int
) -> Row:
    people = relevant.any(axis=1)
    ranked = np.where(untaken, scores, -np.inf)[people]
    values = {name: metric(ranked, relevant[people], K) for name, metric in METRICS.items()}
    return judged(model, values, seed)


def _title(cnpc: CnpcData) -> str:
    part = (
        f"the last {HELD_OUT:.0%} (rounded up) of each person's courses held out"
        if cnpc.held_out
        else f"tested on {TEST}"
    )
    return (
        f"CNPC: all courses not yet taken are ranked; {part}; 95% bootstrap intervals over people."
    )


def _about(cnpc: CnpcData, relevant: np.ndarray, seed: int) -> dict[str, object]:
    return {
        "test_part": "held out" if cnpc.held_out else TEST,
        "n_people": int(relevant.any(axis=1).sum()),
        "n_courses": len(cnpc.catalogue.courses),
        "n_train": len(cnpc.train),
        "n_test": int(relevant.sum()),
        "seed": seed,
    }
