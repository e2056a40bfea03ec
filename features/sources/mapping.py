"""A mapping says how one kind of export becomes canonical tables: a TOML file a person can edit."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from features.errors import SchemaError
from features.schema import BY_NAME, FROM_THE_START, Table
from features.sources.spelling import fold_name

SHIPPED = Path(__file__).parent / "mappings"
PersonKind = Literal["pns_id", "employee_no", "nip", "nik"]


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _check_date_format(text: str) -> str:
    codes = re.findall("%(.)", text)
    if sorted(codes) not in (["Y", "d", "m"], ["B", "Y", "d"], ["Y", "b", "d"]):
        raise ValueError(f"a date format must hold %d, %m (or %b, %B) and %Y, got {text}")
    return text


Names = Annotated[list[str], BeforeValidator(_listed)]
DateFormat = Annotated[str, AfterValidator(_check_date_format)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ColumnRule(_Strict):
    """Where a canonical column's value comes from; a bare string in the file means ``from``."""

    source: Names = Field(default=[], alias="from")
    """Columns of the export; the first that exists is used."""
    const: str | None = None
    """The same value for every row; a date as YYYY-MM-DD."""
    values: dict[str, str] = {}
    """Foreign value to canonical value (empty: nothing); compared without case, others refused."""
    first_word: bool = False
    """With ``values``: only the first word of the foreign value counts."""
    lookup: str | None = None
    """``table.column``: the value is looked up there, without case, and replaced by the key."""
    key_from: Names = []
    """With ``lookup``: columns that may hold the key itself; it is preferred where it is known."""
    slug: bool = False
    """Make a key of a free text: lower case, words joined by ``-``."""
    date_formats: list[DateFormat] = []
    """Formats of this column alone, where it differs from the rest of the export."""
    year_end: bool = False
    """The value is a year; the date is its last day."""
    year_of_date: bool = False
    """The value is a date; its year is kept."""
    separator: str | None = None
    """The value is a list joined by this; each part is mapped, and ``|`` joins the result."""
    multiply: float | None = None
    """Multiply the number, to convert units."""
    thousands: str | None = None
    """Sign between groups of three digits, such as the dots of 1.500.000."""
    from_title: Names = []
    """Of a post's level: columns with its title, which may say the level (`find_post_level`) where
    ``from`` gives none."""

    @model_validator(mode="after")
    def _check_origin(self) -> ColumnRule:
        if bool(self.source or self.from_title) == (self.const is not None):
            raise ValueError("must have either from or const")
        table, _, column = (self.lookup or "").partition(".")
        if self.lookup and (table not in BY_NAME or not BY_NAME[table].has_column(column)):
            raise ValueError(f"lookup must be a canonical table.column, got {self.lookup}")
        if self.key_from and not self.lookup:
            raise ValueError("key_from must stand with lookup")
        return self

    def key_lookup(self) -> str:
        """Return the ``table.column`` of the keys that ``lookup`` leads to."""
        table = (self.lookup or "").split(".")[0]
        return f"{table}.{BY_NAME[table].key[0]}"


class PersonRule(_Strict):
    """Columns that identify and name a person, in whichever file they stand."""

    pns_id: Names = []
    employee_no: Names = []
    nip: Names = []
    nik: Names = []
    name: Names = []
    birth_date: Names = []
    sex: Names = []
    """Compared with the NIP, as the date of birth is."""

    def kinds(self) -> dict[PersonKind, list[str]]:
        """Return the columns of each kind of number, the most permanent kind first."""
        kinds: dict[PersonKind, list[str]] = {
            "pns_id": self.pns_id,
            "employee_no": self.employee_no,
            "nip": self.nip,
            "nik": self.nik,
        }
        return {kind: names for kind, names in kinds.items() if names}


class TableRule(_Strict):
    """One kind of file into one canonical table; several rules may fill the same table.

    ``employee_id`` is found by the mapping's `PersonRule` and has no rule of its own.
    """

    into: str
    file: Names
    """File name patterns, such as ``pegawai*.csv``; case does not matter."""
    distinct: bool = False
    """The file is no list of this table's things but mentions them: repeats are merged."""
    only_without_list: bool = False
    """Use this rule only where no list (a rule that is not ``distinct``) has filled the table."""
    columns: dict[str, ColumnRule]

    @property
    def table(self) -> Table:
        """The canonical table it fills."""
        return BY_NAME[self.into]

    @model_validator(mode="before")
    @classmethod
    def _expand(cls, rule: Any) -> Any:  # noqa: ANN401
        if not isinstance(rule, dict) or not isinstance(rule.get("columns"), dict):
            return rule
        columns = {
            name: {"from": value} if isinstance(value, (str, list)) else value
            for name, value in rule["columns"].items()
        }
        table = BY_NAME.get(rule.get("into", ""))
        if table and table.standing:
            columns.setdefault("valid_from", {"const": FROM_THE_START.isoformat()})
        return {**rule, "columns": columns}

    @model_validator(mode="after")
    def _check_columns(self) -> TableRule:
        if self.into not in BY_NAME:
            raise ValueError(f"into must be a canonical table, got {self.into}")
        columns = [
            c for c in self.table.all_columns if c.name not in ("employee_id", "superseded_at")
        ]
        unknown = sorted(set(self.columns) - {c.name for c in columns})
        if unknown:
            raise ValueError(f"columns of {self.into} must be canonical, got {', '.join(unknown)}")
        lacking = [c.name for c in columns if not c.nullable and c.name not in self.columns]
        if lacking:
            raise ValueError(f"columns of {self.into} must include {', '.join(lacking)}")
        return self


class Mapping(_Strict):
    """A whole mapping file."""

    name: str
    description: str = ""
    date_formats: Annotated[list[DateFormat], Field(min_length=1)]
    """Formats of the export's dates, tried in this order."""
    person: PersonRule
    table: list[TableRule]

    @model_validator(mode="after")
    def _check_people(self) -> Mapping:
        if not self.person.kinds():
            raise ValueError("person must name a column of pns_id, employee_no, nip or nik")
        if not any(rule.into == "employees" for rule in self.table):
            raise ValueError("table must have a rule into employees")
        return self

    def patterns(self) -> list[str]:
        """Return the patterns of all files it reads, each once."""
        return list(dict.fromkeys(pattern for rule in self.table for pattern in rule.file))

    def column_names(self) -> set[str]:
        """Return the names of all columns it reads, as `fold_name` writes them."""
        columns = [rule for table in self.table for rule in table.columns.values()]
        of_tables = [[*rule.source, *rule.key_from, *rule.from_title] for rule in columns]
        of_people = [*self.person.kinds().values(), self.person.name, self.person.birth_date]
        return {fold_name(name) for names in of_tables + of_people for name in names}


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
        shipped = " or ".join(shipped_mappings())
        raise SchemaError("--mapping", f"must be {shipped} or a TOML file", name_or_file)
    try:
        return Mapping.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SchemaError(f"mapping {path}", f"must be TOML: {error}") from error
    except ValidationError as error:
        raise SchemaError(f"mapping {path}", _all_problems(error)) from error


def shipped_mappings() -> list[str]:
    """Return the names of the mappings that come with Huyula."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def _all_problems(error: ValidationError) -> str:
    lines = (
        f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
        for problem in error.errors()
    )
    return "has problems:\n  " + "\n  ".join(lines)
