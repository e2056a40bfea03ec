# pyright: strict
"""Finds the people that a question names, in the order of the question."""

from __future__ import annotations

from features.errors import UnknownEmployeeError
from features.quarantine import mask
from serving.errors import EXCHANGE, PurposeRefusedError, refusal_for_error
from serving.messages import ErrorDetail, Person, PersonReference, Question, Unknown
from serving.released import Released

REFUSED_PURPOSES = {
    "discipline": ("disciplin", "disiplin", "punish", "hukuman", "sanction", "sanksi"),
    "promotion": ("promot", "promosi", "demot", "demosi"),
    "dismissal": ("dismiss", "fired", "terminat", "layoff", "pemberhenti", "pemecat", "phk"),
    "pay": ("pay", "salar", "wage", "bonus", "gaji", "tunjangan", "tpp", "upah", "remunerasi"),
}  # fmt: skip
"""What answers must not be used for, and how words for it begin."""


def check_purpose(purpose: str | None) -> None:
    """Raise `PurposeRefusedError` if any word of a purpose stands for a refused one."""
    words = "".join(c if c.isalpha() else " " for c in (purpose or "").casefold()).split()
    for refused, beginnings in REFUSED_PURPOSES.items():
        if any(word.startswith(beginnings) for word in words):
            raise PurposeRefusedError(refused)


def employee_id_of(person: PersonReference, released: Released) -> str:
    """Return the key of a person who has a profile.

    Raises
    ------
    UnknownEmployeeError
        Nobody is known by this reference, or the snapshot has no profile of them; masked.
    """
    kind, value = next(
        (kind, value)
        for kind in ("employee_id", "nip", "pns_id")
        if (value := getattr(person, kind)) is not None
    )
    if kind == "employee_id":
        found = value
    else:
        found = released.tokens.find(kind, value) if released.tokens else None
    if found is None or found not in released.of_person["people"]:
        raise UnknownEmployeeError(kind, mask(value))
    return found


def people_of(question: Question, released: Released) -> list[Person | Unknown]:
    """Return whom a question asks about; whoever is not known is an error in their place.

    Raises
    ------
    PurposeRefusedError
        The question serves a purpose that is refused.
    UnknownEmployeeError
        Only one person was asked for, and is not known.
    """
    check_purpose(question.purpose)
    people: list[Person | Unknown] = []
    for asked in question.people:
        try:
            employee_id = employee_id_of(asked, released)
            people.append(Person(employee_id=employee_id, reference=asked.reference))
        except UnknownEmployeeError as error:
            if len(question.people) == 1:
                raise
            people.append(_unknown(asked, error))
    return people


def _unknown(person: PersonReference, error: UnknownEmployeeError) -> Unknown:
    detail = refusal_for_error(error).to_dict(EXCHANGE.get().request_id)
    return Unknown(reference=person.reference, error=ErrorDetail.model_validate(detail))
