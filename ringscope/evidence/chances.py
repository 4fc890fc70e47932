"""The chance figure of a ring in words."""

from __future__ import annotations

import math

from models.ring_doubts import MIN_SURPRISE

from ..words import chance


def chance_sentences(surprise: float | None, status: str = "suspected") -> tuple[str, ...]:
    """Say what the chance test says, and what it does not say.

    Parameters
    ----------
    surprise
        -log10 of the number of such groups to expect if identifiers were dealt at random.
    status
        Of the ring. One that chance could explain is a ring only by the risk of its members.

    Examples
    --------
    >>> chance_sentences(0.4)[0]
    'So much sharing could well be chance.'
    """
    if surprise is None or math.isnan(surprise):
        return ("It was not tested against chance.",)
    certain: tuple[str, ...] = ()
    if surprise < MIN_SURPRISE and status == "ring":
        certain = (
            "It is called a ring all the same: nearly all of the members whom links or habits tie "
            "to it are expected to be spam, by what they do and by labels.",
        )
    if surprise < 1:
        return ("So much sharing could well be chance.", *certain)
    words = chance(surprise)
    return (
        f"Chance: {words}. That many groups of this size that share so much would be expected if "
        "every identifier kept its number of accounts, but they were drawn by lot.",
        "So it is no accident that they belong together. It does not say that they are guilty: a "
        "family is no accident either.",
        *certain,
    )
