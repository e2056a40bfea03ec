"""Which code, packages and machine a run was made with: what `reproduce` compares."""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
import uuid
from dataclasses import asdict, dataclass
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("features", "models", "training", "serving", "experiments")


@dataclass(frozen=True)
class Versions:
    """What a run's figures hang on besides data and specification.

    Attributes
    ----------
    commit : str
        Of git; ``unknown`` outside a repository.
    dirty : bool
        Whether files of the repository differ from the commit.
    code_digest : str
        SHA-256 over the program's own source and rule files, committed or not.
    lock_digest : str
        SHA-256 of ``uv.lock``, or of all installed versions where there is none.
    machine : str
        Tells machines apart; says nothing of them.
    """

    commit: str
    dirty: bool
    code_digest: str
    lock_digest: str
    machine: str

    def to_dict(self) -> dict[str, str | bool]:
        """Return the attributes, JSON-able."""
        return asdict(self)


def versions_now(root: Path = ROOT) -> Versions:
    """Return what is running now."""
    commit = _git(root, "rev-parse", "HEAD")
    dirty = bool(_git(root, "status", "--porcelain")) if commit else False
    about = f"{platform.node()} {platform.machine()} {uuid.getnode()}"
    machine = hashlib.sha256(about.encode()).hexdigest()[:16]
    return Versions(commit or "unknown", dirty, code_digest(root), lock_digest(root), machine)


def code_digest(root: Path = ROOT) -> str:
    """Return the SHA-256 over every Python and TOML file of the five folders, in order of path."""
    files = [path for name in FOLDERS for end in ("py", "toml")
             for path in (root / name).rglob(f"*.{end}")]  # fmt: skip
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def lock_digest(root: Path = ROOT) -> str:
    """Return the SHA-256 of ``uv.lock``, or of all installed packages with their versions."""
    lock = root / "uv.lock"
    if lock.is_file():
        return file_digest(lock)
    installed = sorted({f"{one.name}=={one.version}" for one in distributions()})
    return hashlib.sha256("\n".join(installed).encode()).hexdigest()


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _git(root: Path, *words: str) -> str:
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        return ""
    done = subprocess.run(  # noqa: S603 - fixed words
        [git, "-C", str(root), *words], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else ""
