"""From typed values (Parquet, databases, spreadsheets) to the text that the mapping's rules read.

A typed date becomes YYYY-MM-DD, which is read whatever formats the mapping names. A number of more
than 15 digits that stood as a floating-point number has been rounded; it is written with an
exponent, so that nothing takes it for the number of a person.
"""

from __future__ import annotations

from math import isfinite

import polars as pl

EXACT_DIGITS = 15
"""Decimal digits that a floating-point number surely keeps."""


def as_text(column: pl.Series) -> pl.Series:
    """Return the column as text.

    >>> as_text(pl.Series("x", [12.0, 1.125, 199001012015031008.0, None])).to_list()
    ['12', '1.1250', '1.9900101201503101e17', None]
    >>> as_text(pl.Series("x", [True, False])).to_list()
    ['true', 'false']
    """
    kind = column.dtype
    if kind == pl.String:
        return column
    if kind.is_float():
        return _float_text(column)
    text = _datetime_text(column) if isinstance(kind, pl.Datetime) else column.cast(pl.String)
    return tidy_number(text) if kind.is_decimal() else text


def tidy_number(text: pl.Series) -> pl.Series:
    """Return decimal numbers without the zeros at their end, as one reading alone allows.

    Exactly three decimals would look like a group of thousands, so they get a fourth.

    >>> tidy_number(pl.Series(["1500000.00", "150.125", "2.50", "100"])).to_list()
    ['1500000', '150.1250', '2.5', '100']
    """
    return text.to_frame("text").select(_tidy(pl.col("text")))["text"].rename(text.name)


def count_rounded(text: pl.Series) -> int:
    """Return how many numbers of a column were written with an exponent, being rounded."""
    return int(text.str.contains(r"^-?\d\.\d+e\d+$").sum())


def rounded_note(column: str, count: int) -> str:
    """Return what the report says of rounded numbers."""
    return (
        f"column {column} holds {count} numbers of more than {EXACT_DIGITS} digits that stood as "
        "numbers and were rounded; export the column as text"
    )


def add_rounded_notes(notes: list[str], counts: dict[str, int]) -> None:
    """Note the columns that hold rounded numbers, once however often they are read."""
    found = [rounded_note(column, count) for column, count in counts.items() if count]
    notes += [note for note in found if note not in notes]


def is_single(kind: pl.DataType) -> bool:
    """Return whether values of this type are single ones that text can say."""
    return not (kind.is_nested() or kind in (pl.Binary, pl.Object, pl.Unknown))


def _float_text(column: pl.Series) -> pl.Series:
    number = pl.col("number")
    large = number.abs() >= 10**EXACT_DIGITS
    whole = number.cast(pl.Int64, strict=False).cast(pl.String)
    frame = column.cast(pl.Float64).fill_nan(None).to_frame("number").with_columns(
        text=pl.when(number.is_finite() & ~large & (number == number.round()))
        .then(whole)
        .when(number.is_finite() & ~large)
        .then(_tidy(number.cast(pl.String)))
    )  # fmt: skip
    if frame.select(large.any()).item():
        exponent = number.map_elements(_with_exponent, pl.String)
        frame = frame.with_columns(text=pl.coalesce("text", exponent))
    return frame["text"].rename(column.name)


def _with_exponent(number: float) -> str | None:
    return f"{number:.16e}".replace("e+", "e") if isfinite(number) else None


def _tidy(text: pl.Expr) -> pl.Expr:
    decimal = text.str.contains(r"^-?\d+\.\d+$")
    short = pl.when(decimal).then(text.str.replace(r"\.?0+$", "")).otherwise(text)
    return pl.when(short.str.contains(r"\.\d{3}$")).then(short + "0").otherwise(short)


def _datetime_text(column: pl.Series) -> pl.Series:
    local = column.dt.replace_time_zone(None)
    midnight = bool((local.dt.truncate("1d") == local).all())
    return local.dt.to_string("%Y-%m-%d" if midnight else "%Y-%m-%d %H:%M:%S")
