"""The figures of rings against a slow count straight from their definition."""

from __future__ import annotations

import numpy as np
import pytest

from models.ring_metrics import ring_figures


def slow(truth: list[int], found: list[int], spam: list[bool]) -> dict[str, float]:
    n = len(truth)
    found = [f if f >= 0 and found.count(f) > 1 else -1 for f in found]

    def together(rings: list[int], i: int) -> set[int]:
        return {i} if rings[i] < 0 else {j for j in range(n) if rings[j] == rings[i]}

    precisions, recalls = [], []
    for i in range(n):
        t, f = together(truth, i), together(found, i)
        if len(t) > 1:
            recalls.append(len(t & f) / len(t))
        if len(f) > 1:
            precisions.append(len(t & f) / len(f))
    p = sum(precisions) / len(precisions) if precisions else 0.0
    r = sum(recalls) / len(recalls) if recalls else 0.0
    hits = []
    for ring in set(truth) - {-1}:
        members = {i for i in range(n) if truth[i] == ring}
        others = [{i for i in range(n) if found[i] == f} for f in set(found) - {-1}]
        hits.append(any(len(members & o) > max(len(members), len(o)) / 2 for o in others))
    honest = [i for i in range(n) if not spam[i]]
    placed = [i for i in honest if found[i] >= 0]
    return {
        "ring_precision": p,
        "ring_recall": r,
        "ring_f1": 2 * p * r / (p + r) if p + r else 0.0,
        "innocents_per_1000": 1000 * len(placed) / len(honest) if honest else 0.0,
        "rings_found": sum(hits) / len(hits) if hits else float("nan"),
    }


@pytest.mark.parametrize("seed", range(40))
def test_fast_figures_equal_the_slow_count(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, rings = int(rng.integers(5, 80)), int(rng.integers(1, 12))
    truth = rng.integers(-1, rings, n)
    truth[rng.random(n) < 0.4] = -1
    found = np.where(rng.random(n) < rng.random(), truth, rng.integers(-1, rings, n))
    spam = (truth >= 0) | (rng.random(n) < 0.1)
    expected = slow(truth.tolist(), found.tolist(), spam.tolist())
    assert ring_figures(truth, found, spam) == pytest.approx(expected, nan_ok=True), seed


def test_perfect_rings() -> None:
    truth = np.array([0, 0, 0, 1, 1, -1, -1])
    figures = ring_figures(truth, truth + 5 * (truth >= 0), truth >= 0)
    assert figures == {
        "ring_precision": 1.0,
        "ring_recall": 1.0,
        "ring_f1": 1.0,
        "innocents_per_1000": 0.0,
        "rings_found": 1.0,
    }


def test_a_found_ring_of_one_harms_nobody() -> None:
    figures = ring_figures(np.full(3, -1), np.array([0, 1, -1]), np.zeros(3, bool))
    assert figures["innocents_per_1000"] == 0.0
