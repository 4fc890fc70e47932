from __future__ import annotations

import re
from pathlib import Path

import yaml

from models.rules import check_rules
from models.rules.rule_set import Rule
from models.signals.freelance import FREELANCE, jobs, sharing

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")


def rows(heading: str) -> dict[str, str]:
    """First cell -> last cell of the table under a heading."""
    part = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| `(\w+)` \|(?:.*\|)? ([^|]+) \|$", part, re.MULTILINE))


def test_every_signal_stands_with_what_it_needs() -> None:
    said = {name: re.findall("`([^`]+)`", needs) for name, needs in rows("Signals").items()}
    assert said == {name: list(signal.needs) for name, signal in FREELANCE.signals.items()}


def test_every_key_of_a_rule_is_explained() -> None:
    assert set(rows("The file")) == set(Rule.model_fields)


def test_event_types_that_are_read_stand_there() -> None:
    types = (
        *jobs.PROPOSAL, *jobs.TEST_STARTED, *jobs.TEST_FINISHED, *jobs.PROJECT_FINISHED,
        *sharing.PORTFOLIO,
    )  # fmt: skip
    assert [name for name in types if f"`{name}`" not in PAGE] == []


def test_the_example_is_a_valid_file() -> None:
    text = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[0]
    rules = check_rules(yaml.safe_load(text))
    assert [rule.active for rule in rules.rules] == [True, False]
