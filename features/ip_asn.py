"""IP ASN (Indeks Profesionalitas): computed for each person at one date, and explained.

For display and self-development only: no model reads it. Its discipline dimension comes from
sanctions, so the whole result may be seen by those alone who may see those (`SEEN_BY`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import narwhals as nw

from features.ip_asn_competence import seminar, technical, training
from features.ip_asn_parts import discipline, measured_people, performance, qualification
from features.records import Records
from features.schema import BY_NAME
from features.standards.expressions import band, first_of
from features.standards.load import SHIPPED, Standards

SEEN_BY = BY_NAME["discipline"].seen_by
DIMENSIONS = ("qualification", "competence", "performance", "discipline")


@dataclass(frozen=True)
class IpAsn:
    """The index of everybody in service at one date.

    Attributes
    ----------
    people : LazyFrame
        One row a person: ``employee_id``; of each of `DIMENSIONS` ``<dimension>_lower`` and
        ``<dimension>_upper`` (points); ``ip_asn_lower`` and ``ip_asn_upper`` (0-100: what records
        show, and what is possible where they cannot tell), ``ip_asn`` (where both are the same),
        ``ip_asn_band`` (where both lie in one), ``n_missing`` (parts that records cannot tell).
    explanation : LazyFrame
        One row a person and part (`features.ip_asn_parts.COLUMNS`): ``points_lower``,
        ``points_upper``, ``maximum``, the evidence (``value``, and ``needed`` where a number is),
        ``reason`` and ``next_step``: what would raise it; null where nothing can.
    """

    people: nw.LazyFrame
    explanation: nw.LazyFrame


def ip_asn(known: Records, as_of: date, standards: Standards = SHIPPED) -> IpAsn:
    """Compute and explain IP ASN.

    Parameters
    ----------
    known : Records
        Lazy frames of what was known (`features.known.known_records`).
    as_of : date
        The exclusive day; the standard must be in force (since 15 May 2019).
    standards : Standards
        The rules of the employer.

    References
    ----------
    PermenPANRB 38/2018 and Perka BKN 8/2019. How today's predicates give points is not said there:
    ``features/standards/ip_asn.toml`` marks its reading as an inference.
    """
    rule = standards.load("ip_asn", as_of)
    people = measured_people(known, as_of, rule)
    explanation = nw.concat(
        [
            qualification(people, rule),
            training(people, known, rule),
            technical(people, known, as_of, rule),
            seminar(people, known, as_of, rule),
            performance(people, known, as_of, rule),
            discipline(people, known, as_of, rule),
        ]
    )
    return IpAsn(_totals(explanation, rule["bands"]), explanation)


def _totals(explanation: nw.LazyFrame, bands: dict[str, float]) -> nw.LazyFrame:
    lower, upper = nw.col("ip_asn_lower"), nw.col("ip_asn_upper")
    by_dimension = {
        f"{dimension}_{end}": first_of(
            [(nw.col("dimension") == dimension, nw.col(f"points_{end}"))], 0.0
        )
        for dimension in DIMENSIONS
        for end in ("lower", "upper")
    }
    return (
        explanation.with_columns(
            **by_dimension,
            is_missing=first_of([(nw.col("points_lower") < nw.col("points_upper"), 1.0)], 0.0),
        )
        .group_by("employee_id")
        .agg(
            *(nw.col(name).sum() for name in by_dimension),
            ip_asn_lower=nw.col("points_lower").sum(),
            ip_asn_upper=nw.col("points_upper").sum(),
            n_missing=nw.col("is_missing").sum(),
        )
        .with_columns(
            ip_asn=nw.when(lower == upper).then(lower),
            ip_asn_band=nw.when(band(lower, bands) == band(upper, bands)).then(band(lower, bands)),
        )
    )
