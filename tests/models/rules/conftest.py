"""A small history for rules: three accounts on one device, one that changes countries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from ingest import Tables, read_tables
from models.rules import RuleSet, check_rules

DEVICE = {"signal": "shared_device", "op": ">=", "value": 2}
COUNTRY = {"signal": "login_country_changes", "op": ">", "value": 1}


def rule(name: str, points: float, when: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": name, "points": points, "when": when, "reason": f"{name} holds"} | more


def rule_file(*rules: dict[str, Any], block: float = 75) -> dict[str, Any]:
    steps = {"BLOCK_ACCOUNT": block, "FLAG_FOR_REVIEW": 50, "MONITOR": 0}
    actions = [{"action": action, "above": above} for action, above in steps.items()]
    return {"version": 1, "actions": actions, "rules": list(rules)}


@pytest.fixture
def make_rules() -> Callable[..., RuleSet]:
    """Give the builder of rule sets from entries `make_rules.rule(...)`."""

    def make(*entries: tuple[str, float, dict[str, Any]], **more: Any) -> RuleSet:
        return check_rules(rule_file(*(rule(*entry, **more) for entry in entries)))

    return make


@pytest.fixture
def history() -> Tables:
    """Accounts a0 to a4: a0, a1, a2 share a device, a3 changes countries, a4 never logs in."""
    logins = [("a0", "d"), ("a1", "d"), ("a2", "d"), *[("a3", "e")] * 4]
    countries = ["DE", "DE", None, "DE", "FR", "DE", "FR"]
    return read_tables(
        {
            "accounts": pl.DataFrame(
                {
                    "account_id": [f"a{i}" for i in range(5)],
                    "label": [1, 0, None, 1, 0],
                    "rating": [1.0, 4.5, None, 2.0, 0.9],
                }
            ),
            "logins": pl.DataFrame(
                {
                    "account_id": [account for account, _ in logins],
                    "ts": [f"2026-01-0{i + 1}T10:00:00" for i in range(len(logins))],
                    "device_id": [device for _, device in logins],
                    "country": countries,
                }
            ),
        }
    )
