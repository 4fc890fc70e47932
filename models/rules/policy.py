"""What is recommended for an account, by its risk and its points. ringscope itself never acts.

- `risk`: the risk alone decides.
- `rules`: the points alone decide.
- `combined`: the risk decides, and points raise its recommendation by one step at most. The risk is
  measured against labels, points are not: many honest people share a device or copy their texts.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .outcome import Outcome
from .rule_set import ACTIONS

Policy = Literal["combined", "risk", "rules"]


def recommend(
    risk: NDArray[np.float64],
    steps: tuple[float, float, float],
    outcome: Outcome,
    policy: Policy = "combined",
) -> list[str]:
    """Give each account its action, blank for none.

    Parameters
    ----------
    risk
        (accounts,) in [0, 1].
    steps
        Risk from which monitoring, a review and blocking are recommended, rising.
    outcome
        The rules applied to the same accounts.
    policy
        Who decides.
    """
    by_risk = np.searchsorted(steps, risk, side="right")
    by_rules = outcome.levels()
    if policy == "risk":
        level = by_risk
    elif policy == "rules":
        level = by_rules
    else:
        level = np.maximum(by_risk, np.minimum(by_rules, by_risk + 1))
    return [ACTIONS[place] for place in level.tolist()]
