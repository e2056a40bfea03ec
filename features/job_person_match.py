"""Job Person Match: how far a person's valid assessments meet what a post requires, with its band.

A competency that was not assessed, or too long ago, is not a gap: it widens the result to an
interval, and a band is given only where both ends lie in it.
"""

from __future__ import annotations

from datetime import date

import narwhals as nw

from features.standards.expressions import band, first_of
from features.standards.load import SHIPPED, Standards


def job_person_match(
    levels: nw.LazyFrame, as_of: date, standards: Standards = SHIPPED
) -> nw.LazyFrame:
    """Return one row a person of whom anything is required.

    Parameters
    ----------
    levels : LazyFrame
        One row a person and competency: ``employee_id``, ``level``, ``required_level`` (null: not
        required), ``days_since_assessment`` (`features.competency.competency_levels`).
    as_of : date
        Day the standards must be in force.
    standards : Standards
        The rules of the employer.

    Returns
    -------
    LazyFrame
        ``employee_id``, ``n_required``, ``n_valid`` (of these, validly assessed), ``n_clamped``
        (of these, above the requirement and cut to the maximum), ``match`` (percent, mean over the
        valid ones; null: none), ``match_unclamped`` (the same without the cut), ``match_lower`` and
        ``match_upper`` (percent over all required, the others taken as 0 and as fully met) and
        ``match_band`` (null: the interval reaches over more than one).

    Notes
    -----
    Mean of attained by required level, times 100: Perka BKN 26/2019.
    """
    rule = standards.load("job_person_match", as_of)
    maximum = float(rule["maximum_percent"])
    days = standards.load("assessment_validity", as_of)["years"] * 365.25
    valid = nw.col("days_since_assessment") <= days
    counted = (
        levels.filter(nw.col("required_level") > 0)
        .with_columns(
            percent=nw.when(valid).then(nw.col("level") / nw.col("required_level") * 100.0)
        )
        .with_columns(
            clamped=first_of(
                [
                    (nw.col("percent") > maximum, maximum),
                    (nw.col("percent") <= maximum, nw.col("percent")),
                ]
            )
        )
        .with_columns(
            is_clamped=first_of([(nw.col("percent") > maximum, 1.0)], 0.0),
            lowest=first_of([(nw.col("clamped").is_null(), 0.0)], nw.col("clamped")),
            highest=first_of([(nw.col("clamped").is_null(), 100.0)], nw.col("clamped")),
        )
        .group_by("employee_id")
        .agg(
            n_required=nw.col("required_level").count(),
            n_valid=nw.col("clamped").count(),
            n_clamped=nw.col("is_clamped").sum(),
            match=nw.col("clamped").mean(),
            match_unclamped=nw.col("percent").mean(),
            match_lower=nw.col("lowest").mean(),
            match_upper=nw.col("highest").mean(),
        )
    )
    lower = band(nw.col("match_lower"), rule["bands"])
    upper = band(nw.col("match_upper"), rule["bands"])
    return counted.with_columns(match_band=nw.when(lower == upper).then(lower))
