"""Whatever is sent, the service answers below 500, and every refusal has the one shape."""

import json
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

PATHS = ("/v1/recommendations", "/v1/support-needs", "/v1/profiles", "/v1/why-not")
ERROR = ["code", "message", "field", "rule", "value", "request_id"]

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.sampled_from(["e1", "e2", "p1", "p2", "198501012010011001", "promotion", ""]),
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=12,
)
person = st.dictionaries(
    st.sampled_from(["employee_id", "nip", "pns_id", "reference", "other"]), scalars, max_size=3
)
question = st.fixed_dictionaries(
    {"people": st.one_of(st.lists(person, max_size=3), anything)},
    optional={
        "k": anything,
        "target_post": anything,
        "purpose": anything,
        "other": anything,
        "filter": anything,
        "course": anything,
    },
)


def check(response):
    assert response.status_code < 500, response.text
    if response.status_code != 200:
        assert list(response.json()["error"]) == ERROR


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS)
@settings(max_examples=150, deadline=None)
@given(body=st.one_of(question, anything))
def test_strange_questions(client, path, body):
    headers = {"content-type": "application/json"}
    check(client.post(path, content=json.dumps(body).encode(), headers=headers))


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(body=st.binary(max_size=200))
def test_strange_bytes(client, body):
    headers = {"content-type": "application/json"}
    check(client.post("/v1/recommendations", content=body, headers=headers))


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(
    path=st.text(alphabet=string.printable + "äπ", max_size=20),
    header=st.text(alphabet=string.ascii_letters + " ;=,/*.", max_size=30),
)
def test_strange_paths_and_headers(client, path, header):
    from urllib.parse import quote

    headers = {"accept-language": header, "accept": header, "content-type": header}
    check(client.post(f"/{quote(path)}", content=b"{}", headers=headers))
    check(client.get(f"/{quote(path)}", headers=headers | {"authorization": header}))
