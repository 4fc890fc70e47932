"""Why one account has its score: by part, by fact, and how near known spam is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from ..views import account as view
from ..words import count, percent
from .paths import paths
from .ring import Statement
from .why import between_pairs, sentence_of_steps

if TYPE_CHECKING:
    from ..run import Run

PARTS = (
    ("risk", "Risk", "all of it together, calibrated: .8 means eight in ten"),
    ("risk_tabular", "Its own columns", "what a model says that sees no link and no message"),
    ("risk_graph", "Links and behaviour", "what the models say that see its links"),
    ("risk_propagated", "Over links", "the part that comes from known labels, link by link"),
    ("ring_risk", "Its ring", "the mean risk of the members of its ring"),
)
"""Part of the score: column, title, meaning."""


CONTRIBUTIONS: dict[str, Any] = {
    "fact": pl.String,
    "family": pl.String,
    "contribution": pl.Float64,
    "says": pl.String,
}


@dataclass(frozen=True)
class Part:
    """One part of a score: title, value in [0, 1] (None: there is none), meaning."""

    title: str
    value: float | None
    meaning: str


@dataclass(frozen=True)
class AccountEvidence:
    """One account and why it has its score.

    Attributes
    ----------
    facts
        Its rows of the account and score tables.
    parts
        The score by part.
    raises, lowers
        What raises and what lowers the risk, the strongest first.
    contributions
        What moved the score, the strongest first: fact, family, contribution (log-odds that it
        added to the risk), says. Empty where the score was not taken apart.
    spam_path
        Accounts from this one to the nearest that is labelled spam; empty if none is near.
    steps
        The evidence of each link of that path (see `Why.steps`).
    statements
        All of it in words.
    identifiers, links
        See `views.Account`.
    """

    facts: dict[str, Any]
    parts: tuple[Part, ...]
    raises: tuple[str, ...]
    lowers: tuple[str, ...]
    contributions: pl.DataFrame
    spam_path: tuple[str, ...]
    steps: pl.DataFrame
    statements: tuple[Statement, ...]
    identifiers: pl.DataFrame
    links: pl.DataFrame


def account_evidence(run: Run, account_id: str) -> AccountEvidence:
    """Gather the evidence for one account.

    Raises
    ------
    NotFound
        There is no such account; the message names near misses.
    """
    found = view(run, account_id, native=True)
    ring = run.frame("rings").filter(pl.col("ring_id") == (found.facts["ring_id"] or ""))
    facts = found.facts | {"ring_risk": ring["risk"].first()}
    reasons = [line for line in str(facts["reasons"] or "").split("; ") if line]
    spam = run.frame("accounts").filter(pl.col("label") == 1)["account_id"].to_list()
    path = paths(run).nearest(account_id, spam)
    steps = between_pairs(run, path)
    lists = found.identifiers, found.links
    assert all(isinstance(one, pl.DataFrame) for one in lists)  # noqa: S101 - narrows a type
    return AccountEvidence(
        facts=facts,
        parts=tuple(Part(title, facts[column], meaning) for column, title, meaning in PARTS),
        raises=_pointing("raises: ", reasons),
        lowers=_pointing("lowers: ", reasons),
        contributions=_contributions(run, account_id),
        spam_path=path,
        steps=steps,
        statements=(
            Statement("Score", _score(facts)),
            Statement("Nearest known spam", _nearest(path, steps, known=bool(spam))),
        ),
        identifiers=pl.DataFrame(lists[0]),
        links=pl.DataFrame(lists[1]),
    )


def _contributions(run: Run, account_id: str) -> pl.DataFrame:
    """Facts that moved the score; runs of older versions do not hold them."""
    if "contributions.parquet" not in run.manifest["files"]:
        return pl.DataFrame(schema=CONTRIBUTIONS)
    found = run.frame("contributions").filter(pl.col("account_id") == account_id)
    return found.select(*CONTRIBUTIONS).sort(
        -pl.col("contribution").abs(), "fact", maintain_order=True
    )


def _pointing(way: str, reasons: list[str]) -> tuple[str, ...]:
    return tuple(line.removeprefix(way) for line in reasons if line.startswith(way))


def _score(facts: dict[str, Any]) -> tuple[str, ...]:
    lines = [f"Risk {percent(facts['risk'])}."]
    own, linked = facts["risk_tabular"], facts["risk_graph"]
    if own is not None and linked is not None:
        if linked - own > 0.2:
            lines.append("Its links say much more against it than its own columns do.")
        elif own - linked > 0.2:
            lines.append("Its own columns say more against it than its links do.")
    if facts["ring_id"]:
        role = facts["ring_role"] or "member"
        lines.append(f"It is a {role} member of ring {facts['ring_id']}.")
    plain = [line for line in str(facts["reasons"] or "").split("; ") if ": " not in line]
    return (*lines, *(f"{line[:1].upper()}{line[1:]}." for line in plain if line))


def _nearest(path: tuple[str, ...], steps: pl.DataFrame, *, known: bool) -> tuple[str, ...]:
    if not known:
        return ("No account of this run is labelled spam.",)
    if not path:
        return ("No account that is labelled spam is near by links.",)
    over = "directly" if len(path) == 2 else f"over {count(len(path) - 2, 'account')}"
    return (f"{path[-1]} is labelled spam and linked {over}.", *sentence_of_steps(path, steps))
