from __future__ import annotations

from collections import defaultdict

import pytest

from features.catalogue.labels import DEFAULT, PARTS, load_dictionary, load_labels
from features.errors import SchemaError
from features.schema import FORMS


@pytest.fixture(scope="module")
def labels():
    return load_labels(DEFAULT)


def test_list_is_as_long_as_it_claims(labels):
    assert len(labels.names) == 654
    assert len({name.course.course for name in labels.names}) == 159
    assert [len(labels.part(part)) for part in PARTS] == [330, 324]
    assert len(labels.dictionary) == 49


def test_no_family_and_no_course_stands_in_two_parts(labels):
    parts = defaultdict(set)
    for name in labels.names:
        parts[name.course.family].add(name.course.part)
        parts[name.course.course].add(name.course.part)
    assert all(len(found) == 1 for found in parts.values())


def test_every_label_is_one_that_the_records_could_hold(labels):
    codes = {competency.competency_id for competency in labels.dictionary}
    for name in labels.names:
        assert name.course.form in FORMS
        assert 1 <= len(name.course.competencies) <= 3
        assert name.course.competencies.keys() <= codes
        assert set(name.course.competencies.values()) <= {1, 2, 3, 4, 5}
    assert len({name.name for name in labels.names}) == len(labels.names)


def test_labels_elsewhere_are_refused(tmp_path):
    with pytest.raises(SchemaError, match=r"labels must be a folder that holds courses\.tsv"):
        load_labels(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("[[competency]]\nname = 'A'", r"\[\[competency\]\] 1 must have id", id="id"),
        pytest.param("[[competency]]\nid = 'A'", r"\[\[competency\]\] 1 must have name", id="name"),
        pytest.param(
            "[[competency]]\nid='A'\nname='B'\n[[competency]]\nid='A'\nname='C'",
            "competency id must stand once, got A",
            id="twice",
        ),
        pytest.param("nonsense", "must be TOML in UTF-8", id="no-toml"),
    ],
)
def test_dictionary_names_what_is_wrong(tmp_path, text, message):
    path = tmp_path / "dictionary.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SchemaError, match=message):
        load_dictionary(path)
