"""Rings and accounts in words."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph import Linkage, kinds

from .features import FeatureTable
from .reasons import reasons

NAMED = 3
"""Identifiers that a ring's explanation names."""
LONGEST_VALUE = 40
BY_HABITS = "parts are joined by what their members do, not by links."
"""How the explanation of a ring ends that `graph.alike` joined."""
BY_RUSH = "Nothing but the rush of its sign-ups ties"
"""How it begins to say how many of its members are orphans."""
ONLY_SUSPECTED = "Only suspected:"
"""How it begins to say why a group is not called a ring; doubts follow, joined by "; "."""
BY_SIGN_UP = "sure, by its sign-up in the rush of the ring alone"
"""How the membership of an orphan is told, after its confidence."""
UNSAFE = r"[\p{C}\p{Zl}\p{Zp}]"


def explain_rings(rings: pl.DataFrame, members: pl.DataFrame, linkage: Linkage) -> pl.DataFrame:
    """Add `why`: what most members share, chance in words, the sign-ups, and what stands beside.

    Beside are the parts that habits joined, the orphans, and why it is only suspected.

    Parameters
    ----------
    rings
        ring, size, surprise, first_seen, last_seen, parts, orphans, doubts and anything else.
    members
        ring, account.
    linkage
        The linkage graph.
    """
    shared = (
        linkage.sightings.join(members.select("ring", "account"), "account")
        .group_by("ring", "identifier")
        .agg(pl.col("account").n_unique().alias("sharing"))
        .filter(pl.col("sharing") > 1)
        .join(linkage.identifiers.filter(pl.col("treatment").is_in(["", "allow"])), "identifier")
        .filter((pl.col("kind") != "template") | (pl.col("specificity") > 0))
        .with_columns(focus=pl.col("sharing") ** 2 / pl.col("accounts"))
        .sort("ring", "focus", "kind", "value", descending=[False, True, False, False])
        .group_by("ring", maintain_order=True)
        .head(NAMED)
    )
    words = pl.DataFrame({"kind": list(kinds()), "word": [kind.one for kind in kinds().values()]})
    value = pl.col("value").str.replace_all(UNSAFE, " ").str.slice(0, LONGEST_VALUE)
    who = (
        pl.when(pl.col("sharing") < pl.col("size"))
        .then(pl.col("sharing").cast(pl.String))
        .otherwise(pl.when(pl.col("size") == 2).then(pl.lit("both")).otherwise(pl.lit("all")))
    )
    sentence = pl.format("{} share the {} {} ({} accounts in all)", who, "word", value, "accounts")
    named = (
        shared.join(words, "kind", maintain_order="left")
        .join(rings.select("ring", "size"), "ring", maintain_order="left")
        .group_by("ring", maintain_order=True)
        .agg(sentence.alias("shared"))
        .select("ring", pl.col("shared").list.join("; "))
    )
    chance = (
        pl.when(pl.col("surprise") >= 1)
        .then(pl.format("by chance about 1 in 10^{}", pl.col("surprise").floor().cast(pl.Int64)))
        .otherwise(pl.lit("this much could be chance"))
    )
    first, last = (pl.col(c).dt.strftime("%Y-%m-%d") for c in ("first_seen", "last_seen"))
    signups = pl.format("signed up {} to {}", first, last).fill_null("sign-up times unknown")
    joined = (
        pl.when(pl.col("parts") > 1)
        .then(pl.format(f" Its {{}} {BY_HABITS}", "parts"))
        .otherwise(pl.lit(""))
    )
    orphans = (
        pl.when(pl.col("orphans") > 0)
        .then(pl.format(f" {BY_RUSH} {{}} of them to it.", "orphans"))
        .otherwise(pl.lit(""))
    )
    doubts = (
        pl.when(pl.col("doubts") != "")
        .then(pl.format(f" {ONLY_SUSPECTED} {{}}.", "doubts"))
        .otherwise(pl.lit(""))
    )
    why = pl.format(
        "Of {} members {}; {}; {}.{}{}{}", "size",
        pl.col("shared").fill_null("few share one thing"), chance, signups, joined, orphans, doubts,
    )  # fmt: skip
    return rings.join(named, "ring", "left").with_columns(why=why).drop("shared").sort("ring")


def explain_accounts(
    features: FeatureTable,
    risk: NDArray[np.float64],
    contributions: NDArray[np.float64],
    rings: pl.DataFrame,
    members: pl.DataFrame,
) -> list[str]:
    """Give the reasons of each account, those from its ring first.

    Returns
    -------
    list
        Per account, sentences joined by "; ".
    """
    extra: list[list[str]] = [[] for _ in range(len(risk))]
    named = members.join(rings.select("ring", "ring_id", "size", "reading", "status"), "ring").sort(
        "account"
    )
    for account, ring_id, size, reading, status, role, confidence in named.select(
        "account", "ring_id", "size", "reading", "status", "role", "confidence"
    ).iter_rows():
        place = "in" if status == "ring" else "in the suspected"
        said = f"raises: {role} member {place} ring {ring_id} of {size} ({reading})"
        if confidence is not None:
            said += f", {confidence:.0%} {BY_SIGN_UP}"
        extra[account].append(said)
    return reasons(contributions, features, risk=risk, extra=extra)
