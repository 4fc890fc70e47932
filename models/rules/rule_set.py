"""A set of rules, read from a YAML file and checked."""

from __future__ import annotations

import re
import string
from collections import Counter
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ingest import SettingsError

from .complaints import complaint
from .conditions import Condition, compared

ACTIONS = ("", "MONITOR", "FLAG_FOR_REVIEW", "BLOCK_ACCOUNT")
"""What can be recommended, from nothing to the most."""
FORMAT = re.compile(r",?(\.[0-9])?[efg%]?")
"""Formats of numbers in reasons."""
LARGEST_FILE = 1_000_000
"""Bytes of a rules file."""

Action = Literal["MONITOR", "FLAG_FOR_REVIEW", "BLOCK_ACCOUNT"]


class Rule(BaseModel):
    """One rule.

    Attributes
    ----------
    id
        Its name in reasons and tables.
    points
        What it adds to the sum of an account for which it holds.
    when
        The condition.
    reason
        What an investigator reads; `{SIGNAL}` is the value of a signal of the condition, with a
        format such as `{SIGNAL:.0%}`.
    note
        For who keeps the rules: where points and limits are from.
    active
        An inactive rule gives no points; `ringscope rules simulate` shows what it would do.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
    points: Annotated[float, Field(gt=0, le=1000)]
    when: Condition
    reason: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^;\n]+$")]
    note: str = ""
    active: bool = True

    @property
    def signals(self) -> tuple[str, ...]:
        """Signals that the condition compares, each once, in its order."""
        return tuple(dict.fromkeys(part.signal for part in compared(self.when)))

    @model_validator(mode="after")
    def _reason_can_be_written(self) -> Rule:
        try:
            parts = list(string.Formatter().parse(self.reason))
        except ValueError as error:
            raise ValueError(f"reason: {error}") from None
        for _, name, form, conversion in parts:
            if name is None:
                continue
            if name not in self.signals:
                raise ValueError(
                    f"reason: {{{name}}} is no signal of the condition; it compares "
                    f"{', '.join(self.signals)}"
                )
            if conversion:
                raise ValueError(f"reason: {{{name}!{conversion}}}: leave out !{conversion}")
            if not FORMAT.fullmatch(form or ""):
                raise ValueError(
                    f"reason: {{{name}:{form}}}: give a format such as .0f, .0% or ,.1f"
                )
        return self


class Step(BaseModel):
    """From where on an action is recommended: for a sum of more than `above` points."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: Action
    above: Annotated[float, Field(ge=0, allow_inf_nan=False)]


class RuleSet(BaseModel):
    """Rules and the actions that their points recommend.

    Attributes
    ----------
    version
        Of the format.
    actions
        Steps; the strongest action whose step is passed counts.
    rules
        In the order in which they are reported.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1]
    actions: Annotated[tuple[Step, ...], Field(min_length=1)]
    rules: Annotated[tuple[Rule, ...], Field(min_length=1, max_length=500)]

    @field_validator("actions")
    @classmethod
    def _steps_rise(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        ordered = sorted(steps, key=lambda step: ACTIONS.index(step.action))
        limits = [step.above for step in ordered]
        if len({step.action for step in steps}) < len(steps):
            raise ValueError("an action stands twice")
        if any(low >= high for low, high in pairwise(limits)):
            raise ValueError("a stronger action has to stand above more points than a weaker one")
        return tuple(ordered)

    @field_validator("rules")
    @classmethod
    def _ids_differ(cls, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        name, count = Counter(rule.id for rule in rules).most_common(1)[0]
        if count > 1:
            raise ValueError(f"the id {name!r} stands {count} times")
        return rules


def load_rules(path: Path | None = None) -> RuleSet:
    """Read and check a rules file; the set that ships with ringscope if there is none.

    Raises
    ------
    SettingsError
        The file cannot be read, is no YAML, or something in it is unknown, missing or out of range.
    """
    where = str(path) if path else "rules.yaml"
    try:
        text = (path or files(__package__).joinpath("rules.yaml")).read_text(encoding="utf-8")
        if len(text) > LARGEST_FILE:
            raise SettingsError(f"{where}: over {LARGEST_FILE:,} characters; no set of rules is")
        found = yaml.safe_load(text)
    except OSError as error:
        raise SettingsError(f"{where}: cannot be read ({error.strerror})") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise SettingsError(f"{where}: not valid YAML: {' '.join(str(error).split())}") from error
    return check_rules(found, where)


def check_rules(found: Any, where: str = "rules") -> RuleSet:
    """Check rules that were read; `where` they are from is named in errors.

    Raises
    ------
    SettingsError
        Something is unknown, missing or out of range.
    """
    if not isinstance(found, dict):
        raise SettingsError(f"{where}: expected version, actions and rules; see docs/rules.md")
    try:
        return RuleSet.model_validate(found)
    except ValidationError as error:
        raise SettingsError(complaint(where, found, error)) from None
