"""What rules do on history: hits, precision where labels exist, overlap."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import polars as pl

from .conditions import in_words
from .outcome import Outcome
from .rule_set import ACTIONS, Rule


def rule_table(outcome: Outcome, label: pl.Series) -> pl.DataFrame:
    """One row per rule.

    Parameters
    ----------
    outcome
        The rules applied.
    label
        1 spam, 0 honest, null unknown, in account order.

    Returns
    -------
    pl.DataFrame
        rule, active, points, hits, share (of all accounts), unknown (accounts for which it cannot
        be told), spam, honest (labelled accounts among the hits), precision (spam by labelled
        hits; null without such), recall (spam hits by all labelled spam), alone (hits on accounts
        that no other active rule hits), lacking (what the input does not have), condition.
    """
    rows = [_row(outcome, rule, label) for rule in outcome.rules.rules]
    return pl.DataFrame(rows, schema_overrides={"precision": pl.Float64, "recall": pl.Float64})


def overlap_table(outcome: Outcome) -> pl.DataFrame:
    """Pairs of rules that hold for the same accounts.

    Returns
    -------
    pl.DataFrame
        rule, other, both (accounts), share (of the accounts that either hits), most alike first;
        pairs without a common account are left out.
    """
    hits = {rule.id: _hit(outcome, rule) for rule in outcome.rules.rules}
    rows = []
    for a, b in combinations(hits, 2):
        both, either = int((hits[a] & hits[b]).sum()), int((hits[a] | hits[b]).sum())
        if both:
            rows.append((a, b, both, both / either))
    schema = {"rule": pl.String, "other": pl.String, "both": pl.Int64, "share": pl.Float64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.sort("share", "rule", "other", descending=[True, False, False])


def action_table(actions: list[str], label: pl.Series) -> pl.DataFrame:
    """Accounts per action, the strongest first: action, accounts, spam, honest, precision."""
    frame = pl.DataFrame({"action": actions, "label": label}, schema_overrides={"label": pl.Int8})
    counted = frame.group_by("action").agg(
        accounts=pl.len(), spam=(pl.col("label") == 1).sum(), honest=(pl.col("label") == 0).sum()
    )
    order = pl.DataFrame({"action": list(reversed(ACTIONS))})
    table = order.join(counted, "action", "left", maintain_order="left").fill_null(0)
    known = pl.col("spam") + pl.col("honest")
    return table.with_columns(
        pl.col("action").replace("", "none"),
        precision=pl.when(known > 0).then(pl.col("spam") / known),
    )


def _row(outcome: Outcome, rule: Rule, label: pl.Series) -> dict[str, object]:
    hit = _hit(outcome, rule)
    others = np.zeros(len(hit), dtype=bool)
    for other in outcome.rules.rules:
        if other.active and other.id != rule.id:
            others |= _hit(outcome, other)
    spam, honest = (int((hit & _is(label, value)).sum()) for value in (1, 0))
    all_spam = int(_is(label, 1).sum())
    return {
        "rule": rule.id,
        "active": rule.active,
        "points": rule.points,
        "hits": int(hit.sum()),
        "share": float(hit.mean()),
        "unknown": outcome.hits[rule.id].null_count(),
        "spam": spam,
        "honest": honest,
        "precision": spam / (spam + honest) if spam + honest else None,
        "recall": spam / all_spam if all_spam else None,
        "alone": int((hit & ~others).sum()),
        "lacking": ", ".join(outcome.lacking.get(rule.id, ())),
        "condition": in_words(rule.when),
    }


def _hit(outcome: Outcome, rule: Rule) -> np.ndarray:
    return np.asarray(outcome.hits[rule.id].fill_null(value=False).to_numpy())


def _is(label: pl.Series, value: int) -> np.ndarray:
    return np.asarray((label == value).fill_null(value=False).to_numpy())
