"""Rules applied to accounts: which hold, which cannot be told and why, and the points."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest import Tables

from ..signals import FAMILIES
from .conditions import OWN, holds
from .rule_set import ACTIONS, Rule, RuleSet


@dataclass(frozen=True)
class Outcome:
    """What a set of rules says of every account, in account order.

    Attributes
    ----------
    rules
        The set.
    values
        One Float32 column per signal that the rules compare; null = not known.
    hits
        One Boolean column per rule by id; null = cannot be told.
    points
        (accounts,) sum over the active rules that hold.
    lacking
        Rule id -> what the input does not have for it: tables, columns (`logins.country`) or `rows
        for SIGNAL` where these are there and yet say nothing; only rules that lack something.
    """

    rules: RuleSet
    values: pl.DataFrame
    hits: pl.DataFrame
    points: NDArray[np.float64]
    lacking: Mapping[str, tuple[str, ...]]

    def levels(self) -> NDArray[np.intp]:
        """The action that the points recommend, as a place in `ACTIONS`: (accounts,)."""
        steps = [step.above for step in self.rules.actions]
        known = [ACTIONS.index(step.action) for step in self.rules.actions]
        return np.array([0, *known])[np.searchsorted(steps, self.points, side="left")]

    def reasons(self, rule: Rule, rows: NDArray[np.intp]) -> list[str]:
        """The reason of a rule with the values of these accounts."""
        values = {name: self.values[name].gather(rows).to_list() for name in rule.signals}
        parts = list(string.Formatter().parse(rule.reason))
        return [
            _written(parts, {n: values[n][place] for n in values}) for place in range(len(rows))
        ]

    def told(self) -> list[list[str]]:
        """Per account, one sentence for each active rule that holds, in the order of the rules."""
        sentences: list[list[str]] = [[] for _ in range(self.hits.height)]
        for rule in self.rules.rules:
            if not rule.active:
                continue
            rows = np.flatnonzero(self.hits[rule.id].fill_null(value=False).to_numpy())
            for row, reason in zip(rows.tolist(), self.reasons(rule, rows), strict=True):
                sentences[row].append(f"rule {rule.id} (+{rule.points:g}): {reason}")
        return sentences


def apply_rules(rules: RuleSet, tables: Tables) -> Outcome:
    """Apply every rule, the inactive ones too; these give no points.

    A rule whose input is missing holds for nobody and is named in `lacking`.
    """
    wanted = list(dict.fromkeys(name for rule in rules.rules for name in rule.signals))
    values, lacks = _values(tables, wanted)
    hits = values.select(holds(rule.when).alias(rule.id) for rule in rules.rules)
    active = [rule for rule in rules.rules if rule.active]
    points = np.zeros(tables.accounts.height)
    for rule in active:
        points += rule.points * hits[rule.id].fill_null(value=False).to_numpy()
    lacking = {
        rule.id: tuple(dict.fromkeys(lack for name in rule.signals for lack in lacks.get(name, ())))
        for rule in rules.rules
    }
    return Outcome(
        rules, values, hits, points, {name: lack for name, lack in lacking.items() if lack}
    )


def _values(tables: Tables, wanted: list[str]) -> tuple[pl.DataFrame, dict[str, tuple[str, ...]]]:
    """Values of signals, and per signal what the input lacks for it."""
    columns: dict[str, pl.Series] = {}
    lacks: dict[str, tuple[str, ...]] = {}
    for family in FAMILIES.values():
        names = [name for name in wanted if name in family.signals]
        if not names:
            continue
        found = family.values(tables, names)
        for name in names:
            columns[name] = found[name]
            lacks[name] = tuple(family.lacking(tables, name))
    for name in wanted:
        if name.startswith(OWN) and name not in columns:
            column = name.removeprefix(OWN)
            known = column in tables.features
            unknown = pl.Series(dtype=pl.Float32).extend_constant(None, tables.accounts.height)
            columns[name] = tables.accounts[column].cast(pl.Float32) if known else unknown
            lacks[name] = () if known else (name,)
    for name, values in columns.items():
        if not lacks[name] and values.null_count() == len(values):
            lacks[name] = (f"rows for {name}",)
    return pl.DataFrame([columns[name].alias(name) for name in wanted]), lacks


def _written(
    parts: list[tuple[str, str | None, str | None, str | None]], values: dict[str, float | None]
) -> str:
    written = []
    for text, name, form, _ in parts:
        value = values[name] if name else None
        filled = "" if name is None else "unknown" if value is None else format(value, form or "g")
        written.append(text + filled)
    return "".join(written)
