"""Shadow scoring: after an answer is made, a challenger answers the same and both are logged.

One thread a worker process takes what was asked from a queue with a bound. Nothing that goes wrong
in it reaches a caller: what cannot be queued or scored is dropped and counted.
"""

from __future__ import annotations

import logging
import queue
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from features.keys import load_shadow_key
from features.settings import Settings
from features.workspace import Workspace
from models.bundle import Bundle
from serving.challenger import Challenger, flag_and_score, open_shadow
from serving.messages import (
    Question,
    RecommendationAnswer,
    RecommendationQuestion,
    Recommendations,
    SupportAnswer,
    Unknown,
)
from serving.released import Released, Releases
from serving.shadow_log import RECOMMENDATIONS, SUPPORT, ShadowLog, person_digest

log = logging.getLogger("huyula.shadow")

MAX_QUEUED = 256
"""Requests that wait at most; each keeps its question and answer in memory."""
CLOSE_SECONDS = 10.0
"""How long a worker that is told to stop goes on scoring what was queued."""
NOTHING = dict.fromkeys(
    ("k", "special", "served", "served_scores", "shadow", "shadow_scores", "served_flag",
     "shadow_flag", "served_score", "shadow_score")
)  # fmt: skip
REASONS = ("full", "failed", "ended")
"""Why a request is dropped: no room in the queue, an error, or the worker ended first."""


@dataclass(frozen=True)
class Asked:
    """One request that was answered, and what it was answered from."""

    request_id: str
    released: Released
    question: Question
    answer: RecommendationAnswer | SupportAnswer
    milliseconds: float


class Shadow:
    """Lets a challenger score what was asked, in a thread of its own.

    Parameters
    ----------
    make : callable
        Returns the challenger beside a release; called again when another release is served.
    write : ShadowLog
        Takes the rows.
    key : bytes
        Of the digests of people.
    share : float
        Of the requests, drawn by lot.
    count : callable
        Told ``scored`` or one of `REASONS` for each request taken or refused.
    max_queued : int
        Requests that wait at most.
    """

    def __init__(
        self,
        make: Callable[[Released], Challenger],
        write: ShadowLog,
        key: bytes,
        *,
        share: float = 1.0,
        count: Callable[[str], object] = lambda _: None,
        max_queued: int = MAX_QUEUED,
    ) -> None:
        self._make, self._write, self._key, self._share = make, write, key, share
        self._count = count
        self._challenger: Challenger | None = None
        self._unfit: Released | None = None
        self._queue: queue.Queue[Asked] = queue.Queue(max_queued)
        self._closing, self._ended = threading.Event(), threading.Event()
        self._logged: Counter[str] = Counter()
        self._thread = threading.Thread(target=self._run, name="shadow", daemon=True)
        self._thread.start()

    def prepare(self, released: Released) -> None:
        """Make the challenger beside a release now; raises `ArtifactError` if it cannot be."""
        self._challenger = self._make(released)

    def offer(self, asked: Asked) -> None:
        """Leave a request to be scored; returns at once and never raises."""
        if self._share < 1 and random.random() >= self._share:  # noqa: S311
            return
        try:
            if self._closing.is_set():
                raise queue.Full
            self._queue.put_nowait(asked)
        except queue.Full:
            self._count("full")

    def close(self, seconds: float = CLOSE_SECONDS) -> None:
        """Score and write what is queued, for so many seconds at most; the rest is dropped."""
        self._closing.set()
        self._thread.join(seconds)
        self._ended.set()
        while True:
            try:
                self._queue.get_nowait()
            except queue.Empty:
                return
            self._count("ended")

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                asked = self._queue.get(timeout=0.1)
            except queue.Empty:
                if self._closing.is_set():
                    return
                continue
            self._score(asked)

    def _score(self, asked: Asked) -> None:
        try:
            challenger = self._beside(asked.released)
            if challenger is None:
                self._count("failed")
                return
            started = time.perf_counter()
            rows = list(_compared(challenger, asked))
            took = {"shadow_ms": round((time.perf_counter() - started) * 1000, 3)}
            about = took | self._about(asked, challenger)
            self._write.append(
                about | row | {"person": person_digest(self._key, row["person"])} for row in rows
            )
            self._count("scored")
        except Exception as error:  # noqa: BLE001 (nobody waits for this thread; it must not end)
            self._count("failed")
            self._say_once(f"cannot score: {type(error).__name__}")

    def _beside(self, released: Released) -> Challenger | None:
        """Return the challenger beside a release, or None if it cannot shadow that one."""
        if self._challenger is not None and self._challenger.of is released:
            return self._challenger
        if self._unfit is released:
            return None
        try:
            self._challenger = self._make(released)
        except Exception as error:  # noqa: BLE001 (as above)
            self._unfit = released
            log.warning("the shadow rests until the next release: %s", error)
            return None
        return self._challenger

    def _about(self, asked: Asked, challenger: Challenger) -> dict[str, Any]:
        released = asked.released
        return {
            "request": asked.request_id,
            "as_of": released.snapshot.as_of.isoformat(),
            "served_bundle": released.bundle.digest,
            "shadow_bundle": challenger.bundle.digest,
            "served_ms": round(asked.milliseconds, 3),
        }

    def _say_once(self, text: str) -> None:
        """Log a fault once: it may come with every request, and its text may hold anything."""
        self._logged[text] += 1
        if self._logged[text] == 1:
            log.warning("shadow: %s", text)


def _compared(challenger: Challenger, asked: Asked) -> Iterator[dict[str, Any]]:
    """Return what both say of each person that was found, once (``person``: the id itself)."""
    found = {one.employee_id: one for one in asked.answer.results if not isinstance(one, Unknown)}
    if isinstance(asked.question, RecommendationQuestion):
        lists = challenger.lists(asked.question, list(found))
        for employee_id, served in found.items():
            yield _lists(asked.question, cast("Recommendations", served), lists[employee_id])
    else:
        support = asked.released.of_person["support"]
        for employee_id in found:
            served_flag, served_score = flag_and_score(support, employee_id)
            shadow_flag, shadow_score = challenger.support(employee_id)
            yield NOTHING | {
                "kind": SUPPORT,
                "person": employee_id,
                "served_flag": served_flag,
                "shadow_flag": shadow_flag,
                "served_score": served_score,
                "shadow_score": shadow_score,
            }


def _lists(
    question: RecommendationQuestion, served: Recommendations, shadow: list[dict[str, Any]]
) -> dict[str, Any]:
    return NOTHING | {
        "kind": RECOMMENDATIONS,
        "person": served.employee_id,
        "k": question.k,
        "special": question.target_post is not None or question.filter is not None,
        "served": [course.course_id for course in served.courses],
        "served_scores": [float(course.score) for course in served.courses],
        "shadow": [row["course_id"] for row in shadow],
        "shadow_scores": [float(row["score"]) for row in shadow],
    }


def start_shadow(workspace: Workspace, settings: Settings, releases: Releases) -> Shadow | None:
    """Return the shadow that the settings ask for, running; None if they ask for none.

    Raises
    ------
    HuyulaError
        The bundle is damaged or unsigned, or cannot shadow what is released.
    """
    if settings.shadow_bundle is None:
        return None
    bundle: Bundle = open_shadow(settings.shadow_bundle, settings.key_folder)
    shadow = Shadow(
        lambda released: Challenger(bundle, released, workspace),
        ShadowLog(workspace.shadow, settings.shadow_keep_days),
        load_shadow_key(settings.key_folder, create=True),
        share=settings.shadow_share,
        count=prometheus_count(),
    )
    if releases.is_ready:
        shadow.prepare(releases.current())
    log.info("bundle %s shadows what is served", bundle.digest)
    return shadow


def prometheus_count() -> Callable[[str], object]:
    """Return what counts into ``/metrics``: two counters, the second by one of `REASONS`."""
    # imported late: it must see the folder that the worker shares its figures by
    from prometheus_client import Counter as Metric

    scored = Metric("shadow_scored", "Requests that the shadow bundle scored")
    dropped = Metric("shadow_dropped", "Requests that it did not score", ["reason"])
    for reason in REASONS:
        dropped.labels(reason)

    def count(what: str) -> None:
        (scored if what == "scored" else dropped.labels(what)).inc()

    return count
