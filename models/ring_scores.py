"""From account risk to ring decisions: which rings are certain enough to be called rings."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph import Rings

from .calibration import log_odds, probability
from .ring_doubts import SPENT, doubts_with_labels, doubts_without_labels, in_words

MAX_INNOCENTS_PER_1000 = 2.0
WRONG = 0.05
"""Share of labels that may be wrong, in the check of rings against labelled members."""
PULL = 4.0
"""Strength with which rings are held to be as honest as the mean of their members says."""
PUREST = 0.98
"""Share of spam in a ring that labels of its members can show at most."""


def decide_rings(
    found: Rings,
    risk: NDArray[np.float64],
    labels: pl.Series,
    *,
    supervised: bool,
    max_innocents_per_1000: float = MAX_INNOCENTS_PER_1000,
) -> pl.DataFrame:
    """Score rings and decide which of them are called rings.

    The risk of a ring is the mean risk of its members. Accounts of one ring are alike, so the mean
    says more about all of them than each risk says about one: a group at .8 is nearly always spam
    throughout, one at .2 honest throughout. How much more is learned from the labelled members of
    all candidates, whose risks do not know their own label (see `_sharpened`); a ring's own
    labelled members then speak for or against it; one without any is the more in doubt the fewer
    groups labels have confirmed. Rings without a doubt (see `ring_doubts`) are taken in the order
    of the share of honest members to be expected, as long as those expected in all that are taken
    stay within the limit; all others are suspected.

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
        The rings with risk, expected_honest, labelled_spam, labelled_honest, orphans (0 until
        `place_orphans`), doubts (in words, see `ring_doubts`; none in a ring) and status (ring or
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
            (pl.col("label") == 1).sum().cast(pl.UInt32).alias("labelled_spam"),
            (pl.col("label") == 0).sum().cast(pl.UInt32).alias("labelled_honest"),
        )
    )
    rings = found.rings.join(figures, "ring").with_columns(orphans=pl.lit(0, pl.UInt32))
    if supervised:
        counts = rings.select("size", "labelled_spam", "labelled_honest").cast(pl.Float64)
        size, spam, innocent = counts.to_numpy().T
        expected = _sharpened(rings["risk"].to_numpy(), spam, innocent)
        limit = honest_allowed(risk, max_innocents_per_1000)
        large = size - spam > limit
        share = _borne_out(expected, spam, innocent, size=size, large=large)
        honest = _honest_members(share, size, spam, innocent)
        rings = rings.with_columns(expected_honest=pl.Series(honest))
        decided = _within_limit(rings, limit)
    else:
        decided = rings.with_columns(
            expected_honest=pl.lit(None, dtype=pl.Float64),
            doubts=in_words(doubts_without_labels()),
        )
    named = pl.when(pl.col("doubts") == "").then(pl.lit("ring")).otherwise(pl.lit("suspected"))
    return decided.with_columns(status=named).sort("ring")


def honest_allowed(risk: NDArray[np.float64], max_innocents_per_1000: float) -> float:
    """Honest accounts that may be expected in rings, by what risk says of how many there are."""
    return max_innocents_per_1000 * float((1 - risk).sum()) / 1000


def _borne_out(
    expected: NDArray[np.float64],
    spam: NDArray[np.float64],
    honest: NDArray[np.float64],
    *,
    size: NDArray[np.float64],
    large: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Share of spam among the members of each ring that carry no label, in (0, 1).

    Groups are nearly all spam or nearly all honest, so each labelled member shifts the log-odds
    that it is the one or the other; by half of what an independent witness would, as members of
    one group are labelled for one reason. But a large group may be two, of which one is spam, so
    labels show the rest of it to be no purer than so few can tell (Laplace's rule of succession),
    and none to be purer than `PUREST`. For a ring without labels, and for what few labels do not
    show of a large one, all rests on how well risk tells groups apart. That was seen on the groups
    that labels confirm, and is in doubt by the same rule; of a large ring the less, the more of
    its members are labelled.
    """
    shift = np.log((1 - WRONG) / WRONG) / 2 * (spam - honest)
    told = probability(log_odds(expected) + shift)
    purest = np.where(large, np.minimum((spam + 1) / (spam + honest + 2), PUREST), PUREST)
    shown = np.minimum(told, purest)
    confirmed = int((spam > honest).sum())
    doubted = (confirmed * expected + 1) / (confirmed + 2)
    unseen = np.minimum(expected, doubted)
    unlabelled = np.where(large, 1 - (spam + honest) / size, 0.0)
    rest = expected - unlabelled * (expected - unseen)
    heard = np.where(shift > 0, np.maximum(rest, shown), told)
    return np.where(spam + honest == 0, unseen, heard)


def _honest_members(
    share: NDArray[np.float64],
    size: NDArray[np.float64],
    spam: NDArray[np.float64],
    honest: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Honest members to be expected in each ring, given the share of spam among them.

    Those with a label are what it says, unless it is wrong, by Bayes' theorem.
    """
    right, wrong = (1 - WRONG) * share, WRONG * share
    of_spam = WRONG * (1 - share) / (WRONG * (1 - share) + right)
    of_honest = (1 - WRONG) * (1 - share) / ((1 - WRONG) * (1 - share) + wrong)
    return (size - spam - honest) * (1 - share) + spam * of_spam + honest * of_honest


def _sharpened(
    risk: NDArray[np.float64], spam: NDArray[np.float64], honest: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Share of spam that rings of these mean risks hold, in (0, 1), shape (rings,).

    A rising curve in log-odds (Platt's, held towards the mean itself by a ridge) is fitted to the
    labelled members of the rings, allowing for wrong labels.
    """
    from scipy.optimize import minimize

    odds = log_odds(risk)

    def loss(x: NDArray[np.float64]) -> float:
        told = WRONG + (1 - 2 * WRONG) * probability(x[0] * odds + x[1])
        held = PULL * ((x[0] - 1) ** 2 + x[1] ** 2) / 2
        return float(held - (spam * np.log(told) + honest * np.log(1 - told)).sum())

    slope, offset = minimize(loss, [1.0, 0.0], bounds=[(0, None), (None, None)]).x
    return probability(slope * odds + offset)


def _within_limit(rings: pl.DataFrame, limit: float) -> pl.DataFrame:
    """Rings without a doubt, those of the least share of honest members first, up to the limit."""
    honest = pl.col("expected_honest") / pl.col("size")
    told = rings.with_columns(doubts=in_words(doubts_with_labels(limit)))
    order = told.sort(
        pl.col("doubts") != "", honest, "surprise", "ring", descending=[False, False, True, False]
    )
    spent = (pl.col("doubts") == "") & (pl.col("expected_honest").cum_sum() > limit)
    return order.with_columns(
        pl.when(spent).then(pl.lit(SPENT)).otherwise("doubts").alias("doubts")
    )
