from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np
import polars as pl
import pytest

from graph import Rings, find_rings, kinds, link, ring_ids
from graph.apart import APART
from graph.rings import MEMBER, MIN_SIZE, PAIR
from ingest import Tables

Build = Callable[..., Tables]
Moment = Callable[[float], datetime]

SPAM = range(5)
AGENCY = range(5, 25)
HOME = range(25, 29)
ACCOUNTS = 120
TALK = ["can we meet", "is it still for sale", "thanks for the quick reply", "see you there"]


def world(build: Build, at: Moment, seed: int = 0) -> Tables:
    """Five accounts on one machine with one text, an agency on one machine, a home, strangers."""
    rng = np.random.default_rng(seed)
    accounts = list(range(ACCOUNTS))
    device = [f"own{i}" for i in accounts]
    ip = [f"93.184.{i}.9" for i in accounts]
    for group, name in ((SPAM, "farm"), (AGENCY, "agency"), (HOME, "home")):
        for i in group:
            device[i] = name
    for group, address in ((AGENCY, "8.8.4.4"), (HOME, "8.8.8.8")):
        for i in group:
            ip[i] = address
    logins = {
        "account": accounts * 2,
        "ts": [at(float(x)) for x in (*np.zeros(ACCOUNTS), *rng.uniform(1, 5, ACCOUNTS))],
        "device_id": device * 2,
        "ip": ip * 2,
    }
    kit = "quartz lantern bonus unlocked kindly ping marigold desk for voucher"
    messages = {
        "account": [*SPAM, *rng.integers(5, ACCOUNTS, 200)],
        "ts": [at(3.0)] * 205,
        "text": [*([kit] * 5), *(f"{rng.choice(TALK)} {rng.choice(TALK)}" for _ in range(200))],
    }
    signup = [at(float(day)) for day in rng.uniform(-100, 0, ACCOUNTS)]
    signup[: len(SPAM)] = [at(-1.0 - i) for i in SPAM]
    return build({"created_at": signup}, logins=logins, messages=messages)


def risk_of(risky: range, high: float = 0.9) -> np.ndarray:
    risk = np.full(ACCOUNTS, 0.05)
    risk[list(risky)] = high
    return risk


def found(tables: Tables, risk: np.ndarray, seed: int = 0) -> Rings:
    return find_rings(link(tables), risk, tables.accounts["created_at"], seed=seed)


def test_risky_accounts_with_one_device_and_one_text_are_one_ring_of_core_members(
    tables_of: Build, at: Moment
) -> None:
    got = found(world(tables_of, at), risk_of(SPAM))
    assert got.members["account"].to_list() == list(SPAM)
    assert got.members["role"].unique().to_list() == ["core"]
    (ring,) = got.rings.rows(named=True)
    assert (ring["ring"], ring["size"], ring["core_size"]) == (0, 5, 5)
    assert ring["reading"] == "device farm"
    assert ring["surprise"] > 6
    assert set(ring["link_kinds"].split(";")) >= {"device", "template"}
    assert ring["device"] == ring["template"] == 1.0
    assert (ring["first_seen"], ring["last_seen"]) == (at(-5), at(-1))
    assert got.members["joined"].to_list() == [at(-1.0 - i) for i in SPAM]


def test_an_agency_and_a_home_of_low_risk_are_no_ring(tables_of: Build, at: Moment) -> None:
    got = found(world(tables_of, at), risk_of(range(0), 0.9))
    assert got.rings.is_empty()
    assert got.members.is_empty()
    assert {"ring", "surprise", "reading", *kinds()} <= set(got.rings.columns)


def test_a_bystander_on_the_same_machine_is_no_member(tables_of: Build, at: Moment) -> None:
    risk = risk_of(SPAM)
    risk[4] = 0.05
    got = found(world(tables_of, at), risk)
    assert got.members["account"].to_list() == [0, 1, 2, 3]


def test_a_member_that_is_linked_to_all_is_three_tenths_as_risky_as_they(
    tables_of: Build, at: Moment
) -> None:
    tables = world(tables_of, at)
    risk = risk_of(SPAM)
    for doubt, members in ((0.21, [0, 1, 2, 3]), (0.26, [0, 1, 2, 3, 4])):
        risk[4] = doubt
        assert found(tables, risk).members["account"].to_list() == members
    # Where all are in some doubt, none stands out.
    assert found(tables, risk_of(SPAM, 0.3)).members["account"].to_list() == list(SPAM)


@pytest.mark.parametrize(("first", "second", "seen"), [(PAIR, PAIR, True), (0.99, 0.79, False)])
def test_two_accounts_alone_are_a_candidate_where_both_are_risky(
    tables_of: Build, at: Moment, first: float, second: float, seen: bool
) -> None:
    risk = risk_of(range(0))
    risk[:2] = first, second
    got = found(world(tables_of, at), risk)
    assert got.members["account"].to_list() == ([0, 1] if seen else [])


def farms(build: Build, at: Moment) -> tuple[Tables, np.ndarray]:
    """Twenty hands with two machines each, four accounts on a machine; and their habits."""
    rng = np.random.default_rng(3)
    hand = np.repeat(np.arange(20), 8)
    logins = {
        "account": list(range(160)),
        "ts": [at(0.0)] * 160,
        "device_id": [f"d{i // 4}" for i in range(160)],
    }
    signup = [at(float(-10 * h - x)) for h, x in zip(hand, rng.uniform(0, 4, 160), strict=True)]
    habits = rng.normal(0, 3, (20, 4))[hand] + rng.normal(0, 0.3, (160, 4))
    return build({"created_at": signup}, logins=logins), habits


def test_habits_join_the_machines_of_one_hand_and_people_can_part_them(
    tables_of: Build, at: Moment
) -> None:
    tables, habits = farms(tables_of, at)
    linkage, created = link(tables), tables.accounts["created_at"]
    risk = np.full(tables.accounts.height, 0.9)
    alone = find_rings(linkage, risk, created)
    assert alone.rings["size"].to_list() == [4] * 40
    assert alone.rings["parts"].to_list() == [1] * 40
    joined = find_rings(linkage, risk, created, habits=habits)
    assert joined.rings["size"].to_list() == [8] * 20
    assert joined.rings["parts"].to_list() == [2] * 20
    assert joined.members["account"].to_list() == list(range(160))
    assert joined.members["role"].to_list() == alone.members["role"].to_list()
    assert joined.members["stability"].to_list() == alone.members["stability"].to_list()
    rule = {"rule": [0, 0], "side": [0, 1], "account": [1, 6]}
    apart = pl.DataFrame(rule, schema=APART)
    parted = find_rings(linkage, risk, created, habits=habits, apart=apart)
    assert parted.rings["size"].to_list() == [4, 4] + [8] * 19


def test_accounts_that_share_nothing_are_no_ring_whatever_their_risk(tables_of: Build) -> None:
    tables = tables_of(12)
    got = find_rings(link(tables), np.ones(12), tables.accounts["created_at"])
    assert got.rings.is_empty()
    assert got.members.is_empty()


@pytest.mark.parametrize("seed", range(4))
def test_members_are_risky_tied_and_in_one_ring_only(
    random_world: Callable[..., Tables], seed: int
) -> None:
    tables = random_world(seed)
    linkage = link(tables)
    risk = np.random.default_rng(seed).random(linkage.accounts)
    got = find_rings(linkage, risk, tables.accounts["created_at"], seed=seed)
    assert got.rings.height > 0, f"seed {seed}"
    assert got.members["account"].is_unique().all()
    assert (risk[got.members["account"].to_numpy()] >= MEMBER).all()
    sizes = got.members.group_by("ring").agg(pl.len(), (pl.col("role") == "core").sum())
    assert sizes.sort("ring").rows() == got.rings.select("ring", "size", "core_size").rows()
    least = got.members.group_by("ring").agg(pl.lit(pl.Series(risk)).gather("account").min())
    small = set(got.rings.filter(pl.col("size") < MIN_SIZE)["ring"])
    assert all(low >= PAIR for ring, low in least.rows() if ring in small), f"seed {seed}"
    assert got.rings["size"].min() >= 2
    ring = dict(got.members.select("account", "ring").iter_rows())
    pairs = linkage.links.select("a", "b").rows()
    tied = {x for pair in pairs if len({ring.get(y, -1) for y in pair}) == 1 for x in pair}
    assert set(ring) <= tied, f"seed {seed}"


@pytest.mark.parametrize("order", range(3))
def test_shuffled_rows_give_the_same_rings(random_world: Callable[..., Tables], order: int) -> None:
    risk = np.random.default_rng(8).random(80)
    first, again = (found(random_world(5, order=o), risk) for o in (None, order))
    assert again.rings.equals(first.rings), f"order {order}"
    assert again.members.equals(first.members), f"order {order}"


def test_ids_depend_on_the_members_only() -> None:
    names = pl.Series(["anna", "berta", "carl", "dora"])
    members = pl.DataFrame({"ring": [0, 0, 0, 1, 1, 1], "account": [0, 1, 2, 1, 2, 3]}).cast(
        pl.UInt32
    )
    first = ring_ids(members, names)
    other = members.with_columns(ring=(pl.col("ring") == 0).cast(pl.UInt32))
    turned = ring_ids(other.reverse(), names)
    assert first["ring_id"].to_list() == turned["ring_id"].reverse().to_list()
    assert first["ring_id"].n_unique() == 2
    assert first["ring_id"].str.contains(r"^R-[0-9a-f]{8}$").all()
    later = pl.Series(["a new one", *names])
    moved = members.with_columns(pl.col("account") + 1)
    assert ring_ids(moved, later)["ring_id"].equals(first["ring_id"])


def test_no_members_no_ids() -> None:
    nothing = pl.DataFrame(schema={"ring": pl.UInt32, "account": pl.UInt32})
    got = ring_ids(nothing, pl.Series(["a"]))
    assert got.schema == {"ring": pl.UInt32, "ring_id": pl.String}
    assert got.is_empty()
