"""From which risk on a row is called spam: by F1, by cost, by precision, or by capacity."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.integer]
Risks = NDArray[np.float64]


class Costs(NamedTuple):
    """What mistakes cost, in any unit: a spammer that passes, an honest account that is accused."""

    missed: float
    false_alarm: float


class Threshold(NamedTuple):
    """A risk from which rows are called spam, and why it was chosen."""

    value: float
    why: str


class Counts(NamedTuple):
    """Each possible threshold, falling, with what it would catch; shapes (thresholds,).

    The first one is above every risk and calls nothing spam.
    """

    threshold: Risks
    caught: NDArray[np.int64]
    accused: NDArray[np.int64]


def counts(labels: Labels, risk: Risks) -> Counts:
    """Count spam caught and honest rows accused for every distinct risk as threshold."""
    order = np.argsort(-risk, kind="stable")
    ranked, spam = risk[order], labels[order] == 1
    last = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    caught, accused = np.cumsum(spam)[last], np.cumsum(~spam)[last]
    # Half way to the next risk: the value itself may be rounded elsewhere.
    below = np.append(ranked[last][1:], ranked[-1])
    middle = (ranked[last] + below) / 2
    return Counts(
        np.concatenate([[np.nextafter(1.0, 2.0)], middle]),
        np.concatenate([[0], caught]),
        np.concatenate([[0], accused]),
    )


def best_f1(labels: Labels, risk: Risks) -> Threshold:
    """Threshold with the best F1; of equals the highest."""
    table = counts(labels, risk)
    f1 = 2 * table.caught / (table.caught + table.accused + max(int((labels == 1).sum()), 1))
    return Threshold(float(table.threshold[np.argmax(f1)]), "best F1 on validation rows")


def lowest_cost(labels: Labels, risk: Risks, costs: Costs) -> Threshold:
    """Threshold with the lowest cost of mistakes; of equals the highest."""
    table = counts(labels, risk)
    missed = int((labels == 1).sum()) - table.caught
    cost = costs.missed * missed + costs.false_alarm * table.accused
    return Threshold(
        float(table.threshold[np.argmin(cost)]),
        f"lowest cost on validation rows (missed {costs.missed:g}, "
        f"false alarm {costs.false_alarm:g})",
    )


def cost_curve(labels: Labels, risk: Risks, costs: Costs, points: int = 200) -> list[list[float]]:
    """Cost of mistakes per row at up to `points` thresholds: pairs (threshold, cost)."""
    table = counts(labels, risk)
    missed = int((labels == 1).sum()) - table.caught
    cost = (costs.missed * missed + costs.false_alarm * table.accused) / max(len(labels), 1)
    pick = np.unique(np.linspace(0, len(cost) - 1, points).astype(int))
    return [[min(float(table.threshold[i]), 1.0), float(cost[i])] for i in pick]
