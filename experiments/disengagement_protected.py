"""Columns of a foreign table that no model may see: protected attributes, names, addresses."""

from __future__ import annotations

import re

PROTECTED = frozenset({
    "age", "umur", "usia", "sex", "gender", "marital", "married", "perkawinan", "kawin", "religion",
    "agama", "birth", "birthday", "birthdate", "dob", "lahir", "ethnicity", "ethnic", "race",
    "suku", "disability", "disabled", "disabilitas", "pregnant", "pregnancy", "nip", "nik", "email",
    "phone", "surname", "nama",
})  # fmt: skip
"""Words of a name that alone make it one."""
PHRASES = (("jenis", "kelamin"), ("status", "nikah"), ("date", "of", "birth"))
NAMES = frozenset({"first", "last", "full", "middle", "family", "employee", "person", "given"})
"""Words before ``name`` that make it a person's; a course or a unit may have a name."""


def is_protected(column: str) -> bool:
    """Return whether a column is named as a protected attribute, a name or an address.

    Examples
    --------
    >>> [is_protected(name) for name in ("MaritalStatus", "GenderCode", "tgl_lahir", "AGE")]
    [True, True, True, True]
    >>> [is_protected(name) for name in ("wage", "course_name", "Percentage", "AgencyCode")]
    [False, False, False, False]
    """
    spaced = re.sub(r"([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])", r"\1\3 \2\4", column)
    words = re.findall(r"[a-z]+", spaced.lower())
    joined = "".join(words)
    if PROTECTED & {*words, joined}:
        return True
    if any(joined.startswith("".join(phrase)) for phrase in PHRASES):
        return True
    is_name = bool(words) and words[-1] in {"name", "names"}
    return joined in {"name", *(f"{one}name" for one in NAMES)} or (
        is_name and bool(NAMES & set(words[:-1]))
    )
