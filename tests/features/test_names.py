from __future__ import annotations

import polars as pl
import pytest

from features.names import Names


def test_names_are_a_mapping_that_takes_many_at_once():
    names = Names()
    names["a"] = "Siti"
    names.add(pl.DataFrame({"employee_id": ["a", "b", "b"], "name": ["Ani", "Budi", "Bayu"]}))
    assert names == {"a": "Ani", "b": "Bayu"}
    names |= {"c": "Citra", "a": "Adi"}
    assert (names["a"], names["c"], len(names)) == ("Adi", "Citra", 3)
    assert "d" not in names
    del names["a"]
    assert dict(names.frame().iter_rows()) == {"b": "Bayu", "c": "Citra"}
    with pytest.raises(KeyError):
        names["a"]
    assert repr(names) == "Names()"
    names.clear()
    assert names == {}
