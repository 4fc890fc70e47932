from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from ringscope.store import Store
from ringscope.verdicts.decide import verdicts_of

RING = "R-00000001"
Send = Callable[..., Any]


def test_a_decision_stands_in_the_journal_that_the_command_line_reads(
    client: TestClient, send: Send, store: Store
) -> None:
    answer = send(f"/rings/{RING}/decide", act="confirm", who="Ann Ö", why="one device, one hand")
    assert answer.status_code == 200
    assert "Written down as v1" in answer.text
    verdict = verdicts_of(store)[0]
    assert (verdict.act, verdict.who, verdict.ring_id) == ("confirm", "Ann Ö", RING)
    assert verdict.accounts == ("a0", "a1", "a2", "a3")
    journal = client.get("/journal").text
    assert "one device, one hand" in journal
    assert 'value="Ann Ö"' in client.get(f"/rings/{RING}").text
    assert "confirmed" in client.get("/").text
    assert "No ring fits" in client.get("/?status=open").text


def test_a_confirmation_leaves_orphans_out_and_says_so(
    orphaned: Path, client: TestClient, send: Send, store: Store
) -> None:
    page = client.get(f"/rings/{RING}").text
    assert "it is a ring; left out, to be decided on one by one: 1 orphan<" in page
    send(f"/rings/{RING}/decide", act="confirm", who="x", why="y")
    assert verdicts_of(store)[0].accounts == ("a0", "a1", "a2")


@pytest.mark.parametrize("act", ["confirm", "reject", "split", "shared-place"])
def test_every_decision_reaches_the_journal(send: Send, store: Store, act: str) -> None:
    answer = send(
        f"/rings/{RING}/decide", act=act, who="x", why="y", member=["a0", "a1"], until="2999-01-01"
    )
    assert answer.status_code == 200, answer.text
    assert [verdict.act for verdict in verdicts_of(store)] == [act]


def test_it_can_be_taken_back(client: TestClient, send: Send, store: Store) -> None:
    send(f"/rings/{RING}/decide", act="reject", who="x", why="y")
    send("/journal/undo", name="v1", who="x", why="wrong ring")
    assert [verdict.act for verdict in verdicts_of(store)] == ["reject", "undo"]
    assert "taken back" in client.get("/journal").text
    assert send("/journal/undo", name="v1", who="x", why="y").status_code == 404


def test_two_accounts_are_kept_apart(send: Send, store: Store) -> None:
    assert send("/apart", a="a0", b="a1", who="x", why="brothers").status_code == 200
    assert verdicts_of(store)[0].accounts == ("a0", "a1")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"act": "confirm", "who": "x"}, "needs a reason"),
        ({"act": "confirm", "why": "y"}, "who decides"),
        ({"act": "split", "who": "x", "why": "y"}, "tick the members"),
        ({"act": "explode", "who": "x", "why": "y"}, "no decision"),
        ({"act": "shared-place", "who": "x", "why": "y", "until": "soon"}, "is no day"),
        ({"act": "shared-place", "who": "x", "why": "y", "until": "2001-01-01"}, "in the past"),
        ({"act": "confirm", "who": "x", "why": "y" * 3000}, "use at most"),
    ],
)
def test_a_wrong_decision_is_refused_in_words(
    send: Send, store: Store, fields: dict[str, str], says: str
) -> None:
    answer = send(f"/rings/{RING}/decide", **fields)
    assert answer.status_code == 400
    assert says in answer.text
    assert verdicts_of(store) == ()


def test_the_hub_policy_is_previewed_and_changed(client: TestClient, send: Send) -> None:
    seen = send("/hubs/preview", kind="device", value="d1", treatment="ignore")
    assert "Links between accounts: 8 now, 2 then" in seen.text
    assert "would change" in seen.text
    assert "Nobody decided" in client.get("/hubs").text
    done = send("/hubs", kind="device", value="d1", treatment="ignore", who="x", reason="a cafe")
    assert "a cafe" in done.text
    assert send("/hubs", kind="device", value="d1", treatment="expire", who="x", reason="sold")
    assert "Nobody decided" in client.get("/hubs").text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"treatment": "ignore"}, "needs a reason"),
        ({"treatment": "cap", "reason": "r", "limit": "x"}, "is no number"),
        ({"treatment": "cap", "reason": "r", "limit": "1"}, "a limit of 1"),
        ({"treatment": "melt", "reason": "r"}, "no treatment"),
        ({"treatment": "expire", "reason": "r"}, "no row that holds"),
    ],
)
def test_a_wrong_change_of_the_policy_is_refused(
    send: Send, fields: dict[str, str], says: str
) -> None:
    answer = send("/hubs", kind="device", value="d1", who="x", **fields)
    assert answer.status_code in {400, 404}
    assert says in answer.text
