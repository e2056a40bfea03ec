# pyright: strict
"""Tells what is wrong with a body, without ever repeating what may identify a person.

Only the values of fields that cannot name anybody are shown; keys of persons are masked; anything
else, misplaced text above all, is described by its kind and length.
"""

from __future__ import annotations

import re

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from features.quarantine import mask
from serving.errors import Refusal

SHOWN, KEYS = ("k",), ("employee_id", "nip", "pns_id")
FIELD_NAME = re.compile(r"[a-z_]{1,40}")
RULES = {
    "json_invalid": "must be valid JSON",
    "missing": "is required",
    "extra_forbidden": "is not a known field",
    "string_type": "must be a text",
    "int_type": "must be a whole number",
    "list_type": "must be a list",
    "model_type": "must be an object",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must match {pattern}",
    "too_short": "must have at least {min_length} items",
    "too_long": "must have at most {max_length} items",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
}


def refusal_for_body(error: ValidationError) -> Refusal:
    """Return the refusal of a body: its first fault, and how many more there are."""
    faults = error.errors(include_url=False)
    first = faults[0]
    field, rule, value = _field(first), _rule(first), _value(first)
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    message = f"{field} {rule}, got {value}{more}" if value else f"{field} {rule}{more}"
    code = "invalid_json" if first["type"] == "json_invalid" else "invalid_request"
    return Refusal(422, code, message, field, rule, value)


def shown_code(value: str) -> str:
    """Show a code that was sent, unless it may be a number or a name of a person.

    >>> shown_code("JF-01"), shown_code("198501012010011001"), shown_code("Siti R")
    ('JF-01', '***************001', '******')
    """
    is_code = re.fullmatch(r"[A-Za-z0-9._:-]{1,40}", value) and not re.search(r"[0-9]{9}", value)
    return value if is_code else mask(value[:40])


def _field(fault: ErrorDetails) -> str:
    parts = [
        str(part) if isinstance(part, int) or FIELD_NAME.fullmatch(part) else "(unnamed)"
        for part in fault["loc"]
    ]
    return ".".join(parts) or "body"


def _rule(fault: ErrorDetails) -> str:
    template = RULES.get(fault["type"])
    return template.format(**fault.get("ctx", {})) if template else fault["msg"]


def _value(fault: ErrorDetails) -> str | None:
    name = fault["loc"][-1] if fault["loc"] else ""
    value: object = fault["input"]
    if fault["type"] in ("json_invalid", "missing", "one_key"):
        return None
    if name in SHOWN and isinstance(value, (int, float)):
        return str(value)[:20]
    if name in KEYS and isinstance(value, str):
        return mask(value[:40])
    return _described(value)


def _described(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f"a text of {len(value)} characters"
        case int() | float():
            return "a number"
        case list():
            return f"a list of {len(value)} items"  # pyright: ignore[reportUnknownArgumentType]
        case _:
            return "an object"
