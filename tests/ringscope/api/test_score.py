from __future__ import annotations

import time
from typing import Any

import polars as pl
import pytest
from fastapi.testclient import TestClient

from ringscope.api.shapes import ACCOUNT, MOST_AT_ONCE


def score(client: TestClient, *accounts: dict[str, Any], **more: Any) -> Any:
    return client.post("/v1/score", json={"accounts": list(accounts), **more})


def test_one_account_is_scored_against_the_current_run(client: TestClient) -> None:
    answer = score(client, {"account_id": "x", "device_ids": ["d1"], "seen_at": "2026-03-01T06:00"})
    assert answer.status_code == 200
    body = answer.json()
    assert body["run"] == "2026-03-04"
    (found,) = body["accounts"]
    assert found["rings"] == ["R-00000001"]
    assert {link["account_id"] for link in found["links"]} == {"a0", "a1", "a2", "a3"}
    assert found["risk"] == found["by_links"] > 0.5
    assert found["by_itself"] is None
    assert "4 accounts through device d1" in found["says"]


def test_many_are_scored_in_their_order_each_alone(client: TestClient) -> None:
    some = [{"account_id": f"n{n}", "device_ids": [f"d{n % 3}"]} for n in range(30)]
    many = score(client, *some).json()["accounts"]
    assert [one["account_id"] for one in many] == [one["account_id"] for one in some]
    alone = [score(client, one).json()["accounts"][0] for one in some[:3]]
    assert many[:3] == alone


def test_fewer_links_may_be_told_than_count(client: TestClient) -> None:
    (found,) = score(client, {"account_id": "x", "device_ids": ["d1"]}, links=1).json()["accounts"]
    assert (found["linked"], len(found["links"])) == (4, 1)


def test_the_example_of_the_description_works(client: TestClient) -> None:
    answer = score(client, ACCOUNT)
    assert answer.status_code == 200
    assert answer.json()["ignored"] == ["channel", "photos"]


@pytest.mark.parametrize(
    ("account", "column"),
    [
        ({"email": "no mail"}, "email"),
        ({"ips": ["300.1.1.1"]}, "ip"),
        ({"phone": "12"}, "phone"),
        ({"created_at": "yesterday"}, "created_at"),
    ],
)
def test_what_cannot_be_read_is_told(
    client: TestClient, account: dict[str, Any], column: str
) -> None:
    (found,) = score(client, {"account_id": "x", **account}).json()["accounts"]
    assert [one["column"] for one in found["refused"]] == [column]


BAD = (
    {},
    [],
    None,
    {"accounts": []},
    {"accounts": [{}]},
    {"accounts": [{"account_id": ""}]},
    {"accounts": [{"account_id": "x" * 257}]},
    {"accounts": [{"account_id": 5}]},
    {"accounts": [{"account_id": "x", "extra": 1}]},
    {"accounts": [{"account_id": "x", "device_ids": "d1"}]},
    {"accounts": [{"account_id": "x", "device_ids": ["d"] * 51}]},
    {"accounts": [{"account_id": "x", "columns": {"a": {"b": 1}}}]},
    {"accounts": [{"account_id": "x", "messages": ["y" * 20_001]}]},
    {"accounts": [{"account_id": "x"}] * (MOST_AT_ONCE + 1)},
    {"accounts": [{"account_id": "x"}], "links": -1},
)


def test_what_is_no_request_is_refused_in_words(client: TestClient) -> None:
    for body in BAD:
        answer = client.post("/v1/score", json=body)
        assert answer.status_code == 422, body
        assert answer.json()["error"].startswith("body"), body
        assert "pydantic" not in answer.text


BROKEN = (
    b"",
    b"{",
    b"\xff\xfe",
    b"[" * 100_000,
    b"9" * 5000,
    b'{"accounts":[{"account_id":"\\ud800"}]}',
    b'{"accounts":[{"account_id":"x","columns":{"a":1e999}}],"links":1e30}',
)


def test_what_is_no_json_is_refused(client: TestClient) -> None:
    json = {"content-type": "application/json"}
    for content in BROKEN:
        answer = client.post("/v1/score", content=content, headers=json)
        assert answer.status_code in {400, 422}, content[:50]
        assert "Traceback" not in answer.text


def test_strange_texts_are_scored_as_text(client: TestClient) -> None:
    texts = (
        "\x00",
        "=1+1",
        "<script>alert(1)</script>",
        "\u202e\u200b",
        "a;b",
        "'; DROP",
        "💥" * 99,
    )
    accounts = [
        {"account_id": f"x{text}", "email": text, "username": text, "phone": text, "country": text,
         "device_ids": [text], "ips": [text], "instrument_ids": [text], "messages": [text],
         "columns": {text: text}, "created_at": text}
        for text in texts
    ]  # fmt: skip
    answer = score(client, *accounts)
    assert answer.status_code == 200
    found = [one["account_id"] for one in answer.json()["accounts"]]
    assert found == ["x", *(f"x{text}" for text in texts[1:])]


def test_a_job_is_started_watched_and_fetched(client: TestClient) -> None:
    accounts = [{"account_id": f"=n{n}", "device_ids": [f"d{n % 5}"]} for n in range(1200)]
    started = client.post("/v1/jobs", json={"accounts": accounts})
    assert started.status_code == 202
    url = f"/v1/jobs/{started.json()['job']}"
    for _ in range(300):
        state = client.get(url).json()
        if state["state"] != "running":
            break
        time.sleep(0.02)
    assert state == {"job": started.json()["job"], "state": "done", "done": 1.0, "error": ""}
    table = pl.read_csv(client.get(f"{url}/scores.csv").content)
    assert table.height == 1200
    assert table["account_id"][0] == "'=n0"
    assert client.get("/v1/jobs/none").status_code == 404
    assert client.get("/v1/jobs/none/scores.csv").status_code == 404


def test_figures_tell_what_was_scored(client: TestClient) -> None:
    score(client, {"account_id": "x"}, {"account_id": "y"})
    figures = client.get("/v1/metrics").text
    assert 'ringscope_scored_accounts_total{by="score"} 2.0' in figures
    assert "ringscope_run_accounts 8.0" in figures
    assert 'route="/v1/score",status="200"' in figures
    assert "process_resident_memory_bytes" in figures


def test_it_is_ready_when_a_run_is_laid_out(client: TestClient) -> None:
    assert client.get("/v1/ready").json()["ready"] is False
    score(client, {"account_id": "x"})
    ready = client.get("/v1/ready")
    assert ready.status_code == 200
    assert ready.json() == {"ready": True, "run": "2026-03-04", "accounts": 8, "columns": []}
