import pytest

from serving.description import OPERATIONS, Description
from serving.examples import ANSWERS


def test_the_description_is_served(client):
    assert client.get("/docs.json").json() == Description().asdict()


@pytest.mark.parametrize("path", OPERATIONS)
def test_every_operation_shows_requests_answers_and_refusals(path):
    operation = Description().asdict()["paths"][path]["post"]
    _, question, answer = OPERATIONS[path]
    body = operation["requestBody"]["content"]["application/json"]
    for example in body["examples"].values():
        question.model_validate(example["value"])
    answer.model_validate(ANSWERS[path])
    refusals = set(operation["responses"]) - {"200"}
    assert refusals == {
        "401", "403", "404", "408", "413", "415", "422", "429", "500", "503", "504",
    }  # fmt: skip
    for status in refusals:
        example = operation["responses"][status]["content"]["application/json"]["example"]
        assert list(example["error"]) == ["code", "message", "field", "rule", "value", "request_id"]


def test_every_reference_resolves():
    document = Description().asdict()

    def check(node):
        if isinstance(node, dict):
            if "$ref" in node:
                name = node["$ref"].removeprefix("#/components/schemas/")
                assert name in document["components"]["schemas"]
            for value in node.values():
                check(value)
        elif isinstance(node, list):
            for value in node:
                check(value)

    check(document)


@pytest.mark.parametrize("path", OPERATIONS)
def test_examples_of_answers_have_the_fields_of_real_ones(client, path):
    more = {"course": "K2"} if path == "/v1/why-not" else {}
    response = client.post(path, json={"people": [{"employee_id": "e1"}], **more})
    real, example = response.json()["results"][0], ANSWERS[path]["results"][0]
    assert list(real) == list(example)
    if path == "/v1/recommendations":
        assert list(real["courses"][0]) == list(example["courses"][0])
