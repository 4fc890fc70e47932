"""Accounts that were judged wrongly, by what they truly are, with examples."""

from __future__ import annotations

import polars as pl

from ..run import Run

EXAMPLES = 3
"""Examples per kind."""
BLAMED = 0.5
PASSED = 0.1
"""Risk from which an honest account is blamed, and below which a spam account passes."""
ALONE = "no kind given"


def mistaken_by_kind(both: pl.DataFrame) -> pl.DataFrame:
    """How accounts of each kind fared.

    Parameters
    ----------
    both
        See `matched.match`.

    Returns
    -------
    DataFrame
        kind, spam (whether it is spam), accounts, in_rings, blamed (honest with a risk of .5 or
        more), passed (spam with a risk below .1), risk (mean); honest kinds last.
    """
    return (
        both.with_columns(pl.col("kind").fill_null(ALONE))
        .group_by("kind", spam=pl.col("spam") == 1)
        .agg(
            accounts=pl.len(),
            in_rings=pl.col("placed").is_not_null().sum(),
            blamed=(~pl.col("spam").cast(pl.Boolean) & (pl.col("risk") >= BLAMED)).sum(),
            passed=(pl.col("spam").cast(pl.Boolean) & (pl.col("risk") < PASSED)).sum(),
            risk=pl.col("risk").mean(),
        )
        .sort("spam", "kind", descending=[True, False])
    )


def innocents(both: pl.DataFrame, run: Run) -> pl.DataFrame:
    """Honest accounts that stand in a ring: some of each kind, the riskiest first.

    Returns
    -------
    DataFrame
        kind, account_id, risk, ring_id, reading, innocent_reading (of the ring), others (accounts
        of the ring), spam (of them), reasons (that the run gives for the account).
    """
    sizes = (
        both.drop_nulls("placed")
        .group_by("placed")
        .agg(accounts=pl.len(), spam=pl.col("spam").sum().cast(pl.Int64))
    )
    rings = run.frame("rings").select("ring_id", "reading", "innocent_reading")
    harmed = both.filter((pl.col("spam") == 0) & pl.col("placed").is_not_null())
    return (
        _some(harmed.drop("spam"), descending=True)
        .join(sizes, "placed", "left", maintain_order="left")
        .join(rings, left_on="placed", right_on="ring_id", how="left", maintain_order="left")
        .join(_reasons(run), "account_id", "left", maintain_order="left")
        .select(
            "kind", "account_id", "risk", "reading", "innocent_reading", "spam", "reasons",
            ring_id="placed", others=pl.col("accounts").cast(pl.Int64) - 1,
        )
    )  # fmt: skip


def passed(both: pl.DataFrame, run: Run) -> pl.DataFrame:
    """Spam accounts that the run takes for honest: some of each kind, the least risky first.

    Returns
    -------
    DataFrame
        account_id, kind, risk, links (how many accounts it is linked to), reasons.
    """
    links = run.frame("links")
    ends = pl.concat([links.select(account_id=f"account_{end}") for end in "ab"])
    degree = ends.group_by("account_id").len("links")
    missed = both.filter((pl.col("spam") == 1) & (pl.col("risk") < PASSED))
    return (
        _some(missed, descending=False)
        .join(degree, "account_id", "left", maintain_order="left")
        .join(_reasons(run), "account_id", "left", maintain_order="left")
        .select("account_id", "kind", "risk", pl.col("links").fill_null(0), "reasons")
    )


def _some(accounts: pl.DataFrame, *, descending: bool) -> pl.DataFrame:
    ordered = accounts.with_columns(pl.col("kind").fill_null(ALONE)).sort(
        "kind", "risk", "account_id", descending=[False, descending, False]
    )
    return ordered.filter(pl.int_range(pl.len()).over("kind") < EXAMPLES)


def _reasons(run: Run) -> pl.DataFrame:
    return run.frame("scores").select("account_id", "reasons")
