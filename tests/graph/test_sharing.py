from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from graph import kinds
from graph.sharing import COMPARED, MIN_OVERLAP, shared_pairs

Seen = list[tuple[int, str, float | None, float | None]]
Made = Callable[[Seen, str], tuple[pl.DataFrame, pl.DataFrame]]


def random_seen(rng: np.random.Generator) -> Seen:
    seen: Seen = []
    for value in range(int(rng.integers(1, 8))):
        for account in np.flatnonzero(rng.random(15) < 0.4).tolist():
            first = float(rng.integers(0, 40 * 24)) / 24
            last = first + float(rng.integers(0, 5 * 24)) / 24
            known = rng.random() < 0.9
            seen.append((account, f"v{value}", *((first, last) if known else (None, None))))
    return seen


def slow(seen: Seen, half_life: float | None) -> dict[tuple[int, int, str], Any]:
    """(a, b, value) -> overlap, popularity, by double loop."""
    users = defaultdict(list)
    for account, value, first, last in seen:
        users[value].append((account, first, last))
    result = {}
    for value, uses in users.items():
        overlap = {}
        for (a, first, last), (b, first_b, last_b) in itertools.combinations(sorted(uses), 2):
            gap = 0.0
            if half_life and first is not None and first_b is not None:
                gap = max(0.0, max(first, first_b) - min(last, last_b))
            overlap[a, b] = 0.5 ** (gap / half_life) if half_life else 1.0
        popularity: dict[int, float] = defaultdict(lambda: 1.0)
        for pair, share in overlap.items():
            for account in pair:
                popularity[account] += share
        for (a, b), share in overlap.items():
            if share >= MIN_OVERLAP:
                result[a, b, value] = share, math.sqrt(popularity[a] * popularity[b])
    return result


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("name", ["device", "ip", "instrument"])
def test_equals_a_double_loop(sightings_of: Made, seed: int, name: str) -> None:
    kind = kinds()[name]
    seen = random_seen(np.random.default_rng(seed))
    pairs, _ = shared_pairs(*sightings_of(seen, name), kind)
    value = sightings_of(seen, name)[1]["value"].to_list()
    got = {
        (a, b, value[i]): (overlap, popularity)
        for a, b, i, overlap, popularity in pairs.select(
            "a", "b", "identifier", "overlap", "popularity"
        ).iter_rows()
    }
    wanted = slow(seen, kind.half_life_days)
    assert got.keys() == wanted.keys(), f"seed {seed}"
    for key, figures in wanted.items():
        assert got[key] == pytest.approx(figures, rel=1e-9), f"seed {seed}, {key}"


def test_the_common_time_is_given_where_there_is_one(
    sightings_of: Made, at: Callable[[float], object]
) -> None:
    seen: Seen = [(0, "d", 0, 5), (1, "d", 3, 9), (2, "d", 10, 11)]
    pairs, _ = shared_pairs(*sightings_of(seen, "device"), kinds()["device"])
    times = {
        (a, b): (f, t) for a, b, f, t in pairs.select("a", "b", "first_seen", "last_seen").rows()
    }
    assert times == {(0, 1): (at(3), at(5)), (0, 2): (None, None), (1, 2): (None, None)}


def test_popularity_of_an_identifier_is_the_mean_over_its_accounts(sightings_of: Made) -> None:
    seen: Seen = [(0, "d", 0, 1), (1, "d", 0, 1), (2, "d", 8, 9)]
    kind = kinds()["device"]  # half-life 7 days: overlap 1 at once, 1/2 a week later
    _, popularity = shared_pairs(*sightings_of(seen, "device"), kind)
    assert popularity.rows() == [(0, pytest.approx((2.5 + 2.5 + 2.0) / 3))]


def test_what_is_used_by_too_many_is_not_compared(sightings_of: Made) -> None:
    kind = replace(kinds()["device"], hub_cap=3)
    fits: Seen = [(i, "fits", 0, 1) for i in range(COMPARED * 3)]
    above: Seen = [(i, "above", 0, 1) for i in range(COMPARED * 3 + 1)]
    rows, identifiers = sightings_of(fits + above, "device")
    pairs, popularity = shared_pairs(rows, identifiers, kind)
    assert identifiers["value"].gather(pairs["identifier"].unique()).to_list() == ["fits"]
    assert identifiers["value"].gather(popularity["identifier"]).to_list() == ["fits"]
    assert pairs.height == math.comb(COMPARED * 3, 2)


def test_nothing_seen_gives_no_pairs(sightings_of: Made) -> None:
    pairs, popularity = shared_pairs(*sightings_of([], "device"), kinds()["device"])
    assert pairs.is_empty()
    assert popularity.is_empty()
