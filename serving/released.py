"""What the service answers from: a verified bundle, its snapshot, and the token table."""

from __future__ import annotations

import copy
import gc
import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from features.asked import asked_now
from features.errors import ArtifactError, HuyulaError
from features.identity import TokenTable, open_people
from features.keys import load_verifying_key
from features.merges import read_merges
from features.workspace import Workspace
from models.bundle import Bundle, open_bundle
from models.ranker import CourseRanker
from models.recommender import Recommender
from serving.eligible import Offer, times_taken
from serving.errors import NotReleasedError
from serving.next_session import ComingSessions
from serving.rows import Rows, by_key
from serving.snapshot import Snapshot, load_snapshot

log = logging.getLogger("huyula.released")

CHECK_SECONDS = 1.0


class Released:
    """One bundle with its snapshot, arranged for quick answers; never changed once made.

    Parameters
    ----------
    bundle : Bundle
        Verified.
    snapshot : Snapshot
        Made with this bundle.
    tokens : TokenTable or None
        Finds people by NIP and the like; None where the workspace holds none.
    asked : mapping of str to str, optional
        Who asks for support, and since which day (`features.asked.asked_now`).
    """

    def __init__(
        self,
        bundle: Bundle,
        snapshot: Snapshot,
        tokens: TokenTable | None,
        asked: Mapping[str, str] | None = None,
    ) -> None:
        if snapshot.bundle != bundle.digest:
            raise ArtifactError(
                "the snapshot was made with another bundle: run `huyula recommend` again"
            )
        self.bundle = bundle
        self.snapshot = snapshot
        self.tokens = tokens
        self.asked = dict(asked or {})
        self.recommender = recommender_of(bundle)
        by_person = ("people", "levels", "history", "candidates", "support", "drivers", "curves",
                     "limits", "actions")  # fmt: skip
        self.of_person = {name: Rows(snapshot[name], "employee_id") for name in by_person}
        self.assesses = bool(snapshot["levels"]["gap"].notna().any())
        self.n_taken = times_taken(snapshot["history"])
        self.demand = by_key(snapshot["demand"], "course_id")
        self.offer = self._offer()
        self.units = names(snapshot, "units", "unit_id", "name")
        self.posts = names(snapshot, "posts", "post_id", "title")
        self.competencies = names(snapshot, "competencies", "competency_id", "name")
        self.courses = by_key(snapshot["courses"], "course_id")
        self.coming = ComingSessions(snapshot["sessions"], snapshot.as_of)
        self.teaches = taught_levels(snapshot)
        self.posts_with_requirements = set(snapshot["post_requirements"]["post_id"])

    def kind(self, part: str) -> str:
        """Return the kind of the released ``recommender`` or ``support`` model."""
        return str(self.bundle.about[part]["kind"])

    def with_bundle(self, bundle: Bundle) -> Released:
        """Return the same people and courses beside another bundle's recommender.

        What was worked out in batch (candidates, support needs) stays the one of the first bundle.
        Tables are shared, not copied.
        """
        other = copy.copy(self)
        other.bundle, other.recommender = bundle, recommender_of(bundle)
        other.offer = other._offer()
        return other

    def _offer(self) -> Offer:
        demand = self.snapshot["demand"]
        crowded = demand.loc[demand["crowded"].astype(bool), "course_id"]
        offer = Offer.of(
            self.recommender.course_ids,
            self.snapshot["courses"],
            self.snapshot["sessions"],
            self.snapshot.as_of,
            self.snapshot["course_competencies"],
            self.n_taken,
        )
        return replace(offer, crowded=frozenset(crowded))


def recommender_of(bundle: Bundle) -> Recommender:
    """Return a bundle's recommender, which works in the thread that asks."""
    recommender = Recommender.from_files(files_under(bundle, "recommender"))
    if isinstance(recommender.model, CourseRanker):
        recommender.model.set_params(n_jobs=1)  # more threads lengthen the tail under load
    return recommender


def files_under(bundle: Bundle, part: str) -> dict[str, str]:
    """Return the files of one model, by their name in its folder."""
    prefix = f"{part}/"
    return {
        name.removeprefix(prefix): text
        for name, text in bundle.files.items()
        if name.startswith(prefix)
    }


def names(snapshot: Snapshot, frame: str, key: str, name: str) -> dict[str, str]:
    """Return the names of what a frame lists."""
    return dict(zip(snapshot[frame][key], snapshot[frame][name], strict=True))


def taught_levels(snapshot: Snapshot) -> dict[str, dict[str, float]]:
    """Return for each course the level that it teaches of each competency."""
    taught: dict[str, dict[str, float]] = {}
    frame = snapshot["course_competencies"][["course_id", "competency_id", "level"]]
    for course_id, competency_id, level in frame.itertuples(index=False):
        taught.setdefault(course_id, {})[competency_id] = float(level)
    return taught


def load_released(workspace: Workspace, key_folder: Path) -> Released:
    """Read bundle, snapshot and token table from a workspace.

    Raises
    ------
    HuyulaError
        Something is missing, damaged, unsigned, or does not belong together.
    """
    bundle_folder = workspace.require(workspace.bundle, "huyula release").resolve()
    snapshot_folder = workspace.require(workspace.snapshot, "huyula recommend").resolve()
    bundle = open_bundle(bundle_folder, load_verifying_key(key_folder))
    snapshot = load_snapshot(snapshot_folder)
    asked = asked_now(workspace.support_asked, read_merges(workspace.merges))
    return Released(bundle, snapshot, _load_tokens(workspace, key_folder), asked)


def _load_tokens(workspace: Workspace, key_folder: Path) -> TokenTable | None:
    if not workspace.identity.exists():
        return None
    table = open_people(workspace, key_folder)
    table.names.clear()  # the service answers with keys only
    return table


class Releases:
    """Hands out what is released at the moment, and notices a new release by itself.

    The three folders are symbolic links that each writing command swaps; when one points elsewhere,
    or who asks for support or is merged changes, the new release is read aside in a thread and
    takes over in one assignment. What cannot be read is logged once and changes nothing.
    """

    def __init__(self, workspace: Workspace, key_folder: Path) -> None:
        self._workspace = workspace
        self._key_folder = key_folder
        self._released: Released | None = None
        self._seen: tuple[str, ...] = ()
        self._next_check = 0.0
        self._lock = threading.Lock()
        self.refresh()

    @property
    def is_ready(self) -> bool:
        """Whether there is anything to answer from."""
        self._look()
        return self._released is not None

    def current(self) -> Released:
        """Return what is released.

        Raises
        ------
        NotReleasedError
            Nothing is.
        """
        self._look()
        if self._released is None:
            raise NotReleasedError
        return self._released

    def refresh(self) -> None:
        """Read the workspace if its links have changed since the last time."""
        with self._lock:
            targets = self._targets()
            if targets == self._seen:
                return
            self._seen = targets
            try:
                self._released = load_released(self._workspace, self._key_folder)
            except HuyulaError as error:
                log.warning("not released: %s", error)
            else:
                log.info("now answering from bundle %s", self._released.bundle.digest)
            settle_collector()

    def _look(self) -> None:
        now = time.monotonic()
        if now < self._next_check:
            return
        self._next_check = now + CHECK_SECONDS
        if self._targets() != self._seen and not self._lock.locked():
            threading.Thread(target=self.refresh, name="refresh", daemon=True).start()

    def _targets(self) -> tuple[str, ...]:
        folders = (self._workspace.bundle, self._workspace.snapshot, self._workspace.identity)
        files = (self._workspace.support_asked, self._workspace.merges)
        links = [str(path.readlink()) if path.is_symlink() else "" for path in folders]
        return (*links, *map(_version_of, files))


def _version_of(path: Path) -> str:
    """Return what changes whenever a small file does; nothing where there is none."""
    try:
        about = path.stat()
    except FileNotFoundError:
        return ""
    return f"{about.st_ino} {about.st_size} {about.st_mtime_ns}"


def settle_collector() -> None:
    """Keep what was loaded out of the garbage collector's way.

    At its default thresholds the collector walks through the whole snapshot every few hundred
    requests, and those wait for some 100 ms.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1_000)
