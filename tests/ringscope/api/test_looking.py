from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from ringscope import Run
from ringscope.store import Store
from ringscope.verdicts import decide
from ringscope.web import Place, make_app

RING = "R-00000001"
Key = Callable[..., dict[str, str]]
STRANGE = (
    "..%2f..%2fetc%2fpasswd", "%252e%252e%252fetc%252fpasswd", "..%5c..%5cwindows", "%00", "%ff%fe",
    "<script>alert(1)</script>", "' OR 1=1 --", "${jndi:ldap://x}", "=cmd|' /C calc'!A0",
    "R-00000001%0d%0aSet-Cookie:x=1", "%E2%80%AE", "x" * 299, "x" * 5000, "/etc/passwd",
)  # fmt: skip


def test_rings_come_in_the_order_of_work(client: TestClient) -> None:
    body = client.get("/v1/rings").json()
    assert (body["run"], body["total"]) == ("2026-03-04", 1)
    (row,) = body["rings"]
    assert (row["ring_id"], row["size"], row["status"]) == (RING, 4, "ring")
    assert client.get("/v1/rings?status=suspected").json()["rings"] == []
    assert client.get("/v1/rings?offset=1").json()["rings"] == []


def test_a_ring_tells_why(client: TestClient, store: Store) -> None:
    decide.confirm(store, RING, who="eve", why="seen before")
    body = client.get(f"/v1/rings/{RING}?limit=2").json()
    assert body["ring"]["verdicts"] == ["v1 confirm"]
    assert "Why it is one ring" in [one["title"] for one in body["statements"]]
    assert len(body["members"]) == 2
    assert body["shared"][0]["value"] == "d1"


def test_an_account_tells_its_score(client: TestClient) -> None:
    body = client.get("/v1/accounts/a0").json()
    assert (body["account"]["account_id"], body["account"]["ring_id"]) == ("a0", RING)
    assert {row["value"] for row in body["identifiers"]} == {"d1"}
    odd = client.get("/v1/accounts/=HYPERLINK(1)").json()
    assert odd["account"]["account_id"] == "=HYPERLINK(1)"


def test_why_two_accounts_belong_together(client: TestClient) -> None:
    body = client.get("/v1/why?a=a0&b=a1").json()
    assert body["path"] == ["a0", "a1"]
    assert "linked directly" in body["sentence"]
    assert client.get("/v1/why?a=a0&b=none").status_code == 404
    assert client.get("/v1/why?a=a0").status_code == 422


@pytest.mark.parametrize("place", ["rings", "accounts", "jobs"])
def test_paths_as_ids_find_nothing(client: TestClient, place: str) -> None:
    for text in STRANGE:
        answer = client.get(f"/v1/{place}/{text}")
        assert answer.status_code in {404, 422}, text
        assert "root:" not in answer.text, text
        assert "set-cookie" not in answer.headers, text
        assert "Traceback" not in answer.text, text


def test_decisions_are_listed_and_taken_back(client: TestClient, store: Store, key: Key) -> None:
    headers = key("decide", "read")
    for body in (
        {"act": "confirm", "ring_id": RING, "why": "kit"},
        {"act": "not-linked", "accounts": ["a0", "b0"], "why": "flatmates"},
        {"act": "split", "ring_id": RING, "groups": [["a0"]], "why": "two"},
        {"act": "shared-place", "ring_id": RING, "why": "library", "until": "2099-01-01"},
        {"act": "undo", "verdict": "v1", "why": "wrong ring"},
    ):
        made = client.post("/v1/verdicts", json=body, headers=headers)
        assert made.status_code == 201, made.text
    rows = client.get("/v1/verdicts", headers=headers).json()["verdicts"]
    assert [row["verdict"] for row in rows] == ["v1", "v2", "v3", "v4", "v5"]
    assert [row["in_force"] for row in rows] == [False, True, True, True, False]
    assert rows[4]["undoes"] == "v1"
    assert len(client.get("/v1/verdicts?limit=2").json()["verdicts"]) == 2


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({"act": "confirm", "ring_id": "R-none", "why": "x"}, 404, "no ring"),
        ({"act": "confirm", "why": "x"}, 400, "name it as ring_id"),
        ({"act": "confirm", "ring_id": RING, "why": "  "}, 400, "needs a reason"),
        ({"act": "confirm", "ring_id": RING}, 422, "why"),
        ({"act": "delete", "ring_id": RING, "why": "x"}, 422, "act"),
        ({"act": "split", "ring_id": RING, "why": "x"}, 400, "two groups"),
        ({"act": "split", "ring_id": RING, "groups": [["zz"]], "why": "x"}, 404, "'zz'"),
        ({"act": "not-linked", "accounts": ["a0"], "why": "x"}, 400, "two accounts"),
        ({"act": "not-linked", "accounts": ["a0", "a0"], "why": "x"}, 400, "one account"),
        ({"act": "undo", "verdict": "v9", "why": "x"}, 404, "no verdict"),
        ({"act": "undo", "verdict": "9", "why": "x"}, 422, "verdict"),
        ({"act": "shared-place", "ring_id": RING, "why": "x", "until": "2020-01-01"}, 400, "past"),
        (
            {"act": "shared-place", "ring_id": RING, "why": "x", "until": "2026-13-99"},
            400,
            "no day",
        ),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(
    client: TestClient, store: Store, key: Key, body: dict[str, object], status: int, says: str
) -> None:
    answer = client.post("/v1/verdicts", json=body, headers=key("decide"))
    assert answer.status_code == status
    assert says in answer.json()["error"]
    assert decide.verdicts_of(store) == ()


def test_a_single_run_can_be_read_but_not_decided_on(finished: Run) -> None:
    app = make_app(Place(run=finished.folder))
    client = TestClient(app, base_url="http://localhost:8000", raise_server_exceptions=False)
    assert client.get(f"/v1/rings/{RING}").status_code == 200
    assert client.get("/v1/verdicts").json() == {"verdicts": []}
    body = {"act": "confirm", "ring_id": RING, "why": "x"}
    assert client.post("/v1/verdicts", json=body).status_code == 401
    wrong = {"authorization": "Bearer rs_1_2"}
    assert client.post("/v1/verdicts", json=body, headers=wrong).status_code == 401


def test_a_broken_run_tells_nothing_of_its_inside(client: TestClient, store: Store) -> None:
    (store.runs / "2026-03-04" / "rings.parquet").write_bytes(b"x")
    answer = client.get("/v1/rings")
    assert answer.status_code == 503
    assert str(store.folder) not in answer.text
