"""How much of a ring's evidence is new since somebody decided on it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from graph import kinds

from .record import Verdict

NAMED = 3
LONGEST_VALUE = 40


@dataclass(frozen=True)
class Novelty:
    """What was not there at the time of a verdict.

    Attributes
    ----------
    share
        Of the weight of the ring's evidence, the part that is new, in [0, 1].
    accounts
        Members that are new.
    members
        Members in all.
    identifiers
        (kind, value) that link members and were not known, the heaviest first.
    """

    share: float
    accounts: tuple[str, ...]
    members: int
    identifiers: tuple[tuple[str, str], ...]

    @property
    def words(self) -> str:
        """What is new, in words."""
        parts = [f"{self.share:.0%} of the evidence is new"]
        if self.accounts:
            parts.append(f"{len(self.accounts)} of {self.members} members joined")
        named = [
            f"{kinds()[kind].one if kind in kinds() else kind} {value[:LONGEST_VALUE]}"
            for kind, value in self.identifiers[:NAMED]
        ]
        more = len(self.identifiers) - len(named)
        if named:
            parts.append(f"they share {', '.join(named)}{f' and {more} more' if more else ''}")
        return ", ".join(parts)


def novelty(evidence: pl.DataFrame, members: Collection[str], verdict: Verdict) -> Novelty:
    """Compare the evidence inside a ring with what a verdict knew.

    A piece of evidence is known if both accounts were members then and the identifier was shared
    among them. A relation of the input (no identifier) is known by its accounts.

    Parameters
    ----------
    evidence
        That between the members: account_a, account_b, kind, value, weight.
    members
        Account ids of the ring now.
    verdict
        What people decided, with the members and identifiers of that time.
    """
    then = pl.Series(verdict.accounts, dtype=pl.String).implode()
    known = pl.DataFrame(
        list(verdict.identifiers), schema={"kind": pl.String, "value": pl.String}, orient="row"
    ).with_columns(known=pl.lit(value=True))
    both = pl.col("account_a").is_in(then) & pl.col("account_b").is_in(then)
    judged = evidence.join(known, ["kind", "value"], "left", maintain_order="left").with_columns(
        old=both & (pl.col("known").fill_null(value=False) | pl.col("value").is_null())
    )
    total = float(judged["weight"].sum())
    fresh = judged.filter(~pl.col("old"))
    heaviest = (
        fresh.filter(pl.col("known").is_null() & pl.col("value").is_not_null())
        .group_by("kind", "value")
        .agg(pl.col("weight").sum())
        .sort("weight", "kind", "value", descending=[True, False, False])
    )
    return Novelty(
        share=float(fresh["weight"].sum()) / total if total else 0.0,
        accounts=tuple(sorted(set(members) - set(verdict.accounts))),
        members=len(members),
        identifiers=tuple(heaviest.select("kind", "value").rows()),
    )
