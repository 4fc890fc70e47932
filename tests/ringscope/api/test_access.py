from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ringscope.api import Keyring, Rate
from ringscope.api.limits import GUESSES
from ringscope.store import Journal, Store
from ringscope.verdicts.decide import verdicts_of

RING = "R-00000001"
CONFIRM = {"act": "confirm", "ring_id": RING, "why": "same kit"}
ONE = {"accounts": [{"account_id": "x", "device_ids": ["d1"]}]}
READS = ("/v1/rings", f"/v1/rings/{RING}", "/v1/accounts/a0", "/v1/why?a=a0&b=a1", "/v1/verdicts",
         "/v1/metrics")  # fmt: skip
Key = Callable[..., dict[str, str]]


def audit(store: Store) -> list[dict[str, Any]]:
    files = sorted((store.folder / "audit").glob("*.jsonl"))
    return [json.loads(line) for path in files for line in path.read_text().splitlines()]


def test_without_a_key_this_machine_reads_and_scores_but_writes_nothing(
    client: TestClient, store: Store
) -> None:
    assert {client.get(url).status_code for url in READS} == {200}
    assert client.post("/v1/score", json=ONE).status_code == 200
    refused = client.post("/v1/verdicts", json=CONFIRM)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"
    assert "ringscope key create" in refused.json()["error"]
    assert verdicts_of(store) == ()


def test_where_others_can_call_everything_needs_a_key(outside: TestClient, key: Key) -> None:
    assert {outside.get(url).status_code for url in READS} == {401}
    assert outside.post("/v1/score", json=ONE).status_code == 401
    assert outside.post("/v1/jobs", json=ONE).status_code == 401
    assert outside.get("/v1/health").status_code == 200
    assert outside.get("/v1/ready").status_code == 503
    assert {outside.get(url, headers=key("read")).status_code for url in READS} == {200}


def test_a_decision_carries_the_name_of_the_key(client: TestClient, store: Store, key: Key) -> None:
    made = client.post("/v1/verdicts", json=CONFIRM, headers=key("decide", owner="anna"))
    assert made.status_code == 201
    assert made.json()["who"] == "anna"
    (verdict,) = verdicts_of(store)
    assert (verdict.act, verdict.ring_id, verdict.who) == ("confirm", RING, "anna")
    line = audit(store)[-1]
    assert (line["who"], line["did"], line["status"]) == ("anna", f"v1 confirm {RING}", 201)
    assert len(line["key"]) == 8


@pytest.mark.parametrize("scopes", [("read",), ("score",), ("read", "score")])
def test_a_key_without_the_scope_decides_nothing(
    client: TestClient, store: Store, key: Key, scopes: tuple[str, ...]
) -> None:
    refused = client.post("/v1/verdicts", json=CONFIRM, headers=key(*scopes))
    assert refused.status_code == 403
    assert refused.json() == {"error": "this key may not decide"}
    assert verdicts_of(store) == ()
    assert audit(store)[-1]["status"] == 403


def test_scopes_do_not_hold_each_other(outside: TestClient, key: Key) -> None:
    assert outside.get("/v1/rings", headers=key("score")).status_code == 403
    assert outside.post("/v1/score", json=ONE, headers=key("read")).status_code == 403
    assert outside.get("/v1/verdicts", headers=key("decide")).status_code == 403


def test_wrong_keys_are_refused_even_where_none_is_needed(client: TestClient, key: Key) -> None:
    good = key("read")["authorization"]
    for said in ("Bearer", "Bearer ", "Basic YTpi", good.replace("Bearer ", ""), f"{good}x", "x"):
        answer = client.get("/v1/rings", headers={"authorization": said})
        assert answer.status_code == 401, said
        assert answer.json() == {"error": "no such key"}


def test_revoked_and_expired_keys_are_refused(
    client: TestClient, store: Store, key: Key, caplog: pytest.LogCaptureFixture
) -> None:
    lost = key("read", "decide")
    (made,) = Keyring(store).keys().values()
    assert client.get("/v1/rings", headers=lost).status_code == 200
    Keyring(store).revoke(made.id, by="boss")
    with caplog.at_level(logging.WARNING, "ringscope.api"):
        answer = client.post("/v1/verdicts", json=CONFIRM, headers=lost)
    assert (answer.status_code, answer.json()) == (401, {"error": "the key is revoked"})
    assert made.id in caplog.text
    expire(store)
    old = key("read")
    expire(store)
    answer = client.get("/v1/rings", headers=old)
    assert (answer.status_code, answer.json()) == (401, {"error": "the key is expired"})
    assert verdicts_of(store) == ()


def expire(store: Store) -> None:
    """Write the keys anew as if they had been made long ago."""
    journal = Journal(store.folder / "keys.jsonl")
    records = journal.read().records
    journal.path.unlink()
    past = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    for record in records:
        later = {"expiry": past} if record["act"] == "create" else {}
        journal.append({name: value for name, value in {**record, **later}.items() if name != "n"})


def test_guessing_is_stopped_and_logged_and_harms_nobody_else(
    client: TestClient, store: Store, key: Key, caplog: pytest.LogCaptureFixture
) -> None:
    good = key("read")
    wrong = {"authorization": good["authorization"][:-4] + "aaaa"}
    with caplog.at_level(logging.WARNING, "ringscope.api"):
        codes = [client.get("/v1/rings", headers=wrong).status_code for _ in range(GUESSES + 5)]
    assert codes == [401] * GUESSES + [429] * 5
    assert caplog.text.count("refused testclient") == GUESSES + 5
    assert [line["status"] for line in audit(store)] == codes
    assert client.get("/v1/rings", headers=good).status_code == 200
    figures = client.get("/v1/metrics").text
    assert 'ringscope_refused_total{status="429"} 5.0' in figures


def test_too_many_requests_wait(calling: Callable[..., TestClient], key: Key) -> None:
    client = calling(rate=Rate(per_second=0.01, burst=3))
    first, second = key("read"), key("read")
    answers = [client.get("/v1/verdicts", headers=first) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 3 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) > 1
    assert client.get("/v1/verdicts", headers=second).status_code == 200


@pytest.mark.parametrize(
    "marks",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://localhost:8000"},
        {"referer": "https://evil.example/"},
    ],
)
def test_another_site_cannot_make_a_browser_call(
    client: TestClient, store: Store, key: Key, marks: dict[str, str]
) -> None:
    headers = key("decide", "score") | marks
    assert client.post("/v1/verdicts", json=CONFIRM, headers=headers).status_code == 403
    assert client.post("/v1/score", json=ONE, headers=headers).status_code == 403
    assert client.post("/v1/jobs", json=ONE, headers=marks).status_code == 403
    assert verdicts_of(store) == ()


def test_a_form_of_another_site_is_no_request_of_ours(client: TestClient, store: Store) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = client.post("/v1/score", content=json.dumps(ONE), headers={"content-type": kind})
        assert answer.status_code == 422, kind


def test_who_looked_at_what_is_noted(client: TestClient, store: Store, key: Key) -> None:
    client.get("/v1/accounts/a0?limit=3", headers=key("read", owner="bo\u202eb"))
    client.get(f"/rings/{RING}", headers={"cookie": "ringscope_name=Eve"})
    client.get("/v1/health")
    api, page = audit(store)
    assert (api["who"], api["path"], api["query"]) == ("bo\u202eb", "/v1/accounts/a0", "limit=3")
    assert (page["who"], page["key"], page["path"]) == ("page Eve", "", f"/rings/{RING}")
    (file,) = (store.folder / "audit").glob("*.jsonl")
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_bytes().isascii()


def test_every_answer_carries_the_headers(client: TestClient) -> None:
    for url in ("/v1/health", "/v1/nope", "/v1/rings/none", "/v1/openapi.json"):
        headers = client.get(url).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]
    assert client.get("/v1/health", headers={"host": "evil.example"}).status_code == 400
