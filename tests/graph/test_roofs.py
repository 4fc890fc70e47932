from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from graph import kinds, shared_apart, weights_by_kind

Row = tuple[int, int, str, float]


def apart_of(rows: list[Row]) -> pl.DataFrame:
    schema = {"a": pl.UInt32, "b": pl.UInt32, "kind": pl.String, "weight": pl.Float64}
    evidence = pl.DataFrame(rows, schema=schema, orient="row")
    return shared_apart(weights_by_kind(evidence))


def slow(rows: list[Row]) -> dict[tuple[int, int], float]:
    """Count pair by pair."""
    pairs: dict[tuple[int, int], dict[str, float]] = {}
    for a, b, kind, weight in rows:
        shared = pairs.setdefault((a, b), {})
        shared[kind] = 1 - (1 - shared.get(kind, 0.0)) * (1 - weight)
    roofs = {name for name, kind in kinds().items() if kind.roof}
    found = {}
    for pair, shared in pairs.items():
        if roofs & shared.keys():
            continue
        worth = 0.0
        for kind, weight in shared.items():
            those = [other for other in pairs.values() if kind in other]
            apart = sum(not (roofs & other.keys()) for other in those)
            worth -= weight * math.log10((apart + 1) / (len(those) + 2))
        found[pair] = worth
    return found


@pytest.mark.parametrize("seed", range(10))
def test_equals_counting_pair_by_pair(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = [
        (int(a), int(a + step), str(kind), float(weight))
        for a, step, kind, weight in zip(
            rng.integers(0, 30, 120),
            rng.integers(1, 5, 120),
            rng.choice(["ip", "device", "phone", "instrument"], 120),
            rng.uniform(0.1, 1, 120),
            strict=True,
        )
    ]
    got = {(a, b): worth for a, b, worth in apart_of(rows).iter_rows()}
    assert got == pytest.approx(slow(rows)), f"seed {seed}"


def test_a_phone_tells_more_where_phones_are_shared_at_home() -> None:
    homes = [(i, i + 1, kind, 0.5) for i in range(0, 60, 2) for kind in ("ip", "phone")]
    ring = [(100, 101, "phone", 1.0), (100, 102, "phone", 1.0)]
    among_homes = apart_of(homes + ring)
    assert among_homes.select("a", "b").rows() == [(100, 101), (100, 102)]
    assert among_homes["worth"].min() > 1  # type: ignore[operator]
    # Without homes nobody shares a phone under a roof: then it says next to nothing.
    alone = apart_of([*ring, *[(i, i + 1, "phone", 1.0) for i in range(30)]])
    assert alone["worth"].max() < 0.02  # type: ignore[operator]


def test_who_shares_an_address_is_under_one_roof() -> None:
    home = [(1, 2, "ip", 0.1), (1, 2, "device", 1.0), (1, 2, "instrument", 0.9)]
    assert apart_of(home).is_empty()
    assert apart_of([]).is_empty()
