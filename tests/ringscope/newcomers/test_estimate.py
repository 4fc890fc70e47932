from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from ringscope import Run
from ringscope.newcomers import Known, Newcomer, estimate, prepare_run, read_newcomers, score_batch

NOW = datetime(2026, 3, 1, 6)


@pytest.fixture
def known(finished: Run) -> Known:
    return prepare_run(finished)


def scored(known: Known, *accounts: dict[str, Any], now: datetime = NOW) -> list[Newcomer]:
    named = [{"account_id": f"new{n}"} | account for n, account in enumerate(accounts)]
    return estimate(known, read_newcomers(named, now=now))


def test_a_newcomer_on_a_known_device_is_linked_to_its_users(known: Known) -> None:
    first, second, third = scored(
        known, {"device_id": "d1"}, {"device_id": "d9"}, {"device_id": None}
    )
    assert sorted(link["account_id"] for link in first.links) == ["a0", "a1", "a2", "a3"]
    assert {(link["kinds"], link["ring_id"]) for link in first.links} == {("device", "R-00000001")}
    weight = sum(link["weight"] for link in first.links)
    expected = known.base + sum(link["weight"] * link["risk"] for link in first.links)
    assert first.by_links == pytest.approx(expected / (1 + weight), abs=1e-5)
    assert first.risk == first.by_links
    assert first.by_itself is None
    assert first.rings == ("R-00000001",)
    assert "4 accounts through device d1; they are in R-00000001" in first.says
    assert second.risk == third.risk == pytest.approx(known.base, abs=1e-6)
    assert second.says == "nothing of it is known here: the graph says nothing"


def test_a_hub_links_nobody(known: Known) -> None:
    (found,) = scored(known, {"device_id": "d4"})
    assert found.linked == 0
    assert found.says == "no link: what it shares are hubs"
    assert [(one["value"], one["links"]) for one in found.shared] == [("d4", False)]


def test_a_device_that_was_used_long_ago_links_nobody(known: Known) -> None:
    (found,) = scored(known, {"device_id": "d1"}, now=datetime(2026, 9, 1))
    assert found.linked == 0
    assert found.says == "no link: the uses lie too far apart"


def test_an_account_that_is_known_is_not_linked_to_itself(known: Known) -> None:
    (found,) = scored(known, {"account_id": "a0", "device_id": "d1"})
    assert found.known
    assert sorted(link["account_id"] for link in found.links) == ["a1", "a2", "a3"]


def test_each_of_many_gets_what_it_gets_alone(known: Known) -> None:
    (alone,) = scored(known, {"device_id": "d1"})
    many = scored(known, *({"device_id": f"d{1 + n % 2}"} for n in range(100)))
    assert {one.risk for one in many[::2]} == {alone.risk}
    assert [one.account_id for one in many] == [f"new{n}" for n in range(100)]


def test_a_batch_says_what_single_scores_say(known: Known) -> None:
    rows = [{"account_id": f"n{n}", "device_id": f"d{n % 5}"} for n in range(1200)]
    told: list[float] = []
    found = score_batch(known, rows, told.append)
    assert found["account_id"].to_list() == [row["account_id"] for row in rows]
    assert found.filter(account_id="n1")["rings"].item() == "R-00000001"
    assert found.filter(account_id="n1")["linked"].item() == 4
    assert told == sorted(told)
    assert len(told) == 3
