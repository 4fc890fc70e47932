from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import numpy as np
import pytest

from ingest import Tables
from models.rules import Policy, RuleSet, apply_rules, recommend

from .conftest import DEVICE

STEPS = (0.2, 0.5, 0.9)
NONE, WATCH, FLAG, BLOCK = "", "MONITOR", "FLAG_FOR_REVIEW", "BLOCK_ACCOUNT"
Make = Callable[..., RuleSet]


def recommended(
    history: Tables, rules: RuleSet, risk: list[float], policy: Policy = "combined"
) -> list[str]:
    return recommend(np.array(risk), STEPS, apply_rules(rules, history), policy)


def test_actions_begin_at_their_thresholds(history: Tables, make_rules: Make) -> None:
    silent = make_rules(("device", 1, DEVICE), active=False)
    first = recommended(history, silent, [0.0, 0.19, 0.2, 0.49, 0.5], "combined")
    assert first == [NONE, NONE, WATCH, WATCH, FLAG]
    assert recommended(history, silent, [0.89, 0.9, 1, 0, 0]) == [FLAG, BLOCK, BLOCK, NONE, NONE]


@pytest.mark.parametrize(
    ("points", "policy", "wanted"),
    [
        (80, "combined", [WATCH, FLAG, BLOCK, BLOCK, NONE]),
        (60, "combined", [WATCH, FLAG, FLAG, BLOCK, NONE]),
        (10, "combined", [WATCH, WATCH, FLAG, BLOCK, NONE]),
        (80, "risk", [NONE, WATCH, FLAG, BLOCK, NONE]),
        (80, "rules", [BLOCK, BLOCK, BLOCK, NONE, NONE]),
        (60, "rules", [FLAG, FLAG, FLAG, NONE, NONE]),
    ],
)
def test_points_raise_what_the_risk_recommends_by_one_step_at_most(
    history: Tables, make_rules: Make, points: float, policy: Policy, wanted: list[str]
) -> None:
    rules = make_rules(("device", points, DEVICE))
    assert recommended(history, rules, [0.1, 0.3, 0.6, 0.95, 0.0], policy) == wanted


def test_every_policy_is_tried_above() -> None:
    assert set(get_args(Policy)) == {"combined", "risk", "rules"}
