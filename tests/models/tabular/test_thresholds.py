from __future__ import annotations

import numpy as np
import pytest

from models.tabular.figures import decisions
from models.tabular.thresholds import Costs, best_f1, cost_curve, counts, lowest_cost


def made(seed: int, rows: int = 80) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = (rng.random(rows) < 0.3).astype(np.int64)
    labels[:2] = [0, 1]
    risk = np.clip(0.3 * labels + rng.random(rows) * 0.7, 0, 1).round(1 if seed % 2 else 3)
    return labels, risk


@pytest.mark.parametrize("seed", range(6))
def test_best_f1_is_that_of_trying_every_threshold(seed: int) -> None:
    labels, risk = made(seed)
    tried = [decisions(labels, risk >= value)["f1"] for value in np.unique(risk)]
    found = best_f1(labels, risk).value
    assert decisions(labels, risk >= found)["f1"] == pytest.approx(max(tried)), seed


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("costs", [Costs(10, 1), Costs(1, 10), Costs(1, 0), Costs(0, 1)])
def test_lowest_cost_is_that_of_trying_every_threshold(seed: int, costs: Costs) -> None:
    labels, risk = made(seed)

    def cost(value: float) -> float:
        called = risk >= value
        missed, accused = ((labels == 1) & ~called).sum(), ((labels == 0) & called).sum()
        return float(costs.missed * missed + costs.false_alarm * accused)

    tried = [cost(value) for value in [*np.unique(risk), 2.0]]
    assert cost(lowest_cost(labels, risk, costs).value) == pytest.approx(min(tried)), seed


def test_the_first_threshold_calls_nothing() -> None:
    labels, risk = made(1)
    table = counts(labels, np.where(risk == risk.max(), 1.0, risk))
    assert table.threshold[0] > 1
    assert (table.caught[0], table.accused[0]) == (0, 0)
    assert (table.caught[-1], table.accused[-1]) == (labels.sum(), (labels == 0).sum())


def test_cost_curve_begins_with_every_spammer_missed() -> None:
    labels, risk = made(2)
    curve = cost_curve(labels, risk, Costs(3, 1))
    assert curve[0][1] == pytest.approx(3 * labels.mean())
    assert curve[-1][1] == pytest.approx((labels == 0).mean())
