"""Signs that spreadsheets and word processors leave around a cell's text, taken away and counted.

Each is sure: nobody means them. What is left out is reported by column and rule, never shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from features.sources.table import LINE

INVISIBLE = "\u200b-\u200f\u2060\ufeff\u00ad"
_GARBLED = r"[ÃÂ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€"


@dataclass(frozen=True)
class Tidying:
    """One kind of sign: how it is recognised, what becomes of the text, what the report says."""

    rule: str
    found: str
    mended: Callable[[pl.Expr], pl.Expr]


def _whole(pattern: str) -> Callable[[pl.Expr], pl.Expr]:
    return lambda text: text.str.replace(pattern, "$1")


def ungarbled(text: str) -> str:
    """Return a text that was UTF-8 and has been read as Windows-1252, as it was meant.

    >>> ungarbled("RenÃ©"), ungarbled("René")
    ('René', 'René')
    """
    try:
        return b"".join(_as_1252(sign) for sign in text).decode("utf-8")
    except UnicodeError:
        return text


def _as_1252(sign: str) -> bytes:
    """Return the byte of a sign; five bytes that Windows-1252 leaves open stand for themselves."""
    return bytes([ord(sign)]) if "\x80" <= sign <= "\x9f" else sign.encode("cp1252")


TIDYINGS = (
    Tidying(
        "held characters that cannot be seen; they were left out",
        f"[{INVISIBLE}]",
        lambda text: text.str.replace_all(f"[{INVISIBLE}]", ""),
    ),
    Tidying(
        "was UTF-8 that had been read as Windows-1252; it was turned back",
        _GARBLED,
        lambda text: text.map_elements(ungarbled, return_dtype=pl.String),
    ),
    Tidying(
        "was a spreadsheet's formula for a text; the text was read",
        r'^\s*="[^"]*"\s*$',
        _whole(r'^\s*="([^"]*)"\s*$'),
    ),
    Tidying(
        "began with a spreadsheet's apostrophe; it was left out",
        r"^\s*['‘’`]\d",
        _whole(r"^\s*['‘’`](\d)"),
    ),
    Tidying(
        "stood in typographic quotation marks; they were left out",
        r"^\s*[“„«‟][^“”„«»‟]*[“”»]\s*$",
        _whole(r"^\s*[“„«‟]([^“”„«»‟]*)[“”»]\s*$"),
    ),
)
_ANY = "|".join(f"(?:{one.found})" for one in TIDYINGS)


def tidy(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Take such signs away from all cells.

    Returns
    -------
    tuple of DataFrame
        The rows, and what was mended: ``line``, ``column`` and ``rule`` of each cell.
    """
    columns = [name for name in frame.columns if name != LINE]
    touched = frame.select(pl.col(columns).str.contains(_ANY).any())
    mended: list[pl.DataFrame] = []
    for name in (name for name in columns if touched[name].item()):
        for one in TIDYINGS:
            frame, found = _apply(frame, name, one)
            mended.append(found)
    empty = pl.DataFrame(schema={"line": pl.Int64, "column": pl.String, "rule": pl.String})
    return frame, pl.concat([empty, *mended])


def _apply(frame: pl.DataFrame, name: str, one: Tidying) -> tuple[pl.DataFrame, pl.DataFrame]:
    before = frame[name]
    suspected = before.str.contains(one.found).fill_null(value=False)
    if not suspected.any():
        return frame, _mended(frame.clear(), name, one.rule)
    text = pl.when(suspected).then(pl.col(name))
    after = frame.select(pl.when(suspected).then(one.mended(text)).otherwise(pl.col(name)))
    changed = (after[name] != before).fill_null(value=False)
    return frame.with_columns(after[name]), _mended(frame.filter(changed), name, one.rule)


def _mended(rows: pl.DataFrame, name: str, rule: str) -> pl.DataFrame:
    return rows.select(pl.col(LINE).alias("line"), column=pl.lit(name), rule=pl.lit(rule))
