from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime

import polars as pl
import pytest

from graph import kinds, link
from graph.links import MIN_LINK, gather_evidence, link_accounts
from graph.sightings import Sightings, find_sightings
from ingest import Tables

Build = Callable[..., Tables]
Moment = Callable[[float], datetime]
NO_WORDING = pl.DataFrame(schema={"identifier": pl.UInt32, "specificity": pl.Float64})


def together(kind: str, accounts: int) -> float:
    """Worth of one identifier that so many accounts use at the same time."""
    entry = kinds()[kind]
    return entry.weight * (1 - math.log(accounts / 2) / math.log(entry.hub_cap / 2))


@pytest.mark.parametrize("accounts", [2, 3, 10, 40])
def test_one_device_used_at_once_weighs_its_rarity(
    tables_of: Build, at: Moment, accounts: int
) -> None:
    logins = {"account": range(accounts), "ts": [at(1)] * accounts, "device_id": ["d"] * accounts}
    got = link(tables_of(accounts, logins=logins))
    assert got.links.height == math.comb(accounts, 2)
    assert got.links["weight"].to_list() == pytest.approx(
        [together("device", accounts)] * got.links.height
    )


def test_identifiers_of_one_kind_are_chances_and_kinds_add_up(tables_of: Build, at: Moment) -> None:
    accounts = {"created_at": [at(0)] * 2, "phone": ["+4915112345678"] * 2}
    logins = {
        "account": [0, 1, 0, 1],
        "ts": [at(1)] * 4,
        "ip": ["93.184.216.1", "93.184.216.1", "8.8.4.4", "8.8.4.4"],
    }
    (row,) = link(tables_of(accounts, logins=logins)).links.rows(named=True)
    both = 1 - (1 - together("ip", 2)) ** 2
    assert row["kinds"] == "ip;phone"
    assert row["weight"] == pytest.approx(both + together("phone", 2))


def test_a_week_between_two_uses_of_a_device_halves_the_link_and_more(
    tables_of: Build, at: Moment
) -> None:
    logins = {"account": [0, 1], "ts": [at(0), at(7)], "device_id": ["d", "d"]}
    (row,) = link(tables_of(2, logins=logins)).evidence.rows(named=True)
    # popularity 1 + 1/2 is below two accounts at once: the rarity stays at its most
    assert row["weight"] == pytest.approx(0.5)
    assert row["first_seen"] is None


def test_an_address_that_changed_hands_a_month_ago_links_nobody(
    tables_of: Build, at: Moment
) -> None:
    logins = {
        "account": [0, 0, 1, 1],
        "ts": [at(0), at(20), at(50), at(80)],
        "ip": ["93.184.216.34"] * 4,
    }
    got = link(tables_of(2, logins=logins))
    assert got.links.is_empty()
    assert got.evidence.is_empty()
    at_once = link(tables_of(2, logins={**logins, "ts": [at(0), at(60), at(50), at(80)]}))
    assert at_once.links["weight"].to_list() == pytest.approx([together("ip", 2)])


def test_wording_weighs_by_specificity_and_by_the_time_between_sign_ups(
    sightings_of: Callable[..., tuple[pl.DataFrame, pl.DataFrame]], at: Moment
) -> None:
    rows, identifiers = sightings_of([(0, "T", 1, 1), (1, "T", 1, 1), (2, "T", 1, 1)], "template")
    specific = pl.DataFrame(
        {"identifier": [0], "specificity": [0.6]}, schema_overrides={"identifier": pl.UInt32}
    )
    created = pl.Series([at(0), at(14), None])
    evidence, _ = gather_evidence(Sightings(identifiers, rows), created, specific)
    weights = {(a, b): w for a, b, w in evidence.select("a", "b", "weight").rows()}
    assert weights == pytest.approx({(0, 1): 0.3, (0, 2): 0.6, (1, 2): 0.6})


def test_a_template_without_known_specificity_is_no_evidence(
    sightings_of: Callable[..., tuple[pl.DataFrame, pl.DataFrame]], at: Moment
) -> None:
    rows, identifiers = sightings_of([(0, "T", 1, 1), (1, "T", 1, 1)], "template")
    created = pl.Series([at(0), at(0)])
    evidence, _ = gather_evidence(Sightings(identifiers, rows), created, NO_WORDING)
    assert evidence.is_empty()
    zero = NO_WORDING.vstack(
        pl.DataFrame({"identifier": [0], "specificity": [0.0]}).cast({"identifier": pl.UInt32})
    )
    evidence, _ = gather_evidence(Sightings(identifiers, rows), created, zero)
    assert evidence.is_empty()


def test_faint_links_are_left_out_and_one_kind_weighs_at_most_one() -> None:
    evidence = pl.DataFrame(
        {
            "a": [0, 0, 1, 1],
            "b": [1, 2, 2, 2],
            "kind": ["ip", "device", "email", "email"],
            "weight": [MIN_LINK / 2, 0.5, 1.0, 1.0],
        }
    )
    got = link_accounts(evidence)
    assert got.select("a", "b", "kinds").rows() == [(0, 2, "device"), (1, 2, "email")]
    assert got["weight"].to_list() == [0.5, 1.0]


def test_the_order_of_evidence_does_not_matter() -> None:
    evidence = pl.DataFrame(
        {
            "a": [0] * 6,
            "b": [1] * 6,
            "kind": list("xxyyzz"),
            "weight": [0.1, 0.7, 0.3, 0.2, 0.9, 0.4],
        }
    )
    first = link_accounts(evidence)
    for seed in range(10):
        again = link_accounts(evidence.sample(fraction=1, shuffle=True, seed=seed))
        assert again.equals(first), f"seed {seed}"


@pytest.mark.parametrize("seed", range(2))
def test_no_identifier_is_worth_anything_else_beside_others(
    random_world: Callable[..., Tables], seed: int
) -> None:
    tables = random_world(seed)
    found = find_sightings(tables, {})
    created = tables.accounts["created_at"]
    shared = found.identifiers.filter(pl.col("accounts") >= 2)
    rule = shared.filter(kind="device").head(1).select("kind", "value")
    policy = rule.select(
        "kind", "value", treatment=pl.lit("cap"), limit=pl.lit(7, pl.UInt32),
        reason=pl.lit(""), who=pl.lit(""),
        when=pl.lit(None, pl.Datetime("us")), expiry=pl.lit(None, pl.Datetime("us")),
    )  # fmt: skip
    beside, _ = gather_evidence(found, created, NO_WORDING)
    ruled, _ = gather_evidence(found, created, NO_WORDING, policy)
    timed = shared.filter(pl.col("kind").is_in(["device", "ip"])).sample(12, seed=seed)
    for identifier, value in timed.select("identifier", "value").iter_rows():
        one = pl.col("identifier") == identifier
        own = Sightings(found.identifiers.filter(one), found.rows.filter(one))
        alone, _ = gather_evidence(own, created, NO_WORDING)
        assert alone.equals(beside.filter(one)), f"seed {seed}, {value}"
        if value != rule["value"][0]:
            assert alone.equals(ruled.filter(one)), f"seed {seed}, {value}, a rule on another"
