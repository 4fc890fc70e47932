"""Why two accounts are not linked: what they share and why it does not count."""

from __future__ import annotations

import math

import polars as pl

from graph.kinds import Kind, kinds
from graph.sharing import MIN_OVERLAP

from ..words import count, kind_words
from .naming import called, listed
from .shared import HUB_TREATMENTS


def obstacles(
    a: str, b: str, shared: pl.DataFrame, path: tuple[str, ...], sightings: pl.DataFrame
) -> tuple[str, ...]:
    """Say why what two accounts share does not link them.

    Parameters
    ----------
    a, b
        The accounts.
    shared
        Identifiers that both were seen with: kind, value, accounts, treatment, weight (null: not
        counted), days_apart.
    path
        The path of links between them; two accounts long where they are linked directly.
    sightings
        account_id, kind, value.
    """
    uncounted = shared.filter(pl.col("weight").is_null()).sort("kind", "value")
    said = [_uncounted(row) for row in uncounted.iter_rows(named=True)]
    if len(path) == 2:
        return tuple(said)
    return (*said, *_nothing_in_common(a, b, shared, sightings))


def _uncounted(row: dict[str, object]) -> str:
    """One identifier that both used and that is no evidence."""
    kind = kinds().get(str(row["kind"]))
    name = called(str(row["kind"]), str(row["value"]))
    accounts = row["accounts"] if isinstance(row["accounts"], int) else 0
    apart = row["days_apart"] if isinstance(row["days_apart"], float) else 0.0
    if row["treatment"] in HUB_TREATMENTS:
        users = count(accounts, "account")
        return f"Both used {name}, a hub ({users} in all): sharing it says too little."
    limit = _most_days_apart(kind)
    if apart > limit:
        return (
            f"Both used {name}, but {apart:,.0f} days apart: more than {limit:.0f} days say "
            "that it changed hands."
        )
    if kind is not None and kind.rarity == "wording":
        return (
            f"Both sent {name}, but its words are common, or they signed up too far apart for "
            "the same text to tell."
        )
    return f"Both used {name}, but too many others did so at the same time."


def _most_days_apart(kind: Kind | None) -> float:
    """Days between two uses beyond which the overlap is too small to count."""
    if kind is None or kind.half_life_days is None:
        return math.inf
    return kind.half_life_days * math.log2(1 / MIN_OVERLAP)


def _nothing_in_common(a: str, b: str, shared: pl.DataFrame, sightings: pl.DataFrame) -> list[str]:
    """Kinds of which both have identifiers, but none in common; and those only one has."""
    has = {
        account: sightings.filter(pl.col("account_id") == account)
        .group_by("kind")
        .agg(pl.col("value").n_unique())
        .sort("kind")
        for account in (a, b)
    }
    of_a, of_b = (dict(frame.iter_rows()) for frame in has.values())
    said = [
        f"{count(of_a[kind], kind_words(kind), kind_words(kind, 2))} of {a} and {of_b[kind]:,} of "
        f"{b}: none in common."
        for kind in of_a
        if kind in of_b and kind not in set(shared["kind"])
    ]
    for one, other, mine, theirs in ((a, b, of_a, of_b), (b, a, of_b, of_a)):
        missing = [kind_words(kind) for kind in mine if kind not in theirs]
        if missing:
            said.append(f"Of {other} no {listed(missing)} is known; of {one} there is.")
    return said
