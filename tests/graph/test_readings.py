from __future__ import annotations

import itertools

import polars as pl
import pytest

from graph import kinds
from graph.readings import INNOCENT, READINGS, read_groups


def read(accounts: int, shares: dict[str, int], devices: int = 0) -> dict[str, object]:
    """One group, of whom the first `shares[kind]` share an identifier of each kind."""
    members = pl.DataFrame({"ring": [0] * accounts, "account": range(accounts)}).cast(pl.UInt32)
    pairs = [
        (a, b, number, kind, 0.5)
        for number, (kind, count) in enumerate(shares.items())
        for a, b in itertools.combinations(range(count), 2)
    ]
    schema = {
        "a": pl.UInt32,
        "b": pl.UInt32,
        "identifier": pl.UInt32,
        "kind": pl.String,
        "weight": pl.Float64,
    }
    seen = [(account, account % devices, "device") for account in range(accounts) if devices]
    sightings = pl.DataFrame(
        seen,
        schema={"account": pl.UInt32, "identifier": pl.UInt32, "kind": pl.String},
        orient="row",
    )
    evidence = pl.DataFrame(pairs, schema=schema, orient="row")
    (row,) = read_groups(members, evidence, sightings).rows(named=True)
    return row


@pytest.mark.parametrize(
    ("shares", "reading"),
    [
        ({"email": 5, "device": 10}, "alias mailboxes"),
        ({"email_domain": 5}, "catch-all mail domain"),
        ({"phone": 6, "ip": 10}, "re-used phone numbers"),
        ({"instrument": 7}, "shared payment instruments"),
        ({"device": 6, "template": 10}, "device farm"),
        ({"burst": 8}, "sign-up burst"),
        ({"ip": 5, "template": 5}, "proxies with one message kit"),
        ({"template": 5}, "template wave"),
        ({"engagement_wave": 5}, "engagement from one supplier"),
        ({"ip": 6}, "shared addresses"),
        ({"ip": 3, "phone": 3, "instrument": 2}, "chain of single shared identifiers"),
        ({"device": 3}, "related accounts"),
        ({"friend": 10}, "related accounts"),
        ({}, "related accounts"),
    ],
)
def test_plainest_reading(shares: dict[str, int], reading: str) -> None:
    assert read(10, shares)["reading"] == reading


@pytest.mark.parametrize(
    ("accounts", "shares", "devices", "reading"),
    [
        (4, {"ip": 4}, 0, "household"),
        (5, {"instrument": 3, "template": 3}, 0, "family with one card"),
        (20, {"device": 20, "ip": 20}, 1, "agency or office on its own machines"),
        (20, {"device": 20}, 10, "school or cafe with shared machines"),
        (20, {"burst": 20}, 0, "course that signed up together"),
        (20, {"ip": 20}, 0, "office, campus or carrier address"),
        (20, {"template": 20}, 0, "message text that people copy"),
        (20, {"engagement_wave": 20}, 0, "following that one event moves"),
        (6, {"device": 3}, 0, "second-hand devices or addresses"),
        (20, {"email": 20, "template": 20, "device": 19}, 10, "none fits"),
    ],
)
def test_best_innocent_reading(
    accounts: int, shares: dict[str, int], devices: int, reading: str
) -> None:
    assert read(accounts, shares, devices)["innocent_reading"] == reading


def test_shares_and_the_strongest_kind_first() -> None:
    row = read(10, {"ip": 4, "device": 10})
    assert row["link_kinds"] == "device;ip"
    assert {kind: row[kind] for kind in kinds() if row[kind]} == {"ip": 0.4, "device": 1.0}


@pytest.mark.parametrize("kind", ["ring", "size", "link_kinds", "account", "kinds_used"])
def test_a_relation_may_bear_any_name(kind: str) -> None:
    row = read(10, {kind: 10})
    assert row["link_kinds"] == kind
    assert row["ring"] == 0
    assert row["reading"] == "related accounts"


def test_evidence_between_two_groups_belongs_to_neither() -> None:
    members = pl.DataFrame({"ring": [0, 0, 1, 1], "account": [0, 1, 2, 3]}).cast(pl.UInt32)
    evidence = pl.DataFrame(
        {"a": [1], "b": [2], "identifier": [0], "kind": ["device"], "weight": [0.9]}
    ).cast({"a": pl.UInt32, "b": pl.UInt32, "identifier": pl.UInt32})
    sightings = pl.DataFrame(
        schema={"account": pl.UInt32, "identifier": pl.UInt32, "kind": pl.String}
    )
    got = read_groups(members, evidence, sightings)
    assert got["device"].to_list() == [0.0, 0.0]
    assert got["link_kinds"].to_list() == ["", ""]


def test_readings_differ() -> None:
    for rules in (READINGS, INNOCENT):
        names = [name for name, _ in rules]
        assert len(set(names)) == len(names)
