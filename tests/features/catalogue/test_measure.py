from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.catalogue.fitting import fit_competencies, fit_pairs
from features.catalogue.labels import DEFAULT, Labels, load_labels
from features.catalogue.measure import (
    Interval,
    baseline_groups,
    count_pairs,
)
from features.catalogue.report import measure_all, report_lines
from features.catalogue.vocabulary import read_words


@pytest.fixture(scope="module")
def labels():
    return load_labels(DEFAULT)


@pytest.fixture(scope="module")
def few(labels) -> Labels:
    """Return a few families of the list."""
    families = {"kepemimpinan", "kependudukan", "bahasa", "ujian"}
    names = tuple(name for name in labels.names if name.course.family in families)
    return Labels(names, labels.dictionary)


@pytest.mark.parametrize(("name", "fit"), [("pair_model", fit_pairs),
                                           ("competency_model", fit_competencies)])  # fmt: skip
def test_shipped_model_is_the_one_fitted_on_the_development_part(labels, name, fit):
    shipped = read_words(name)
    found = fit(labels)
    assert found == pytest.approx(
        {"intercept": shipped["intercept"]} | shipped["coefficients"], abs=0.01
    )


def test_pairs_are_counted_by_hand():
    counts = count_pairs(["a", "a", "a", "b", "b"], [0, 0, 1, 1, 2])
    assert counts.right == Counter(a=1)
    assert counts.missed == Counter(a=2, b=1)
    assert counts.wrong == Counter({("a", "b"): 1})
    assert counts.precision_recall() == (1 / 2, 1 / 4)
    twice_a = Counter(a=2, b=1)  # 2 right, 4 + 1 missed, 2 * 1 wrong
    assert counts.precision_recall(twice_a) == (2 / 4, 2 / 7)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), max_size=12))
def test_precision_and_recall_are_shares(rows):
    counts = count_pairs([c for c, _ in rows], [g for _, g in rows])
    assert all(0 <= figure <= 1 for figure in counts.precision_recall())


def test_baseline_joins_what_hangs_together():
    assert baseline_groups(["a b c", "c b a", "x y z"], 90) == [0, 0, 1]


def test_report_holds_every_way(few):
    measured = measure_all(few, "development")
    assert measured["names"] == 52
    lines = report_lines(measured)
    assert lines[0].startswith("52 names of 10 courses, part development")
    assert sum(line.startswith("huyula") for line in lines) == 2
    assert measured["competencies_at_3"]["highest possible"]["recall"]["value"] == 1.0


def test_interval_reads_as_figure_and_bounds():
    assert str(Interval(0.5, 0.25, 0.75)) == "0.500 (0.250-0.750)"
