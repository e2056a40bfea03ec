from __future__ import annotations

import pytest

from models.cases import Cases, Catalogue
from models.contract_cases import contract_cases, contract_catalogue


@pytest.fixture
def tiny_catalogue() -> Catalogue:
    """Five courses; budget teaches M.01 to level 3 and T.01 to level 2."""
    return contract_catalogue()


@pytest.fixture
def tiny_cases() -> Cases:
    """Four people and twelve hand-countable enrolments, see `contract_cases`."""
    return contract_cases()
