from __future__ import annotations

import ipaddress

import numpy as np
import polars as pl

from ringscope.demo.address import Pools, addresses, write_addresses
from ringscope.demo.scenes import ANYWHERE, HOME, MOBILE, Scenes, choose
from ringscope.demo.wording import draw, tokens

SEED = 17


def test_only_running_scenes_are_chosen_by_their_weight() -> None:
    rng = np.random.default_rng(SEED)
    scenes = Scenes()
    scenes.add(np.array([0]), HOME, 1, weight=3.0)
    scenes.add(np.array([0]), MOBILE, 2, weight=1.0)
    scenes.add(np.array([0]), MOBILE, 3, start=500, end=900, weight=1e9)
    ts = np.repeat([100, 700, 900], 4000)
    asks = pl.DataFrame({"ask": np.arange(12_000), "account": np.zeros(12_000, int), "ts": ts})
    chosen = choose(rng, asks, scenes.frame())
    assert chosen["ask"].to_list() == list(range(12_000))
    thing = chosen["thing"].to_numpy()
    assert set(thing[ts == 700]) == {3}
    assert set(thing[ts == 900]) == set(thing[ts == 100]) == {1, 2}
    assert abs((thing[ts != 700] == 1).mean() - 0.75) < 0.03, f"seed {SEED}"


def test_a_device_of_a_place_is_used_only_there() -> None:
    rng = np.random.default_rng(SEED)
    scenes = Scenes()
    scenes.add(np.array([0]), ANYWHERE, 1)
    scenes.add(np.array([0]), HOME, 2, weight=1e12)
    asks = pl.DataFrame({"ask": [0, 1], "account": [0, 0], "ts": [5, 5], "where": [HOME, MOBILE]})
    assert choose(rng, asks, scenes.frame())["thing"].to_list() == [2, 1]


def test_pools_never_share_an_address_and_lie_in_public_space() -> None:
    rng = np.random.default_rng(SEED)
    pools = Pools()
    sizes = [1, 9, 9, 250, 251, 700, 3, 40, 0, 0]
    numbers = [pools.add(size, alone=size == 40) for size in sizes]
    base = pools.lay(rng)
    pool = np.repeat(numbers, 800)
    offset = np.tile(np.arange(800), len(sizes))
    number, v6 = addresses(rng, pools, base, pool, offset)
    owners = pl.DataFrame({"number": number, "pool": pool}).unique()
    assert owners["number"].is_duplicated().sum() == 0
    many = owners.group_by("pool").len().sort("pool")["len"].to_list()
    assert many[:8] == sizes[:8]
    text = write_addresses(rng, number, v6).unique()
    assert all(ipaddress.ip_address(value).is_global for value in text)
    assert text.len() == np.unique(number).size


def test_tokens_are_all_different_and_in_no_order() -> None:
    names = tokens(np.random.default_rng(SEED), 5000, 8, prefix="x")
    assert names.n_unique() == 5000
    assert names.str.contains("^x[a-z2-9]{8}$").all()
    assert not names.is_sorted()


def test_words_are_drawn_by_their_shares() -> None:
    words = draw(np.random.default_rng(SEED), ("a", "b", "c"), 30_000, (1.0, 0.0, 3.0))
    assert abs((words == "c").mean() - 0.75) < 0.02  # type: ignore[operator]
    assert "b" not in set(words)
