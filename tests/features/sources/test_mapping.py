from __future__ import annotations

import pytest

from features.errors import SchemaError
from features.schema import FROM_THE_START
from features.sources.mapping import load_mapping, shipped_mappings

MAPPING = """
name = "own"
date_formats = ["%Y-%m-%d"]
[person]
employee_no = "no"
[[table]]
into = "employees"
file = "staff.csv"
[table.columns]
employment_type = { const = "PNS" }
"""


@pytest.fixture
def load(tmp_path):
    def run(text: str):
        (tmp_path / "own.toml").write_text(text)
        return load_mapping(str(tmp_path / "own.toml"))

    return run


@pytest.mark.parametrize("name", ["siasn", "employee_export"])
def test_the_shipped_mappings_are_sound(name):
    assert load_mapping(name).name == name
    assert name in shipped_mappings()


def test_an_own_mapping_is_read_from_its_file(load):
    mapping = load(MAPPING)
    (rule,) = mapping.table
    assert rule.columns["employment_type"].const == "PNS"
    assert rule.columns["valid_from"].const == FROM_THE_START.isoformat()
    assert mapping.person.kinds() == {"employee_no": ["no"]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(
            ("employees", "people"), "into must be a canonical table, got people", id="table"
        ),
        pytest.param(
            ("employment_type =", "salary ="), "columns of employees must be canonical, got salary",
            id="column",
        ),
        pytest.param(
            ('employment_type = { const = "PNS" }', 'joined_on = "a"'),
            "columns of employees must include employment_type", id="lacking",
        ),
        pytest.param(("const =", "constant ="), "Extra inputs are not permitted", id="word"),
        pytest.param(('{ const = "PNS" }', "{}"), "must have either from or const", id="no origin"),
        pytest.param(
            ('const = "PNS"', 'from = "a", lookup = "posts.name"'),
            "lookup must be a canonical table.column, got posts.name", id="lookup",
        ),
        pytest.param(
            ('const = "PNS"', 'from = "a", key_from = "b"'), "key_from must stand with lookup",
            id="key",
        ),
        pytest.param(
            ('employee_no = "no"', 'name = "nama"'),
            "person must name a column of pns_id, employee_no, nip or nik", id="person",
        ),
        pytest.param(
            ('into = "employees"', 'into = "units"'), "columns of units must be canonical",
            id="other table",
        ),
        pytest.param(
            ('["%Y-%m-%d"]', "[]"), "date_formats: List should have at least 1", id="no dates"
        ),
        pytest.param(
            ("%Y-%m-%d", "yyyy-mm-dd"), r"a date format must hold .* got yyyy-mm-dd",
            id="date format",
        ),
        pytest.param(("[[table]]", "[[table]"), "must be TOML", id="TOML"),
    ],
)  # fmt: skip
def test_a_broken_mapping_says_what_is_wrong(load, change, message):
    with pytest.raises(SchemaError, match=message) as raised:
        load(MAPPING.replace(*change))
    assert "own.toml" in raised.value.field


def test_a_mapping_must_have_people(load):
    units = MAPPING.replace("employees", "units").replace(
        'employment_type = { const = "PNS" }', 'unit_id = "a"\nname = "b"'
    )
    with pytest.raises(SchemaError, match="table must have a rule into employees"):
        load(units)


def test_all_problems_of_a_mapping_are_named_at_once(load):
    text = MAPPING.replace("const =", "constant =").replace("name =", "nama =")
    with pytest.raises(SchemaError) as raised:
        load(text)
    assert all(word in str(raised.value) for word in ("constant", "nama", "Field required"))


def test_an_unknown_mapping_names_those_there_are():
    with pytest.raises(SchemaError, match="must be employee_export or siasn or a TOML file, got x"):
        load_mapping("x")
