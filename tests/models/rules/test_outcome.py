from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ingest import Tables
from models.rules import RuleSet, apply_rules, check_rules

from .conftest import COUNTRY, DEVICE, rule, rule_file

Make = Callable[..., RuleSet]


def test_points_add_up_over_the_rules_that_hold(history: Tables, make_rules: Make) -> None:
    found = apply_rules(make_rules(("device", 30, DEVICE), ("country", 20.5, COUNTRY)), history)
    assert found.hits["device"].to_list() == [True, True, True, False, None]
    assert found.hits["country"].to_list() == [False, False, None, True, None]
    assert found.points.tolist() == [30, 30, 30, 20.5, 0]
    assert found.levels().tolist() == [1, 1, 1, 1, 0]
    assert found.lacking == {}
    assert found.told()[3] == ["rule country (+20.5): country holds"]
    assert found.told()[4] == []


@pytest.mark.parametrize(("points", "level"), [(50, 1), (50.1, 2), (75, 2), (75.1, 3)])
def test_a_step_is_passed_above_its_points(
    history: Tables, make_rules: Make, points: float, level: int
) -> None:
    assert apply_rules(make_rules(("device", points, DEVICE)), history).levels()[0] == level


def test_a_rule_without_input_holds_for_nobody_and_says_so(history: Tables) -> None:
    travel = {"signal": "travel_speed", "op": ">", "value": 900}
    test = {"signal": "proposals_per_hour", "op": "<", "value": 900}
    either = {"any": [DEVICE, travel]}
    rules = rule_file(rule("travel", 9, travel), rule("test", 9, test), rule("either", 9, either))
    found = apply_rules(check_rules(rules), history)
    assert found.lacking == {
        "travel": ("logins.latitude", "logins.longitude"),
        "test": ("events",),
        "either": ("logins.latitude", "logins.longitude"),
    }
    assert found.hits["travel"].null_count() == 5
    assert found.points.tolist() == [9, 9, 9, 0, 0]


def test_rows_of_another_type_are_told_from_a_missing_table(history: Tables) -> None:
    logins = history.logins.select("account", "ts", event_type="country", target_id="country")
    odd = replace(history, events=logins.drop_nulls())
    proposals = {"signal": "proposals_per_hour", "op": ">", "value": 1}
    found = apply_rules(check_rules(rule_file(rule("many", 9, proposals))), odd)
    assert found.lacking == {"many": ("rows for proposals_per_hour",)}


def test_an_inactive_rule_is_watched_and_gives_no_points(history: Tables, make_rules: Make) -> None:
    found = apply_rules(make_rules(("device", 30, DEVICE), active=False), history)
    assert found.hits["device"].sum() == 3
    assert found.points.sum() == 0
    assert found.told() == [[]] * 5


def test_own_numeric_columns_can_be_compared(history: Tables) -> None:
    rating = {"signal": "accounts.rating", "op": "<", "value": 2}
    other = {"signal": "accounts.height", "op": "<", "value": 2}
    reason = "its rating is {accounts.rating:.1f}"
    rules = rule_file(rule("low", 5, rating, reason=reason), rule("other", 5, other))
    found = apply_rules(check_rules(rules), history)
    assert found.hits["low"].to_list() == [True, False, None, False, True]
    assert found.told()[0] == ["rule low (+5): its rating is 1.0"]
    assert found.lacking == {"other": ("accounts.height",)}


def test_reasons_hold_values_and_name_those_not_known(history: Tables) -> None:
    reason = "{shared_device:.0f} others, {login_country_changes} changes"
    either = {"any": [DEVICE, COUNTRY]}
    rules = check_rules(rule_file(rule("either", 1, either, reason=reason)))
    told = apply_rules(rules, history).told()
    assert told[0] == ["rule either (+1): 2 others, 0 changes"]
    assert told[2] == ["rule either (+1): 2 others, unknown changes"]
    assert told[3] == ["rule either (+1): 0 others, 3 changes"]
