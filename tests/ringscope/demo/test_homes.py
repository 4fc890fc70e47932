from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from ringscope.demo import homes
from ringscope.demo.census import take_census
from ringscope.demo.draft import Draft, blank
from ringscope.demo.scenes import HOME

SEEDS = range(3)


def settled(seed: int) -> tuple[np.random.Generator, Draft, np.ndarray]:
    rng = np.random.default_rng(seed)
    census = take_census(rng, 1200, 0.06)
    draft = blank(rng, census.kind, census.group, census.ring)
    return rng, draft, homes.settle(rng, draft)


def overlaps(spans: pl.DataFrame, *thing: str) -> pl.DataFrame:
    """Spans that begin before the one before it on the same thing has ended."""
    ordered = spans.sort(*thing, "start")
    return ordered.filter(pl.col("start") < pl.col("end").shift(1).over(*thing))


@pytest.mark.parametrize("seed", SEEDS)
def test_an_address_changes_hands_but_never_has_two_tenants_at_a_time(seed: int) -> None:
    rng, draft, home = settled(seed)
    homes.lease(rng, draft, home)
    scenes = draft.ip.frame().with_columns(
        home=pl.Series(home).gather(pl.Series(draft.ip.frame()["account"]))
    )
    v4 = scenes.filter(pl.Series(np.asarray(draft.pools.sizes)).gather(scenes["thing"]) > 0)
    leases = v4.select("home", "thing", "offset", "start", "end").unique()
    assert overlaps(leases, "thing", "offset").is_empty(), f"seed {seed}"
    tenants = leases.group_by("thing", "offset").agg(pl.col("home").n_unique())
    assert (tenants["home"] >= 2).mean() > 0.4, f"seed {seed}"  # type: ignore[operator]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_home_always_has_an_address_but_for_the_hand_over(seed: int) -> None:
    rng, draft, home = settled(seed)
    homes.lease(rng, draft, home)
    scenes = draft.ip.frame()
    assert scenes["account"].n_unique() == (home >= 0).sum()
    assert set(scenes["where"]) == {HOME}
    gaps = scenes.sort("account", "start").with_columns(
        gap=pl.col("start") - pl.col("end").shift(1).over("account")
    )
    assert int(gaps["gap"].max()) <= 2 * 3600, f"seed {seed}"  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_phone_that_is_sold_is_never_in_two_hands(seed: int) -> None:
    rng, draft, home = settled(seed)
    homes.personal_devices(rng, draft, home)
    owned = draft.device.frame().filter(pl.col("where") != HOME)
    resold = owned.filter(pl.col("account").n_unique().over("thing") > 1)
    assert resold["thing"].n_unique() > 80, f"seed {seed}"
    assert overlaps(resold, "thing").is_empty(), f"seed {seed}"


@pytest.mark.parametrize("seed", SEEDS)
def test_some_rings_come_out_of_honest_homes(seed: int) -> None:
    _, draft, home = settled(seed)
    families = set(home[draft.kind == "household"])
    spam = home[draft.ring >= 0]
    assert 0.1 < np.mean([place in families for place in spam]) < 0.5, f"seed {seed}"
