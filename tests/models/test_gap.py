from __future__ import annotations

import numpy as np
import pandas as pd

from models.cases import Cases, Catalogue
from models.gap import GapCoverage
from tests.models.contracts import GeneratorContract


class TestContract(GeneratorContract):
    make = GapCoverage


def test_levels_covered_are_bounded_by_gap_and_by_what_is_taught(tiny_cases, tiny_catalogue):
    scores = GapCoverage().fit(tiny_cases, tiny_catalogue).score(tiny_cases)
    # ani lacks 1 level of M.01 (taught to 3, covers 1) and 2.5 of T.01 (at 1.5, taught to 2:
    # covers .5)
    np.testing.assert_allclose(scores[0], [1.5, 0, 0, 0, 0])


def test_an_unassessed_competency_is_not_a_gap(tiny_cases, tiny_catalogue):
    scores = GapCoverage().fit(tiny_cases, tiny_catalogue).score(tiny_cases)
    assert not scores[1].any()


def test_a_met_requirement_needs_no_course(tiny_cases, tiny_catalogue):
    scores = GapCoverage().fit(tiny_cases, tiny_catalogue).score(tiny_cases)
    assert not scores[2].any()


def test_a_course_below_the_persons_level_covers_nothing(tiny_cases, tiny_catalogue):
    teaches = pd.DataFrame({"course_id": ["law"], "competency_id": ["T.01"], "level": [1.0]})
    model = GapCoverage().fit(tiny_cases, Catalogue(tiny_catalogue.courses, teaches))
    assert not model.score(tiny_cases).any()


def test_gaps_of_people_who_are_not_asked_about_are_ignored(tiny_cases, tiny_catalogue):
    model = GapCoverage().fit(tiny_cases, tiny_catalogue)
    cases = Cases(tiny_cases.people.iloc[[3]], tiny_cases.history, tiny_cases.gaps)
    assert model.score(cases).shape == (1, 5)
    assert not model.score(cases).any()


def test_a_restored_generator_without_anything_taught_scores_nothing(tiny_cases, tiny_catalogue):
    """An export without competencies: neither what is taught nor what is lacking has a row."""
    catalogue = Catalogue(tiny_catalogue.courses, tiny_catalogue.teaches.iloc[:0])
    without = Cases(tiny_cases.people, tiny_cases.history, tiny_cases.gaps.iloc[:0])
    restored = GapCoverage.from_dict(GapCoverage().fit(without, catalogue).to_dict())
    for cases in (without, tiny_cases):
        assert (restored.score(cases) == 0).all()
