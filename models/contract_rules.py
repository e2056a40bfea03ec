"""How a contract is checked: a rule holds, or an error names class, rule and what was found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sklearn.base import clone

from features.errors import ContractError

Given = TypeVar("Given")


def hold(model: object, rule: str, holds: bool, found: object) -> None:
    """Raise `ContractError` unless the rule holds."""
    if not holds:
        raise ContractError(type(model).__name__, rule, found)


def run_checks(model: object, given: Given, checks: Sequence[Callable[[Given], None]]) -> None:
    """Run checks in order; whatever a model raises breaks the rule that was being checked."""
    for check in checks:
        try:
            check(given)
        except ContractError:
            raise
        except Exception as error:
            rule = f"must not fail where '{check.__name__.replace('_', ' ')}' is checked"
            found = f"{type(error).__name__}: {error}"
            raise ContractError(type(model).__name__, rule, found) from error


def a_clone_is_unfitted_with_equal_parameters(make: Callable[[], Any]) -> None:
    """Check that the constructor only assigns, and that a clone has learned nothing."""
    model = make()
    try:
        copy: Any = clone(model)
    except (TypeError, RuntimeError) as error:
        raise ContractError(type(model).__name__, "must be clonable", error) from error
    same = _params(copy) == _params(model)
    hold(model, "a clone must have equal parameters", same, _params(copy))
    learned = [n for n in vars(copy) if n.endswith("_") and not n.startswith("_")]
    hold(model, "must assign nothing but parameters when made", not learned, learned)


def _params(model: Any) -> dict[str, str]:  # noqa: ANN401
    return {name: repr(value) for name, value in model.get_params().items()}
