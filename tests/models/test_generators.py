from __future__ import annotations

import pytest

from features.errors import ArtifactError
from models.generators import KINDS, default_generators, generator_from_dict


def test_default_generators_propose_and_are_named_apart():
    generators = default_generators()
    assert all(generator.proposes for generator in generators)
    assert len({generator.name for generator in generators}) == len(generators)


def test_names_default_to_the_kinds():
    assert {kind: generator().name for kind, generator in KINDS.items()} == {
        kind: kind for kind in KINDS
    }


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param({}, "generator kind must be one of .*, got None", id="nothing"),
        pytest.param({"kind": "magic"}, "got magic", id="unknown kind"),
        pytest.param({"kind": "ease", "params": {}}, "generator ease is damaged", id="no state"),
        pytest.param(
            {"kind": "ease", "params": {"evil": 1}, "course_ids": [], "state": {}},
            "generator ease is damaged",
            id="foreign parameter",
        ),
    ],
)
def test_refuses(content, message):
    with pytest.raises(ArtifactError, match=message):
        generator_from_dict(content)
