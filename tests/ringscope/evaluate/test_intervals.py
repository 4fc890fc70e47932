from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from models.metrics import Interval
from ringscope.evaluate.figures import compare
from ringscope.evaluate.intervals import ACCOUNT_FIGURES, figure_intervals
from ringscope.evaluate.matched import match


def world(
    seed: int, rings: int = 30, per_ring: int = 6, honest: int = 500
) -> tuple[pl.DataFrame, ...]:
    """Rings of which half are found whole, and honest accounts of whom a few stand in a ring."""
    rng = np.random.default_rng(seed)
    size = rings * per_ring
    ring = [f"r{n // per_ring}" for n in range(size)] + [None] * honest
    spam = np.repeat([1, 0], [size, honest])
    found = rng.random(rings) < 0.5
    placed = [f"R{n // per_ring}" if found[n // per_ring] else None for n in range(size)]
    placed += [f"R{rng.integers(rings)}" if rng.random() < 0.01 else None for _ in range(honest)]
    ids = [f"a{n}" for n in range(size + honest)]
    truth = pl.DataFrame(
        {
            "account_id": ids,
            "spam": spam,
            "ring": ring,
            "kind": "k",
            "labelled": (rng.random(len(ids)) < 0.2).astype(int),
        }
    )
    risk = np.clip(
        0.4 * spam * np.append(np.repeat(found, per_ring), np.ones(honest))
        + 0.5 * rng.random(len(ids)),
        0,
        1,
    )
    return truth, pl.DataFrame({"account_id": ids, "risk": risk, "ring_id": placed})


@pytest.mark.parametrize("seed", range(4))
def test_the_values_are_those_of_the_figures(seed: int) -> None:
    truth, scores = world(seed)
    figures = compare(truth, scores).figures
    for name, found in figure_intervals(match(truth, scores), rounds=10).items():
        assert found.value == pytest.approx(figures[name]), (name, seed)


def test_the_same_seed_gives_the_same_intervals_around_the_values() -> None:
    both = match(*world(1))
    first, again = (figure_intervals(both, seed=3, rounds=60) for _ in range(2))
    other = figure_intervals(both, seed=4, rounds=60)
    assert first == again
    assert first != other
    for name, found in first.items():
        assert found.low <= found.value <= found.high, name


def of_rings(seed: int) -> dict[str, Interval]:
    """Intervals of a world in which everybody has a label: those of rings, quickly."""
    truth, scores = world(seed)
    return figure_intervals(match(truth.with_columns(labelled=pl.lit(1)), scores), seed=seed)


def test_rings_are_drawn_whole() -> None:
    whole = of_rings(2)["members_placed"]
    # As wide as the share of 30 rings, not of 180 accounts.
    wide = 2 * 1.96 * np.sqrt(whole.value * (1 - whole.value) / 30)
    assert whole.high - whole.low == pytest.approx(wide, rel=0.25)


def test_intervals_hold_what_further_worlds_give() -> None:
    inside = 0
    for seed in range(40):
        found = of_rings(seed)["rings_found"]
        inside += found.low <= 0.5 <= found.high
    assert inside >= 34


def test_without_rings_and_without_unlabelled_accounts_there_is_nothing_to_say() -> None:
    truth, scores = world(3)
    bare = truth.with_columns(ring=pl.lit(None, pl.String), labelled=pl.lit(1))
    found = figure_intervals(match(bare, scores.with_columns(ring_id=pl.lit(None, pl.String))))
    assert np.isnan(found["rings_found"]).all()
    assert np.isnan(found["average_precision"]).all()
    assert found["innocents_per_1000"] == (0, 0, 0)
    assert set(ACCOUNT_FIGURES) < set(found)
