from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from models.cases import Cases, Catalogue
from models.generators import KINDS
from models.provider_record import ProviderRecord
from tests.models.contracts import GeneratorContract


@pytest.fixture
def provided(tiny_catalogue: Catalogue) -> Catalogue:
    """The tiny courses; LAN gives budget and excel, BKN law, nobody known lead, LAN speak."""
    providers = ["LAN", "LAN", "BKN", None, "LAN"]
    return replace(tiny_catalogue, courses=tiny_catalogue.courses.assign(provider=providers))


class TestContract(GeneratorContract):
    make = ProviderRecord


def test_the_other_courses_of_the_provider_count(tiny_cases: Cases, provided: Catalogue):
    # enrolments a person of 4: budget 3/4, excel 4/4, law 3/4, lead 1/4, speak 1/4; mean 12/20
    model = ProviderRecord(shrinkage=1).fit(tiny_cases, provided)
    expected = [
        (1 + 0.25 + 0.6) / 3,  # budget: excel and speak
        (0.75 + 0.25 + 0.6) / 3,  # excel: budget and speak
        0.6,  # law: its provider has no other
        0.6,  # lead: no provider known
        (0.75 + 1 + 0.6) / 3,  # speak: budget and excel
    ]
    np.testing.assert_allclose(model.score(tiny_cases), np.tile(expected, (4, 1)))


def test_completion_is_a_share_of_enrolments(tiny_cases: Cases, provided: Catalogue):
    completed = tiny_cases.history["course_id"] != "excel"  # 8 of 12 are
    history = tiny_cases.history.assign(completed=completed)
    cases = Cases(tiny_cases.people, history, tiny_cases.gaps)
    model = ProviderRecord(measure="completed", shrinkage=3).fit(cases, provided)
    # budget: excel 0 of 4, speak 1 of 1, with 3 times 2/3; speak: budget 3 of 3, excel 0 of 4
    assert model.score(cases)[0, [0, 4]].tolist() == pytest.approx([(1 + 2) / 8, (3 + 2) / 10])


def test_a_new_course_has_the_record_of_its_providers_others(tiny_cases, provided):
    new = pd.DataFrame({"course_id": ["new"], "provider": ["LAN"]})
    catalogue = replace(provided, courses=pd.concat([provided.courses, new], ignore_index=True))
    scores = ProviderRecord(shrinkage=0).fit(tiny_cases, catalogue).score(tiny_cases)
    assert scores[0, 5] == pytest.approx((0.75 + 1 + 0.25) / 3)


def test_nothing_known_says_the_mean(tiny_cases, tiny_catalogue):
    nobody = Cases(tiny_cases.people, tiny_cases.history.iloc[:0], tiny_cases.gaps)
    assert not ProviderRecord().fit(nobody, tiny_catalogue).score(nobody).any()
    assert not ProviderRecord(shrinkage=0).fit(nobody, tiny_catalogue).score(nobody).any()


def test_it_can_be_read_back_from_a_file():
    assert KINDS["provider"] is ProviderRecord


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"measure": "liked"}, "measure must be one of"), ({"shrinkage": -1}, "shrinkage must")],
)
def test_parameters_are_checked(tiny_cases, tiny_catalogue, wrong, said):
    with pytest.raises(ValueError, match=said):
        ProviderRecord(**wrong).fit(tiny_cases, tiny_catalogue)
