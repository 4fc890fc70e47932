"""Champion against challenger on the same rows: who is better, and could it be chance?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..metrics import auroc, average_precision, brier
from .figures import cost_per_row, decisions
from .thresholds import Costs

Labels = NDArray[np.integer]
Risks = NDArray[np.float64]
ROUNDS = 300


class Difference(NamedTuple):
    """One figure of two models, and challenger minus champion with its 95 % interval.

    `higher_is_better` says which way is good.
    """

    figure: str
    champion: float
    challenger: float
    difference: float
    low: float
    high: float
    higher_is_better: bool

    @property
    def verdict(self) -> str:
        """Challenger is `better`, `worse`, or there is `no proof` of a difference."""
        if self.low <= 0 <= self.high:
            return "no proof"
        return "better" if (self.difference > 0) == self.higher_is_better else "worse"


class Challenge(NamedTuple):
    """Two models on the same rows.

    Attributes
    ----------
    rows, spam
        Rows that were judged on.
    differences
        One per figure; average precision first.
    only_champion_right, only_challenger_right
        Rows that one of the two decides rightly alone.
    chance
        Probability of a split at least so uneven if both were equally good (exact McNemar test).
    """

    rows: int
    spam: int
    differences: list[Difference]
    only_champion_right: int
    only_challenger_right: int
    chance: float


def challenge(
    labels: Labels,
    champion: tuple[Risks, float],
    challenger: tuple[Risks, float],
    *,
    seed: int,
    costs: Costs | None = None,
    rounds: int = ROUNDS,
) -> Challenge:
    """Compare two models by paired resampling of rows (Efron's bootstrap, percentiles).

    Parameters
    ----------
    labels
        1 spam, 0 honest, shape (rows,); rows that neither model was fitted on.
    champion, challenger
        Risks of shape (rows,), and the threshold from which the model calls a row spam.
    rounds
        Resamples.
    """
    first = _figures(labels, *champion, costs)
    second = _figures(labels, *challenger, costs)
    rng = np.random.default_rng(seed)
    drawn = np.empty((rounds, len(first)))
    for i in range(rounds):
        rows = rng.integers(0, len(labels), len(labels))
        a = _figures(labels[rows], champion[0][rows], champion[1], costs)
        b = _figures(labels[rows], challenger[0][rows], challenger[1], costs)
        drawn[i] = np.array(list(b.values())) - np.array(list(a.values()))
    low, high = np.nanquantile(drawn, [0.025, 0.975], axis=0)
    differences = [
        Difference(
            name,
            first[name],
            second[name],
            second[name] - first[name],
            float(low[i]),
            float(high[i]),
            name not in {"brier", "cost"},
        )
        for i, name in enumerate(first)
    ]
    lone = _lone(labels, champion, challenger)
    return Challenge(len(labels), int((labels == 1).sum()), differences, *lone)


def _figures(
    labels: Labels, risk: Risks, threshold: float, costs: Costs | None
) -> dict[str, float]:
    called = risk >= threshold
    found = {
        "average_precision": average_precision(labels, risk),
        "roc_auc": auroc(labels, risk),
        "brier": brier(labels, risk),
    }
    found |= {k: v for k, v in decisions(labels, called).items() if k != "accuracy"}
    return found | ({"cost": cost_per_row(labels, called, costs)} if costs else {})


def _lone(
    labels: Labels, champion: tuple[Risks, float], challenger: tuple[Risks, float]
) -> tuple[int, int, float]:
    from scipy.stats import binomtest

    spam = labels == 1
    first = (champion[0] >= champion[1]) == spam
    second = (challenger[0] >= challenger[1]) == spam
    alone = int((first & ~second).sum()), int((second & ~first).sum())
    chance = float(binomtest(alone[1], sum(alone)).pvalue) if sum(alone) else 1.0
    return (*alone, chance)
