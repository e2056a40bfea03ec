# pyright: strict
"""What the service refuses, and the one shape in which it says so.

Every refusal, whoever makes it, leaves as
``{"error": {"code", "message", "field", "rule", "value", "request_id"}}``. The body is written in
one place, `serving.gate`; an endpoint only notes its refusal in the `Exchange` of the request.
(BentoML would wrap, replace or log what an endpoint raises, depending on the status.)
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.responses import Response

from features.errors import HuyulaError, SchemaError, UnknownEmployeeError
from features.wording.languages import Language


class NotReleasedError(HuyulaError):
    """There is no released model with a snapshot to answer from."""

    def __init__(self) -> None:
        super().__init__(
            "no released model is loaded: run `huyula release`, then `huyula recommend`"
        )


class PurposeRefusedError(HuyulaError):
    """The caller wants the answer for something it must never be used for."""

    def __init__(self, purpose: str) -> None:
        super().__init__(
            "answers are for the development of people; they must not be used for "
            f"discipline, promotion, dismissal or pay, got {purpose}"
        )
        self.purpose = purpose


@dataclass(frozen=True)
class Refusal:
    """Why a request, or one person of it, is not answered; nothing in it identifies a person."""

    status: int
    code: str
    message: str
    field: str | None = None
    rule: str | None = None
    value: str | None = None

    def to_dict(self, request_id: str) -> dict[str, str | None]:
        """Return the inside of ``{"error": …}``."""
        return {
            "code": self.code,
            "message": self.message,
            "field": self.field,
            "rule": self.rule,
            "value": self.value,
            "request_id": request_id,
        }

    def to_json(self, request_id: str) -> bytes:
        """Return the body of the answer."""
        return json.dumps({"error": self.to_dict(request_id)}).encode()


class RefusedError(Exception):
    """Carries a refusal out of the gate's checks."""

    def __init__(self, refusal: Refusal, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal
        self.headers = headers or {}


@dataclass
class Exchange:
    """One request and its answer, as far as every layer needs to know."""

    request_id: str
    language: Language = "id"
    refusal: Refusal | None = None


EXCHANGE: ContextVar[Exchange] = ContextVar("exchange")

BY_STATUS = {
    401: Refusal(401, "unauthorised", "a valid key is required: Authorization: Bearer <key>"),
    404: Refusal(404, "unknown_path", "there is nothing at this path; see /docs.json"),
    405: Refusal(405, "method_not_allowed", "this path does not answer to this method"),
    408: Refusal(408, "request_timeout", "the body did not arrive in time"),
    413: Refusal(413, "body_too_large", "the body is too large"),
    415: Refusal(415, "unsupported_media_type", "the body must be application/json in UTF-8"),
    429: Refusal(429, "too_many_requests", "the service is busy: try again shortly"),
    500: Refusal(500, "internal_error", "the service failed; the log knows this request_id"),
    503: Refusal(503, "not_ready", str(NotReleasedError())),
    504: Refusal(504, "timeout", "the answer took too long: ask about fewer people"),
}


def refusal_for_status(status: int) -> Refusal:
    """Return the refusal that an answer of this status from inside stands for.

    The gate has checked the request, so a 400 from inside says that our own answer was malformed.
    """
    return BY_STATUS.get(status, BY_STATUS[500])


def refusal_for_error(error: HuyulaError) -> Refusal:
    """Return how a domain error is told to the caller."""
    match error:
        case UnknownEmployeeError():
            rule = "must be a person with a profile"
            return Refusal(
                404, "unknown_employee", str(error), f"people.{error.kind}", rule, error.masked
            )
        case SchemaError():
            return Refusal(422, "invalid_request", str(error), error.field, error.rule, error.value)
        case PurposeRefusedError():
            rule = "must not be discipline, promotion, dismissal or pay"
            return Refusal(403, "purpose_refused", str(error), "purpose", rule, error.purpose)
        case NotReleasedError():
            return Refusal(503, "not_released", str(error))
        case _:
            return BY_STATUS[500]


Answer = TypeVar("Answer")


def refusing(
    endpoint: Callable[[Any, Any], Answer],
) -> Callable[[Any, Any], Answer]:
    """Let an endpoint raise domain errors: the gate answers them with their refusal."""

    @functools.wraps(endpoint)
    def answered(service: Any, question: Any, /) -> Answer:  # noqa: ANN401
        try:
            return endpoint(service, question)
        except HuyulaError as error:
            refusal = refusal_for_error(error)
            EXCHANGE.get().refusal = refusal
            return Response(status_code=refusal.status)  # type: ignore[return-value]

    return answered
