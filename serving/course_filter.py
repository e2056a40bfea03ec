# pyright: strict
"""One request's own condition on courses, such as ``form == "seminar" and jp <= 10``.

The text is parsed by Python's own grammar and read by a small interpreter that knows comparisons,
``and``, ``or``, ``not``, ``in``, numbers, texts and the declared fields, and nothing else: nothing
is ever executed. A field whose value is not known neither holds nor fails; a course is kept where
the condition surely holds.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from features.errors import SchemaError
from features.schema import FORMS

FIELDS: dict[str, str] = {
    "course_id": "text", "title": "text", "form": "text", "provider": "text", "place": "text",
    "jp": "number", "days": "number", "cost_rupiah": "number", "international": "truth",
    "teaches": "list of texts",
}  # fmt: skip
"""What may be asked of a course, and its kind. ``place`` is that of its next session, ``teaches``
the codes of its competencies."""
MAX_LENGTH, MAX_DEPTH = 500, 12
ORDER: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
EQUAL: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
ALLOWED = (
    "comparisons, and, or, not, in, numbers, texts in quotes, lists of them, True, False and the "
    f"fields {', '.join(FIELDS)}"
)

Course = Mapping[str, Any]
Condition = Callable[[Course], bool | None]
Term = tuple[str, Callable[[Course], Any], Any]
"""Its kind, how its value is read from a course, and the value itself where it is a constant."""


class CourseFilterError(SchemaError):
    """A filter breaks a rule, which says where (a position from 1) but never what was sent."""

    def __init__(self, rule: str, position: int | None = None) -> None:
        super().__init__("filter", rule if position is None else f"{rule} (at position {position})")


class CourseFilter:
    """A parsed condition.

    Parameters
    ----------
    text : str
        At most `MAX_LENGTH` characters, nested at most `MAX_DEPTH` deep.

    Raises
    ------
    CourseFilterError
        The text is not such a condition.

    Examples
    --------
    >>> short = CourseFilter('form in ("seminar", "workshop") and jp <= 10')
    >>> [short.keeps({"form": "seminar", "jp": jp}) for jp in (8.0, 40.0, None)]
    [True, False, False]
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._holds = _condition(_parsed(text))

    def keeps(self, course: Course) -> bool:
        """Return whether the condition surely holds of one course (`FIELDS` by name)."""
        return self._holds(course) is True

    def kept(self, courses: Iterable[Course]) -> set[str]:
        """Return the ``course_id`` of each course that is kept."""
        return {str(course["course_id"]) for course in courses if self.keeps(course)}


def _parsed(text: str) -> ast.expr:
    if len(text) > MAX_LENGTH:
        raise CourseFilterError(f"must have at most {MAX_LENGTH} characters, got {len(text)}")
    for position, sign in enumerate(text, start=1):
        if sign == "\\" or not sign.isprintable():  # escapes would hide what a text says
            raise CourseFilterError("must be one printable line without a backslash", position)
    indent = len(text) - len(text.lstrip())
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        offset = getattr(error, "offset", None) or 1
        raise CourseFilterError(
            f"must be a condition such as jp <= 10; allowed are {ALLOWED}",
            min(indent + offset, len(text) + 1),
        ) from error
    _check_depth(tree)
    _count_characters(tree, text)
    return tree


def _count_characters(tree: ast.expr, text: str) -> None:
    """Let nodes say where they stand in the text as sent; Python counts bytes of what it parsed."""
    parsed = text.strip().encode()
    indent = len(text) - len(text.lstrip())
    for node in ast.walk(tree):
        if isinstance(node, ast.expr):
            node.col_offset = indent + len(parsed[: node.col_offset].decode())


def _check_depth(tree: ast.expr) -> None:
    waiting: list[tuple[ast.AST, int]] = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise CourseFilterError(f"must be nested at most {MAX_DEPTH} deep")
        waiting += [(child, depth + 1) for child in ast.iter_child_nodes(node)]


def _condition(node: ast.expr) -> Condition:
    match node:
        case ast.BoolOp(op=op, values=values):
            parts = [_condition(value) for value in values]
            return lambda course: _joined(isinstance(op, ast.And), parts, course)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            part = _condition(operand)
            return lambda course: None if (held := part(course)) is None else not held
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            sides = [left, *comparators]
            parts = [_comparison(sides[i], op, sides[i + 1]) for i, op in enumerate(ops)]
            return lambda course: _joined(True, parts, course)
        case ast.Name() if FIELDS.get(node.id) == "truth":
            return _term(node)[1]
        case _:
            _term(node)  # says so where it is nothing that is known
            raise CourseFilterError("must compare something, as in jp <= 10", _position(node))


def _joined(is_and: bool, parts: list[Condition], course: Course) -> bool | None:
    """Return and/or of three values: what is not known decides nothing."""
    held = [part(course) for part in parts]
    if (not is_and) in held:
        return not is_and
    return None if None in held else is_and


def _comparison(left: ast.expr, op: ast.cmpop, right: ast.expr) -> Condition:
    first, second = _term(left), _term(right)
    if isinstance(op, (ast.In, ast.NotIn)):
        return _membership(first, second, isinstance(op, ast.In), right)
    kinds = {first[0], second[0]}
    if type(op) in ORDER and kinds != {"number"}:
        raise CourseFilterError("must order numbers only", _position(left))
    if type(op) not in ORDER | EQUAL:
        raise CourseFilterError(f"must use what is allowed: {ALLOWED}", _position(right))
    if len(kinds) > 1 or "list" in next(iter(kinds)):
        said = f"{first[0]} with {second[0]}"
        raise CourseFilterError(f"must compare like with like, not {said}", _position(right))
    _check_form(left, second, right)
    _check_form(right, first, left)
    compare = (ORDER | EQUAL)[type(op)]
    return lambda course: _compared(compare, first[1](course), second[1](course))


def _membership(first: Term, second: Term, is_in: bool, right: ast.expr) -> Condition:
    if second[0] != f"list of {first[0]}s":
        said = f"a {first[0]} in a {second[0]}"
        raise CourseFilterError(
            f"must look for a text or number in a list of such, not for {said}", _position(right)
        )
    return lambda course: _compared(
        lambda one, many: (one in many) == is_in, first[1](course), second[1](course)
    )


def _check_form(field: ast.expr, value: Term, at: ast.expr) -> None:
    is_form = isinstance(field, ast.Name) and field.id == "form"
    if is_form and isinstance(value[2], str) and value[2] not in FORMS:
        raise CourseFilterError(f"form must be one of {', '.join(FORMS)}", _position(at))


def _compared(compare: Callable[[Any, Any], bool], one: object, other: object) -> bool | None:
    return None if one is None or other is None else bool(compare(one, other))


def _term(node: ast.expr) -> Term:
    """Return a field or a constant: the only things there are to compare."""
    match node:
        case ast.Name(id=name) if name in FIELDS:
            return FIELDS[name], lambda course: _known(course.get(name)), None
        case ast.Name():
            raise CourseFilterError(f"must name a field of {', '.join(FIELDS)}", _position(node))
        case ast.Constant(value=bool() as value):
            return "truth", lambda _: value, value
        case ast.Constant(value=str() as value):
            return "text", lambda _: value, value
        case ast.Constant(value=(int() | float()) as value):
            return "number", lambda _: value, value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=(int() | float()) as value)):
            return "number", lambda _: -value, -value
        case ast.Tuple(elts=elements) | ast.List(elts=elements) if elements:
            return _listed(elements)
        case _:
            raise CourseFilterError(f"must use what is allowed: {ALLOWED}", _position(node))


def _listed(elements: list[ast.expr]) -> Term:
    terms = [_term(element) for element in elements]
    for element, term in zip(elements, terms, strict=True):
        if term[2] is None or term[0] != terms[0][0] or term[0].startswith("list"):
            raise CourseFilterError("must list texts or numbers of one kind", _position(element))
    values = [term[2] for term in terms]
    return f"list of {terms[0][0]}s", lambda _: values, values


def _known(value: Any) -> Any:  # noqa: ANN401
    """Return None for what is not known: records say it by null, frames by NaN."""
    return None if value is None or value != value or value == "" else value  # noqa: PLR0124


def _position(node: ast.expr) -> int:
    return node.col_offset + 1


def course_fields(
    course: Course, next_session: Course | None, taught: Mapping[str, float]
) -> dict[str, Any]:
    """Return the `FIELDS` of one course of the catalogue."""
    own = {name: course.get(name) for name in FIELDS}
    place = (next_session or {}).get("place")
    return own | {"place": place, "teaches": sorted(taught)}
