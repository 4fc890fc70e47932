"""Core and fringe: who would still be in the ring on other evidence, and what ties each member."""

from __future__ import annotations

import polars as pl

from graph.stability import CORE, DROP

from ..words import count, percent
from .held import Held


def ties(ring: Held) -> pl.DataFrame:
    """What ties each member to the others: the identifier that carries most weight for it.

    Returns
    -------
    polars.DataFrame
        account_id, tied_kind, tied_value (null: a relation of the input), tied_to (members that it
        is shared with), linked_to (members linked in any way), one row per member in their order;
        null and 0 for a member that no evidence ties.
    """
    pieces = pl.DataFrame({"a": ring.a, "b": ring.b, "unit": ring.unit, "weight": ring.weight})
    ends = pl.concat(
        [
            pieces.select("unit", "weight", member=one, other=two)
            for one, two in (("a", "b"), ("b", "a"))
        ]
    )
    strongest = (
        ends.group_by("member", "unit")
        .agg(pl.col("weight").sum().round(9), tied_to=pl.col("other").n_unique())
        .sort("member", "weight", "unit", descending=[False, True, False])
        .unique("member", keep="first", maintain_order=True)
        .join(ring.units.with_row_index("unit").with_columns(pl.col("unit").cast(pl.Int64)), "unit")
    )
    linked = ends.group_by("member").agg(linked_to=pl.col("other").n_unique())
    return (
        pl.DataFrame({"account_id": pl.Series(ring.members, dtype=pl.String)})
        .with_row_index("member")
        .with_columns(pl.col("member").cast(pl.Int64))
        .join(strongest, "member", "left", maintain_order="left")
        .join(linked, "member", "left", maintain_order="left")
        .select(
            "account_id",
            tied_kind="kind",
            tied_value="value",
            tied_to=pl.col("tied_to").fill_null(0).cast(pl.Int64),
            linked_to=pl.col("linked_to").fill_null(0).cast(pl.Int64),
        )
    )


def role_sentences(members: pl.DataFrame) -> tuple[str, ...]:
    """How firm the membership is, in words.

    Parameters
    ----------
    members
        role, stability, linked_to (see `ties`).
    """
    size = members.height
    core = members.filter(pl.col("role") == "core")
    rule = (
        f"core means: in at least {CORE:.0%} of the trials in which {DROP:.0%} of the identifiers "
        "were taken away at random, the account stayed with the largest part"
    )
    if core.height == size:
        return (f"All {count(size, 'member')} are core ({rule}).",)
    loose = members.filter(pl.col("linked_to") == 0).height
    untied = f"No link inside the ring ties {count(loose, 'member')}: see the reasons of each."
    further = (untied,) if loose else ()
    if core.is_empty():
        none = f"No member is core ({rule}): the ring hangs on single identifiers."
        return (none, *further)
    told = (f"{core.height:,} of {count(size, 'member')} are core ({rule}).", *further)
    fringe = members.filter((pl.col("role") != "core") & (pl.col("linked_to") > 0))
    if fringe.is_empty():
        return told
    ends = fringe.select(low=pl.col("stability").min(), high=pl.col("stability").max()).row(0)
    stays = " to ".join(dict.fromkeys(percent(end) for end in ends))
    others = "the other stays" if fringe.height == 1 else f"the other {fringe.height:,} stay"
    return (*told, f"Fringe: {others} in {stays} of the trials; decide on them one by one.")
