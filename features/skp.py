"""The SKP predicate: what results and behaviour give, and where a given predicate disagrees.

A given predicate is never replaced: the appraiser may know what the records do not, and a
difference may be an error of the export. It is reported.
"""

from __future__ import annotations

import narwhals as nw

from features.records import Records
from features.schema import PREDICATES
from features.standards.expressions import first_of
from features.standards.load import SHIPPED, Standard, Standards

COLUMNS = (
    "employee_id", "year", "results", "behaviour", "predicate", "expected_predicate", "problem",
)  # fmt: skip


def predicate_named(name: str, standards: Standards = SHIPPED) -> int | None:
    """Return the ordinal (5 Sangat Baik to 1 Sangat Kurang) of a predicate's name or other name.

    >>> predicate_named("Kurang/misconduct"), predicate_named("Lulus")
    (2, None)
    """
    aliases = standards.load("skp_matrix")["aliases"]
    return PREDICATES.get(aliases.get(name, name))


def expected_predicate(matrix: Standard) -> nw.Expr:
    """Return what the matrix gives for the columns ``results`` and ``behaviour`` (ordinal).

    Null where either is unknown. The matrix is read cell by cell: it is neither symmetric nor a
    minimum (PermenPANRB 6/2022).
    """
    return first_of(
        ((nw.col("results") == results) & (nw.col("behaviour") == behaviour), PREDICATES[name])
        for results, row in matrix["matrix"].items()
        for behaviour, name in row.items()
    )


def check_predicates(known: Records, standards: Standards = SHIPPED) -> nw.LazyFrame:
    """Return the appraisals whose predicate is not what the matrix gives.

    Parameters
    ----------
    known : Records
        Lazy frames of what was known (`features.known.known_records`).
    standards : Standards
        The rules of the employer.

    Returns
    -------
    LazyFrame
        `COLUMNS`: predicates as ordinals, ``problem`` "differs" (another predicate is given) or
        "missing" (none is). Years before the matrix, numeric appraisals and appraisals without
        results or behaviour cannot be checked and are absent.
    """
    matrix = standards.load("skp_matrix")
    given, expected = nw.col("predicate"), nw.col("expected_predicate")
    return (
        known.reviews.filter(
            nw.col("year") >= matrix["valid_from"].year,
            nw.col("scale").is_null() | (nw.col("scale") == "predicate"),
        )
        .with_columns(expected_predicate=expected_predicate(matrix))
        .with_columns(
            problem=first_of(
                [
                    (expected.is_null(), nw.lit(None, nw.String)),
                    (given.is_null(), "missing"),
                    (given != expected, "differs"),
                ]
            )
        )
        .filter(~nw.col("problem").is_null())
        .select(COLUMNS)
    )
