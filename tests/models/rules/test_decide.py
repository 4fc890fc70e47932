from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ingest import Tables
from models.reasons import LOW
from models.rules import RuleSet, decide

from .conftest import DEVICE

STEPS = (0.2, 0.5, 0.9)
RISK = np.array([0.1, 0.3, 0.6, 0.95, 0.0])
TRAVEL = {"signal": "travel_speed", "op": ">", "value": 900}
Make = Callable[..., RuleSet]


def test_rules_stand_behind_the_reasons_of_the_models(history: Tables, make_rules: Make) -> None:
    decided = decide(history, RISK, STEPS, make_rules(("device", 60, DEVICE)), "combined")
    assert decided.actions[:2] == ["MONITOR", "FLAG_FOR_REVIEW"]
    reasons = decided.explained([LOW, "raises: x", "raises: y", "raises: z", LOW])
    assert reasons == [
        "rule device (+60): device holds",
        "raises: x; rule device (+60): device holds",
        "raises: y; rule device (+60): device holds",
        "raises: z",
        LOW,
    ]


def test_points_that_do_not_count_are_not_told(history: Tables, make_rules: Make) -> None:
    decided = decide(history, RISK, STEPS, make_rules(("device", 60, DEVICE)), "risk")
    assert decided.told == [[]] * 5


def test_what_rules_lack_is_noted(history: Tables, make_rules: Make) -> None:
    rules = make_rules(("device", 1, DEVICE), ("travel", 1, TRAVEL))
    assert decide(history, RISK, STEPS, rules, "combined").notes == (
        "Rules without all of their input: travel (logins.latitude, logins.longitude).",
    )
    asleep = make_rules(("travel", 1, TRAVEL), active=False)
    assert decide(history, RISK, STEPS, asleep, "combined").notes == ()
