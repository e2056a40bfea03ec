"""A mapping says how one kind of export becomes canonical tables: a TOML file a person can edit."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from features.errors import SchemaError
from features.schema import BY_NAME

SHIPPED = Path(__file__).parent / "mappings"
PersonKind = Literal["nip", "pns_id", "nik", "employee_no"]


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Names = Annotated[list[str], BeforeValidator(_listed)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ColumnRule(_Strict):
    """Where a canonical column's value comes from; a bare string in the file means ``source``."""

    source: Names = Field(default=[], alias="from")
    """Columns of the export; the first that exists is used."""
    const: str | None = None
    """The same value for every row."""
    values: dict[str, str] = {}
    """Foreign value to canonical value, compared without case; others are a problem."""
    person: PersonKind | None = None
    """The column names a person by this kind of number."""
    lookup: str | None = None
    """``table.column``: the value is looked up there, without case, and replaced by the key."""
    slug: bool = False
    """Make a key of a free text: lower case, words joined by ``-``."""
    date_formats: list[str] = []
    """Formats of this column alone, where it differs from the rest of the export."""
    year_end: bool = False
    """The value is a year; the date is its last day."""
    year_of_date: bool = False
    """The value is a date; its year is kept."""
    separator: str | None = None
    """The value is a list joined by this; each part is mapped, and ``|`` joins the result."""
    multiply: float | None = None
    """Multiply the number, to convert units."""


class PersonRule(_Strict):
    """Which columns of the people's file identify and name a person."""

    pns_id: Names = []
    nip: Names = []
    nik: Names = []
    employee_no: Names = []
    name: Names = []
    birth_date: Names = []
    sex: Names = []

    def kinds(self) -> dict[PersonKind, list[str]]:
        """Return the columns of each kind of number, the most permanent kind first."""
        kinds: dict[PersonKind, list[str]] = {
            "pns_id": self.pns_id, "employee_no": self.employee_no, "nip": self.nip, "nik":
            self.nik,
        }  # fmt: skip
        return {kind: names for kind, names in kinds.items() if names}


class TableRule(_Strict):
    """One file into one canonical table; several rules may fill the same table."""

    into: str
    file: str
    """File name pattern, such as ``pegawai*.csv``."""
    required: bool = False
    distinct: bool = False
    """Keep the first row of each key without calling the rest duplicates."""
    only_if_empty: bool = False
    """Use this rule only where no earlier one has filled the table."""
    person: PersonRule | None = None
    columns: dict[str, ColumnRule]

    @model_validator(mode="before")
    @classmethod
    def _expand_strings(cls, rule: Any) -> Any:  # noqa: ANN401
        columns = rule.get("columns", {}) if isinstance(rule, dict) else {}
        full = {k: {"from": v} if isinstance(v, (str, list)) else v for k, v in columns.items()}
        return {**rule, "columns": full} if isinstance(rule, dict) else rule

    @model_validator(mode="after")
    def _check_columns(self) -> TableRule:
        if self.into not in BY_NAME:
            raise ValueError(f"into must be a canonical table, got {self.into}")
        known = {c.name for c in BY_NAME[self.into].columns} | {"valid_from", "available_at"}
        unknown = sorted(set(self.columns) - known)
        if unknown:
            raise ValueError(f"columns of {self.into} must be canonical, got {', '.join(unknown)}")
        return self


class Mapping(_Strict):
    """A whole mapping file."""

    name: str
    description: str = ""
    date_formats: list[str]
    table: list[TableRule]


def load_mapping(name_or_file: str) -> Mapping:
    """Read a shipped mapping by name or any other by its path.

    Raises
    ------
    SchemaError
        No such mapping, broken TOML, or a rule with unknown words; all problems are named.
    """
    path = SHIPPED / f"{name_or_file}.toml"
    if not path.exists():
        path = Path(name_or_file)
    if not path.is_file():
        shipped = ", ".join(sorted(p.stem for p in SHIPPED.glob("*.toml")))
        raise SchemaError("--mapping", f"must be one of {shipped} or a TOML file", name_or_file)
    try:
        return Mapping.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SchemaError(f"mapping {path}", f"must be TOML: {error}") from error
    except ValidationError as error:
        raise SchemaError(f"mapping {path}", _all_problems(error)) from error


def _all_problems(error: ValidationError) -> str:
    lines = (
        f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
        for problem in error.errors()
    )
    return "has problems:\n  " + "\n  ".join(lines)
