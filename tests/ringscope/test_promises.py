"""What a whole run must not do to honest people, on a planted world nobody tuned to."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple
from unittest import mock

import polars as pl
import pytest

from graph import Linkage
from ingest import Tables, read_tables
from ringscope import Settings, analysis
from ringscope.demo import make_world
from ringscope.output import SHOWN

SEED = 2026
ADDRESS = "93.184.216.99"
HANDS, APART = 8, 40
"""Honest accounts that get one address in turn, and the days between."""
CARRIER = "93.184.217.99"
CUSTOMERS = 200
"""Honest accounts that use a carrier's address in the last three weeks."""


class Whole(NamedTuple):
    tables: Tables
    linkage: Linkage
    truth: pl.DataFrame
    placed: pl.DataFrame


@pytest.fixture(scope="module")
def whole() -> Whole:
    """A run over 1,000 accounts and an address that changes hands, without its files."""
    world = make_world(accounts=1000, seed=SEED)
    truth = world.pop("truth")
    homes = truth.filter(pl.col("kind") == "single", pl.col("spam") == 0)["account_id"].sort()
    end = pl.Series(world["logins"]["ts"].str.slice(0, 10)).str.to_date(strict=False).max()
    turns = [
        {"account_id": one, "ts": f"{end - timedelta(days=APART * turn)}T12:00:00", "ip": ADDRESS}
        for turn, one in enumerate(homes.head(HANDS))
    ]
    honest = truth.filter(pl.col("spam") == 0)["account_id"].sort().head(CUSTOMERS)
    customers = [
        {
            "account_id": one,
            "ts": f"{end - timedelta(days=turn % 20)}T1{turn % 10}:30:00",
            "ip": CARRIER,
        }
        for turn, one in enumerate(honest)
    ]
    added = [pl.DataFrame(rows) for rows in (turns, customers)]
    world["logins"] = pl.concat([world["logins"], *added], how="diagonal")
    tables = read_tables(world)
    settings = Settings(seed=SEED)
    linkage = analysis.link(tables, settings)
    with mock.patch("models.scoring.honest_metrics", return_value={"supervised": True}):
        scores = analysis.score(tables, linkage, settings, None)
    rings = scores.rings.filter(pl.col("status").is_in(SHOWN)).select("ring")
    ids = tables.accounts.select("account_id").with_row_index("account")
    placed = (
        scores.members.join(rings, "ring")
        .join(ids, "account")
        .join(truth, "account_id", suffix="_true")
    )
    return Whole(tables, linkage, truth, placed)


def test_the_run_calls_something_a_ring(whole: Whole) -> None:
    assert whole.placed["spam"].mean() > 0.7, f"seed {SEED}"


@pytest.mark.parametrize("kind", ["agency", "carrier", "course", "cafe"])
def test_honest_people_who_share_are_no_ring(whole: Whole, kind: str) -> None:
    there = whole.truth.filter(pl.col("kind") == kind).height
    most = whole.placed.group_by("ring").agg((pl.col("kind") == kind).mean())["kind"].max()
    assert there >= 5, "the world has such people"
    assert (most or 0.0) < 0.5, f"seed {SEED}: a ring is mostly of {kind}"


def test_a_carrier_links_nobody(whole: Whole) -> None:
    (address,) = whole.linkage.identifiers.filter(pl.col("value") == CARRIER).rows(named=True)
    assert (address["accounts"], address["treatment"]) == (CUSTOMERS, "cap")
    shared = whole.linkage.evidence.filter(pl.col("identifier") == address["identifier"])
    assert shared.is_empty()


def test_an_address_that_changes_hands_links_nobody(whole: Whole) -> None:
    (address,) = whole.linkage.identifiers.filter(pl.col("value") == ADDRESS).rows(named=True)
    assert address["accounts"] == HANDS
    shared = whole.linkage.evidence.filter(pl.col("identifier") == address["identifier"])
    assert shared.is_empty()
