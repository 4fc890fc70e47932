from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import polars as pl
import pytest

from graph import Linkage, kinds, link
from graph.ruled import ALLOWED_WORTH, POLICY
from ingest import Tables

Build = Callable[..., Tables]
ADDRESS = "93.184.216.34"


def policy(treatment: str, limit: int | None = None, value: str = ADDRESS) -> pl.DataFrame:
    row = {"kind": "ip", "value": value, "treatment": treatment, "limit": limit}
    row |= {"reason": "the library of Ghent", "who": "ann"}
    return pl.DataFrame([row], schema=POLICY)


def one_place(
    build: Build, at: Callable[[float], datetime], accounts: int, rows: pl.DataFrame | None
) -> Linkage:
    """Accounts that use one address at the same time, and two that share another one."""
    place = [ADDRESS] * accounts + ["93.184.216.99"] * 2
    users = [*range(accounts), 0, 1]
    logins = {"account": users, "ts": [at(0)] * len(users), "ip": place}
    signups = {"created_at": [at(-400 - 5 * i) for i in range(accounts)]}
    return link(build(signups, logins=logins), policy=rows)


def test_no_policy_and_an_empty_one_are_the_same(
    tables_of: Build, at: Callable[[float], datetime]
) -> None:
    plain = one_place(tables_of, at, 5, None)
    empty = one_place(tables_of, at, 5, pl.DataFrame(schema=POLICY))
    assert plain.evidence.equals(empty.evidence)
    assert plain.hubs.equals(empty.hubs)


def test_an_ignored_identifier_links_nobody_and_says_who_decided(
    tables_of: Build, at: Callable[[float], datetime]
) -> None:
    got = one_place(tables_of, at, 5, policy("ignore"))
    assert got.links.select("a", "b").rows() == [(0, 1)]
    hub = got.hubs.row(0, named=True)
    assert (hub["value"], hub["treatment"], hub["who"]) == (ADDRESS, "ignore", "ann")
    assert (hub["reason"], hub["accounts"], hub["share"]) == ("the library of Ghent", 5, 1.0)
    told = got.identifiers.filter(pl.col("value") == ADDRESS)
    assert told["treatment"].to_list() == ["ignore"]


def test_an_allowed_identifier_is_no_hub_and_keeps_some_worth(
    tables_of: Build, at: Callable[[float], datetime]
) -> None:
    capped = one_place(tables_of, at, 90, None)
    assert capped.links.height == 1
    got = one_place(tables_of, at, 90, policy("allow"))
    assert got.links.height == 90 * 89 // 2
    floor = kinds()["ip"].weight * ALLOWED_WORTH
    weights = got.evidence.filter(pl.col("kind") == "ip")["weight"]
    assert weights.min() == pytest.approx(floor)
    assert got.hubs.filter(pl.col("kind") == "ip")["treatment"].to_list() == ["allow"]


def test_too_many_accounts_cannot_be_allowed(
    tables_of: Build, at: Callable[[float], datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.ruled.ALLOWED", 80)
    got = one_place(tables_of, at, 81, policy("allow"))
    assert got.links.select("a", "b").rows() == [(0, 1)]
    assert got.hubs.filter(pl.col("kind") == "ip")["treatment"].to_list() == ["cap"]


@pytest.mark.parametrize(("limit", "links", "shown"), [(4, 1, ["cap"]), (6, 10, []), (600, 10, [])])
def test_a_cap_of_its_own_replaces_that_of_the_kind(
    tables_of: Build, at: Callable[[float], datetime], limit: int, links: int, shown: list[str]
) -> None:
    got = one_place(tables_of, at, 5, policy("cap", limit))
    assert got.links.height == links
    assert got.hubs.filter(pl.col("kind") == "ip")["treatment"].to_list() == shown


def test_a_lower_cap_makes_a_weaker_link(tables_of: Build, at: Callable[[float], datetime]) -> None:
    low, kind, high = (
        one_place(tables_of, at, 5, rows).evidence.filter(pl.col("b") == 4)["weight"].sum()
        for rows in (policy("cap", 8), None, policy("cap", 600))
    )
    assert low < kind < high


def test_a_policy_on_what_nobody_uses_changes_nothing(
    tables_of: Build, at: Callable[[float], datetime]
) -> None:
    plain = one_place(tables_of, at, 5, None)
    got = one_place(tables_of, at, 5, policy("ignore", value="93.184.216.77"))
    assert got.evidence.equals(plain.evidence)
    assert got.hubs.is_empty()
