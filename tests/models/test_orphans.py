from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from graph import kinds
from graph.apart import APART
from models import orphans
from models.orphans import place_orphans

YEAR = 365 * 86_400_000_000
HONEST, LONE, OWN, MEMBERS, SUSPECTS = 1500, 40, 40, 30, 20
NO_LIMIT = 1000.0


class World(NamedTuple):
    """A ring with orphans in its rush (0), another without (1), and a suspected group (2)."""

    members: pl.DataFrame
    rings: pl.DataFrame
    risk: NDArray[np.float64]
    accounts: pl.DataFrame

    def placed(self, limit: float = NO_LIMIT, **more: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
        return place_orphans(*self, limit=limit, **more)


def world(seed: int, rush: int = 0) -> World:
    rng = np.random.default_rng(seed)
    ring = np.repeat([-1, 0, 1, 2], [HONEST + LONE + OWN, MEMBERS, MEMBERS, SUSPECTS])
    risk = np.where(ring >= 0, 0.9, rng.uniform(0.5, 0.95, len(ring)))
    risk[:HONEST] = 0.02
    begins = np.array([0.3, 0.6, 0.8])[ring] + 0.01 * rng.random(len(ring))
    year = np.where(ring >= 0, begins, rng.random(len(ring)))
    own = slice(HONEST + LONE, HONEST + LONE + OWN)
    year[own] = (0.3, 0.6, 0.8)[rush] + 0.01 * rng.random(OWN)
    label = rng.choice([None, 0, 1], len(ring), p=[0.6, 0.2, 0.2])
    created = pl.Series((year * YEAR).astype(np.int64)).cast(pl.Datetime("us"))
    accounts = pl.DataFrame(
        {"created_at": created, "label": pl.Series(label.tolist(), dtype=pl.Int8)}
    )
    at = np.flatnonzero(ring >= 0)
    members = pl.DataFrame({"ring": ring[at], "account": at}).cast(pl.UInt32)
    members = members.with_columns(
        role=pl.lit("core"),
        stability=pl.lit(0.9),
        joined=pl.lit(created).gather("account"),
        confidence=pl.lit(None, pl.Float64),
        risk=pl.lit(pl.Series(risk)).gather("account"),
        label=pl.lit(accounts["label"]).gather("account"),
    )
    whole = (
        members.group_by("ring")
        .agg(
            pl.len().cast(pl.UInt32).alias("size"),
            pl.lit(0, pl.UInt32).alias("orphans"),
            pl.lit(4.0).alias("surprise"),
            pl.col("joined").min().alias("first_seen"),
            pl.col("joined").max().alias("last_seen"),
            pl.col("risk").mean(),
            (pl.col("label") == 1).sum().cast(pl.UInt32).alias("labelled_spam"),
            (pl.col("label") == 0).sum().cast(pl.UInt32).alias("labelled_honest"),
            expected_honest=pl.lit(1.5),
            **{kind: pl.lit(0.8) for kind in kinds()},
        )
        .sort("ring")
    )
    status = pl.Series("status", ["ring", "ring", "suspected"])
    members = members.drop("risk", "label")
    return World(members, whole.with_columns(status), risk, accounts)


def added(made: World, after: pl.DataFrame) -> pl.DataFrame:
    return after.join(made.members, "account", "anti")


@pytest.mark.parametrize("seed", range(4))
def test_orphans_are_fringe_members_that_nothing_holds(seed: int) -> None:
    made = world(seed)
    after, _ = made.placed()
    rows = added(made, after)
    assert rows.height > OWN / 2, f"seed {seed}"
    assert set(rows["ring"]) == {0}
    assert set(rows["role"]) == {"fringe"}
    assert set(rows["stability"]) == {0.0}
    assert rows["confidence"].is_between(0.6, 1).all()
    assert rows["joined"].equals(made.accounts["created_at"].gather(rows["account"]))
    assert after.join(rows, "account", "anti").equals(made.members)
    assert after.equals(after.sort("ring", "account"))
    assert after["account"].is_unique().all()


@pytest.mark.parametrize("seed", range(4))
def test_rings_count_their_orphans_in(seed: int) -> None:
    made = world(seed)
    after, rings = made.placed()
    assert rings.schema == made.rings.schema
    new = set(added(made, after)["account"].to_list())
    for before, now in zip(made.rings.to_dicts(), rings.to_dicts(), strict=True):
        mine = after.filter(ring=before["ring"])
        accounts = mine["account"].to_list()
        labels = [made.accounts["label"][account] for account in accounts]
        orphans_of = [account for account in accounts if account in new]
        sure = mine["confidence"].drop_nulls().to_list()
        expected = before | {
            "size": len(accounts),
            "orphans": len(orphans_of),
            "first_seen": min(made.accounts["created_at"][account] for account in accounts),
            "last_seen": max(made.accounts["created_at"][account] for account in accounts),
            "risk": pytest.approx(sum(made.risk[account] for account in accounts) / len(accounts)),
            "labelled_spam": labels.count(1),
            "labelled_honest": labels.count(0),
            "expected_honest": pytest.approx(1.5 + sum(1 - c for c in sure)),
        }
        held = 0.8 * (len(accounts) - len(orphans_of)) / len(accounts)
        expected |= {kind: pytest.approx(held) for kind in kinds()}
        assert now == expected, f"seed {seed}"
    assert rings["orphans"].to_list()[1:] == [0, 0]


def test_a_suspected_group_is_given_nobody() -> None:
    assert added(world(1, rush=1), world(1, rush=1).placed()[0])["ring"].unique().to_list() == [1]
    made = world(1, rush=2)
    after, rings = made.placed()
    assert after.equals(made.members)
    assert rings.equals(made.rings)


@pytest.mark.parametrize("room", [0.2, 1.0, 3.0])
def test_the_surest_are_taken_up_to_the_limit(room: float) -> None:
    made = world(2)
    everybody = added(made, made.placed()[0]).sort("confidence", descending=True)
    used = 2 * 1.5
    after, rings = made.placed(used + room)
    some = added(made, after)
    assert 0 < some.height < everybody.height
    assert set(some["account"]) == set(everybody["account"].head(some.height))
    called = rings.filter(pl.col("status") == "ring")
    assert called["expected_honest"].to_numpy().sum() <= used + room
    one_more = everybody["confidence"].head(some.height + 1).to_numpy()
    assert (1 - one_more).sum() > room


@pytest.mark.parametrize("limit", [3.0, 2.0, 0.0])
def test_nobody_is_taken_where_the_limit_is_used_up(limit: float) -> None:
    made = world(3)
    after, rings = made.placed(limit)
    assert after.equals(made.members)
    assert rings.equals(made.rings)


def test_orphans_without_doubt_need_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    made = world(3)
    sure = pl.DataFrame({"ring": [1], "account": [5], "confidence": [1.0]})
    sure = sure.cast({"ring": pl.UInt32, "account": pl.UInt32})
    monkeypatch.setattr(orphans, "find_orphans", lambda *_: sure)
    assert added(made, made.placed(3.0)[0])["account"].to_list() == [5]
    assert added(made, made.placed(2.9)[0]).is_empty()


def test_whom_people_set_apart_is_no_orphan() -> None:
    made = world(4)
    known = added(made, made.placed()[0])["account"].to_list()
    rule = {"rule": [0, 0, 1], "side": [0, 1, 0], "account": [known[0], 3, known[-1]]}
    apart = pl.DataFrame(rule, schema=APART)
    assert added(made, made.placed(apart=apart)[0])["account"].to_list() == known[1:-1]
    assert added(made, made.placed(apart=apart.clear())[0])["account"].to_list() == known


def test_no_rings() -> None:
    made = world(5)
    nothing = made.members.clear()
    after, rings = place_orphans(
        nothing, made.rings.clear(), made.risk, made.accounts, limit=NO_LIMIT
    )
    assert after.equals(nothing)
    assert rings.equals(made.rings.clear())
