"""Events of disengagement after a date, each component as ``standards/disengagement.toml`` says.

Labels look into a window after a snapshot (`features.labels.window.Window`) and are for training
and evaluation alone. A component is 1 (happened), 0 (could have been seen and was not) or null (too
little evidence, or the window was cut short).
"""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw

from features.engines import is_eager, results
from features.known import current_records, known_records
from features.labels.absence_rise import absence_rise
from features.labels.censoring import censored_people
from features.labels.event_months import dated_evidence, month_of_event
from features.labels.learning_stopped import learning_stopped
from features.labels.performance_fall import performance_fall
from features.labels.survey_low import survey_low
from features.labels.voluntary_exit import voluntary_exit
from features.labels.window import Window
from features.records import Records
from features.standards.load import load_standard

BUILDERS = {
    "learning_stopped": learning_stopped,
    "absence_rise": absence_rise,
    "performance_fall": performance_fall,
    "voluntary_exit": voluntary_exit,
    "survey_low": survey_low,
}
COMPONENTS = tuple(BUILDERS)
EVENT = "disengaged"
LAGGED = tuple(f"{name}_before" for name in COMPONENTS)
MONTHS = tuple(f"{name}_month" for name in COMPONENTS)


def build_labels(records: Records, as_of: date, horizon_months: int) -> Any:  # noqa: ANN401
    """Return one row a person with evidence or a window cut short.

    Columns: ``employee_id``, `COMPONENTS`, `EVENT` (float or null) and ``censored`` (text: why the
    window was cut short; then all components are null). `EVENT` is 1 if any component that the
    standard lists under ``event_components`` is, 0 if one was observed and none happened. Frames
    of the records' kind, lazy if those are (`features.engines`).
    """
    labels = label_rows(records, as_of, horizon_months).sort("employee_id")
    return results([labels], eager=is_eager(records.employees))[0]


def label_rows(records: Records, as_of: date, horizon_months: int) -> nw.LazyFrame:
    """Return the rows of `build_labels`, not worked out yet and in no order."""
    standard = load_standard("disengagement")
    lazy = current_records(records).map(lambda frame: nw.from_native(frame).lazy())
    window = Window.after(as_of, horizon_months, standard["embargo_days"])
    event = nw.max_horizontal(*standard["event_components"]).alias(EVENT)
    components = _components(lazy, window).with_columns(event)
    return components.select("employee_id", *COMPONENTS, EVENT, "censored")


def month_rows(records: Records, as_of: date, horizon_months: int) -> nw.LazyFrame:
    """Return ``employee_id`` and `MONTHS`: when evidence enough had come, null where it never did.

    Says nothing of whether the component happened; see `features.labels.event_months`. Not worked
    out yet and in no order.
    """
    standard = load_standard("disengagement")
    lazy = current_records(records).map(lambda frame: nw.from_native(frame).lazy())
    window = Window.after(as_of, horizon_months, standard["embargo_days"])
    months = [
        month_of_event(evidence, n, window, horizon_months, f"{name}_month")
        for name, (evidence, n) in dated_evidence(lazy, window, standard).items()
    ]
    rows = nw.concat([frame.select("employee_id") for frame in months]).unique()
    for frame in months:
        rows = rows.join(frame, on="employee_id", how="left")
    return rows.select("employee_id", *MONTHS)


def lagged_labels(
    records: Records, as_of: date, horizon_months: int, known_at: date | None = None
) -> Any:  # noqa: ANN401
    """Return each component as it was in the window that ends at `as_of`, as known at `as_of`.

    Or as known at ``known_at``, if that is given.

    The baseline that any model has to beat: what happens next is often what happened last.

    Columns: ``employee_id`` and `LAGGED` (float or null).
    """
    labels = lagged_rows(records, as_of, horizon_months, known_at).sort("employee_id")
    return results([labels], eager=is_eager(records.employees))[0]


def lagged_rows(
    records: Records, as_of: date, horizon_months: int, known_at: date | None = None
) -> nw.LazyFrame:
    """Return the rows of `lagged_labels`, not worked out yet and in no order."""
    standard = load_standard("disengagement")
    window = Window.before(as_of, horizon_months, standard["embargo_days"])
    renamed = {name: lagged for name, lagged in zip(COMPONENTS, LAGGED, strict=True)}
    components = _components(known_records(records, as_of, known_at), window).rename(renamed)
    return components.select("employee_id", *LAGGED)


def _components(records: Records, window: Window) -> nw.LazyFrame:
    """Return all components side by side, null where the window was cut short."""
    standard = load_standard("disengagement")
    built = {name: build(records, window, standard[name]) for name, build in BUILDERS.items()}
    built["censored"] = censored_people(records, window, standard["censoring"])
    rows = nw.concat([frame.select("employee_id") for frame in built.values()]).unique()
    for frame in built.values():
        rows = rows.join(frame, on="employee_id", how="left")
    whole = nw.col("censored").is_null()
    return rows.with_columns(nw.when(whole).then(nw.col(name)).alias(name) for name in COMPONENTS)
