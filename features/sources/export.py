"""A foreign export: one file, or a folder of files, each read once and by name pattern."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from features.errors import SchemaError
from features.quarantine import mask_file_name
from features.sources.delimited import read_delimited
from features.sources.mapping import Mapping, load_mapping, shipped_mappings
from features.sources.table import SourceTable

SHOWN_FILES = 8


class Export:
    """The files of an export that a mapping reads.

    Raises
    ------
    SchemaError
        The path does not exist, or holds no file that the mapping reads.
    """

    def __init__(self, path: Path, mapping: Mapping) -> None:
        if not path.exists():
            raise SchemaError("PATH", "must be a folder or file that exists", path)
        self.files = _files(path)
        self._read: dict[Path, SourceTable] = {}
        self._known = mapping.column_names()
        wanted = mapping.patterns()
        self.unused = [mask_file_name(f.name) for f in self.files if not _matches(f, wanted)]
        """Names of files that no rule of the mapping reads."""
        if len(self.unused) == len(self.files):
            raise _none_fits(self.files, mapping)

    def matching(self, patterns: Sequence[str]) -> list[SourceTable]:
        """Return the files of these names, in the order of their names."""
        found = [file for file in self.files if _matches(file, patterns)]
        for file in found:
            if file not in self._read:
                self._read[file] = read_delimited(file, self._known)
        return [self._read[file] for file in found]

    def sources(self) -> list[SourceTable]:
        """Return all files read so far."""
        return list(self._read.values())


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.iterdir() if not file.name.startswith("."))


def _matches(file: Path, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(file.name.lower(), pattern.lower()) for pattern in patterns)


def _none_fits(files: list[Path], mapping: Mapping) -> SchemaError:
    names = [mask_file_name(file.name) for file in files]
    shown = ", ".join(names[:SHOWN_FILES]) + (", ..." if len(names) > SHOWN_FILES else "")
    rule = f"must hold files that the mapping {mapping.name} reads: {', '.join(mapping.patterns())}"
    fitting = [
        name
        for name in shipped_mappings()
        if any(_matches(file, load_mapping(name).patterns()) for file in files)
    ]
    hint = f"; --mapping {' or '.join(fitting)} reads files of these names" if fitting else ""
    return SchemaError("PATH", rule, f"{shown or 'nothing'}{hint}")
