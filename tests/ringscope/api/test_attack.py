"""What strangers send: requests made up from the API's own description, and raw sockets."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from ringscope.api import Rate, watch
from ringscope.store import Store
from ringscope.web import Place, make_app, patience
from ringscope.web.security import MOST_BYTES

CASES = 12
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]
Key = Callable[..., dict[str, str]]


@pytest.mark.parametrize("scopes", [("read", "score", "decide"), ()], ids=["with key", "without"])
def test_nothing_that_fits_or_breaks_the_description_breaks_the_api(
    store: Store, key: Key, scopes: tuple[str, ...]
) -> None:
    """Every operation with valid and invalid values: no 500, only documented answers."""
    app = make_app(Place(store=store.folder), rate=Rate(1e6, 1e6))
    headers = {"host": "localhost:8000"} | (key(*scopes) if scopes else {})
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", app, headers=headers)
    asked = 0
    quick = settings(
        max_examples=CASES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for result in schema.get_all_operations():
        operation = result.ok()

        @quick
        @schemathesis_given(operation)
        def ask(case: Any) -> None:
            nonlocal asked
            asked += 1
            answer = case.call(headers=headers)
            case.validate_response(answer, checks=CHECKS)
            assert "Traceback" not in answer.text

        ask()
    assert asked > 60


def schemathesis_given(operation: Any) -> Any:
    """Cases of an operation, those that fit its description and those that do not."""
    from hypothesis import given
    from hypothesis import strategies as st
    from schemathesis import GenerationMode

    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    return given(case=st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in modes)))


def exchange(address: tuple[str, int], *parts: bytes, pause: float = 0.0) -> bytes:
    """Send raw bytes in parts; give all that comes back until the server closes."""
    with socket.create_connection(address, timeout=15) as wire:
        for part in parts:
            wire.sendall(part)
            time.sleep(pause)
        found = b""
        while more := wire.recv(65_536):
            found += more
        return found


HEAD = b"POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
ALIVE = b"GET /v1/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    "path",
    [b"/v1/rings/../../../../etc/passwd", b"/v1/rings/..", b"/v1/accounts/..%2f..%2f", b"/v1/\x01",
     b"//v1/rings", b"http://evil.example/v1/rings", b"/v1/rings/" + b"x" * 20_000],
)  # fmt: skip
def test_raw_paths_lead_nowhere(served: tuple[str, int], path: bytes) -> None:
    answer = exchange(
        served, b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )
    assert b"root:" not in answer
    assert b"Traceback" not in answer
    assert not answer.startswith(b"HTTP/1.1 5")
    assert exchange(served, ALIVE).startswith(b"HTTP/1.1 200")


def test_huge_and_endless_bodies_are_refused(client: TestClient) -> None:
    huge = {"content-length": str(MOST_BYTES + 1)}
    assert client.post("/v1/score", headers=huge, content=b"").status_code == 413
    assert client.post("/v1/score", content=(b"x" for _ in range(3))).status_code == 413
    assert client.post("/v1/score", headers={"content-length": "-1"}).status_code == 413
    rows = {"accounts": [{"account_id": "x", "messages": ["y" * 19_000]}] * 400}
    assert client.post("/v1/jobs", json=rows).status_code == 202
    deep: Any = {"columns": {}}
    for _ in range(900):
        deep = {"columns": deep}
    body = {"accounts": [{"account_id": "x", "columns": deep}]}
    assert client.post("/v1/score", content=json.dumps(body)).status_code == 422


def test_a_body_that_does_not_come_is_not_waited_for(
    served: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "BODY_SECONDS", 0.4)
    began = time.monotonic()
    answer = exchange(served, HEAD + b"Content-Length: 900\r\n\r\n{", pause=0.1)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"took too long" in answer
    assert time.monotonic() - began < 10
    assert exchange(served, ALIVE).startswith(b"HTTP/1.1 200")


def test_a_head_that_does_not_come_is_not_waited_for(
    served: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.4)
    for parts in ((b"",), (b"GET / HTTP/1.1\r\nHo", b"st: x", b"\r\nX:"), (HEAD,)):
        began = time.monotonic()
        assert exchange(served, *parts, pause=0.05) == b""
        assert time.monotonic() - began < 10
    assert exchange(served, ALIVE).startswith(b"HTTP/1.1 200")


def test_slow_clients_do_not_hold_others_up(
    served: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = [socket.create_connection(served, timeout=15) for _ in range(60)]
    try:
        for number, wire in enumerate(slow):
            wire.sendall(HEAD + (b"Content-Length: 900\r\n\r\n{" if number % 2 else b""))
        began = time.monotonic()
        assert exchange(served, ALIVE).startswith(b"HTTP/1.1 200")
        assert time.monotonic() - began < 5
    finally:
        for wire in slow:
            wire.close()
