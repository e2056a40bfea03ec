"""The one folder that all commands share, and how it is written without ever being half-written.

A step's result is a folder. It is built aside and put in place by swapping one symbolic link, which
the operating system does in one go: whoever reads sees the old result or the new one, whole.

A result may hold a link `PREVIOUS` to the one it replaced, which then stays beside it (hidden) and
can be put back, again by one swap.
"""

from __future__ import annotations

import io
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from features.errors import HuyulaError, MissingStepError

if TYPE_CHECKING:
    import polars as pl


PREVIOUS = "previous"


@dataclass(frozen=True)
class Workspace:
    """Where each step of the road lies."""

    root: Path

    @property
    def source(self) -> Path:
        """Simulated export files (`huyula simulate`)."""
        return self.root / "source"

    @property
    def records(self) -> Path:
        """Canonical tables as Parquet, the import report and `quarantine.csv` (`huyula import`)."""
        return self.root / "records"

    @property
    def identity(self) -> Path:
        """The token table: the only place with names (`huyula import`, `huyula resolve`)."""
        return self.root / "identity"

    @property
    def merges(self) -> Path:
        """Which employee ids mean the same person (`huyula identity merge`)."""
        return self.root / "merges.json"

    @property
    def profiles(self) -> Path:
        """Profiles at one date as Parquet (`huyula profiles`)."""
        return self.root / "profiles"

    @property
    def indices(self) -> Path:
        """IP ASN, 9-box and promotion requirements, for few roles (`huyula profiles --indices`)."""
        return self.root / "indices"

    @property
    def panel(self) -> Path:
        """Profiles and labels over time, one Parquet file a snapshot (`huyula panel`)."""
        return self.root / "panel"

    @property
    def tuning(self) -> Path:
        """Trials of settings and the best of them (`huyula tune`)."""
        return self.root / "tuning"

    @property
    def experiments(self) -> Path:
        """The ledger of looks at test periods, and searches going on (`huyula experiment`)."""
        return self.root / "experiments"

    @property
    def candidate(self) -> Path:
        """Fitted models that have not passed the gates yet (`huyula train`, `huyula evaluate`)."""
        return self.root / "candidate"

    @property
    def bundle(self) -> Path:
        """The released, signed models (`huyula release`)."""
        return self.root / "bundle"

    @property
    def snapshot(self) -> Path:
        """What the service answers from (`huyula recommend`)."""
        return self.root / "snapshot"

    @property
    def output(self) -> Path:
        """Files for people: recommendations, support needs, report."""
        return self.root / "output"

    @property
    def logs(self) -> Path:
        """Append-only logs, such as who looked up which name."""
        return self.root / "logs"

    @property
    def slates(self) -> Path:
        """Lists as they were shown, with the chances of their places (`huyula recommend`)."""
        return self.root / "slates"

    @property
    def support_lots(self) -> Path:
        """Who was flagged, and by which chance at the margin (`huyula recommend`)."""
        return self.root / "support_lots"

    @property
    def support_asked(self) -> Path:
        """Who asks for support (`huyula support ask`), a line a request."""
        return self.root / "support_asked.jsonl"

    @property
    def shadow(self) -> Path:
        """What a challenger would have answered to live requests (`huyula serve`)."""
        return self.root / "shadow"

    def require(self, folder: Path, command: str) -> Path:
        """Return `folder`, or raise `MissingStepError` naming the command that makes it."""
        if not folder.exists():
            raise MissingStepError(f"{folder}", command)
        return folder

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the workspace for one writing command; a second one is told so at once."""
        self.root.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.root / ".lock", timeout=0):
                yield
        except Timeout as error:
            raise HuyulaError(
                f"workspace {self.root} is in use by another huyula command; wait until it ends"
            ) from error


@contextmanager
def replace_folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder that takes the place of `target` if the block succeeds.

    On any error or interruption `target` stays as it was and the new folder is removed; what a
    killed process left aside is removed by the next call. Two processes must not do it at once: see
    `Workspace.lock`.
    """
    if target.exists() and not target.is_symlink():
        raise HuyulaError(f"{target} must be a link that huyula made, but it is something else")
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove_versions(target, keep=target.resolve())
    fresh = target.parent / f".{target.name}.{secrets.token_hex(4)}"
    fresh.mkdir()
    try:
        yield fresh
        _flush(fresh)
        _swap_link(target, fresh)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    _remove_versions(target, keep=fresh.resolve())


def keep_previous(fresh: Path, previous: Path) -> None:
    """Let a folder that is about to take a place remember the one to go back to."""
    (fresh / PREVIOUS).symlink_to(Path("..") / previous.resolve().name, target_is_directory=True)


def put_back_previous(target: Path) -> bool:
    """Let `target` lead to the result that it replaced, or return False if that was not kept."""
    previous = target / PREVIOUS
    if not previous.is_dir():
        return False
    _swap_link(target, previous.resolve())
    _remove_versions(target, keep=target.resolve())
    return True


def write_frame(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame as Parquet; a full disk raises `OSError`, which Polars itself would not."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    try:
        path.write_bytes(buffer.getbuffer())
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def link_file(source: Path, target: Path) -> None:
    """Let the same bytes stand in both folders; a table is never written in place."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)


def replace_text(target: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a small text file whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(target)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _remove_versions(target: Path, keep: Path) -> None:
    kept = {keep, (keep / PREVIOUS).resolve()}
    for version in target.parent.glob(f".{target.name}.*"):
        if version.is_dir() and not version.is_symlink() and version.resolve() not in kept:
            shutil.rmtree(version)


def _flush(folder: Path) -> None:
    """Wait until every file is on the disk, so that a power cut finds the old result or the new."""
    for path in (*folder.rglob("*"), folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _swap_link(target: Path, fresh: Path) -> None:
    link = target.parent / f".{target.name}.link"
    link.unlink(missing_ok=True)
    link.symlink_to(fresh.name, target_is_directory=True)
    link.replace(target)
