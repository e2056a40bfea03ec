"""The OpenAPI description of the service, made from its messages."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from serving.errors import BY_STATUS, NotReleasedError, PurposeRefusedError, Refusal
from serving.examples import ANSWERS
from serving.messages import (
    ErrorAnswer,
    ProfileAnswer,
    ProfileQuestion,
    RecommendationAnswer,
    RecommendationQuestion,
    SupportAnswer,
    SupportQuestion,
    WhyNotAnswer,
    WhyNotQuestion,
)

REFS = "#/components/schemas/{model}"
EXAMPLE_REQUEST_ID = "5f0c8d6a1b2e4f77"

DESCRIPTION = (
    "Decision support for the development of people: it recommends, explains and abstains; a "
    "person decides. Sentences are Indonesian, or English by Accept-Language."
)

Message = type[BaseModel]
OPERATIONS: dict[str, tuple[str, Message, Message]] = {
    "/v1/recommendations": (
        "Recommend courses, with reasons that add up to the score",
        RecommendationQuestion,
        RecommendationAnswer,
    ),
    "/v1/support-needs": ("Say who may need support, and why", SupportQuestion, SupportAnswer),
    "/v1/profiles": ("Show competency and performance profiles", ProfileQuestion, ProfileAnswer),
    "/v1/why-not": (
        "Say which rule keeps a course off people's lists, or what stands above it",
        WhyNotQuestion,
        WhyNotAnswer,
    ),
}
REFUSALS = {
    401: BY_STATUS[401],
    403: Refusal(
        403, "purpose_refused", str(PurposeRefusedError("promotion")), "purpose",
        "must not be discipline, promotion, dismissal or pay", "promotion",
    ),
    404: Refusal(
        404, "unknown_employee", "no employee with nip=***************001", "people.nip",
        "must be a person with a profile", "***************001",
    ),
    408: BY_STATUS[408],
    413: BY_STATUS[413],
    415: BY_STATUS[415],
    422: Refusal(
        422, "invalid_request", "k must be at most 50, got 51", "k", "must be at most 50", "51"
    ),
    429: BY_STATUS[429],
    500: BY_STATUS[500],
    503: Refusal(503, "not_released", str(NotReleasedError())),
    504: BY_STATUS[504],
}  # fmt: skip


class Description:
    """What BentoML asks its own description for."""

    def asdict(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        questions = [(question, "validation") for _, question, _ in OPERATIONS.values()]
        answers = [(answer, "serialization") for _, _, answer in OPERATIONS.values()]
        _, schemas = models_json_schema(
            [*questions, *answers, (ErrorAnswer, "serialization")],  # pyright: ignore[reportArgumentType]
            ref_template=REFS,
        )
        return {
            "openapi": "3.1.0",
            "info": {
                "title": "Huyula",
                "version": "1",
                "description": DESCRIPTION,
            },
            "security": [{"key": []}],
            "paths": {path: {"post": _operation(path)} for path in OPERATIONS}
            | {"/livez": _probe("The process lives"), "/readyz": _probe("A release is loaded")},
            "components": {
                "schemas": schemas["$defs"],
                "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            },
        }


def _operation(path: str) -> dict[str, Any]:
    summary, question, answer = OPERATIONS[path]
    examples = question.model_json_schema()["examples"]
    return {
        "operationId": path.removeprefix("/v1/").replace("-", "_"),
        "summary": summary,
        "parameters": [
            {
                "name": "Accept-Language",
                "in": "header",
                "schema": {"type": "string", "default": "id"},
                "example": "en",
            }
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": _ref(question),
                    "examples": {f"example_{i + 1}": {"value": e} for i, e in enumerate(examples)},
                }
            },
        },
        "responses": {
            "200": {
                "description": "One result a person, in the order asked",
                "content": {"application/json": {"schema": _ref(answer), "example": ANSWERS[path]}},
            }
        }
        | {str(status): _refused(refusal) for status, refusal in REFUSALS.items()},
    }


def _probe(summary: str) -> dict[str, Any]:
    responses = {"200": {"description": "Yes"}, "503": _refused(BY_STATUS[503])}
    return {"get": {"summary": summary, "security": [], "responses": responses}}


def _refused(refusal: Refusal) -> dict[str, Any]:
    example = {"error": refusal.to_dict(EXAMPLE_REQUEST_ID)}
    return {
        "description": refusal.message,
        "content": {"application/json": {"schema": _ref(ErrorAnswer), "example": example}},
    }


def _ref(message: Message) -> dict[str, str]:
    return {"$ref": REFS.format(model=message.__name__)}
