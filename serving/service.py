"""The prediction service: four questions, answered as JSON from what is released.

Started by `huyula serve`. The module loads nothing when imported, since BentoML's supervisor
imports it too.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

import attrs
import bentoml
from bentoml import Service
from starlette.types import ASGIApp

from features.settings import Settings
from features.standards.load import in_force
from features.standards.override import employer_standards
from features.wording.languages import Language
from features.workspace import Workspace
from serving import answers, support_answers, why_not
from serving.access import ApiKeys
from serving.description import Description
from serving.errors import EXCHANGE, refusing
from serving.gate import Gate
from serving.messages import (
    ProfileAnswer,
    ProfileQuestion,
    RecommendationAnswer,
    RecommendationQuestion,
    SupportAnswer,
    SupportQuestion,
    WhyNotAnswer,
    WhyNotQuestion,
)
from serving.released import Released, Releases
from serving.shadow import Asked, start_shadow

T = TypeVar("T")
Q = TypeVar("Q", RecommendationQuestion, SupportQuestion)
A = TypeVar("A", RecommendationAnswer, SupportAnswer)


@attrs.define
class GatedService(Service[T]):
    """A BentoML service behind our gate, with our description of it.

    BentoML runs middleware inside its own metrics, tracing and time-outs; only what wraps the
    finished application sees every request, the probes and `/metrics` included.
    """

    def to_asgi(self, is_main: bool = True) -> ASGIApp:
        """Return the application that the server runs."""
        inner = super().to_asgi(is_main)
        questions = {api.route: QUESTIONS[api.route] for api in self.apis.values()}
        return Gate(inner, ApiKeys(Settings().api_keys), questions)

    @property
    def openapi_spec(self) -> Description:  # pyright: ignore[reportIncompatibleMethodOverride]
        """What `/docs.json` shows."""
        return Description()


QUESTIONS = {
    "/v1/recommendations": RecommendationQuestion,
    "/v1/support-needs": SupportQuestion,
    "/v1/profiles": ProfileQuestion,
    "/v1/why-not": WhyNotQuestion,
}


@bentoml.service(
    name="huyula",
    service_class=GatedService,
    threads=2,
    traffic={"timeout": 30, "max_concurrency": 64},
    logging={"access": {"enabled": False}},
)
class Huyula:
    """Recommends courses, says who may need support, and shows profiles."""

    def __init__(self) -> None:
        settings = Settings()
        self.rules = in_force(employer_standards(settings.workspace, settings.standards))
        self.rules.__enter__()
        logging.getLogger("huyula").setLevel(logging.INFO)
        workspace = Workspace(settings.workspace)
        self.releases = Releases(workspace, settings.key_folder)
        self.shadow = start_shadow(workspace, settings, self.releases)

    @bentoml.api(route="/v1/recommendations")
    @refusing
    def recommendations(self, question: RecommendationQuestion, /) -> RecommendationAnswer:
        """Recommend courses to people, with reasons that add up."""
        return self._shadowed(question, answers.recommend)

    @bentoml.api(route="/v1/support-needs")
    @refusing
    def support_needs(self, question: SupportQuestion, /) -> SupportAnswer:
        """Say who may need support, and why."""
        return self._shadowed(question, support_answers.support_needs)

    @bentoml.api(route="/v1/profiles")
    @refusing
    def profiles(self, question: ProfileQuestion, /) -> ProfileAnswer:
        """Show competency and performance profiles."""
        return answers.profiles(self.releases.current(), question, EXCHANGE.get().language)

    @bentoml.api(route="/v1/why-not", name="why_not")
    @refusing
    def why_not(self, question: WhyNotQuestion, /) -> WhyNotAnswer:
        """Say which rule keeps a course off people's lists, or what stands above it."""
        return why_not.why_not_course(self.releases.current(), question, EXCHANGE.get().language)

    def _shadowed(self, question: Q, answer: Callable[[Released, Q, Language], A]) -> A:
        """Answer, and leave question and answer for the shadow to compare later."""
        exchange, released = EXCHANGE.get(), self.releases.current()
        started = time.perf_counter()
        answered = answer(released, question, exchange.language)
        if self.shadow is not None:
            milliseconds = (time.perf_counter() - started) * 1000
            asked = Asked(exchange.request_id, released, question, answered, milliseconds)
            self.shadow.offer(asked)
        return answered

    @bentoml.on_shutdown
    def flush_shadow(self) -> None:
        """Write what the shadow still has to score before the process ends."""
        if self.shadow is not None:
            self.shadow.close()

    async def __is_ready__(self) -> bool:
        """Tell `/readyz` whether there is anything to answer from."""
        return self.releases.is_ready
