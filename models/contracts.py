"""What every generator must hold, as checks that need no test runner.

Our own tests run each check on each of our generators; `huyula experiment run` runs them on a data
scientist's before it is fitted on anybody. A check is given a callable that makes an unfitted
generator, and raises `ContractError` with the class, the rule and what was found.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from features.errors import ContractError
from models.cases import Cases, Catalogue
from models.contract_cases import (
    contract_cases,
    contract_catalogue,
    emptied,
    shuffled,
    strangers,
)
from models.contract_rules import a_clone_is_unfitted_with_equal_parameters, hold, run_checks
from models.generator import Generator

MakeGenerator = Callable[[], Generator]


def scores_have_a_row_a_person_and_a_column_a_course(make: MakeGenerator) -> None:
    """Scores are finite float64, people by courses, and the columns are named."""
    generator = _fitted(make)
    scores = generator.score(contract_cases())
    courses = contract_catalogue().courses["course_id"].tolist()
    hold(generator, "must score people by courses", scores.shape == (4, 5), scores.shape)
    hold(generator, "must score in float64", scores.dtype == np.float64, scores.dtype)
    hold(generator, "must score finitely", bool(np.isfinite(scores).all()), "others")
    named = list(generator.course_ids_)
    hold(generator, f"course_ids_ must be {courses}", named == courses, named)


def fit_returns_the_generator(make: MakeGenerator) -> None:
    """``fit`` returns the generator itself."""
    generator = make()
    found = generator.fit(contract_cases(), contract_catalogue())
    hold(generator, "fit must return self", found is generator, type(found).__name__)


def nothing_to_learn_from_scores_zero(make: MakeGenerator) -> None:
    """Without histories, gaps and taught competencies every score is 0."""
    cases, catalogue = contract_cases(), contract_catalogue()
    nothing = Cases(cases.people, emptied(cases.history), emptied(cases.gaps))
    empty = Catalogue(catalogue.courses, emptied(catalogue.teaches))
    scores = make().fit(nothing, empty).score(nothing)
    hold(make(), "must score 0 where there is nothing to learn", not scores.any(), scores.max())


def nobody_scores_no_rows(make: MakeGenerator) -> None:
    """No people give no rows."""
    shape = _fitted(make).score(contract_cases().of([])).shape
    hold(make(), "must score nobody in 0 rows", shape == (0, 5), shape)


def an_unknown_person_has_finite_scores(make: MakeGenerator) -> None:
    """Somebody with no history, in a post nobody held, is scored finitely."""
    scores = _fitted(make).score(strangers(contract_cases()))
    hold(make(), "must score a stranger finitely", bool(np.isfinite(scores).all()), scores)


def foreign_history_is_ignored(make: MakeGenerator) -> None:
    """Courses outside the catalogue and people outside the cases change no score."""
    cases, generator = contract_cases(), _fitted(make)
    foreign = cases.history.iloc[:2].assign(
        employee_id=["ani", "nobody"], course_id=["unlisted", "law"]
    )
    history = pd.concat([cases.history, foreign], ignore_index=True)
    widened = Cases(cases.people, history, cases.gaps)
    _same(generator, "must ignore courses and people that are not there", generator.score(widened),
          generator.score(contract_cases()))  # fmt: skip


def refit_equals_a_fresh_fit(make: MakeGenerator) -> None:
    """Check that what an earlier fit learned is forgotten."""
    cases, catalogue = contract_cases(), contract_catalogue()
    fewer = cases.of(["budi", "dewi"])
    refit = _fitted(make).fit(fewer, catalogue).score(contract_cases())
    fresh = make().fit(contract_cases().of(["budi", "dewi"]), catalogue).score(contract_cases())
    _same(make(), "must forget an earlier fit", refit, fresh)


def it_reads_back_from_json_exactly(make: MakeGenerator) -> None:
    """``from_dict`` of ``to_dict`` through JSON text has equal parameters and scores."""
    generator = _fitted(make)
    try:
        text = json.dumps(generator.to_dict(), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ContractError(type(generator).__name__, "to_dict must be JSON", error) from error
    restored = type(generator).from_dict(json.loads(text))
    params = restored.get_params() == generator.get_params()
    hold(generator, "must keep its parameters in JSON", params, restored.get_params())
    scores = [one.score(contract_cases()) for one in (restored, generator)]
    _same(generator, "must score alike after JSON", *scores)


def the_order_of_rows_says_nothing(make: MakeGenerator) -> None:
    """History and gaps in another order give the same scores."""
    catalogue, other = contract_catalogue(), shuffled(contract_cases())
    moved = make().fit(other, catalogue).score(other)
    _same(make(), "must not depend on the order of rows", moved,
          _fitted(make).score(contract_cases()))  # fmt: skip


def a_generator_leaves_its_input_as_it_is(make: MakeGenerator) -> None:
    """Fitting and scoring change no frame."""
    cases, catalogue = contract_cases(), contract_catalogue()
    frames = [cases.people, cases.history, cases.gaps, catalogue.courses, catalogue.teaches]
    before = [frame.copy() for frame in frames]
    make().fit(cases, catalogue).score(cases)
    kept = all(now.equals(then) for now, then in zip(frames, before, strict=True))
    hold(make(), "must not modify its input", kept, "changed rows")


GENERATOR_CHECKS: tuple[Callable[[MakeGenerator], None], ...] = (
    a_clone_is_unfitted_with_equal_parameters,
    fit_returns_the_generator,
    scores_have_a_row_a_person_and_a_column_a_course,
    nothing_to_learn_from_scores_zero,
    nobody_scores_no_rows,
    an_unknown_person_has_finite_scores,
    foreign_history_is_ignored,
    refit_equals_a_fresh_fit,
    it_reads_back_from_json_exactly,
    the_order_of_rows_says_nothing,
    a_generator_leaves_its_input_as_it_is,
)
"""What a generator must hold."""


def check_generator(
    make: MakeGenerator, checks: Sequence[Callable[[MakeGenerator], None]] = GENERATOR_CHECKS
) -> None:
    """Raise `ContractError` at the first rule that a generator breaks."""
    model: Any = make()
    hold(model, "must be a models.generator.Generator", isinstance(model, Generator), "another")
    run_checks(model, make, checks)


def _fitted(make: MakeGenerator) -> Generator:
    return make().fit(contract_cases(), contract_catalogue())


def _same(model: object, rule: str, one: np.ndarray, other: np.ndarray) -> None:
    hold(model, rule, bool(np.array_equal(one, other)), "other scores")
