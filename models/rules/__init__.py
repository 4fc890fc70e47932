"""Rules as data: conditions over named signals, points, and the action they recommend."""

from __future__ import annotations

from .conditions import in_words, signal_names
from .decide import Decided, decide
from .history import action_table, overlap_table, rule_table
from .outcome import Outcome, apply_rules
from .policy import Policy, recommend
from .rule_set import ACTIONS, Rule, RuleSet, check_rules, load_rules

__all__ = [
    "ACTIONS",
    "Decided",
    "Outcome",
    "Policy",
    "Rule",
    "RuleSet",
    "action_table",
    "apply_rules",
    "check_rules",
    "decide",
    "in_words",
    "load_rules",
    "overlap_table",
    "recommend",
    "rule_table",
    "signal_names",
]
