"""Rules alone: what they say, of one account, and what they would do on history."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ingest import NotFound, Tables
from models.rules import (
    ACTIONS,
    Outcome,
    RuleSet,
    action_table,
    apply_rules,
    in_words,
    overlap_table,
    recommend,
    rule_table,
)
from models.signals import FAMILIES

from .run import Run
from .settings import ActionSettings

YES, NO, UNKNOWN = "yes", "no", "not known"


@dataclass(frozen=True)
class Simulation:
    """What a set of rules would do.

    Attributes
    ----------
    rules
        One row per rule, see `models.rules.rule_table`.
    overlap
        Pairs of rules that hold for the same accounts.
    actions
        Accounts per action, with labels; `in_run` where a run was given: what it recommends.
    accounts
        One row per account that a rule hits, most points first: account_id, label, points, action,
        rules (ids joined by ";"), reasons.
    """

    rules: pl.DataFrame
    overlap: pl.DataFrame
    actions: pl.DataFrame
    accounts: pl.DataFrame


@dataclass(frozen=True)
class Explanation:
    """What rules say of one account.

    Attributes
    ----------
    facts
        account_id, label, points, action (by points alone).
    rules
        rule, points, holds (yes, no, not known), why (the reason, or what is lacking), condition.
    """

    facts: dict[str, object]
    rules: pl.DataFrame


def rule_list(rules: RuleSet, tables: Tables | None = None) -> pl.DataFrame:
    """One row per rule: rule, active, points, condition, and what the tables lack for it."""
    lacking = apply_rules(rules, tables).lacking if tables else {}
    return pl.DataFrame(
        {
            "rule": [rule.id for rule in rules.rules],
            "active": [rule.active for rule in rules.rules],
            "points": [rule.points for rule in rules.rules],
            "condition": [in_words(rule.when) for rule in rules.rules],
            "lacking": [", ".join(lacking.get(rule.id, ())) for rule in rules.rules],
        }
    )


def signal_list(tables: Tables | None = None) -> pl.DataFrame:
    """Signals that a rule may compare, one row each.

    Returns
    -------
    pl.DataFrame
        signal, family, needs, says (the first sentence of its text); with tables also known
        (accounts with a value), median, q90 and q99 of the plain values.
    """
    rows = []
    for family in FAMILIES.values():
        values = family.values(tables) if tables else None
        for signal in family.signals.values():
            row: dict[str, object] = {
                "signal": signal.name,
                "family": family.name,
                "needs": ", ".join(signal.needs),
            }
            if values is not None:
                known = values[signal.name].drop_nulls()
                quantiles = {"median": 0.5, "q90": 0.9, "q99": 0.99}
                row |= {"known": len(known)}
                row |= {name: known.quantile(share) for name, share in quantiles.items()}
            rows.append(row | {"says": signal.text.partition("\n\n")[0].replace("\n", " ")})
    figures = dict.fromkeys(("median", "q90", "q99"), pl.Float64) if tables else {}
    return pl.DataFrame(rows, schema_overrides=figures)


def simulate(
    tables: Tables, rules: RuleSet, settings: ActionSettings, run: Run | None = None
) -> Simulation:
    """Apply rules to history.

    Parameters
    ----------
    tables
        Clean tables; their labels give precision.
    rules
        The rules.
    settings
        Thresholds of risk and the policy; used with a run only.
    run
        A run over the same tables: its risks are combined with the points. Without one, points
        alone decide.
    """
    outcome = apply_rules(rules, tables)
    label = tables.accounts["label"]
    actions = _actions(tables, outcome, settings, run)
    table = action_table(actions, label)
    if run:
        known = run.frame("scores").group_by("action").len("in_run")
        known = known.with_columns(pl.col("action").replace("", "none"))
        table = table.join(known, "action", "left", maintain_order="left")
        table = table.with_columns(pl.col("in_run").fill_null(0))
    accounts = _accounts(tables, outcome, actions)
    return Simulation(rule_table(outcome, label), overlap_table(outcome), table, accounts)


def explain(tables: Tables, rules: RuleSet, account_id: str) -> Explanation:
    """Apply rules to the tables and say what they find in one account.

    Raises
    ------
    NotFound
        The tables do not have the account.
    """
    place = tables.accounts["account_id"].index_of(account_id)
    if place is None:
        raise NotFound(f"no account {account_id[:80]!r} in the accounts table")
    outcome = apply_rules(rules, tables)
    found = [_told(outcome, number, place) for number in range(len(rules.rules))]
    schema = dict.fromkeys(("rule", "points", "holds", "why", "condition"), pl.String())
    facts: dict[str, object] = {
        "account_id": account_id,
        "label": tables.accounts["label"][place],
        "points": float(outcome.points[place]),
        "action": ACTIONS[int(outcome.levels()[place])] or "none",
    }
    frame = pl.DataFrame(found, schema=schema | {"points": pl.Float64()}, orient="row")
    return Explanation(facts, frame)


def _actions(
    tables: Tables, outcome: Outcome, settings: ActionSettings, run: Run | None
) -> list[str]:
    steps = (settings.monitor, settings.flag, settings.block)
    if run is None:
        nobody = np.zeros(tables.accounts.height)
        return recommend(nobody, steps, outcome, "rules")
    scores = run.frame("scores").select("account_id", "risk")
    ids = tables.accounts.select("account_id")
    risk = ids.join(scores, "account_id", "left", maintain_order="left")["risk"]
    return recommend(risk.fill_null(0.0).to_numpy(), steps, outcome, settings.policy)


def _accounts(tables: Tables, outcome: Outcome, actions: list[str]) -> pl.DataFrame:
    told = outcome.told()
    active = [rule.id for rule in outcome.rules.rules if rule.active]
    hit = outcome.hits.select(pl.col(active).fill_null(value=False))
    names = [pl.when(pl.col(name)).then(pl.lit(name)) for name in active]
    frame = tables.accounts.select("account_id", "label").with_columns(
        points=pl.Series(outcome.points),
        action=pl.Series(actions),
        rules=hit.select(pl.concat_str(names, separator=";", ignore_nulls=True)).to_series(),
        reasons=pl.Series(["; ".join(sentences) for sentences in told]),
    )
    some = frame.filter((pl.col("points") > 0) | (pl.col("action") != ""))
    return some.sort("points", "account_id", descending=[True, False])


def _told(outcome: Outcome, number: int, place: int) -> tuple[str, float, str, str, str]:
    rule = outcome.rules.rules[number]
    hit = outcome.hits[rule.id][place]
    lacks = ", ".join(outcome.lacking.get(rule.id, ()))
    why = outcome.reasons(rule, np.array([place]))[0] if hit else ""
    if hit is None:
        why = f"the input has no {lacks}" if lacks else "too little is known of this account"
    holds = UNKNOWN if hit is None else YES if hit else NO
    points = rule.points if hit and rule.active else 0.0
    return rule.id, points, holds, why, in_words(rule.when)
