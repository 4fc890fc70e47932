"""Which ring of tonight is which ring of the nights before: ids that stay with their rings.

Tonight's analysis names a ring after its members, so the name changes with every member. Here each
ring gets the id under which people know it:

1. Rings of last night come first. Old and new rings are assigned to each other, one to one, so that
   the member overlap is greatest in all (Kuhn, 1955). A member counts as many times as the nights
   for which it has been in the old ring, up to `TENURE`: rings that touch for a night part again
   under their own names.
2. New rings that are left are assigned likewise to rings that were there before last night.
3. An assignment holds only if both have `MIN_SHARED` members, and half of the smaller one, in
   common. Every other new ring gets an id that no ring ever had.

Of rings that merge, the one with most (old) members in the whole keeps its id; of the parts of a
ring that splits, the one with most of its members.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

MIN_SHARED = 2
"""Members that two rings have in common at least to be the same ring."""
TENURE = 7
"""Nights after which a member counts no more than before."""
ROLL: dict[str, pl.DataType] = {
    "ring_id": pl.String(),
    "account_id": pl.String(),
    "nights": pl.UInt32(),
    "found": pl.Boolean(),
}
"""Members of every ring there ever was as it was last found: nights for which the account has been
in it, and whether the ring was found in the last run."""


@dataclass(frozen=True)
class Identity:
    """What tonight's rings are called, and which rings of the past have a part in them.

    Attributes
    ----------
    names
        ring_id (as tonight's analysis calls it), stable_id, known (whether a ring had that id
        before); one row per ring of tonight.
    lineage
        old_id, found (whether the old ring was there last night), stable_id, shared (members in
        common), old_size, size, kept (whether the new ring has the id of the old one); one row per
        pair of rings with a member in common.
    """

    names: pl.DataFrame
    lineage: pl.DataFrame


def match_rings(roll: pl.DataFrame, members: pl.DataFrame) -> Identity:
    """Give tonight's rings their ids.

    Parameters
    ----------
    roll
        Members of the rings of the past (`ROLL`).
    members
        ring_id, account_id of tonight's rings; an account is in one ring at most.

    Returns
    -------
    Identity
        The same for rows in any order; `names` is one to one.
    """
    pairs = _overlaps(roll, members)
    before = _assigned(pairs.filter("found"))
    left = pairs.filter(~pl.col("found")).join(before, "ring_id", "anti")
    kept = pl.concat([before, _assigned(left)])
    rings = members.select("ring_id").unique().sort("ring_id").join(kept, "ring_id", "left")
    fresh = rings.filter(pl.col("old_id").is_null())["ring_id"].to_list()
    unused = dict(zip(fresh, _unused(fresh, set(roll["ring_id"].to_list())), strict=True))
    names = rings.select(
        "ring_id",
        stable_id=pl.coalesce(
            "old_id", pl.col("ring_id").replace_strict(unused, default=None, return_dtype=pl.String)
        ),
        known=pl.col("old_id").is_not_null(),
    ).sort("ring_id")
    lineage = pairs.join(names.select("ring_id", "stable_id"), "ring_id").select(
        "old_id", "found", "stable_id", "shared", "old_size", "size",
        kept=pl.col("old_id") == pl.col("stable_id"),
    )  # fmt: skip
    return Identity(names, lineage.sort("old_id", "stable_id"))


def renamed(frames: Mapping[str, pl.DataFrame], names: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Put stable ids into the frames of a run: rings, ring_members, scores and their reasons.

    Parameters
    ----------
    frames
        Frames of a run folder by name.
    names
        ring_id, stable_id, for all rings.
    """
    table = dict(names.select("ring_id", "stable_id").iter_rows())
    moved = {old: new for old, new in table.items() if old != new}
    new_id = pl.col("ring_id").replace(moved)
    reasons = pl.col("reasons")
    if moved:
        reasons = reasons.str.replace_many(list(moved), list(moved.values()))
    return {
        **frames,
        "rings": frames["rings"]
        .with_columns(new_id)
        .sort("risk", "size", "ring_id", descending=[True, True, False], nulls_last=True),
        "ring_members": frames["ring_members"]
        .with_columns(new_id)
        .sort("ring_id", "role", "account_id"),
        "scores": frames["scores"].with_columns(new_id, reasons),
    }


def next_roll(roll: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """The roll after a night: its rings as they are, the others as they were.

    Parameters
    ----------
    roll
        The roll before the night (`ROLL`).
    members
        ring_id (stable), account_id of the night.
    """
    pair = ["ring_id", "account_id"]
    tonight = members.join(roll.select(*pair, "nights"), pair, "left").select(
        *pair,
        nights=(pl.col("nights").fill_null(0) + 1).cast(pl.UInt32),
        found=pl.lit(value=True),
    )
    others = roll.join(members, "ring_id", "anti").with_columns(found=pl.lit(value=False))
    return pl.concat([tonight, others.select(*ROLL)]).sort(pair)


def roll_of(frames: Mapping[str, pl.DataFrame] | None) -> pl.DataFrame:
    """The roll that a run keeps; made of its rings if it keeps none (`None`: no run)."""
    if frames is None:
        return pl.DataFrame(schema=ROLL)
    if "ring_roll" in frames:
        return frames["ring_roll"].select(*ROLL)
    return next_roll(pl.DataFrame(schema=ROLL), frames["ring_members"])


def _overlaps(roll: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Pairs of old and new rings: old_id, found, ring_id, shared, worth, old_size, size."""
    old = roll.with_columns(old_size=pl.len().over("ring_id")).rename({"ring_id": "old_id"})
    new = members.select("ring_id", "account_id").with_columns(size=pl.len().over("ring_id"))
    return (
        old.join(new, "account_id")
        .group_by("old_id", "found", "ring_id", "old_size", "size")
        .agg(
            shared=pl.len(),
            worth=pl.col("nights").clip(upper_bound=TENURE).cast(pl.Int64).sum(),
        )
        .sort("old_id", "ring_id")
    )


def _assigned(pairs: pl.DataFrame) -> pl.DataFrame:
    """The best assignment of new rings to old ones: ring_id, old_id."""
    smaller = pl.min_horizontal("old_size", "size")
    fit = pairs.filter(pl.col("shared") >= MIN_SHARED, 2 * pl.col("shared") >= smaller)
    old, new = (fit[name].rank("dense").to_numpy().astype(np.int64) - 1 for name in _ENDS)
    rows = [row for part in _components(old, new) for row in _best(fit, old, new, part)]
    return fit[sorted(rows)].select("ring_id", "old_id")


_ENDS = ("old_id", "ring_id")


def _components(old: np.ndarray, new: np.ndarray) -> Iterator[np.ndarray]:
    """Rows of the pairs, by connected component: rings that overlap directly or over others."""
    if not len(old):
        return
    count = int(old.max()) + 1
    nodes = count + int(new.max()) + 1
    graph = coo_array((np.ones(len(old)), (old, new + count)), shape=(nodes, nodes))
    label = connected_components(graph, directed=False)[1][old]
    order = np.argsort(label, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(label[order])) + 1)


def _best(pairs: pl.DataFrame, old: np.ndarray, new: np.ndarray, rows: np.ndarray) -> list[int]:
    """Rows of one component that are in its best assignment."""
    if len(rows) == 1:
        return [int(rows[0])]
    left, row_of = np.unique(old[rows], return_inverse=True)
    right, column_of = np.unique(new[rows], return_inverse=True)
    # Worth first; among equals the pair that leaves fewest members over.
    part = pairs[rows]
    union = part["old_size"] + part["size"] - part["shared"]
    gain = part["worth"].to_numpy() + 0.5 * (part["shared"] / union).to_numpy() / len(rows)
    table = np.zeros((len(left), len(right)))
    table[row_of, column_of] = gain
    place = {(a, b): int(row) for a, b, row in zip(row_of, column_of, rows, strict=True)}
    chosen = zip(*linear_sum_assignment(table, maximize=True), strict=True)
    return [place[pair] for pair in chosen if pair in place]


def _unused(fresh: list[str], taken: set[str]) -> Iterator[str]:
    """Ids for new rings: their own, or one made of it where a ring had that id already."""
    for name in fresh:
        found, turn = name, 0
        while found in taken:
            turn += 1
            digest = hashlib.blake2b(f"{name}/{turn}".encode(), digest_size=4).hexdigest()
            found = f"R-{digest}"
        taken.add(found)
        yield found
