"""Accounts that keep coming to the same things within minutes are linked; honest company is not."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.stats import binom

from graph import link
from graph.cotimed import CHANCE, FEWEST, OCCASION, cotimed_pairs, find_cotimed
from graph.meetings import HOUR, MINUTES, NEAR, Acts, find_acts
from ingest import Tables, read_tables

ACCOUNTS, DAYS = 60, 60
BOTS = (5, 17, 40)
MINUTE = 1 / 1440
Rows = list[tuple[int, float, str]]


def background(rng: np.random.Generator, each: int = 15) -> Rows:
    """Views of some of 300 things, at any time."""
    who = np.repeat(np.arange(ACCOUNTS), each)
    when, what = rng.uniform(0, DAYS, len(who)), rng.integers(0, 300, len(who))
    return [(int(a), float(t), f"thing {x}") for a, t, x in zip(who, when, what, strict=True)]


def together(rng: np.random.Generator, group: Any, times: int, minutes: float) -> Rows:
    """Acts of a group on as many things as times, each within some minutes."""
    days = rng.permutation(DAYS)[:times] + rng.uniform(0.1, 0.8, times)
    return [
        (account, day + rng.uniform(0, minutes) * MINUTE, f"joint {day:.4f}")
        for day in days.tolist()
        for account in group
    ]


@pytest.fixture
def world(at: Callable[[float], Any]) -> Callable[..., Tables]:
    """Make tables of (account, day, target), in an order of their own."""

    def made(rows: Rows, order: int = 0) -> Tables:
        rng = np.random.default_rng(order)
        rows = [rows[place] for place in rng.permutation(len(rows))]
        events = {
            "account_id": [f"a{account:04d}" for account, _, _ in rows],
            "ts": [at(day) for _, day, _ in rows],
            "event_type": ["view"] * len(rows),
            "target_id": [target for _, _, target in rows],
        }
        accounts = [f"a{number:04d}" for number in rng.permutation(ACCOUNTS)]
        frames = {"accounts": {"account_id": accounts}, "events": events}
        return read_tables({name: pl.DataFrame(frame) for name, frame in frames.items()})

    return made


@pytest.mark.parametrize("seed", range(3))
def test_planted_accounts_are_linked_and_nobody_else(world: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    linkage = link(world(background(rng) + together(rng, BOTS, 12, 4)))
    assert linkage.links.select("a", "b").rows() == [(5, 17), (5, 40), (17, 40)], f"seed {seed}"
    assert linkage.links["kinds"].unique().to_list() == ["cotimed"]
    row = linkage.identifiers.row(0, named=True)
    assert row["accounts"] == len(BOTS)
    assert row["value"].startswith("from 2026-0")
    assert linkage.sightings["count"].min() >= FEWEST, f"seed {seed}"
    assert (linkage.sightings["first_seen"] < linkage.sightings["last_seen"]).all()


def test_groups_apart_have_names_of_their_own(world: Any) -> None:
    rng = np.random.default_rng(1)
    rows = background(rng) + together(rng, BOTS, 12, 4) + together(rng, (1, 2), 12, 4)
    found = find_cotimed(world(rows)).group_by("cotimed").agg(pl.col("account").unique().sort())
    assert sorted(found["account"].to_list()) == [[1, 2], [5, 17, 40]]


@pytest.mark.parametrize("order", range(1, 4))
def test_the_order_of_the_rows_does_not_matter(world: Any, order: int) -> None:
    rng = np.random.default_rng(2)
    rows = background(rng) + together(rng, BOTS, 12, 4)
    first = find_cotimed(world(rows))
    assert not first.is_empty()
    assert find_cotimed(world(rows, order)).equals(first)


@pytest.mark.parametrize("seed", range(10))
def test_times_dealt_at_random_link_nobody(world: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = background(rng, each=40) + together(rng, range(12), 20, 4)
    dealt = rng.permutation([day for _, day, _ in rows])
    shuffled = [(a, float(day), what) for (a, _, what), day in zip(rows, dealt, strict=True)]
    assert find_cotimed(world(rows))["account"].n_unique() == 12, f"seed {seed}"
    assert find_cotimed(world(shuffled)).is_empty(), f"seed {seed}"


@pytest.mark.parametrize("seed", range(10))
def test_minutes_dealt_anew_within_the_hour_link_nobody(world: Any, seed: int) -> None:
    """Who acts on what in which hour stays; only the minutes are chance."""
    rng = np.random.default_rng(seed)
    rows = background(rng) + together(rng, range(12), 20, 60)
    assert find_cotimed(world(rows)).is_empty(), f"seed {seed}"


@pytest.mark.parametrize("seed", range(3))
def test_one_busy_evening_is_one_coincidence(world: Any, seed: int) -> None:
    """Two accounts go through the same thirty things in step, on two evenings."""
    rng = np.random.default_rng(seed)
    steps = [(evening, number) for evening in (20.8, 33.8) for number in range(30)]
    evenings = [
        (account, evening + (2 * number + rng.uniform(0, 2)) * MINUTE, f"page {evening} {number}")
        for evening, number in steps
        for account in (1, 2)
    ]
    assert find_cotimed(world(background(rng) + evenings)).is_empty(), f"seed {seed}"


@pytest.mark.parametrize("seed", range(3))
def test_a_front_page_that_everybody_opens_says_nothing(world: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    opened = [
        (account, day + 0.3 + rng.uniform(0, 20) * MINUTE, f"front page {day}")
        for day in range(DAYS)
        for account in range(ACCOUNTS)
    ]
    assert find_cotimed(world(background(rng) + opened)).is_empty(), f"seed {seed}"


@pytest.mark.parametrize("seed", range(3))
def test_minutes_in_which_everybody_is_about_say_nothing(world: Any, seed: int) -> None:
    """All are told of news at one minute of each day; two of them like the same small things."""
    rng = np.random.default_rng(seed)
    told = [
        (account, day + 0.5 + rng.uniform(0, 4) * MINUTE, f"small {day} {account // 2}")
        for day in range(DAYS)
        for account in range(ACCOUNTS)
    ]
    assert find_cotimed(world(told)).is_empty(), f"seed {seed}"


def test_friends_who_always_come_at_once_look_like_a_ring(world: Any) -> None:
    """The limit of the method: times alone cannot tell them apart; the reading beside says so."""
    rng = np.random.default_rng(3)
    friends = together(rng, (3, 30, 31), 15, 3)
    assert find_cotimed(world(background(rng) + friends))["account"].unique().sort().to_list() == [
        3, 30, 31,
    ]  # fmt: skip


def slow_chance(acts: Acts, a: int, b: int, target: int, ts_a: int, ts_b: int) -> float:
    """The chance of a meeting, counted act by act."""
    rows = acts.hourly.select("account", "target", "ts").rows()
    best = 0.0
    for center, mover in ((ts_a, b), (ts_b, a)):

        def share(those: list[int], usual: float, center: int = center) -> float:
            hour = sum(abs(ts - center) <= HOUR // 2 for ts in those)
            return (hour + usual) / (sum(abs(ts - center) <= NEAR for ts in those) + 1)

        world = [ts for _, _, ts in rows if abs(ts - center) <= NEAR]
        usual = sum(abs(ts - center) <= HOUR // 2 for ts in world) / len(world)
        minutes = sum(abs(ts - center) <= MINUTES for ts in world) / len(world)
        pair = {(a, target, ts_a), (b, target, ts_b)}
        own = [ts for who, what, ts in rows if who == mover and (who, what, ts) not in pair]
        crowd = [ts for who, what, ts in rows if what == target and (who, what, ts) not in pair]
        hour = max(usual, share(own, usual), share(crowd, usual))
        best = max(best, 2 * MINUTES / HOUR * hour, minutes)
    return best


def slow_pairs(acts: Acts) -> dict[tuple[int, int], tuple[int, int, float]]:
    """Met, trials and surprise of each pair that chance does not explain, pair by pair."""
    firsts = acts.firsts.select("account", "target", "ts").rows()
    near: dict[tuple[int, int], list[tuple[int, ...]]] = {}
    for (one, target, ts), (other, same, at) in combinations(firsts, 2):
        if target == same and abs(ts - at) <= NEAR:
            (a, ts_a), (b, ts_b) = sorted([(one, ts), (other, at)])
            near.setdefault((a, b), []).append((min(ts, at), target, ts_a, ts_b))
    many = [account for account, _, _ in firsts]
    able = sum(many.count(account) >= FEWEST for account in set(many))
    pairs = min(sum(map(len, near.values())) / FEWEST, able * (able - 1) / 2)
    found = {}
    for (a, b), rows in near.items():
        first: dict[int, tuple[int, ...]] = {}
        for row in sorted(rows):
            first.setdefault(row[0] // OCCASION, row)
        met = sum(abs(ts_a - ts_b) <= MINUTES for _, _, ts_a, ts_b in first.values())
        chance = np.mean([slow_chance(acts, a, b, *row[1:]) for row in first.values()])
        surprise = -binom.logsf(met - 1, len(first), chance) / np.log(10)
        if met >= FEWEST and surprise > np.log10(pairs / CHANCE):
            found[a, b] = (met, len(first), surprise)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_pairs_are_those_of_a_slow_count(world: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = background(rng, each=8) + together(rng, BOTS, 12, 7) + together(rng, range(8), 6, 5)
    acts = find_acts(world(rows))
    assert acts is not None
    slow = slow_pairs(acts)
    pairs, _ = cotimed_pairs(acts)
    found = {(a, b): rest for a, b, *rest in pairs.drop("chance").iter_rows()}
    assert slow, f"seed {seed}"
    assert {pair: pytest.approx(rest) for pair, rest in slow.items()} == found, f"seed {seed}"


def test_without_targets_there_is_nothing(tables_of: Callable[..., Tables]) -> None:
    found = find_cotimed(tables_of(3))
    assert found.is_empty()
    assert found.schema == {"account": pl.UInt32, "ts": pl.Datetime("us"), "cotimed": pl.String}


def test_one_target_of_everybody_and_one_account_that_does_everything_stay_cheap(at: Any) -> None:
    """100,000 accounts come to one target within an hour; one account acts 100,000 times."""
    many, rng = 100_000, np.random.default_rng(0)
    crowd = [f"a{number:06d}" for number in range(many)]
    frames = {
        "accounts": pl.DataFrame({"account_id": crowd}),
        "events": pl.DataFrame(
            {
                "account_id": crowd + ["a000000"] * many + crowd,
                "ts": np.concatenate(
                    [rng.integers(0, 3600, many), np.arange(many) * 30, np.arange(many) * 30 + 60]
                ) + 1_767_225_600,
                "event_type": ["view"] * 3 * many,
                "target_id": ["page"] * many + [f"t{number}" for number in range(many)] * 2,
            }
        ),
    }  # fmt: skip
    tables = read_tables(frames)
    began = time.process_time()
    assert find_cotimed(tables).is_empty()
    assert time.process_time() - began < 10
