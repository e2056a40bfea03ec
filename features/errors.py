# pyright: strict
"""Everything that Huyula raises on purpose.

::

    HuyulaError
    ├── SchemaError(ValueError)            a file, column or value breaks a declared rule
    ├── UnknownEmployeeError(LookupError)  nobody by this reference, or no profile for them
    ├── MissingStepError                   an earlier command has not been run in this workspace
    ├── ArtifactError                      a bundle or snapshot is damaged, unsigned or foreign
    ├── ContractError                      an estimator breaks a rule that all of its kind hold
    └── SystemPartError                    a part of the operating system is missing

Bad arguments of functions stay ``ValueError``. Every message names the thing, the rule and the
value.
"""

from __future__ import annotations


class HuyulaError(Exception):
    """Base of all errors that the commands and the service show to a person."""


class SchemaError(HuyulaError, ValueError):
    """An input breaks a declared rule.

    Attributes
    ----------
    field, rule, value : str
        What is wrong where; ``value`` is already masked where it may identify a person.
    """

    def __init__(self, field: str, rule: str, value: object = "") -> None:
        shown = f", got {value}" if value != "" else ""
        super().__init__(f"{field} {rule}{shown}")
        self.field, self.rule, self.value = field, rule, str(value)


class UnknownEmployeeError(HuyulaError, LookupError):
    """Nobody is known by this reference (which is given masked)."""

    def __init__(self, kind: str, masked: str) -> None:
        super().__init__(f"no employee with {kind}={masked}")
        self.kind, self.masked = kind, masked


class MissingStepError(HuyulaError):
    """A command needs the result of an earlier one."""

    def __init__(self, missing: str, command: str) -> None:
        super().__init__(f"{missing} is missing: run `{command}` first")
        self.missing, self.command = missing, command


class ArtifactError(HuyulaError):
    """A bundle or snapshot cannot be trusted or read."""


class ContractError(HuyulaError):
    """An estimator breaks a rule that all of its kind hold; class, rule and what was found."""

    def __init__(self, model: str, rule: str, found: object) -> None:
        super().__init__(f"{model} {rule}, got {found}")
        self.model, self.rule, self.found = model, rule, str(found)


class SystemPartError(HuyulaError):
    """A part of the operating system is missing; the message names the remedy."""
