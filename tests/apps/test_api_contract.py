"""Every route of the OpenAPI document, asked for nonsense: it answers as the document says.

Values are made from the document's own schemas; at every place of a request something hostile may
stand instead. No answer is a 5xx, every status is documented, and every error is a problem.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple, cast
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.api import create_app
from apps.api.problems import MEDIA_TYPE, MOST_BYTES, Problem
from apps.runtime import Runtime, open_runtime
from maas.config import Settings
from tests.apps.conftest import MORNING, STAFF_KEY
from tests.apps.test_api_walk import WISH, booked
from tests.backings import Backing
from tests.builders import toytown

DOCUMENT = create_app(cast(Runtime, None)).openapi()
"""The document needs no city."""

STREAMS = "/events"
"""A stream that is found never ends: streams are only asked for what is not there."""


class Operation(NamedTuple):
    """One method of one path."""

    method: str
    path: str
    details: dict[str, Any]


OPERATIONS = [
    Operation(method, path, details)
    for path, operations in DOCUMENT["paths"].items()
    for method, details in operations.items()
]

ODD_TEXTS = [
    *("", " ", "\0", "\ud800", "🚌" * 50, "x" * 5_000, "\x1b[31m", "' OR 1=1 --", "../../etc"),
    *("9" * 400 + ",1", "36.3,136.33", "NaN,NaN", "0001-01-01T00:00+14:00", "24:00"),
    *("9999-12-31T23:59-12:00", "2026-02-30T10:00", "now"),
]
ODD_VALUES = [
    *(-1, 0, 2**31, 2**63, 2**64, 10**400, 1e308, float("nan"), float("inf"), -0.5),
    *(True, False, None, [], {}, [[]], [None]),
]
HOSTILE: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from([*ODD_TEXTS, *ODD_VALUES]),
    st.text(max_size=20),
    st.integers(),
    st.floats(),
    st.recursive(st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)),
)


def value(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Make values of a schema; one in five or so is hostile."""
    return st.integers(0, 4).flatmap(lambda dice: HOSTILE if dice == 0 else _honest(schema))


def _honest(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "$ref" in schema:
        return _honest(DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    if "anyOf" in schema:
        return st.one_of([_honest(choice) for choice in schema["anyOf"]])
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum") or [schema["const"]])
    kind = schema.get("type")
    if kind == "object":
        return st.fixed_dictionaries(
            {name: value(schema["properties"][name]) for name in schema.get("required", ())},
            optional={
                name: value(inner)
                for name, inner in schema.get("properties", {}).items()
                if name not in schema.get("required", ())
            },
        )
    if kind == "integer":
        return st.integers(schema.get("minimum", 0), schema.get("maximum", 9))
    if kind == "number":
        return st.floats(schema.get("minimum", 0), schema.get("maximum", 9))
    if kind == "null":
        return st.none()
    return st.sampled_from(
        ["station", "p-east", "east", "36.3,136.33", "2026-11-24T10:00", "2026-12-01", "ja", "1"]
    )


@pytest.fixture(scope="module")
def client(
    tmp_path_factory: pytest.TempPathFactory, module_backing: Backing
) -> Iterator[TestClient]:
    """The toy town for all questions of this module."""
    folder = tmp_path_factory.mktemp("contract")
    chosen = Settings(
        city=toytown(folder / "town"),
        data_dir=folder / "var",
        database_url=module_backing.database_url,
        redis_url=module_backing.redis_url,
        now=MORNING,
        staff_key=STAFF_KEY,
    )
    with (
        open_runtime(chosen) as runtime,
        TestClient(create_app(runtime), raise_server_exceptions=False) as opened,
    ):
        yield opened


def check(answer: Any, operation: Operation) -> None:
    """Hold an answer against the document."""
    documented = operation.details["responses"]
    assert answer.status_code < 500, answer.text
    assert str(answer.status_code) in documented, (answer.status_code, answer.text)
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == MEDIA_TYPE, answer.text
        assert MEDIA_TYPE in documented[str(answer.status_code)]["content"]
        problem = Problem.model_validate(answer.json())
        assert problem.status == answer.status_code
        assert len(problem.detail) > 20
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"]


def as_text(thing: Any) -> str:
    """Write a value as a query or a path has it."""
    return quote(str(thing).encode("utf-8", "surrogatepass"), safe="")


def paths_and_parameters(
    data: st.DataObject, operation: Operation
) -> tuple[str, list[str], dict[str, str]]:
    """Fill in everything but the body."""
    path, query, headers = operation.path, [], {}
    for parameter in operation.details.get("parameters", ()):
        name, where = parameter["name"], parameter["in"]
        drawn = data.draw(value(parameter["schema"]), label=name)
        if where == "path":
            missing = operation.path.endswith(STREAMS)
            path = path.replace(f"{{{name}}}", "no-" * missing + (as_text(drawn) or "x"))
        elif where == "query" and data.draw(st.booleans()):
            query.append(f"{name}={STAFF_KEY if name == 'key' else as_text(drawn)}")
        elif where == "header" and data.draw(st.booleans()):
            text = str(drawn).encode("latin-1", "replace").decode("latin-1")
            headers[name] = "".join(c for c in text if c.isprintable()) or "x"
    return path, query, headers


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda op: f"{op.method} {op.path}")
def test_whatever_comes_the_answer_is_documented(client: TestClient, operation: Operation) -> None:
    body = operation.details.get("requestBody", {}).get("content", {}).get("application/json")

    @settings(
        max_examples=150 if body else 20,  # on each backing
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        path, query, headers = paths_and_parameters(data, operation)
        content = None
        if body:
            headers.setdefault("Content-Type", "application/json")
            content = json.dumps(data.draw(value(body["schema"]), label="body"))
        answer = client.request(
            operation.method.upper(),
            f"{path}?{'&'.join(query)}",
            content=content,
            headers={name: text.encode("latin-1") for name, text in headers.items()},
        )
        if answer.url.path.count("/") != operation.path.count("/") and answer.status_code == 404:
            return  # a slash in a value: that is another address
        check(answer, operation)

    ask()


BODIES = {
    "nothing": b"",
    "broken": b'{"from": ',
    "not utf-8": b'{"from": "\xff\xfe", "to": "east"}',
    "lone surrogate": b'{"from": "\\ud800", "to": "east"}',
    "lone surrogate as a field": b'{"\\ud800": 1}',
    "deep list": b"[" * 100_000,
    "deep object": b'{"from":' * 30_000 + b"1" + b"}" * 30_000,
    "endless number": b'{"party": {"adults": 1' + b"0" * 10_000 + b"}}",
    "not a number": b'{"from": {"lat": NaN, "lon": Infinity}, "to": "east"}',
    "another content": b"\x1f\x8b\x08",
    "null": b"null",
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data"])
@pytest.mark.parametrize("operation", [op for op in OPERATIONS if "requestBody" in op.details])
def test_bodies_that_are_none(
    client: TestClient, operation: Operation, content_type: str, name: str
) -> None:
    answer = client.request(
        operation.method.upper(),
        operation.path.replace("{vehicle_id}", "1"),
        content=BODIES[name],
        headers={
            "Content-Type": content_type,
            "Idempotency-Key": "k",
            "Authorization": f"Bearer {STAFF_KEY}",
        },
    )
    check(answer, operation)
    assert answer.json()["code"] == "invalid_request"


@pytest.mark.parametrize("told", [True, False], ids=["length told", "in chunks"])
@pytest.mark.parametrize("operation", [op for op in OPERATIONS if "requestBody" in op.details])
def test_a_body_too_large_is_not_read(client: TestClient, operation: Operation, told: bool) -> None:
    body = b'{"from": "' + b"x" * MOST_BYTES + b'"}'
    content = body if told else iter([body[:1000], body[1000:]])
    answer = client.request(
        operation.method.upper(),
        operation.path.replace("{vehicle_id}", "1"),
        content=content,
        headers={"Content-Type": "application/json"},
    )
    check(answer, operation)
    assert (answer.status_code, answer.json()["code"]) == (413, "request_too_large")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda op: f"{op.method} {op.path}")
def test_other_methods_are_refused(client: TestClient, operation: Operation) -> None:
    path = operation.path.replace("{", "").replace("}", "")
    allowed = {op.method for op in OPERATIONS if op.path == operation.path}
    # ".../options" may also be somebody's ".../{id}".
    patterns = [re.compile(re.sub(r"\{\w+\}", r"[^/]+", op.path)) for op in OPERATIONS]
    others = {
        op.method
        for op, pattern in zip(OPERATIONS, patterns, strict=True)
        if pattern.fullmatch(operation.path)
    }
    for method in {"get", "post", "put", "patch", "delete", "options"} - allowed - others:
        answer = client.request(method.upper(), path)
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed"), method
        offered = set(answer.headers["allow"].lower().split(", "))
        assert offered == allowed, method
        assert answer.headers["content-type"] == MEDIA_TYPE


@pytest.mark.parametrize(
    "path",
    [
        *("/%00", "/v1/bookings/%00", "/..%2f..%2fpyproject.toml", "/assets/../../app.py", "/%ff"),
        *("/" + "x" * 5_000, "/index.html", "/driver.html", "/assets", "/v1/nothing"),
    ],
)
def test_addresses_where_nothing_is(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["content-type"] == MEDIA_TYPE


@pytest.mark.parametrize(
    ("field", "text"),
    [("name", "\0"), ("name", "A\nB"), ("phone", "\x1b[2J"), ("name", "\ud83d"), ("phone", "\x7f")],
)
def test_a_rider_is_written_in_letters(client: TestClient, field: str, text: str) -> None:
    body = {"offer": "x", "rider": {"name": "Rider A"} | {field: text}}
    answer = client.post(
        "/v1/bookings",
        content=json.dumps(body),
        headers={"Idempotency-Key": "k", "Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    assert f"body.rider.{field}" in answer.json()["detail"]


def test_the_document_names_problems_by_their_media_type() -> None:
    for operation in OPERATIONS:
        for status, response in operation.details["responses"].items():
            if int(status) >= 400 and operation.path not in {"/healthz", "/readyz"}:
                content = response["content"]
                assert list(content) == [MEDIA_TYPE], (operation.path, status)
                assert content[MEDIA_TYPE]["schema"] == {"$ref": "#/components/schemas/Problem"}
    assert "HTTPValidationError" not in DOCUMENT["components"]["schemas"]


def test_every_page_and_answer_forbids_frames_and_guessing(client: TestClient) -> None:
    for path in ("/", "/driver", "/docs", "/bookings/x", "/v1/city", "/icon.svg"):
        headers = client.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "same-origin", path


def test_what_is_personal_lies_in_no_cache(client: TestClient) -> None:
    staff = {"Authorization": f"bearer {STAFF_KEY}"}
    # Among the nonsense above may have been a breakdown of the only van.
    client.post("/v1/vehicles/1/back", headers=staff)
    booking = booked(client, "cache")
    for path in (f"/v1/bookings/{booking['id']}", "/v1/vehicles/1/stops?date=2026-11-24"):
        answer = client.get(path, headers=staff)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store"), path


def test_the_map_is_plain_for_those_who_cannot_unpack(client: TestClient) -> None:
    answer = client.get("/v1/map", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in answer.headers
    assert answer.json()["type"] == "FeatureCollection"


def test_a_wrong_key_names_the_way_to_sign_in(client: TestClient) -> None:
    answer = client.get("/v1/vehicles", headers={"Authorization": "Basic x"})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_an_empty_time_is_a_mistake_not_now(client: TestClient) -> None:
    answer = client.post("/v1/plans", json=WISH | {"depart": ""})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"from": "stasion"}, "from"),
        ({"to": "stasion"}, "to"),
        ({"to": {"place_id": "none"}}, "to"),
        ({"from": "35.0,139.0"}, "from"),
        ({"to": {"lat": 35.0, "lon": 139.0}}, "to"),
        ({"to": {"lat": 35.0}}, "to"),
    ],
)
def test_a_place_that_is_none_says_which(
    client: TestClient, change: dict[str, Any], field: str
) -> None:
    answer = client.post("/v1/plans", json=WISH | change)
    assert answer.json()["params"]["field"] == field
