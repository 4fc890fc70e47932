from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from graph.bystanders import (
    AS_RISKY,
    CLOSE,
    FAR,
    FEWEST,
    FIRM,
    MOST,
    SLACK,
    USUAL,
    drop_bystanders,
    part_strays,
)

Rows = list[tuple[int, int, str]]


def shared_of(rows: Rows) -> pl.DataFrame:
    schema = {"a": pl.UInt32, "b": pl.UInt32, "kind": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def links_of(rows: Rows, weight: float = 1.0) -> pl.DataFrame:
    return shared_of(rows).select("a", "b", weight=pl.lit(weight))


def groups(ring: list[int]) -> pl.DataFrame:
    """Accounts 0, 1, ... with the ring of each, -1 for none."""
    frame = pl.DataFrame({"ring": ring, "account": range(len(ring))})
    return frame.filter(pl.col("ring") >= 0).cast(pl.UInt32)


def times(hours: list[float | None]) -> pl.Series:
    minutes = [None if h is None else int(60 * h) for h in hours]
    return pl.Series(minutes, dtype=pl.Int64).cast(pl.Duration("ms")) * 60_000 + pl.Series(
        [0] * len(hours)
    ).cast(pl.Datetime("ms"))


def parts(members: pl.DataFrame) -> set[frozenset[int]]:
    grouped = members.group_by("ring").agg("account")
    return {frozenset(accounts) for accounts in grouped["account"].to_list()}


def parted(
    ring: list[int], risk: list[float], hours: list[float | None], rows: Rows
) -> set[frozenset[int]]:
    got = part_strays(groups(ring), pl.Series(risk), times(hours), shared_of(rows))
    assert got.schema == {"ring": pl.UInt32, "account": pl.UInt32}
    assert got["account"].is_unique().all()
    return parts(got)


CROWD = 600
"""Sign-ups of others, one an hour."""


def around(*hours: float | None) -> list[float | None]:
    return [*hours, *[float(h) for h in range(CROWD)]]


def alone(count: int) -> list[int]:
    return [0] * count + [-1] * CROWD


def sure(*risk: float) -> list[float]:
    return [*risk, *[0.01] * CROWD]


DEVICE: Rows = [(i, j, "device") for i in range(5) for j in range(i + 1, 5)]
KIT: Rows = [(i, j, "template") for i in range(5) for j in range(i + 1, 5)]


@pytest.mark.parametrize(("late", "last"), [(0.95, True), (0.6, False)])
def test_a_stray_is_a_member_if_as_risky_as_the_others(late: float, last: bool) -> None:
    risk = sure(0.95, 0.95, 0.95, 0.95, late)
    got = parted(alone(5), risk, around(10.1, 10.2, 10.3, 10.4, 50.5), DEVICE)
    assert got == {frozenset(range(5 if last else 4))}


def test_who_is_in_doubt_at_the_time_of_the_group_stays() -> None:
    risk = sure(0.95, 0.95, 0.95, 0.95, 0.5)
    assert parted(alone(5), risk, around(10.1, 10.2, 10.3, 10.4, 10.5), DEVICE) == {
        frozenset(range(5))
    }


def test_who_shares_only_a_kit_at_another_time_is_parted() -> None:
    ring, risk = [0] * 12 + [-1] * CROWD, [0.95] * 12 + [0.01] * CROWD
    hours = around(1.1, 1.2, *[100 + i / 10 for i in range(9)], 500.5)
    kit: Rows = [(i, j, "template") for i in range(12) for j in range(i + 1, 12)]
    assert parted(ring, risk, hours, kit) == {
        frozenset([0, 1]), frozenset(range(2, 11)), frozenset([11]),
    }  # fmt: skip
    firm: Rows = [*kit, (1, 5, "device"), (9, 11, "ip")]
    assert parted(ring, risk, hours, firm) == {frozenset([0]), frozenset(range(1, 12))}


def test_a_few_or_whoever_has_no_sign_up_are_no_strays() -> None:
    risk = sure(0.95, 0.95, 0.3)
    assert parted(alone(3), risk, around(10.1, 10.2, 50.5), KIT[:2]) == {frozenset(range(3))}
    risk = sure(0.95, 0.95, 0.95, 0.95, 0.3)
    nobody_knows = around(10.1, 10.2, 10.3, 10.4, None)
    assert parted(alone(5), risk, nobody_knows, KIT) == {frozenset(range(5))}
    assert parted(alone(5), risk, [None] * (CROWD + 5), KIT) == {frozenset(range(5))}


def test_no_groups() -> None:
    nothing = groups([])
    got = part_strays(nothing, pl.Series([0.5]), times([1.0]), shared_of([]))
    assert got.is_empty()
    assert got.schema == {"ring": pl.UInt32, "account": pl.UInt32}


def slow(ring: np.ndarray, risk: np.ndarray, when: np.ndarray, rows: Rows) -> set[frozenset[int]]:
    """Account by account."""
    found: dict[tuple[int, int], set[int]] = {}
    order = [sum(other < w for other in when) + 1 for w in when]
    u = np.array(
        [o + (sum(other == w for other in when) - 1) / 2 for o, w in zip(order, when, strict=True)]
    )
    u = u / len(when)
    for g in set(ring[ring >= 0].tolist()):
        accounts = np.flatnonzero(ring == g)
        low, high = np.quantile(u[accounts], [0.25, 0.75])
        for x in accounts.tolist():
            side = 0
            if len(accounts) >= FEWEST:
                far = FAR * (high - low) + SLACK
                side = -1 if u[x] < low - far else 1 if u[x] > high + far else 0
            if side and risk[x] < AS_RISKY * risk[accounts].mean():
                continue
            mates = {
                a if b == x else b for a, b, kind in rows if x in (a, b) and kind != "template"
            }
            if mates & set(accounts.tolist()):
                side = 0
            found.setdefault((g, side), set()).add(x)
    return {frozenset(accounts) for accounts in found.values()}


@pytest.mark.parametrize("seed", range(30))
def test_equals_going_through_account_by_account(seed: int) -> None:
    rng = np.random.default_rng(seed)
    accounts = 60
    ring = rng.integers(-1, 5, accounts)
    when = rng.integers(0, 12, accounts) + 300 * rng.random(accounts) ** 4 * (ring + 1)
    risk = rng.random(accounts)
    rows = [
        (i, j, str(rng.choice(["template", "ip"], p=[0.9, 0.1])))
        for i in range(accounts)
        for j in range(i + 1, accounts)
        if rng.random() < 0.3
    ]
    got = part_strays(groups(ring.tolist()), pl.Series(risk), pl.Series(when), shared_of(rows))
    assert parts(got) == slow(ring, risk, when, rows), f"seed {seed}"


def test_the_order_of_rows_does_not_matter() -> None:
    rng = np.random.default_rng(3)
    ring, risk, when = rng.integers(0, 3, 40), rng.random(40), rng.random(40) ** 5
    rows: Rows = [(i, i + 1, "template") for i in range(39)]
    members = groups(ring.tolist())
    first, again = (
        part_strays(m, pl.Series(risk), pl.Series(when), s)
        for m, s in ((members, shared_of(rows)), (members.reverse(), shared_of(rows[::-1])))
    )
    assert first.equals(again)


@pytest.mark.parametrize(
    ("linked", "least"), [(1, AS_RISKY), (2, USUAL), (4, USUAL), (5, CLOSE), (9, CLOSE)]
)
def test_the_looser_tied_the_surer(linked: int, least: float) -> None:
    """Ten accounts linked all to all, and one that is linked to some of them."""
    members = groups([0] * 11)
    pairs: Rows = [(i, j, "device") for i in range(10) for j in range(i + 1, 10)]
    links = links_of([*pairs, *[(i, 10, "instrument") for i in range(linked)]])
    for share, stays in ((least + 0.02, True), (least - 0.02, False)):
        own = 10 * share * 0.9 / (11 - share)  # then its risk is that share of the mean
        got = drop_bystanders(members, pl.Series([0.9] * 10 + [own]), links)
        assert got["account"].to_list() == list(range(10 + stays)), (linked, share)


def test_a_link_to_somebody_of_another_group_holds_nobody() -> None:
    members, risk = groups([0] * 5 + [1] * 2), pl.Series([0.9] * 4 + [0.6] + [0.9] * 2)
    inside: Rows = [(i, j, "device") for i in range(4) for j in range(i + 1, 4)]
    links = links_of([*inside, (3, 4, "ip"), (4, 5, "ip"), (4, 6, "ip"), (5, 6, "ip")])
    assert drop_bystanders(members, risk, links)["account"].to_list() == [0, 1, 2, 3, 5, 6]


def test_of_three_nobody_hangs_on() -> None:
    members, chain = groups([0] * 3), links_of([(0, 1, "device"), (1, 2, "device")])
    assert drop_bystanders(members, pl.Series([0.9, 0.9, 0.5]), chain).equals(members)


@pytest.mark.parametrize("seed", range(20))
def test_bystanders_equal_those_found_one_by_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ring, risk = rng.integers(-1, 6, 50), rng.random(50)
    pairs: Rows = [(i, j, "ip") for i in range(50) for j in range(i + 1, 50) if rng.random() < 0.2]
    left = []
    for x in np.flatnonzero(ring >= 0).tolist():
        group = np.flatnonzero(ring == ring[x])
        mates = {i if j == x else j for i, j, _ in pairs if x in (i, j)} & set(group.tolist())
        least = USUAL
        if len(group) >= FEWEST and len(mates) >= MOST * (len(group) - 1):
            least = CLOSE
        elif len(group) >= FEWEST and len(mates) < 2:
            least = AS_RISKY
        if risk[x] >= least * risk[group].mean():
            left.append(x)
    got = drop_bystanders(groups(ring.tolist()), pl.Series(risk), links_of(pairs))
    assert got["account"].to_list() == left, f"seed {seed}"


def test_a_crowded_address_ties_nobody_closely() -> None:
    """Four who share a device, and an honest account at the hub that all of them use."""
    members, risk = groups([0] * 5), pl.Series([0.9] * 4 + [0.4])
    device: Rows = [(i, j, "device") for i in range(4) for j in range(i + 1, 4)]
    hub: Rows = [(i, 4, "ip") for i in range(4)]
    for weight, left in ((FIRM, 5), (FIRM - 0.01, 4)):
        links = pl.concat([links_of(device), links_of(hub, weight)])
        assert drop_bystanders(members, risk, links)["account"].to_list() == list(range(left))
