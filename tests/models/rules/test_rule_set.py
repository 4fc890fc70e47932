from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest import SettingsError
from models.rules import check_rules, load_rules, signal_names
from models.rules.conditions import compared

GOOD: dict[str, Any] = {
    "version": 1,
    "actions": [{"action": "MONITOR", "above": 1}],
    "rules": [
        {
            "id": "a",
            "points": 3,
            "when": {"signal": "shared_device", "op": ">", "value": 1},
            "reason": "{shared_device:.0f} others",
        }
    ],
}


def test_the_rules_that_ship_are_the_documents() -> None:
    rules = load_rules()
    points = {rule.id: rule.points for rule in rules.rules}
    assert len(points) == 19
    said = {
        "login-country-changes": 20,
        "many-proposals": 15,
        "template-proposals": 15,
        "copied-portfolio": 30,
        "unusual-bids": 20,
        "impossible-travel": 25,
    }
    assert {name: points[name] for name in said} == said
    limits = {rule.id: [part.value for part in compared(rule.when)] for rule in rules.rules}
    assert limits["login-country-changes"] == [3]
    assert limits["many-proposals"] == [10]
    steps = {step.action: step.above for step in rules.actions}
    assert (steps["BLOCK_ACCOUNT"], steps["FLAG_FOR_REVIEW"]) == (75, 50)
    assert {name for rule in rules.rules for name in rule.signals} <= set(signal_names())


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump(GOOD), encoding="utf-8")
    assert load_rules(path) == check_rules(GOOD)
    assert load_rules(path).rules[0].active


def change(**fields: Any) -> Callable[[dict[str, Any]], None]:
    return lambda found: found["rules"][0].update(fields)


def compare(**fields: Any) -> Callable[[dict[str, Any]], None]:
    return lambda found: found["rules"][0]["when"].update(fields)


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (compare(signal="shared_devise"), "unknown signal 'shared_devise'; did you mean"),
        (compare(op="=>"), "rule 'a': when.op = '=>': Input should be '>', '>='"),
        (compare(value="three"), "rule 'a': when.value = 'three'"),
        (compare(value=float("nan")), "rule 'a': when.value = nan"),
        (change(when={"all": []}), "rule 'a': when.all: the list should have at least 1 item"),
        (change(when="a > 3"), "give a condition: signal, op and value, or all, or any"),
        (change(when={"any": [{"signal": "accounts."}]}), "unknown signal 'accounts.'"),
        (compare(signal="xyz"), "`ringscope rules signals` lists all"),
        (change(point=3), "rule 'a': point is unknown; docs/rules.md"),
        (lambda found: found["rules"][0].pop("points"), "rule 'a': points is missing"),
        (change(points=0), "rule 'a': points = 0: Input should be greater than 0"),
        (change(id="A b"), "rule 'A b': id"),
        (change(reason="a; b"), "rule 'a': reason"),
        (change(reason="{travel_speed}"), "{travel_speed} is no signal of the condition"),
        (change(reason="{shared_device.__class__}"), "is no signal of the condition"),
        (change(reason="{shared_device!r}"), "leave out !r"),
        (change(reason="{shared_device:>9999999999}"), "give a format such as .0f"),
        (change(reason="{shared_device"), "reason: expected '}'"),
        (lambda found: found["rules"].append(found["rules"][0]), "the id 'a' stands 2 times"),
        (lambda found: found["rules"].append("b"), "rule number 2: give a rule"),
        (lambda found: found.update(rules=[]), "rules: the list should have at least 1 item"),
        (lambda found: found.update(version=2), "version = 2"),
        (lambda found: found.update(actions=[{"action": "BLOCK", "above": 1}]), "actions.0.action"),
        (
            lambda found: found["actions"].append({"action": "BLOCK_ACCOUNT", "above": 1}),
            "a stronger action has to stand above more points",
        ),
        (lambda found: found["actions"].append(found["actions"][0]), "an action stands twice"),
    ],
)
def test_what_is_wrong_is_named_in_one_line(
    break_it: Callable[[dict[str, Any]], Any], said: str
) -> None:
    found = deepcopy(GOOD)
    break_it(found)
    with pytest.raises(SettingsError) as error:
        check_rules(found, "own.yaml")
    assert str(error.value).startswith("own.yaml: ")
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_wrong_rule_does_not_hide_behind_an_empty_list() -> None:
    found = deepcopy(GOOD)
    found["rules"][0] |= {"points": -1, "id": ""}
    with pytest.raises(SettingsError, match=r"rule number 1: id.*\(and 1 more\)$"):
        check_rules(found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rules: [", "not valid YAML"),
        ("- 1", "expected version, actions and rules"),
        ("!!python/object/apply:os.getcwd []", "not valid YAML"),
        ("x: &x [*x]\nversion: 1\n", "actions is missing"),
        ("#" * 1_000_001, "no set of rules is"),
    ],
)
def test_files_that_are_no_rules(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        load_rules(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_rules(tmp_path / "none.yaml")
