"""What is wrong with a rules file, in one line."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from pydantic import ValidationError

EXPECTED = {
    "rules": "give a rule: id, points, when, reason",
    "when": "give a condition: signal, op and value, or all, or any",
    "actions": "give a step: action, above",
}
"""What a mapping has to be, by the last name before it."""


def complaint(where: str, found: Mapping[str, Any], error: ValidationError) -> str:
    """Say the first thing that is wrong, and how many more there are.

    Parameters
    ----------
    where
        The file.
    found
        What was read from it.
    error
        What checking it gave.
    """
    errors = error.errors(include_url=False)
    places = [one["loc"] for one in errors]
    # a list whose only entry is wrong is reported as empty, too
    own = [
        one
        for one in errors
        if one["type"] != "too_short"
        or not any(
            place[: len(one["loc"])] == one["loc"] for place in places if place != one["loc"]
        )
    ]
    first = own[0]
    text = f"{where}: {_place(found, first['loc'])}{_said(first)}"
    return f"{text} (and {len(own) - 1} more)" if len(own) > 1 else text


def _place(found: Mapping[str, Any], loc: tuple[int | str, ...]) -> str:
    """Where it is, a rule by its id: `rule 'vpn': when.value`."""
    if loc[0] == "rules" and len(loc) > 1:
        rule = found["rules"][loc[1]]
        name = rule.get("id") if isinstance(rule, dict) else None
        rule_name = f"rule {name!r}" if name else f"rule number {int(loc[1]) + 1}"
        inner = ".".join(_names(loc[2:]))
        return f"{rule_name}: {inner}" if inner else rule_name
    return ".".join(_names(loc))


def _names(loc: tuple[int | str, ...]) -> list[str]:
    """Names on the way, without the sort of condition that the checker puts between."""
    names = [str(part) for part in loc if part != "compare"]
    return [name for name, _ in groupby(names)]


def _said(one: Any) -> str:
    if one["type"] == "missing":
        return " is missing"
    if one["type"] == "extra_forbidden":
        return " is unknown; docs/rules.md lists what a rule may say"
    if one["type"] in {"model_type", "model_attributes_type"}:
        names = [part for part in one["loc"] if part in EXPECTED]
        return f": {EXPECTED[names[-1]]}, not {str(one['input'])[:60]!r}"
    shown = "" if isinstance(one["input"], dict | list | tuple) else f" = {one['input']!r:.60}"
    said = one["msg"].removeprefix("Value error, ").replace("Tuple should", "the list should")
    return f"{shown}: {said.removesuffix(' after validation, not 0')}"
