import asyncio
import json
import re

import pytest
from starlette.testclient import TestClient

from serving.access import ApiKeys
from serving.gate import MAX_BODY_BYTES, Gate
from serving.messages import SupportQuestion

QUESTIONS = ("/v1/recommendations", "/v1/support-needs", "/v1/profiles")
PROTECTED = ("/metrics", "/docs.json", "/schema.json")
PROBES = ("/livez", "/readyz")
STRANGE = ("/", "/healthz", "/static_content/index.css", "/v1/recommendations/", "/v1/nobody", "/é")
NIP = "198501012010011001"
ASKED = {"people": [{"employee_id": "e1"}]}


def check_shape(response, status, code):
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    assert response.headers["cache-control"] == "no-store"
    error = response.json()["error"]
    assert list(response.json()) == ["error"]
    assert list(error) == ["code", "message", "field", "rule", "value", "request_id"]
    assert error["code"] == code
    assert error["request_id"] == response.headers["x-request-id"]
    assert "Traceback" not in response.text
    assert not re.search(r"\d{9}", response.text.replace(error["request_id"], ""))
    return error


@pytest.mark.parametrize("key", ["none", "wrong", "basic", "right"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
def test_every_route_asks_for_the_key(client, key, method):
    header = {
        "none": {"authorization": ""},
        "wrong": {"authorization": "Bearer a-key-for-tests-of-30-letters_"},
        "basic": {"authorization": "Basic " + client.headers["authorization"].split()[1]},
        "right": {},
    }[key]
    for path in (*QUESTIONS, *PROTECTED, *PROBES, *STRANGE):
        response = client.request(method, path, json=ASKED, headers=header)
        if path in PROBES and method == "GET":
            assert response.status_code == 200
        elif key != "right" and path not in PROBES:
            check_shape(response, 401, "unauthorised")
            assert response.headers["www-authenticate"] == "Bearer"
        elif path in STRANGE:
            check_shape(response, 404, "unknown_path")
        elif method != ("POST" if path in QUESTIONS else "GET"):
            check_shape(response, 405, "method_not_allowed")
            assert response.headers["allow"] == ("POST" if path in QUESTIONS else "GET, HEAD")
        else:
            assert response.status_code == 200


def test_a_key_is_accepted_whatever_the_case_of_the_scheme(client):
    key = client.headers["authorization"].split()[1]
    assert client.get("/docs.json", headers={"authorization": f"bearer {key}"}).status_code == 200
    other = {"authorization": "Bearer another-key-of-20-letters"}
    assert client.get("/docs.json", headers=other).status_code == 200


def test_strange_paths_grow_no_metric(client):
    client.post("/v1/profiles", json=ASKED)
    before = client.get("/metrics").text
    for number in range(50):
        check_shape(client.get(f"/v1/{number}/{NIP}"), 404, "unknown_path")
    after = client.get("/metrics").text
    assert NIP not in after
    assert len(after.splitlines()) == len(before.splitlines())


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        pytest.param("application/json", 200, id="json"),
        pytest.param("Application/JSON; Charset=UTF-8", 200, id="json-utf8"),
        pytest.param("application/json; charset=latin-1", 415, id="latin1"),
        pytest.param("text/plain", 415, id="text"),
        pytest.param("application/x-www-form-urlencoded", 415, id="form"),
        pytest.param("multipart/form-data; boundary=x", 415, id="multipart"),
        pytest.param("application/vnd.bentoml+pickle", 415, id="pickle"),
        pytest.param("application/vnd.bentoml+arrow", 415, id="arrow"),
        pytest.param("", 415, id="none"),
    ],
)
def test_only_json_is_taken(client, content_type, status):
    body = json.dumps(ASKED).encode()
    response = client.post("/v1/profiles", content=body, headers={"content-type": content_type})
    assert response.status_code == status
    if status != 200:
        check_shape(response, 415, "unsupported_media_type")


def test_compressed_bodies_are_refused(client):
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    response = client.post("/v1/profiles", content=b"\x1f\x8b", headers=headers)
    check_shape(response, 415, "unsupported_media_type")


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        pytest.param(b"", "invalid_json", "body", id="empty"),
        pytest.param(b"{", "invalid_json", "body", id="cut"),
        pytest.param(b"\xff\xfe{}", "invalid_json", "body", id="not-utf8"),
        pytest.param(b'{"people":[{"employee_id":"\xe9"}]}', "invalid_json", "body", id="latin1"),
        pytest.param(b"[" * 100_000, "invalid_json", "body", id="deep"),
        pytest.param(b'{"a":' * 50_000, "invalid_json", "body", id="deep-objects"),
        pytest.param(b"null", "invalid_request", "body", id="null"),
        pytest.param(b"[]", "invalid_request", "body", id="list"),
        pytest.param(b'"x"', "invalid_request", "body", id="text"),
        pytest.param(b"NaN", "invalid_request", "body", id="nan"),
        pytest.param(b"{}", "invalid_request", "people", id="nobody"),
        pytest.param(b'{"people": []}', "invalid_request", "people", id="empty-list"),
        pytest.param(b'{"people": {}}', "invalid_request", "people", id="not-a-list"),
        pytest.param(b'{"people": ["e1"]}', "invalid_request", "people.0", id="not-an-object"),
        pytest.param(b'{"people": [{}]}', "invalid_request", "people.0", id="no-key"),
        pytest.param(
            b'{"people": [{"nip": "198501012010011001", "employee_id": "e1"}]}',
            "invalid_request", "people.0", id="two-keys",
        ),
        pytest.param(
            b'{"people": [{"nip": 198501012010011001}]}',
            "invalid_request", "people.0.nip", id="nip-as-number",
        ),
        pytest.param(
            b'{"people": [{"nip": "1.98E+17"}]}',
            "invalid_request", "people.0.nip", id="nip-ruined-by-a-spreadsheet",
        ),
        pytest.param(
            b'{"people": [{"nip": "1985010120100110012"}]}',
            "invalid_request", "people.0.nip", id="nip-too-long",
        ),
        pytest.param(
            '{"people": [{"nip": "١٩٨٥٠١٠١٢٠١٠٠١١٠٠١"}]}'.encode(),
            "invalid_request", "people.0.nip", id="nip-in-other-digits",
        ),
        pytest.param(
            b'{"people": [{"employee_id": "e1", "nama": "Siti Rahmawati"}]}',
            "invalid_request", "people.0.nama", id="unknown-field",
        ),
        pytest.param(
            b'{"people": [{"employee_id": "e1", "198501012010011001": 1}]}',
            "invalid_request", "people.0.(unnamed)", id="identity-as-field",
        ),
        pytest.param(
            b'{"people": [{"employee_id": "e1"}], "k": 51}', "invalid_request", "k", id="k-51"
        ),
        pytest.param(
            b'{"people": [{"employee_id": "e1"}], "k": 0}', "invalid_request", "k", id="k-0"
        ),
        pytest.param(
            b'{"people": [{"employee_id": "e1"}], "k": NaN}', "invalid_request", "k", id="k-nan"
        ),
        pytest.param(
            b'{"people": [{"employee_id": "e1"}], "k": 1e999}', "invalid_request", "k", id="k-inf"
        ),
        pytest.param(
            b'{"people": [{"employee_id": "e1"}], "k": "5"}', "invalid_request", "k", id="k-text"
        ),
        pytest.param(
            b'{"people": [{"employee_id": "e1"}], "k": true}', "invalid_request", "k", id="k-bool"
        ),
        pytest.param(
            b'{"people": [{"employee_id": "e1"}], "k": ' + b"9" * 5000 + b"}",
            "invalid_json", "body", id="k-huge",
        ),
    ],
)  # fmt: skip
def test_faulty_bodies_are_explained(client, body, code, field):
    headers = {"content-type": "application/json"}
    response = client.post("/v1/recommendations", content=body, headers=headers)
    error = check_shape(response, 422, code)
    assert error["field"] == field
    assert error["rule"]
    assert "Siti" not in response.text


def test_a_fault_names_field_rule_and_value(client):
    response = client.post("/v1/recommendations", json=ASKED | {"k": 51, "knap": 1})
    error = check_shape(response, 422, "invalid_request")
    assert (error["field"], error["rule"], error["value"]) == ("k", "must be at most 50", "51")
    assert error["message"] == "k must be at most 50, got 51 (and 1 more)"


def test_a_wrong_nip_is_masked(client):
    response = client.post("/v1/profiles", json={"people": [{"nip": NIP[:-1]}]})
    error = check_shape(response, 422, "invalid_request")
    assert error["value"] == "**************100"


def test_more_than_1000_people_are_refused(client):
    response = client.post("/v1/profiles", json={"people": [{"employee_id": "e1"}] * 1001})
    assert check_shape(response, 422, "invalid_request")["rule"] == "must have at most 1000 items"


def test_addresses_hold_no_question(client):
    response = client.post(f"/v1/profiles?nip={NIP}", json=ASKED)
    assert check_shape(response, 422, "invalid_request")["field"] == "query"


def test_a_large_body_is_refused_by_its_declared_length(client):
    body = b'{"people":[' + b" " * MAX_BODY_BYTES + b"]}"
    headers = {"content-type": "application/json"}
    check_shape(client.post("/v1/profiles", content=body, headers=headers), 413, "body_too_large")


def test_a_large_body_is_refused_while_it_arrives(client):
    chunks = (b" " * 100_000 for _ in range(20))
    headers = {"content-type": "application/json"}
    response = client.post("/v1/profiles", content=chunks, headers=headers)
    check_shape(response, 413, "body_too_large")


def test_the_log_holds_no_identity(client, caplog):
    caplog.set_level("DEBUG")
    client.post("/v1/profiles", json={"people": [{"nip": NIP}]})
    client.post("/v1/profiles", json={"people": [{"nip": NIP[::-1]}]})
    client.post(f"/v1/{NIP}?nip={NIP}", json=ASKED)
    client.post("/v1/profiles", json={"people": [{"nip": int(NIP)}]})
    ours = [record for record in caplog.records if record.name != "httpx2"]
    assert len([record for record in ours if record.name == "huyula.access"]) == 4
    assert not any(NIP in record.getMessage() for record in ours)


async def _silent(scope, receive, send):
    """Stand for a time-out that sends nothing."""


async def _failing(scope, receive, send):
    raise RuntimeError(f"secret {NIP}")


async def _failing_late(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise RuntimeError("too late")


def _answering(status):
    async def answer(scope, receive, send):
        await receive()
        headers = [(b"content-type", b"text/html"), (b"content-length", b"5")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"<b>", "more_body": True})
        await send({"type": "http.response.body", "body": b"!!"})

    return answer


@pytest.mark.parametrize(
    ("inner", "status", "code"),
    [
        pytest.param(_failing, 500, "internal_error", id="exception"),
        pytest.param(_silent, 504, "timeout", id="no-answer"),
        pytest.param(_answering(400), 500, "internal_error", id="400"),
        pytest.param(_answering(429), 429, "too_many_requests", id="429"),
        pytest.param(_answering(500), 500, "internal_error", id="500"),
        pytest.param(_answering(503), 503, "not_ready", id="503"),
        pytest.param(_answering(504), 504, "timeout", id="504"),
        pytest.param(_answering(599), 500, "internal_error", id="599"),
    ],
)
def test_errors_from_inside_leave_in_the_one_shape(inner, status, code):
    gate = Gate(inner, ApiKeys("x" * 20), {"/v1/support-needs": SupportQuestion})
    client = TestClient(gate, headers={"authorization": "Bearer " + "x" * 20})
    check_shape(client.post("/v1/support-needs", json=ASKED), status, code)


def test_an_exception_after_the_answer_began_is_not_answered_twice():
    gate = Gate(_failing_late, ApiKeys("x" * 20), {})
    client = TestClient(gate, headers={"authorization": "Bearer " + "x" * 20})
    assert client.get("/livez").status_code == 200


def test_a_body_that_never_ends_is_given_up(monkeypatch):
    monkeypatch.setattr("serving.gate.BODY_SECONDS", 0.01)
    gate = Gate(_silent, ApiKeys("x" * 20), {"/v1/support-needs": SupportQuestion})
    sent = []

    async def receive():
        await asyncio.sleep(60)

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/v1/support-needs", "query_string": b"",
        "headers": [
            (b"authorization", b"Bearer " + b"x" * 20), (b"content-type", b"application/json"),
        ],
    }  # fmt: skip
    asyncio.run(gate(scope, receive, send))
    assert sent[0]["status"] == 408
    assert json.loads(sent[1]["body"])["error"]["code"] == "request_timeout"


def test_web_sockets_are_closed():
    gate = Gate(_silent, ApiKeys("x" * 20), {})
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(gate({"type": "websocket", "path": "/"}, None, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]
