"""A client that knows nothing but the OpenAPI document reads every feed, and what it reads is as
described.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from components.api.description import description
from reports.feeds import FEEDS
from tests.api.conftest import Asking

DESCRIBED = ("scorecard", "alerts", "indicators", "venues", "quality")


class Client:
    """Written from the document alone: addresses, parameters, login and shapes are looked up in it.
    """

    def __init__(self, asking: Asking, document: dict[str, Any], token: str) -> None:
        self.asking, self.document, self.token = asking, document, token

    def call(self, operation: str, **values: str) -> httpx.Response:
        path, described = next((path, item["get"]) for path, item in self.document["paths"].items()
                               if item["get"]["operationId"] == operation)
        query, headers = [], {}
        for parameter in (self.resolved(one) for one in described["parameters"]):
            if parameter["name"] in values:
                where, value = parameter["in"], values.pop(parameter["name"])
                query.append(
                    f"{parameter['name']}={value}"
                ) if where == "query" else headers.update({parameter["name"]: value})
        assert not values, "a parameter that is not described"
        scheme = self.document["components"]["securitySchemes"][
            next(iter(self.document["security"][0]))]
        assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
        address = f"{self.document['servers'][0]['url']}{path}?{'&'.join(query)}"
        answer = self.asking.get(address, self.token, **headers)
        response = self.resolved(described["responses"][str(answer.status_code)])
        if "content" in response:
            kind = answer.headers["content-type"].partition(";")[0]
            self.check(response["content"][kind]["schema"], json.loads(answer.content))
        else:
            assert answer.content == b""
        assert set(response.get("headers", {})) <= {name.title().replace("Etag", "ETag")
                                                    for name in answer.headers}
        return answer

    def resolved(self, item: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in item:
            return item
        found: Any = self.document
        for part in item["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return dict(found)

    def check(self, schema: dict[str, Any], content: Any) -> None:
        Draft202012Validator({**schema, "components": self.document["components"]},
                             format_checker=Draft202012Validator.FORMAT_CHECKER).validate(content)


@pytest.fixture
def client(asking: Asking) -> Client:
    return Client(asking, asking.get("openapi.json").json(), asking.token())


@pytest.mark.parametrize("operation", DESCRIBED)
def test_a_client_made_from_the_document_reads_it(client: Client, operation: str) -> None:
    answer = client.call(operation, as_of="2025-07-31")
    assert answer.status_code == 200
    assert answer.json()["as_of"] == "2025-07-31"
    tag = answer.headers["etag"]
    assert client.call(operation, as_of="2025-07-31", **{"If-None-Match": tag}).status_code == 304


def test_the_scorecard_it_reads_has_the_numbers_of_the_city(client: Client) -> None:
    lines = client.call("scorecard").json()["lines"]
    jobs = {line["division"]: line["value"] for line in lines
            if line["indicator"] == "jobs_published" and line["rollup"] == "managing"}
    assert jobs == {"321302": 20014, "321322": 400006, "321324": 1000000006, "321371": 6000034,
                    "321372": 80000006}


@pytest.mark.parametrize("division", ["321302", "321322", "321371"])
@pytest.mark.parametrize("operation", DESCRIBED)
def test_a_bureau_reads_the_same_shapes(asking: Asking, operation: str, division: str) -> None:
    client = Client(asking, asking.get("openapi.json").json(), asking.token(division))
    assert client.call(operation).status_code == 200
    assert client.call(operation, division="321324").status_code == 403


@pytest.mark.parametrize(("values", "status"), [({"as_of": "2020-01-01"}, 400),
                                                ({"division": "1"}, 400)])
def test_errors_are_described_too(client: Client, values: dict[str, str], status: int) -> None:
    assert client.call("scorecard", **values).status_code == status
    client.token = "wrong"
    assert client.call("scorecard").status_code == 401


def _items(found: Any) -> Iterator[dict[str, Any]]:
    if isinstance(found, dict):
        yield found
        for value in found.values():
            yield from _items(value)
    elif isinstance(found, list):
        for value in found:
            yield from _items(value)


def test_the_document_holds_together() -> None:
    document = description()
    assert document["openapi"].startswith("3.1")
    assert [item["get"]["operationId"] for item in document["paths"].values()] == [
        feed.name for feed in FEEDS]
    named = set()
    for item in _items(document):
        if "$ref" in item:
            found: Any = document
            for part in item["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            named.add(item["$ref"])
    for kind in ("parameters", "headers", "responses", "schemas"):
        for name in document["components"][kind]:
            assert f"#/components/{kind}/{name}" in named, "described and used nowhere"
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_a_field_that_is_not_described_is_noticed(client: Client) -> None:
    """Every field sent is in the document: whoever reads it alone misses nothing."""
    document = client.document
    for operation in DESCRIBED:
        schema = document["paths"][f"/{operation}"]["get"]["responses"]["200"]["content"][
            "application/json"]["schema"]
        client.check(_closed({**schema, "components": document["components"]}),
                     client.call(operation).json())


def _closed(schema: Any) -> Any:
    """The schema with no room for a field it does not name."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(value) for name, value in schema.items()}
    if "properties" in closed and isinstance(closed["properties"], dict) and "required" in closed:
        closed.setdefault("additionalProperties", False)
    return closed
