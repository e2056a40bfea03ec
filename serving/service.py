"""The prediction service: four questions, answered as JSON from what is released.

Started by `huyula serve`. The module loads nothing when imported, since BentoML's supervisor
imports it too.
"""

from __future__ import annotations

import logging
from typing import TypeVar

import attrs
import bentoml
from bentoml import Service
from starlette.types import ASGIApp

from features.settings import Settings
from features.standards.load import in_force
from features.standards.override import employer_standards
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
from serving.released import Releases

T = TypeVar("T")


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
        self.releases = Releases(Workspace(settings.workspace), settings.key_folder)

    @bentoml.api(route="/v1/recommendations")
    @refusing
    def recommendations(self, question: RecommendationQuestion, /) -> RecommendationAnswer:
        """Recommend courses to people, with reasons that add up."""
        return answers.recommend(self.releases.current(), question, EXCHANGE.get().language)

    @bentoml.api(route="/v1/support-needs")
    @refusing
    def support_needs(self, question: SupportQuestion, /) -> SupportAnswer:
        """Say who may need support, and why."""
        language = EXCHANGE.get().language
        return support_answers.support_needs(self.releases.current(), question, language)

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

    async def __is_ready__(self) -> bool:
        """Tell `/readyz` whether there is anything to answer from."""
        return self.releases.is_ready
