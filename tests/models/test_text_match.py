from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from models.cases import Cases, Catalogue
from models.text_match import TextMatch, stemmed_words
from tests.models.contracts import GeneratorContract

TITLES = [
    "Penyusunan Anggaran",
    "Tabel Excel dan Anggaran",
    "Hukum Pengadaan",
    "Kepemimpinan",
    "Public Speaking",
]


@pytest.fixture
def tiny_catalogue(tiny_catalogue) -> Catalogue:
    """The five courses, with titles."""
    return Catalogue(tiny_catalogue.courses.assign(title=TITLES), tiny_catalogue.teaches)


class TestContract(GeneratorContract):
    make = TextMatch


def test_words_of_both_languages_meet():
    assert stemmed_words("Pengelolaan") == stemmed_words("pengelola")
    assert stemmed_words("Policies, tables & buses of 2024") == ["policy", "table", "buse"]
    assert stemmed_words("status, press; go") == ["status", "press"]


def test_only_shared_words_count_and_rare_ones_more(tiny_cases, tiny_catalogue):
    person = Cases(
        tiny_cases.people.iloc[[1]], tiny_cases.history.iloc[[4]], tiny_cases.gaps
    )  # budi took budget only: "penyusunan anggaran"
    scores = TextMatch().fit(tiny_cases, tiny_catalogue).score(person)[0]
    assert scores[0] == pytest.approx(1.0)
    n, (once, twice) = 5, (1, 2)
    rare, shared = np.log((1 + n) / (1 + once)) + 1, np.log((1 + n) / (1 + twice)) + 1
    expected = shared**2 / np.hypot(rare, shared) / np.sqrt(3 * rare**2 + shared**2)
    assert scores[1] == pytest.approx(expected)
    assert not scores[2:].any()


def test_the_post_speaks_for_a_new_person(tiny_cases, tiny_catalogue):
    model = TextMatch().fit(tiny_cases, tiny_catalogue)
    people = pd.DataFrame(
        {"employee_id": ["new", "mute"], "post_title": ["Analis Hukum dan Pengadaan", None]}
    )
    scores = model.score(Cases(people, tiny_cases.history, tiny_cases.gaps))
    assert scores[0].argmax() == 2
    assert not scores[1].any()
    restored = TextMatch.from_dict(model.to_dict())
    np.testing.assert_array_equal(
        restored.score(Cases(people, tiny_cases.history, tiny_cases.gaps)), scores
    )


def test_courses_without_words_say_nothing(tiny_cases, tiny_catalogue):
    silent = Catalogue(tiny_catalogue.courses.drop(columns="title"), tiny_catalogue.teaches)
    people = tiny_cases.people.assign(post_title="Analis")
    scores = TextMatch().fit(tiny_cases, silent)
    assert not scores.score(Cases(people, tiny_cases.history, tiny_cases.gaps)).any()


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        pytest.param({"recency": 0}, "recency must be above 0 and at most 1, got 0", id="recency"),
        pytest.param({"post_weight": -1}, "post_weight must not be negative, got -1", id="post"),
    ],
)
def test_fit_refuses(parameter, message, tiny_cases, tiny_catalogue):
    with pytest.raises(ValueError, match=message):
        TextMatch(**parameter).fit(tiny_cases, tiny_catalogue)
