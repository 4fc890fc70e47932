"""From account risk to ring decisions: which rings are certain enough to be called rings."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph import Rings, kinds

MAX_INNOCENTS_PER_1000 = 4.0
MIN_RISK = 0.3
"""Mean risk of its members below which a ring is only suspected."""
MIN_SURPRISE = 2.0
"""-log10 of chance that a ring has to reach."""
UNSUPERVISED_SURPRISE = 6.0
UNSUPERVISED_TELL = 0.8
UNSUPERVISED_SHARE = 0.5
"""Without labels: surprise, how telling of one hand the kind that most members share has to be
(see `kinds.yaml`), and how many share it; families and agencies share everything else as well."""
PSEUDO = 2.0
"""Weight of the calibrated risks against labelled members in the check of expected harm."""


def decide_rings(
    found: Rings,
    risk: NDArray[np.float64],
    labels: pl.Series,
    *,
    supervised: bool,
    max_innocents_per_1000: float = MAX_INNOCENTS_PER_1000,
) -> pl.DataFrame:
    """Score rings and decide which of them are called rings.

    The risk of a ring is the mean risk of its members. As these are probabilities, `1 - risk`
    adds up to the expected number of honest members; it is scaled by what the labelled members of
    sound rings say (their risks are out-of-fold, so their labels are an independent check). Rings
    are taken in the order of their risk as long as the honest accounts expected in all that are
    taken stay within the limit; what comes after, or may be chance, is suspected.

    Parameters
    ----------
    found
        Candidate rings.
    risk
        (accounts,) in [0, 1], out-of-fold where labelled.
    labels
        1 spam, 0 honest, null unknown.
    supervised
        Whether `risk` was learned from labels. If not, rings are called so by chance and by what
        they share, and nothing is said about honest members.
    max_innocents_per_1000
        Honest accounts per 1,000 honest ones that may be placed in rings by mistake.

    Returns
    -------
    DataFrame
        The rings with risk, expected_honest, labelled_spam, labelled_honest and status (ring or
        suspected).
    """
    figures = (
        found.members.with_columns(
            risk=pl.lit(pl.Series(risk)).gather("account"), label=pl.lit(labels).gather("account")
        )
        .sort("ring", "account")
        .group_by("ring", maintain_order=True)
        .agg(
            pl.col("risk").mean(),
            (1 - pl.col("risk")).sum().alias("expected_honest"),
            (1 - pl.col("risk")).filter(pl.col("label") >= 0).sum().alias("foretold"),
            (pl.col("label") == 1).sum().cast(pl.UInt32).alias("labelled_spam"),
            (pl.col("label") == 0).sum().cast(pl.UInt32).alias("labelled_honest"),
        )
    )
    rings = found.rings.join(figures, "ring")
    if supervised:
        decided = _within_limit(rings, max_innocents_per_1000 * float((1 - risk).sum()) / 1000)
    else:
        sound = (pl.col("surprise") >= UNSUPERVISED_SURPRISE) & _telling()
        nothing = pl.lit(None, dtype=pl.Float64)
        decided = rings.with_columns(status=_named(sound), expected_honest=nothing)
    return decided.drop("foretold").sort("ring")


def _within_limit(rings: pl.DataFrame, limit: float) -> pl.DataFrame:
    sound = (pl.col("risk") >= MIN_RISK) & (pl.col("surprise") >= MIN_SURPRISE)
    candidates = rings.filter(sound)
    seen, foretold = (float(candidates[c].sum()) for c in ("labelled_honest", "foretold"))
    scale = (seen + PSEUDO) / (foretold + PSEUDO)
    expected = pl.min_horizontal(pl.col("expected_honest") * scale, pl.col("size"))
    return (
        rings.with_columns(expected_honest=expected)
        .sort(~sound, "risk", "surprise", "ring", descending=[False, True, True, False])
        .with_columns(status=_named(sound & (pl.col("expected_honest").cum_sum() <= limit)))
    )


def _telling() -> pl.Expr:
    """Whether the kind that most members share is one that only one hand explains."""
    most = pl.max_horizontal(kind.name for kind in kinds().values())
    return pl.any_horizontal(
        (pl.col(kind.name) >= UNSUPERVISED_SHARE) & (pl.col(kind.name) >= most)
        for kind in kinds().values()
        if kind.tell >= UNSUPERVISED_TELL
    )


def _named(sound: pl.Expr) -> pl.Expr:
    return pl.when(sound).then(pl.lit("ring")).otherwise(pl.lit("suspected"))
