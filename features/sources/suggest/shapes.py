"""What the values of a column look like, and how well they fit what a role expects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from features.sources.delimited import LINE
from features.sources.parsing import NO, YES
from features.sources.spelling import clean, fold
from features.sources.suggest.dates import Dates, find_dates, years
from features.sources.suggest.values import Translated, translate
from features.sources.suggest.words import meanings

ROWS_LOOKED_AT = 20_000
UNKNOWN_FIT = 0.5
"""How well an empty column fits anything."""
_PATTERNS = {
    "nip": r"^'?(19|20)\d{2}[01]\d[0-3]\d[\d ]{10,13}$",
    "nik": r"^'?\d{16}$",
    "uuid": r"^([0-9A-Fa-f]{32}|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$",
    "key": r"^[\w./:-]{1,40}$",
    "code": r"^[\w./:-]{1,24}$",
    "name": r"^[^\d@_]*\p{L}{2}[^\d@_]*$",
    "words": r"^[^@]*\p{L}{2}[^@]*$",
    "grade": r"^([IVX]{1,5}(\s?/\s?[a-eA-E])?|[1-4][1-5])$",
    "money": r"^\d{1,3}(\.\d{3})+$|^\d+([.,]\d{1,2})?$",
    "grouped": r"^\d{1,3}(\.\d{3})+$",
}


@dataclass(frozen=True)
class SourceColumn:
    """One column of one file."""

    file: str
    name: str
    texts: pl.Series
    """Cleaned values that are not empty."""
    n_rows: int
    _fits: dict[str, float] = field(default_factory=dict)

    @cached_property
    def means(self) -> tuple[str, ...]:
        """The meanings of its name's words."""
        return meanings(self.name)

    @cached_property
    def distinct(self) -> pl.Series:
        """Different values, the most frequent first."""
        return self.texts.value_counts(sort=True, name="n")[self.texts.name]

    @cached_property
    def dates(self) -> Dates:
        """Its values as dates."""
        return find_dates(self.distinct)

    @property
    def is_unique(self) -> bool:
        """Whether every row has a value of its own, but for a few."""
        return len(self.distinct) >= 0.98 * self.n_rows

    @cached_property
    def counts_rows(self) -> bool:
        """Whether it only numbers the rows."""
        return self.texts.to_list() == [str(n) for n in range(1, self.n_rows + 1)]

    def fit(self, shape: str) -> float:
        """Return which share of the values fits a shape of ``roles.toml``."""
        if self.texts.is_empty():
            return UNKNOWN_FIT
        if shape not in self._fits:
            self._fits[shape] = self._measure(shape)
        return self._fits[shape]

    def translated(self, subject: str) -> Translated:
        """Return its values as those that are allowed for a subject of ``values.toml``."""
        return translate(self.texts, subject)

    def numbers(self) -> pl.Series:
        """Return its values as numbers, null where they are none."""
        plain = self.texts.str.replace(r"^(-?\d+),(\d+)$", "$1.$2")
        return plain.cast(pl.Float64, strict=False)

    def _measure(self, shape: str) -> float:
        kind, *arguments = shape.split(":")
        if kind == "values":
            return self.translated(arguments[0]).share
        if kind == "number":
            low, high = map(float, arguments)
            return _share(self.numbers().is_between(low, high))
        if kind == "year":
            return _share(self.texts.str.contains(r"^(19[9]|20\d)\d(\.0)?$"))
        if kind == "yesno":
            return _share(self.texts.str.to_lowercase().is_in([*YES, *NO]))
        if kind in ("date", "birth"):
            return self._date_share(birth=kind == "birth")
        share = _share(self.texts.str.contains(_PATTERNS[kind]))
        if kind == "name":  # few people share a name, many share a status
            share *= len(self.distinct) > 0.5 * len(self.texts)
        return min(share, 1 - self.dates.share) if kind in ("key", "code", "words") else share

    def _date_share(self, *, birth: bool) -> float:
        if not birth or self.dates.share == 0:
            return self.dates.share
        year = years(self.distinct, self.dates)
        return self.dates.share * _share(year.is_between(1930, 2012))


@dataclass(frozen=True)
class SourceFile:
    """One table of an export as it is looked at."""

    name: str
    pattern: str
    """What a mapping may call it."""
    columns: Mapping[str, SourceColumn]
    frame: pl.DataFrame
    """Cleaned rows."""


def look_at(name: str, pattern: str, frame: pl.DataFrame) -> SourceFile:
    """Return the columns of a table, looked at in its first rows."""
    frame = frame.head(ROWS_LOOKED_AT)
    names = [one for one in frame.columns if one != LINE and not one.startswith("__")]
    cleaned = frame.select(clean(one).alias(one) for one in names)
    columns = {
        one: SourceColumn(name, one, cleaned[one].drop_nulls(), len(cleaned)) for one in names
    }
    return SourceFile(name, pattern, columns, cleaned)


def determines(file: SourceFile, key: str, value: str) -> bool:
    """Return whether each key goes with one value, but for a few."""
    both = file.frame.select(fold(pl.col(key)).alias("k"), fold(pl.col(value)).alias("v"))
    counts = both.drop_nulls().group_by("k").agg(pl.col("v").n_unique())["v"]
    return counts.is_empty() or _share(counts == 1) >= 0.9


def included(column: SourceColumn, keys: SourceColumn) -> float:
    """Return which share of a column's different values stands among the keys."""
    if column.distinct.is_empty() or keys.distinct.is_empty():
        return 0.0
    own, known = (one.distinct.str.strip_prefix("'").str.to_lowercase() for one in (column, keys))
    return _share(own.is_in(known.implode()))


def _share(where: pl.Series) -> float:
    return float(where.fill_null(value=False).mean() or 0.0)  # pyright: ignore[reportArgumentType]
