"""An experiment is one TOML file: every key is checked, an unknown one is named with the nearest.

What the keys mean for records or panels is decided elsewhere: here is only what can be told from
the file alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from features.errors import SchemaError
from features.panel import snapshot_dates
from features.profiles import FAMILIES

Task = Literal["recommend", "support"]
Moment = date | int | float | str
"""A date; of a panel in a file also a number, where its times are numbers."""
METRICS = {
    "recommend": ("ndcg_at_10", "recall_at_10", "hit_rate_at_10"),
    "support": ("ap", "auc", "brier"),
}
LOWER_IS_BETTER = frozenset({"brier"})
SHIPPED = Path(__file__).with_name("templates")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Data(_Table):
    """Where the rows come from: a workspace's records, or one file with a panel."""

    workspace: Path | None = None
    file: Path | None = None
    label: str | None = None
    id: str | None = None
    time: str | None = None
    drop: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_source(self) -> Data:
        if self.file is None:
            given = [name for name in ("label", "id", "time", "drop") if getattr(self, name)]
            if given:
                raise ValueError(f"{given[0]} needs file: a workspace has its own labels")
            return self
        if self.workspace is not None:
            raise ValueError("must name workspace or file, not both")
        if self.label is None:
            raise ValueError("label must name the column of the event where file is given")
        return self


class Rolling(_Table):
    """Origins of a back-test: a date and every so many months after it."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    every_months: Annotated[int, Field(ge=1, le=60)]

    @model_validator(mode="after")
    def _in_order(self) -> Rolling:
        if self.last < self.first:
            raise ValueError(f"to must not lie before from ({self.first}), got {self.last}")
        return self


class Periods(_Table):
    """Which periods are judged on."""

    as_of: tuple[Moment, ...] = ()
    rolling: Rolling | None = None
    horizon_months: Annotated[int, Field(ge=1, le=24)] | None = None
    embargo_days: Annotated[float, Field(ge=0)] | None = None
    final: Moment | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Periods:
        if self.as_of and self.rolling is not None:
            raise ValueError("must name as_of or rolling, not both")
        if len(set(map(str, self.as_of))) < len(self.as_of):
            raise ValueError(f"as_of must not name a date twice, got {_shown(self.as_of)}")
        return self

    @property
    def origins(self) -> tuple[Moment, ...]:
        """Return the first days of the test periods, oldest first as far as they are dates."""
        if self.rolling is None:
            return self.as_of
        one = self.rolling
        return tuple(snapshot_dates(one.first, one.last, one.every_months))


class Setting(_Table):
    """What a search may try for one parameter."""

    kind: Literal["int", "float", "choice"]
    range: tuple[float, float] | None = None
    choices: tuple[str | int | float | bool, ...] = ()
    log: bool = False

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Setting:
        if self.kind == "choice":
            if len(self.choices) < 2 or self.range is not None:
                raise ValueError("choices must hold two values or more, and range none")
            return self
        if self.range is None or self.choices:
            raise ValueError(f"range = [lowest, highest] is needed for kind {self.kind}")
        low, high = self.range
        if not low < high:
            raise ValueError(f"range must rise, got {low:g} to {high:g}")
        if self.log and low <= 0:
            raise ValueError(f"range must be above 0 where log is true, got {low:g}")
        if self.kind == "int" and (low % 1 or high % 1):
            raise ValueError(f"range must hold whole numbers, got {low:g} to {high:g}")
        return self


class Search(_Table):
    """Optuna's search of parameters, on a window before every test period."""

    n_trials: Annotated[int, Field(ge=2, le=10_000)] = 20
    metric: str | None = None
    space: dict[str, Setting] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_a_space(self) -> Search:
        if not self.space:
            raise ValueError("space must name a parameter or more: [search.space.NAME]")
        return self


class Features(_Table):
    """Which profile families the model may see."""

    families: tuple[str, ...] = tuple(FAMILIES)

    @model_validator(mode="after")
    def _known(self) -> Features:
        for name in self.families:
            if name not in FAMILIES:
                raise ValueError(f"families must be of {', '.join(FAMILIES)}, got "
                                 f"{name}{nearest(name, FAMILIES)}")  # fmt: skip
        if not self.families:
            raise ValueError("families must name one or more")
        return self


class GateLimits(_Table):
    """What the gates of the experiment demand; none can be left out."""

    leak_threshold: Annotated[float, Field(gt=0.5, le=1)] = 0.95
    column_leak_threshold: Annotated[float, Field(gt=0.5, le=1)] = 0.9
    calibration_slope: tuple[float, float] = (0.8, 1.25)
    calibration_ratio: tuple[float, float] = (0.9, 1.1)
    least_gain: Annotated[float, Field(ge=0)] = 0.0


class Specification(_Table):
    """A whole experiment.

    Attributes
    ----------
    name : str
        What the run is called.
    task : {"recommend", "support"}
    model : str
        A built-in name, or ``module:Class`` or ``file.py:Class`` of one's own.
    encode : bool
        Turn text, categories and dates into numbers before a model of one's own sees them.
    seed : int
        Of training, search and intervals.
    data, periods, features, params, search, gates
        See the commented files in ``templates/``.
    """

    name: Annotated[str, Field(min_length=1, max_length=80)]
    task: Task
    model: Annotated[str, Field(min_length=1)]
    encode: bool = False
    seed: Annotated[int, Field(ge=0)] = 0
    data: Data = Data()
    periods: Periods = Periods()
    features: Features | None = None
    params: dict[str, Any] = Field(default_factory=dict)
    search: Search | None = None
    gates: GateLimits = GateLimits()

    @model_validator(mode="after")
    def _fits_together(self) -> Specification:
        _check_file(self) if self.data.file is not None else _check_workspace(self)
        if self.search is not None and self.search.metric not in (None, *METRICS[self.task]):
            raise ValueError(
                f"search.metric must be one of {', '.join(METRICS[self.task])} for the task "
                f"{self.task}, got {self.search.metric}"
            )
        return self

    @property
    def search_metric(self) -> str:
        """Return what a search goes by."""
        asked = self.search.metric if self.search else None
        return asked or METRICS[self.task][0]


def load_specification(path: Path) -> Specification:
    """Read an experiment; paths in it are taken from the file's folder.

    Raises
    ------
    SchemaError
        There is no such file, it is no TOML, or a key breaks a rule; all problems are told.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SchemaError("experiment", f"must be a TOML file: {error}", path) from error
    return read_specification(text, path.parent, path.name)


def read_specification(text: str, folder: Path, source: str) -> Specification:
    """Return the experiment of a TOML text; see `load_specification`."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SchemaError(source, f"must be TOML: {error}") from error
    try:
        found = Specification.model_validate(content)
    except ValidationError as error:
        problems = list(_problems(error))
        if len(problems) == 1:
            raise SchemaError(*problems[0]) from None
        lines = "".join(f"\n  {SchemaError(*one)}" for one in problems)
        raise SchemaError(source, f"breaks {len(problems)} rules:{lines}") from None
    data = found.data
    paths = {
        name: folder / own for name in ("workspace", "file") if (own := getattr(data, name))
    }  # fmt: skip
    return found.model_copy(update={"data": data.model_copy(update=paths)})


def nearest(name: str, known: Mapping[str, Any] | tuple[str, ...] | list[str]) -> str:
    """Return a hint at the known name that is most alike, or nothing.

    >>> nearest("horizon_month", ("as_of", "horizon_months"))
    ' (did you mean horizon_months?)'
    """
    close = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f" (did you mean {close[0]}?)" if close else ""


def _check_file(one: Specification) -> None:
    if one.task != "support":
        raise ValueError(f"task must be support for a file, got {one.task}")
    if one.features is not None:
        raise ValueError("features are a workspace's; of a file leave columns out by data.drop")
    if one.data.time is None:
        for name in ("as_of", "rolling", "final", "embargo_days", "horizon_months"):
            if getattr(one.periods, name):
                raise ValueError(f"periods.{name} needs data.time: the column with the row's date")
    elif not one.periods.origins:
        raise ValueError("periods.as_of or periods.rolling must say from when rows are judged")


def _check_workspace(one: Specification) -> None:
    for name in ("embargo_days", "final"):
        if getattr(one.periods, name) is not None:
            raise ValueError(
                f"periods.{name} is for files: in a workspace the horizon decides both"
            )
    for moment in one.periods.origins:
        if not isinstance(moment, date):
            raise ValueError(  # noqa: TRY004 - pydantic tells it as a rule
                f"periods.as_of must hold dates for a workspace, got {moment}"
            )


def _problems(error: ValidationError) -> Iterator[tuple[str, str, object]]:
    for one in error.errors():
        place = ".".join(map(str, one["loc"])) or "experiment"
        value = one["input"]
        if one["type"] == "extra_forbidden":
            known = _names_at(one["loc"][:-1])
            hint = nearest(str(one["loc"][-1]), known)
            yield place, f"is not known{hint}; known here: {', '.join(known)}", ""
        elif one["type"] == "missing":
            yield place, "must be given", ""
        elif one["type"] == "value_error":
            message = one["msg"].removeprefix("Value error, ")
            yield ("experiment" if place == "experiment" else f"{place}:"), message, ""
        else:
            yield place, f"cannot be used: {one['msg']}", value


def _names_at(place: tuple[int | str, ...]) -> list[str]:
    """Return the keys that a table of the file may hold."""
    table: type[BaseModel] = Specification
    tables = {
        "data": Data, "periods": Periods, "rolling": Rolling, "features": Features,
        "search": Search, "gates": GateLimits,
    }  # fmt: skip
    for part in place:
        table = Setting if table is Search else tables.get(str(part), table)
    return [field.alias or name for name, field in table.model_fields.items()]


def _shown(moments: tuple[Moment, ...]) -> str:
    return ", ".join(map(str, moments))
