"""Risks that moved between two runs, and which facts moved them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import polars as pl

from models.facts import CONTEXT

MOVED = 0.1
"""Change of an account's risk that is told, and of a ring's half of it."""
MOST = 200
"""Accounts that are told, those that moved most."""
NAMED = 3
"""Facts that are named."""
TELLING = 0.1
"""Log-odds below which a fact is not named."""

Frames = Mapping[str, pl.DataFrame]
_FACT = ["account_id", "fact", "family"]


def account_moves(before: Frames, after: Frames) -> tuple[list[dict[str, Any]], int]:
    """Accounts of both runs whose risk moved, with the facts that moved it, the most moved first.

    Parameters
    ----------
    before, after
        Frames of two runs: scores, and contributions where they have them.

    Returns
    -------
    list of dict
        account_id, ring_id, risk_before, risk, action_before, action, moved_by (says, was, adds:
        log-odds, at most `NAMED`), rest (log-odds that small facts add) and taken_apart: "both";
        or "now" or "then" where a score was taken apart in one of the runs only, because the risk
        was small in the other: then moved_by is what speaks for the higher risk, and rest is
        missing. At most `MOST`.
    int
        How many moved in all.
    """
    moved = _moved(before, after)
    shown = moved.head(MOST)
    facts = _fact_moves(before, after, shown.select("account_id"))
    explained = {
        str(account): part.to_dicts()
        for (account,), part in facts.partition_by("account_id", as_dict=True).items()
    }
    then, now = (_explained(frames) for frames in (before, after))
    rows = []
    for row in shown.iter_rows(named=True):
        account = row["account_id"]
        told = explained.get(account, [])
        sides = [name for name, known in (("then", then), ("now", now)) if account in known]
        if len(sides) == 1:
            told = [fact for fact in told if (fact["adds"] > 0) == (sides[0] == "now")]
            rows.append({**row, "moved_by": _named(told), "rest": None, "taken_apart": sides[0]})
            continue
        whole = _log_odds(row["risk"]) - _log_odds(row["risk_before"])
        rest = round(whole - sum(fact["adds"] for fact in told), 2)
        rows.append({**row, "moved_by": _named(told), "rest": rest, "taken_apart": "both"})
    return rows, moved.height


def _explained(frames: Frames) -> set[str]:
    """Accounts whose score was taken apart."""
    return set(frames["contributions"]["account_id"]) if "contributions" in frames else set()


def ring_move(before: Frames, after: Frames, ring_id: str) -> dict[str, Any]:
    """Why the risk of a ring of both runs moved.

    Returns
    -------
    dict
        risk_before, risk; members (the part that is due to who belongs to it) and scores (the part
        that is due to the risks of those who stayed); moved_by: facts (says, adds: mean log-odds
        over the members who stayed, accounts: how many of them it moved).
    """
    then, now = (_members(frames, ring_id) for frames in (before, after))
    old, new = _mean(then["risk"]), _mean(now["risk"])
    stayed = now.join(then.select("account_id", was="risk"), "account_id")
    scores = _mean(stayed["risk"] - stayed["was"])
    facts = _fact_moves(before, after, stayed.select("account_id"))
    return {
        "risk_before": round(old, 3),
        "risk": round(new, 3),
        "members": round(new - old - scores, 3),
        "scores": round(scores, 3),
        "moved_by": _shared(facts, stayed.height),
    }


def _moved(before: Frames, after: Frames) -> pl.DataFrame:
    old = before["scores"].select("account_id", risk_before="risk", action_before="action")
    new = after["scores"].select("account_id", "ring_id", "risk", "action")
    change = (pl.col("risk") - pl.col("risk_before")).abs()
    return (
        new.join(old, "account_id")
        .with_columns(change=change.round(6))
        .filter(pl.col("change") >= MOVED)
        .sort("change", "account_id", descending=[True, False])
        .select("account_id", "ring_id", "risk_before", "risk", "action_before", "action")
    )


def _fact_moves(before: Frames, after: Frames, accounts: pl.DataFrame) -> pl.DataFrame:
    """account_id, says, was, adds: what each fact adds now that it did not add then."""
    schema = {"account_id": pl.String, "says": pl.String, "was": pl.String, "adds": pl.Float64}
    if "contributions" not in before or "contributions" not in after:
        return pl.DataFrame(schema={**schema, "fact": pl.String})
    old, new = (
        frames["contributions"].join(accounts, "account_id", "semi") for frames in (before, after)
    )
    adds = pl.col("contribution").fill_null(0.0) - pl.col("contribution_was").fill_null(0.0)
    return (
        new.join(
            old.rename({"contribution": "contribution_was", "says": "was"}),
            _FACT, "full", coalesce=True,
        )
        .select("account_id", "says", "was", "fact", adds=adds.round(4))
        .filter(pl.col("adds").abs() >= TELLING / 10)
        .with_columns(size=pl.col("adds").abs())
        .sort("account_id", "size", "fact", descending=[False, True, False])
        .drop("size")
    )  # fmt: skip


def _named(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The facts to name; what is around an account is always told in the same words."""
    named = [fact for fact in facts if abs(fact["adds"]) >= TELLING][:NAMED]
    around = [fact["fact"] == CONTEXT for fact in named]
    return [
        {
            "says": fact["says"] or fact["was"] if context else fact["says"],
            "was": None if context else fact["was"],
            "adds": round(fact["adds"], 2),
        }
        for fact, context in zip(named, around, strict=True)
    ]


def _shared(facts: pl.DataFrame, members: int) -> list[dict[str, Any]]:
    """Facts by what they add to the members on average, told in the words of the most moved."""
    told = pl.coalesce("says", "was")
    size = pl.col("adds").abs()
    summed = (
        facts.sort(size, "account_id", descending=[True, False])
        .group_by("fact", maintain_order=True)
        .agg(
            says=told.first(),
            adds=pl.col("adds").sort().sum() / members,
            accounts=pl.len(),
        )
        .filter(size >= TELLING)
        .sort(size.round(6), "fact", descending=[True, False])
        .head(NAMED)
    )
    return summed.select("says", pl.col("adds").round(2), "accounts").to_dicts()


def _members(frames: Frames, ring_id: str) -> pl.DataFrame:
    return (
        frames["ring_members"]
        .filter(pl.col("ring_id") == ring_id)
        .select("account_id")
        .join(frames["scores"].select("account_id", "risk"), "account_id")
        .sort("account_id")
    )


def _mean(values: pl.Series) -> float:
    return float(values.to_numpy().mean()) if len(values) else 0.0


def _log_odds(risk: float) -> float:
    kept = min(max(risk, 1e-4), 1 - 1e-4)
    return math.log(kept / (1 - kept))
