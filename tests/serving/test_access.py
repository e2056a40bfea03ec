import pytest

from features.errors import SchemaError
from serving.access import ApiKeys


def test_keys_are_separated_by_commas_and_trimmed():
    keys = ApiKeys(f" {'a' * 20}, {'b' * 20},")
    assert keys.accept("Bearer " + "a" * 20)
    assert keys.accept("BEARER  " + "b" * 20)
    assert not keys.accept("Bearer " + "a" * 19)
    assert not keys.accept("a" * 20)
    assert not keys.accept("Bearer ")
    assert not keys.accept("")
    assert not keys.accept("Bearer \xe9\u20ac")


@pytest.mark.parametrize("text", ["", " ", ",,"])
def test_no_keys_accept_nobody(text):
    keys = ApiKeys(text)
    assert not keys
    assert not keys.accept("Bearer ")
    assert not keys.accept("")


def test_short_keys_are_refused_without_showing_them():
    with pytest.raises(SchemaError, match="at least 20 characters") as raised:
        ApiKeys("secret-but-short")
    assert "secret" not in str(raised.value).replace("secrets", "")
