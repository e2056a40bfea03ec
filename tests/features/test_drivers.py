import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.drivers import GROUPS, LEVERS, group_of, grouped
from features.errors import SchemaError
from features.profiles import DISPLAY, FEATURES
from features.standards.load import Standards, in_force, load_standard


def test_every_figure_that_a_support_model_may_use_is_declared():
    declared = load_standard("support_drivers")["feature"]
    shown = [name for names in DISPLAY.values() for name in names]
    assert {*FEATURES, *shown} == set(declared)
    assert {one["group"] for one in declared.values()} == set(GROUPS)
    assert {one["lever"] for one in declared.values()} == {*LEVERS, "none"}


@given(st.dictionaries(st.sampled_from([*FEATURES, "base", "new_figure"]), st.floats(-9, 9)))
def test_groups_add_up_to_the_score(parts):
    assert sum(grouped(parts).values()) == pytest.approx(sum(parts.values()), abs=1e-9)


def test_a_figure_that_is_not_declared_is_no_groups():
    assert group_of("new_figure") == "other"
    assert grouped({"new_figure": 2.0, "predicate_vs_unit": 1.0}) == {
        "person": 0.0, "office": 0.0, "system": 1.0, "other": 2.0, "base": 0.0,
    }  # fmt: skip


def test_the_employer_may_group_otherwise(tmp_path):
    path = tmp_path / "support_drivers.toml"
    path.write_text('source = "SK 1/2026"\n[feature.unexcused_rise]\ngroup = "office"\n')
    with in_force(Standards(tmp_path)):
        assert group_of("unexcused_rise") == "office"
    assert group_of("unexcused_rise") == "person"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("support_drivers", '[feature.predicate]\ngroup = "boss"\n', "must be of person, office"),
        ("support_drivers", '[feature.predicate]\nlever = "pay"\n', "must be of mentoring, "),
        ("support_levers", '[course]\nkind = "sure"\n', "kind must be of set, assumed"),
        ("support_levers", "[course.moves.n_courses]\nlowest = 2000\n", "lowest up to highest"),
    ],
)
def test_an_impossible_table_is_refused(tmp_path, name, text, message):
    (tmp_path / f"{name}.toml").write_text(f'source = "SK 1/2026"\n{text}')
    with pytest.raises(SchemaError, match=message):
        load_standard(name, overrides=tmp_path)
