"""What keeps a candidate from being called a ring, each doubt in words."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from graph import kinds
from graph.fragments import SAID_TWICE
from graph.rings import MIN_SIZE

MOST_HONEST = 1 / 3
"""Expected share of honest members above which a ring is only suspected."""
MIN_SURPRISE = 2.0
"""-log10 of chance that a ring has to reach, unless it is `CERTAIN`."""
CERTAIN = 0.1
"""Expected share of honest members up to which it does not matter how a group came together, how
small it is, nor that the limit would be broken if all of it were honest."""
OPEN = 4
"""Kinds of identifier that half of the members share, from which on a group hides nothing: people
who work together share machines, addresses, cards and texts, operations split what they share."""
NEARLY_ALL = 0.8
"""Share of members that share `OPEN` kinds in a group that hides nothing at all."""
SPOKEN_FOR = 2
"""Members labelled spam from which such a group can be a ring all the same; one may be wrong."""
UNSUPERVISED_SURPRISE = 6.0
UNSUPERVISED_TELL = 0.8
"""Without labels: surprise, and how telling of one hand the kind that most members share has to be
(see `kinds.yaml`), if half of them do; families and agencies share everything else as well."""
HALF = 0.5
SPENT = "surer rings leave no room for it under the limit on honest accounts"

Doubts = Mapping[str, pl.Expr]
"""In words, as the end of a sentence: whether a ring is in this doubt."""


def doubts_with_labels(limit: float) -> Doubts:
    """Doubts about rings with size, surprise, labelled_spam, expected_honest and shares by kind.

    Parameters
    ----------
    limit
        Honest accounts that may be expected in all rings together.
    """
    honest = pl.col("expected_honest") / pl.col("size")
    doubtful, unlabelled = honest > CERTAIN, pl.col("labelled_spam") == 0
    pair = pl.col("size") < MIN_SIZE
    return {
        "a third of it or more is expected to be honest": honest > MOST_HONEST,
        "chance could explain what it shares": doubtful & (pl.col("surprise") < MIN_SURPRISE),
        "it is not certain enough for its size: a mistake would alone break the limit on honest "
        "accounts": doubtful & (pl.col("size") - pl.col("labelled_spam") > limit),
        f"half of it shares {OPEN} kinds of identifier, as people who work together do": doubtful
        & _open(HALF, OPEN),
        "it is not certain enough for two accounts": doubtful & pair,
        "its two accounts may be a couple: neither is labelled spam, and they share no text": pair
        & unlabelled
        & ~_telling(),
        "it came together at one place and shares nothing else, as a class does, and no label "
        "calls it spam": _came_together() & unlabelled,
        "no identifier is shared in it, and relations alone are not tested against chance": (
            pl.sum_horizontal(*kinds()) == 0
        ),
        **_team(),
    }


def doubts_without_labels() -> Doubts:
    """Doubts about rings with size, surprise, labelled_spam and shares by kind."""
    return {
        "it is of two accounts": pl.col("size") < MIN_SIZE,
        "it is not far enough beyond chance to do without labels": pl.col("surprise")
        < UNSUPERVISED_SURPRISE,
        "families and offices share what it shares, and there are no labels": ~_telling(),
        **_team(),
    }


def in_words(doubts: Doubts) -> pl.Expr:
    """The doubts that apply, joined by "; "; empty where there is none."""
    said = (pl.when(applies).then(pl.lit(words)) for words, applies in doubts.items())
    return pl.concat_str(*said, separator="; ", ignore_nulls=True)


def _team() -> Doubts:
    """Whether a group hides nothing at all, and at most one label calls it spam."""
    hides_nothing = _open(NEARLY_ALL, OPEN) | _open(HALF, OPEN + 1)
    words = "it hides nothing, as a team at work does, and hardly any label calls it spam"
    return {words: hides_nothing & (pl.col("labelled_spam") < SPOKEN_FOR)}


def _open(share: float, count: int) -> pl.Expr:
    """Whether so many of the members share identifiers of so many kinds."""
    told = (pl.col(name) >= share for name in kinds() if name != SAID_TWICE)
    return pl.sum_horizontal(told) >= count


def _came_together() -> pl.Expr:
    """Whether half of a group share a burst of sign-ups, but nothing beside its place."""
    told = (
        pl.col(kind.name) >= HALF
        for kind in kinds().values()
        if kind.name != SAID_TWICE and not kind.roof
    )
    return (pl.col(SAID_TWICE) >= HALF) & ~pl.any_horizontal(told)


def _telling() -> pl.Expr:
    """Whether the kind that most members share is one that only one hand explains."""
    most = pl.max_horizontal(kind.name for kind in kinds().values())
    return pl.any_horizontal(
        (pl.col(kind.name) >= HALF) & (pl.col(kind.name) >= most)
        for kind in kinds().values()
        if kind.tell >= UNSUPERVISED_TELL
    )
