"""`huyula bench recommend`: recommending with reasons, beside bare LightGBM and `implicit`."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np

from features.console import progress_bar, say

if TYPE_CHECKING:
    from models.cases import Cases
    from models.ranker import CourseRanker
    from serving.bench_people import MadeUp
    from serving.eligible import Offer

FIRST_OF_OTHERS = 10_000_000
"""Number of the first person to recommend to: nobody that the ranker learned from."""


@dataclass(frozen=True)
class Cost:
    """Time on the clock and time of all cores."""

    seconds: float
    cpu_seconds: float

    @classmethod
    def of(cls, work: Callable[[], object]) -> Cost:
        """Return what a piece of work takes."""
        started, cpu_started = time.perf_counter(), time.process_time()
        work()
        return cls(time.perf_counter() - started, time.process_time() - cpu_started)

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.seconds + other.seconds, self.cpu_seconds + other.cpu_seconds)


@click.command()
@click.option("--people", default=32_000, show_default=True, type=click.IntRange(min=1))
@click.option("--k", default=10, show_default=True, type=click.IntRange(1, 50))
@click.option("--threads", default=2, show_default=True, type=click.IntRange(min=1))
@click.option(
    "--rules/--no-rules",
    default=True,
    show_default=True,
    help="Choose lists by the rules of the set, as `huyula recommend`; else the k highest scores.",
)
@click.option("--learn", default=4_000, show_default=True, help="People the ranker learns from.")
@click.option("--trees", default=150, show_default=True, type=click.IntRange(min=1))
@click.option("--leaves", default=15, show_default=True, type=click.IntRange(min=2))
@click.option("--candidates", default=50, show_default=True, type=click.IntRange(min=1))
@click.option(
    "--one-by-one", default=300, show_default=True, help="People asked for one at a time."
)
@click.option(
    "--parquet",
    is_flag=True,
    help="Stream from Parquet to Parquet, as `recommend --engine stream`; measures only that.",
)
@click.option(
    "--grid",
    is_flag=True,
    help="What trees, leaves and candidates cost and bring in NDCG@10; measures only that.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
def recommend(people: int, k: int, threads: int, as_json: bool, **options: Any) -> None:  # noqa: ANN401
    """Recommend to made-up people among 300 courses, in memory.

    ratio: time of the batch (rules, generators, scores, lists, reasons) by that of LightGBM's bare
    prediction of the same candidates with as many threads; cpu_ratio: the same in time of all
    cores, which other work on the machine disturbs less.
    """
    from serving.bench_people import MadeUp

    made_up = MadeUp()
    if options["grid"]:
        _print_grid(made_up, options, people, threads, as_json)
        return
    ranker = learned(made_up, options)
    if options["parquet"]:
        found = _streamed(made_up, ranker, people, k, threads)
    else:
        found = _in_memory(made_up, ranker, people, k, threads, options)
    found |= {"trees": ranker.booster_.num_trees(), "peak_memory": _peak_memory()}
    for line in [json.dumps(found)] if as_json else _lines(found):
        say(line)


def _print_grid(
    made_up: MadeUp, options: dict[str, Any], people: int, threads: int, as_json: bool
) -> None:
    from serving.bench_grid import CANDIDATES, LEAVES, grid, grid_lines

    with progress_bar("Fitting rankers", len(CANDIDATES) * len(LEAVES)) as advance:
        rows = grid(made_up, options, people, threads, advance)
    found = {"people": people, "learn": options["learn"], "rows": rows}
    for line in [json.dumps(found)] if as_json else grid_lines(rows):
        say(line)


def _in_memory(
    made_up: MadeUp,
    ranker: CourseRanker,
    people: int,
    k: int,
    threads: int,
    options: dict[str, Any],
) -> dict[str, Any]:
    """Measure the batch and what stands beside it."""
    cases, _ = made_up.people(FIRST_OF_OTHERS, FIRST_OF_OTHERS + people)
    lists: list[int] = []
    batch = Cost.of(
        lambda: lists.append(len(ranked(made_up, ranker, cases, k, threads, options["rules"])))
    )
    bare, n_pairs = bare_prediction(made_up, ranker, cases, threads, options["rules"])
    return {
        "people": people,
        "courses": len(ranker.course_ids_),
        "recommended": lists[0],
        "candidates": n_pairs,
        **asdict(batch),
        "ratio": batch.seconds / bare.seconds,
        "cpu_ratio": batch.cpu_seconds / bare.cpu_seconds,
        "predict": asdict(bare),
        **_generators(ranker, cases, threads),
        "one_person": _one_by_one(made_up, ranker, cases, k, options),
    }


def _streamed(
    made_up: MadeUp, ranker: CourseRanker, people: int, k: int, threads: int
) -> dict[str, Any]:
    """Measure a stream of made-up people from Parquet to Parquet."""
    from models.recommender import Recommender
    from serving.bench_people import AS_OF
    from serving.stream import Job, stream

    with tempfile.TemporaryDirectory(prefix="huyula_bench_") as scratch:
        tables, target = Path(scratch) / "tables", Path(scratch) / "recommendations"
        tables.mkdir()
        made_up.write(tables, FIRST_OF_OTHERS, people)
        files = Recommender("ranker", ranker).to_files()
        job = Job(tables, files, AS_OF, k, n_threads=threads)
        n_rows: list[int] = []
        with progress_bar("Scoring people", job.n_parts) as advance:
            cost = Cost.of(
                lambda: n_rows.append(stream(job, "", Path(scratch) / "parts", target, advance))
            )
    return {"people": people, "recommended": n_rows[0], **asdict(cost)}


def learned(made_up: MadeUp, options: dict[str, Any]) -> CourseRanker:
    """Fit a ranker with default settings but for trees, leaves and candidates."""
    from models.ranker import CourseRanker

    cases, later = made_up.people(0, options["learn"])
    ranker = CourseRanker(
        n_estimators=options["trees"],
        n_leaves=options["leaves"],
        n_candidates=options["candidates"],
    )
    ranker.fit(cases, later, catalogue=made_up.catalogue)
    return CourseRanker.from_files(ranker.to_files())


def offered(made_up: MadeUp, ranker: CourseRanker, cases: Cases, rules: bool) -> Offer:
    """Return the courses as a service holds them once it has loaded."""
    from serving.bench_people import AS_OF
    from serving.eligible import Offer, times_taken

    return Offer.of(
        ranker.course_ids_,
        made_up.catalogue.courses,
        made_up.sessions,
        AS_OF,
        made_up.catalogue.teaches if rules else None,
        times_taken(cases.history),
    )


def ranked(
    made_up: MadeUp, ranker: CourseRanker, cases: Cases, k: int, threads: int, rules: bool
) -> Any:  # noqa: ANN401
    """Return everybody's courses with reasons."""
    from models.recommender import Recommender
    from serving.batch import rank_offered

    offer = offered(made_up, ranker, cases, rules)
    return rank_offered(Recommender("ranker", ranker), cases, offer, k, n_threads=threads)


def bare_prediction(
    made_up: MadeUp, ranker: CourseRanker, cases: Cases, threads: int, rules: bool
) -> tuple[Cost, int]:
    """Predict the batch's candidates, whose matrix is at hand, part by part."""
    total, n_pairs, scorer = Cost(0, 0), 0, ranker.scorer(threads)
    offer = offered(made_up, ranker, cases, rules)
    for people in cases.parts(2_000):
        allowed = offer.allowed(people)
        if rules:
            allowed, _ = offer.recommendable(people, allowed, 1)
        for part in scorer.parts(people, allowed):
            matrix = np.ascontiguousarray(part.features)
            total += Cost.of(lambda m=matrix: ranker.booster_.predict(m, num_threads=threads))
            n_pairs += len(matrix)
    return total, n_pairs


def _generators(ranker: CourseRanker, cases: Cases, threads: int) -> dict[str, Any]:
    """Time the scores of our generators for everybody, beside `implicit`'s own recommend."""
    from implicit.cpu.als import AlternatingLeastSquares
    from scipy import sparse
    from threadpoolctl import threadpool_limits

    from models.interactions import taken_matrix

    def ours() -> None:
        for part in cases.parts(2_000):
            for generator in ranker.generators_:
                generator.score(part)

    taken = sparse.csr_matrix(taken_matrix(cases, ranker.course_ids_), dtype=np.float32)
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(
            factors=32, iterations=3, num_threads=threads, random_state=0
        )
        model.fit(taken, show_progress=False)
        theirs = Cost.of(
            lambda: model.recommend(np.arange(len(cases.people)), taken, N=ranker.n_candidates)
        )
    return {"generators": asdict(Cost.of(ours)), "implicit_recommend": asdict(theirs)}


def _one_by_one(
    made_up: MadeUp, ranker: CourseRanker, cases: Cases, k: int, options: dict[str, Any]
) -> dict[str, float]:
    """Return percentiles of the milliseconds that one person's courses with reasons take."""
    from models.cases import Cases
    from models.recommender import Recommender
    from serving.batch import rank_offered
    from serving.released import settle_collector
    from serving.rows import Rows

    ids = cases.people["employee_id"].tolist()[: options["one_by_one"]]
    offer, recommender = (
        offered(made_up, ranker, cases, options["rules"]),
        Recommender("ranker", ranker),
    )
    held = [Rows(part, "employee_id") for part in (cases.people, cases.history, cases.gaps)]

    def one(employee_id: str) -> object:
        person = Cases(*(rows.frame([employee_id]) for rows in held))
        return rank_offered(recommender, person, offer, k, n_threads=1)

    settle_collector()  # as the service does once it has loaded
    one(ids[0])
    costs = [Cost.of(partial(one, employee_id)) for employee_id in ids]
    return {
        "p50_ms": float(np.percentile([cost.seconds for cost in costs], 50) * 1e3),
        "p99_ms": float(np.percentile([cost.seconds for cost in costs], 99) * 1e3),
        "cpu_p50_ms": float(np.percentile([cost.cpu_seconds for cost in costs], 50) * 1e3),
    }


def _peak_memory() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _lines(found: dict[str, Any]) -> list[str]:
    memory = f"peak memory: {found['peak_memory'] / 2**20:,.0f} MiB"
    done = f"{found['people']:,} people, {found['trees']} trees: {found['recommended']:,} courses"
    if "predict" not in found:
        return [
            f"{done} in {found['seconds']:.1f} s, {found['cpu_seconds']:.1f} s of cores",
            memory,
        ]
    one = found["one_person"]
    rows = (
        ("batch", found),
        ("bare prediction", found["predict"]),
        ("our generators", found["generators"]),
        ("implicit's recommend", found["implicit_recommend"]),
    )
    return [
        f"{done} out of {found['candidates']:,} candidates",
        f"{'':<24}{'seconds':>9}{'cpu s':>9}",
        *(f"{name:<24}{cost['seconds']:>9.2f}{cost['cpu_seconds']:>9.2f}" for name, cost in rows),
        f"batch by bare prediction: {found['ratio']:.2f}, of the cores {found['cpu_ratio']:.2f}",
        f"one person: median {one['p50_ms']:.1f} ms, 99% within {one['p99_ms']:.1f} ms",
        memory,
    ]


COMMANDS_BY_NAME = {"recommend": recommend}
