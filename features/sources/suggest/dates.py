"""In which formats the dates of a column are written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from features.sources.parsing import parse_date

FORMATS = (
    "%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%m-%d-%Y",
    "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%Y%m%d",
)  # fmt: skip
_WORTH_A_FORMAT = 0.02
_TWINS = {"%d/%m/%Y": "%m/%d/%Y", "%d-%m-%Y": "%m-%d-%Y"}


@dataclass(frozen=True)
class Dates:
    """The dates of a column.

    Attributes
    ----------
    share : float
        Of its values, those that are dates.
    formats : tuple of str
        Formats that read them together, the most frequent first.
    doubtful : bool
        Whether day and month could as well stand the other way round.
    """

    share: float
    formats: tuple[str, ...] = ()
    doubtful: bool = False


def find_dates(texts: pl.Series) -> Dates:
    """Return the fewest formats that read a column.

    Where day and month cannot be told apart, they stand as in the column's other dates: a
    spreadsheet rewrites only the dates that it takes for its own.

    >>> find_dates(pl.Series(["30-08-1965", "7/10/1969", "25-12-1970"])).formats
    ('%d-%m-%Y', '%d/%m/%Y')
    >>> find_dates(pl.Series(["9/20/2019", "2/11/2023"])).formats
    ('%m/%d/%Y',)
    """
    if texts.is_empty():
        return Dates(0)
    frame = texts.to_frame("text")
    fits = {
        one: frame.select(fit=_only(pl.col("text"), one).is_not_null())["fit"] for one in FORMATS
    }
    chosen: list[str] = []
    doubtful = False
    left = pl.Series([True] * len(texts))
    while len(chosen) < 3:
        counts = {one: int((fit & left).sum()) for one, fit in fits.items()}
        best = max(counts.values())
        if best < max(1, _WORTH_A_FORMAT * len(texts)):
            break
        tied = [one for one, count in counts.items() if count == best]
        first = next((one for one in tied if _order(one) in map(_order, chosen)), tied[0])
        doubtful |= any(_contradict(first, one) for one in tied) and not chosen
        chosen.append(first)
        left &= ~fits[first]
    return Dates(1 - int(left.sum()) / len(texts), tuple(chosen), doubtful)


def years(texts: pl.Series, dates: Dates) -> pl.Series:
    """Return the years of the values that are dates."""
    day = parse_date(pl.col("text"), dates.formats)
    return texts.to_frame("text").select(year=day.dt.year())["year"].drop_nulls()


def agree(columns: Iterable[Dates]) -> tuple[str, ...]:
    """Return formats for a whole export, the most frequent first; none contradicts another."""
    votes = Counter(one for dates in columns if not dates.doubtful for one in dates.formats)
    for dates in columns:
        votes.update({one: 0 for one in dates.formats if one not in votes})
    chosen: list[str] = []
    for one, _ in votes.most_common():
        if not any(_contradict(one, other) for other in chosen):
            chosen.append(one)
    return tuple(chosen)


def settle(dates: Dates, common: Sequence[str]) -> Dates:
    """Let the whole export decide where a column alone leaves day and month open."""
    turned = {**_TWINS, **{right: left for left, right in _TWINS.items()}}
    formats = tuple(
        turned[one] if dates.doubtful and turned.get(one) in common and one not in common else one
        for one in dates.formats
    )
    return Dates(dates.share, formats, dates.doubtful)


def read_alike(dates: Dates, common: Sequence[str]) -> bool:
    """Return whether the export's formats read a column as its own do."""
    clash = any(_contradict(one, other) for one in dates.formats for other in common)
    return set(dates.formats) <= set(common) and not clash


def _only(text: pl.Expr, one: str) -> pl.Expr:
    """Read by one format alone, although `parse_date` always takes YYYY-MM-DD as well."""
    written = text if one == "%Y-%m-%d" else pl.when(~text.str.contains(r"^\d{4}-\d")).then(text)
    return parse_date(written, [one])


def _contradict(left: str, right: str) -> bool:
    return _TWINS.get(left) == right or _TWINS.get(right) == left


def _order(one: str) -> str:
    return "".join(sign for sign in one.replace("%b", "%m").replace("%B", "%m") if sign in "dmY")
