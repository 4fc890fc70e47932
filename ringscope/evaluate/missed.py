"""True rings that were not found: what became of them, in words."""

from __future__ import annotations

import polars as pl

from ..run import Run
from ..words import kind_words
from .matched import hit

OUTCOMES = {
    "not linked": "its members share nothing that links them",
    "not seen": "its members are linked, and no candidate ring holds most of them",
    "only suspected": "a candidate holds most of it, and is not certain enough to be called a ring",
    "in part": "a ring holds some of it, and no ring holds most",
    "in pieces": "most of it was found, as several rings",
    "merged": "most of it stands in a ring that is mostly others",
}
"""What may become of a ring that was not found, most hidden first."""


def missed_rings(both: pl.DataFrame, run: Run) -> pl.DataFrame:
    """Describe each true ring that was not found.

    Parameters
    ----------
    both
        See `matched.match`.
    run
        The run that was compared.

    Returns
    -------
    DataFrame
        ring, kind, size, outcome (of `OUTCOMES`), says (one sentence); largest rings first.
    """
    figures = (
        both.drop_nulls("ring")
        .group_by("kind", "ring")
        .agg(
            size=pl.len(),
            placed=pl.col("placed").is_not_null().sum(),
            pieces=pl.col("placed").drop_nulls().n_unique(),
            best=pl.col("common").filter(pl.col("placed").is_not_null()).max().fill_null(0),
            in_ring=pl.col("placed")
            .sort_by("common", "placed", descending=True)
            .drop_nulls()
            .first(),
            risk=pl.col("risk").max(),
            hit=hit().any(),
        )
        .filter(~pl.col("hit"))
        .join(_suspected(both, run), "ring", "left")
        .join(_inner_links(both, run), "ring", "left")
        .with_columns(pl.col("suspected", "linked").fill_null(0), pl.col("shares").fill_null(""))
        .with_columns(outcome=_outcome())
        .sort("size", "kind", "ring", descending=[True, False, False])
    )
    says = [_sentence(row) for row in figures.iter_rows(named=True)]
    return figures.select("ring", "kind", "size", "outcome", says=pl.Series(says, dtype=pl.String))


def _outcome() -> pl.Expr:
    most = 2 * pl.col("best") > pl.col("size")
    return (
        pl.when(most).then(pl.lit("merged"))
        .when((2 * pl.col("placed") > pl.col("size")) & (pl.col("pieces") > 1))
        .then(pl.lit("in pieces"))
        .when(pl.col("placed") > 0).then(pl.lit("in part"))
        .when(2 * pl.col("suspected") > pl.col("size")).then(pl.lit("only suspected"))
        .when(pl.col("linked") > 0).then(pl.lit("not seen"))
        .otherwise(pl.lit("not linked"))
    )  # fmt: skip


def _suspected(both: pl.DataFrame, run: Run) -> pl.DataFrame:
    """ring, suspected: members that stand together in one suspected ring, at most."""
    suspects = run.frame("rings").filter(pl.col("status") == "suspected").select("ring_id", "why")
    return (
        both.drop_nulls("ring")
        .select("account_id", "ring")
        .join(run.frame("ring_members").select("account_id", "ring_id"), "account_id")
        .join(suspects, "ring_id")
        .group_by("ring", "ring_id")
        .agg(suspected=pl.len())
        .sort("suspected", "ring_id", descending=[True, False])
        .group_by("ring", maintain_order=True)
        .agg(pl.col("suspected").first(), suspect=pl.col("ring_id").first())
    )


def _inner_links(both: pl.DataFrame, run: Run) -> pl.DataFrame:
    """ring, linked: members with a link to another member; shares: "3 devices, 1 mailbox"."""
    place = both.drop_nulls("ring").select("account_id", "ring")
    inner = (
        run.frame("evidence")
        .join(place, left_on="account_a", right_on="account_id")
        .join(place, left_on="account_b", right_on="account_id", suffix="_b")
        .filter(pl.col("ring") == pl.col("ring_b"))
    )
    ends = pl.concat([inner.select("ring", account=f"account_{end}") for end in "ab"])
    linked = ends.group_by("ring").agg(linked=pl.col("account").n_unique())
    counts = inner.group_by("ring", "kind").agg(pl.struct("value").n_unique().alias("values"))
    counts = counts.sort("ring", "values", "kind", descending=[False, True, False])
    words = [
        f"{n} {kind_words(kind, n)}" for kind, n in counts.select("kind", "values").iter_rows()
    ]
    said = counts.select("ring", words=pl.Series(words, dtype=pl.String))
    shares = said.group_by("ring", maintain_order=True).agg(pl.col("words").str.join(", "))
    return linked.join(shares.rename({"words": "shares"}), "ring", "left")


def _sentence(row: dict[str, object]) -> str:
    """What an analyst would say of the ring."""
    size = row["size"]
    told = {
        "not linked": f"none of its {size} members is linked to another one",
        "not seen": (
            f"{row['linked']} of its {size} members are linked to each other, and the greatest "
            f"risk among them is {row['risk']:.2f}"
        ),
        "only suspected": f"{row['suspected']} of its {size} members stand in {row['suspect']}",
        "in part": (
            f"in rings: {row['placed']} of its {size} members, the largest part in {row['in_ring']}"
        ),
        "in pieces": (
            f"in {row['pieces']} rings: {row['placed']} of its {size} members, the largest part in "
            f"{row['in_ring']}"
        ),
        "merged": f"{row['best']} of its {size} members are in {row['in_ring']}, mostly of others",
    }[str(row["outcome"])]
    shared = f"; what links them: {row['shares']}" if row["shares"] else ""
    return f"{told}{shared}"
