from __future__ import annotations

import numpy as np
import pytest

from models.tabular.challenge import challenge
from models.tabular.thresholds import Costs


def made(seed: int, noise: tuple[float, float], rows: int = 1500) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    labels = (rng.random(rows) < 0.2).astype(np.int64)
    risks = [1 / (1 + np.exp(-(3 * labels - 1.5 + rng.normal(0, size, rows)))) for size in noise]
    return labels, *risks


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_better_model_is_called_better(seed: int) -> None:
    labels, noisy, clear = made(seed, (3.0, 0.8))
    found = challenge(labels, (noisy, 0.5), (clear, 0.5), seed=seed, costs=Costs(5, 1), rounds=60)
    verdicts = {one.figure: one.verdict for one in found.differences}
    assert verdicts["average_precision"] == verdicts["cost"] == verdicts["brier"] == "better", seed
    assert found.only_challenger_right > found.only_champion_right
    assert found.chance < 0.01
    back = challenge(labels, (clear, 0.5), (noisy, 0.5), seed=seed, rounds=60)
    assert back.differences[0].verdict == "worse"


def test_a_model_against_itself_proves_nothing() -> None:
    labels, risk, _ = made(4, (1.0, 1.0))
    found = challenge(labels, (risk, 0.5), (risk, 0.5), seed=1, rounds=30)
    assert {one.verdict for one in found.differences} == {"no proof"}
    assert found.chance == 1.0


def test_equal_models_are_seldom_told_apart() -> None:
    verdicts = []
    for seed in range(8):
        labels, first, second = made(seed, (1.5, 1.5), rows=300)
        found = challenge(labels, (first, 0.5), (second, 0.5), seed=seed, rounds=40)
        verdicts.append(found.differences[0].verdict)
    assert verdicts.count("no proof") > 5
