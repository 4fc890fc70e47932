from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import polars as pl
import pytest

from graph import Linkage, kinds, link
from graph.hubs import find_hubs
from ingest import Tables

Build = Callable[..., Tables]


def one_address(build: Build, at: Callable[[float], datetime], days: list[float]) -> Linkage:
    """One address, used by one account after the other, each for a day from its day on."""
    count = len(days)
    ts = [at(day + hours / 24) for day in days for hours in (0, 24)]
    accounts = [i for i in range(count) for _ in range(2)]
    logins = {"account": accounts, "ts": ts, "ip": ["93.184.216.34"] * (2 * count)}
    return link(build({"created_at": [at(-400 - 5 * i) for i in range(count)]}, logins=logins))


def test_a_carrier_address_is_a_hub_with_a_reason_and_links_nobody(
    tables_of: Build, at: Callable[[float], datetime]
) -> None:
    got = one_address(tables_of, at, [0.0] * 400)
    hub = got.hubs.row(0, named=True)
    assert (hub["kind"], hub["value"], hub["accounts"]) == ("ip", "93.184.216.34", 400)
    assert hub["treatment"] == "cap"
    assert hub["reason"] == "400 accounts used it in all: too many to compare"
    assert hub["share"] == 1.0
    assert hub["who"] == "ringscope"
    assert got.identifiers["treatment"].to_list() == ["cap"]
    assert got.links.is_empty()
    assert got.evidence.is_empty()


def test_a_campus_that_is_compared_is_capped_by_what_was_measured(
    tables_of: Build, at: Callable[[float], datetime]
) -> None:
    got = one_address(tables_of, at, [0.0] * 90)
    reason = "90 accounts used it at the same time on average, more than 60"
    assert got.hubs["reason"].to_list() == [reason]
    assert got.links.is_empty()


@pytest.mark.parametrize("accounts", [400, 250])
def test_an_address_that_passes_from_one_to_the_next_makes_no_strong_link(
    tables_of: Build, at: Callable[[float], datetime], accounts: int
) -> None:
    got = one_address(tables_of, at, [365 / accounts * i for i in range(accounts)])
    strongest = got.links["weight"].max() if got.links.height else 0.0
    assert strongest < 0.7 * kinds()["ip"].weight
    assert got.links.filter(pl.col("b") - pl.col("a") > 15).is_empty()


def test_an_identifier_of_a_few_is_no_hub(
    tables_of: Build, at: Callable[[float], datetime]
) -> None:
    got = one_address(tables_of, at, [0.0] * 8)
    assert got.hubs.is_empty()
    assert got.identifiers["treatment"].to_list() == [""]


def test_most_shared_first_and_sharing_above_the_cap_only() -> None:
    identifiers = pl.DataFrame(
        {
            "identifier": [0, 1, 2, 3],
            "kind": ["device", "device", "ip", "ip"],
            "value": ["at", "over", "many", "few"],
            "accounts": [60, 61, 301, 2],
        },
        schema_overrides={"identifier": pl.UInt32, "accounts": pl.UInt32},
    )
    measured = pl.DataFrame(
        {"identifier": [0, 1, 3], "popularity": [60.0, 60.4, 2.0]},
        schema_overrides={"identifier": pl.UInt32},
    )
    hubs = find_hubs(identifiers, measured, accounts=1000)
    assert hubs["value"].to_list() == ["many", "over"]
    assert hubs["share"].to_list() == [0.301, 0.061]
