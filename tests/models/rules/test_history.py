from __future__ import annotations

from collections.abc import Callable

import pytest

from ingest import Tables
from models.rules import RuleSet, action_table, apply_rules, overlap_table, rule_table

from .conftest import COUNTRY, DEVICE

Make = Callable[..., RuleSet]
LOW = {"signal": "accounts.rating", "op": "<", "value": 2}


def test_what_each_rule_does(history: Tables, make_rules: Make) -> None:
    rules = make_rules(("device", 30, DEVICE), ("country", 20, COUNTRY), ("low", 5, LOW))
    table = rule_table(apply_rules(rules, history), history.accounts["label"])
    device, country, low = table.rows(named=True)
    assert (device["hits"], device["spam"], device["honest"], device["unknown"]) == (3, 1, 1, 1)
    assert device["precision"] == 0.5
    assert device["recall"] == 0.5
    assert device["share"] == pytest.approx(0.6)
    assert device["alone"] == 2
    assert device["condition"] == "shared_device >= 2"
    assert (country["precision"], country["recall"], country["alone"]) == (1.0, 0.5, 1)
    assert (low["hits"], low["alone"], low["lacking"]) == (2, 1, "")


def test_without_labels_there_is_no_precision(history: Tables, make_rules: Make) -> None:
    outcome = apply_rules(make_rules(("device", 30, DEVICE)), history)
    blank = history.accounts["label"].clear(5)
    row = rule_table(outcome, blank).row(0, named=True)
    assert (row["precision"], row["recall"]) == (None, None)
    assert action_table(["", "MONITOR", "", "", ""], blank)["precision"].to_list() == [None] * 4


def test_rules_that_hit_the_same_accounts(history: Tables, make_rules: Make) -> None:
    rules = make_rules(("device", 30, DEVICE), ("country", 20, COUNTRY), ("low", 5, LOW))
    table = overlap_table(apply_rules(rules, history))
    assert table.rows() == [("device", "low", 1, 0.25)]


def test_actions_are_counted_with_their_labels(history: Tables) -> None:
    given = ["MONITOR", "MONITOR", "", "BLOCK_ACCOUNT", ""]
    table = action_table(given, history.accounts["label"])
    assert table.rows() == [
        ("BLOCK_ACCOUNT", 1, 1, 0, 1.0),
        ("FLAG_FOR_REVIEW", 0, 0, 0, None),
        ("MONITOR", 2, 1, 1, 0.5),
        ("none", 2, 0, 1, 0.0),
    ]
