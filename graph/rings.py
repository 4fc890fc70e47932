"""Rings: accounts that act as one, found where links and suspicion meet."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .alike import join_alike
from .apart import keep_apart
from .bystanders import CLOSE, drop_bystanders, inside, part_strays
from .chance import ring_surprise
from .communities import communities
from .fragments import join_fragments
from .hosts import drop_hosts
from .kinds import kinds
from .linkage import Linkage
from .places import own_places
from .readings import read_groups
from .stability import CORE, member_stability

MIN_SIZE = 3
PAIR = 0.8
"""Risk that each of only two accounts must have to be a candidate: of a small ring that changes its
identifiers, two accounts are what can be seen."""
JOINS = 0.1
"""Risk from which an account counts towards the size of a fragment."""
MEMBER = 0.2
"""Risk from which an account of a community can be a member of its ring."""
MIN_SUSPICION = 0.02
"""Links between accounts of which the geometric mean of the risks is less are left out."""
RESOLUTION = 0.2
"""Density of link weight, after the risks, that a community must exceed."""
HOLDS = 0.05
"""Evidence worth less does not hold members together under resampling."""


@dataclass(frozen=True)
class Rings:
    """Candidate rings; what becomes of them is decided from their risk.

    Attributes
    ----------
    rings
        ring (UInt32), ring_id, size, core_size, reading, innocent_reading, surprise, link_kinds,
        first_seen, last_seen (sign-ups of the members), parts (pieces that were joined by habits
        and not by links, 1 in a ring that links hold together), then per kind the share of members
        that share an identifier of it with another member.
    members
        ring, account, role (core or fringe), stability, joined (sign-up), confidence (null where
        links or habits hold the member, see `rush.find_orphans`); sorted. An account is in one
        ring at most.
    """

    rings: pl.DataFrame
    members: pl.DataFrame


def find_rings(
    linkage: Linkage,
    risk: NDArray[np.float64],
    created_at: pl.Series,
    *,
    seed: int = 0,
    apart: pl.DataFrame | None = None,
    habits: NDArray[np.floating] | None = None,
    stood: pl.DataFrame | None = None,
) -> Rings:
    """Find rings among suspicious accounts.

    Each link is weighed by the geometric mean of the risks of both ends, so that a ring is not
    glued to the honest people who share its carrier or bought its old phones. Communities of what
    remains are joined where an operation fell into fragments; the risky members of each, without
    bystanders and hosts, are a candidate ring, which is then tested against chance, resampled and
    read. So are two accounts alone, if both are at `PAIR` or above.

    Parameters
    ----------
    linkage
        The linkage graph.
    risk
        (accounts,) probability in [0, 1] that an account is spam.
    created_at
        Sign-up per account.
    seed
        Seed of community detection and resampling.
    apart
        Accounts that must not be in one ring, see `apart.APART`.
    habits
        (accounts, features) what accounts do, write and call themselves, by which rings are joined
        that share nothing, see `alike.join_alike`.
    stood
        account, ring: rings of the run before, which habits hold together.
    """
    members = _chosen(_grouped(linkage, risk, seed), risk)
    risks = pl.Series(risk)
    members = part_strays(members, risks, created_at, linkage.shared)
    if apart is not None:
        members = keep_apart(members, linkage.links, apart)
    members = drop_bystanders(members, risks, linkage.links)
    members = drop_hosts(members, risks, linkage.evidence, linkage.sightings)
    parts = _held_together(members, linkage, risks).sort("ring", "account")
    stability = member_stability(parts, linkage.evidence, min_weight=HOLDS, seed=seed)
    held = parts.select(
        "account",
        part="ring",
        role=pl.Series(np.where(stability >= CORE, "core", "fringe"), dtype=pl.String),
        stability=pl.Series(stability),
        joined=pl.lit(created_at).gather("account"),
        confidence=pl.lit(None, pl.Float64),
    )
    members = parts
    if habits is not None:
        members = join_alike(parts, habits, risks, created_at, linkage, stood)
        if apart is not None:
            members = keep_apart(members, linkage.links, apart)
    members = members.join(held, "account").sort("ring", "account")
    return Rings(_described(members, linkage), members.drop("part"))


def _grouped(linkage: Linkage, risk: NDArray[np.float64], seed: int) -> NDArray[np.int32]:
    a, b = linkage.links["a"].to_numpy(), linkage.links["b"].to_numpy()
    suspicion = np.sqrt(risk[a] * risk[b])
    links = linkage.links.with_columns(pl.col("weight") * pl.Series(suspicion)).filter(
        pl.Series(suspicion >= MIN_SUSPICION)
    )
    label = communities(links, linkage.accounts, resolution=RESOLUTION, seed=seed)
    shared = linkage.shared.join(links, ["a", "b"], "semi", maintain_order="left")
    suspicion = np.sqrt(risk[shared["a"].to_numpy()] * risk[shared["b"].to_numpy()])
    shared = shared.with_columns(pl.col("weight") * pl.Series(suspicion))
    counted = risk >= JOINS
    places = own_places(label, counted, linkage.sightings, linkage.evidence)
    places = places.join(links, ["a", "b"], "semi")
    return join_fragments(pl.concat([shared, places.select(shared.columns)]), label, counted)


def _chosen(label: NDArray[np.int32], risk: NDArray[np.float64]) -> pl.DataFrame:
    """Members of each group: those at risk, without the ones whom no links could keep there."""
    accounts = np.arange(len(label), dtype=np.uint32)
    return (
        pl.DataFrame({"account": accounts, "label": label, "risk": risk})
        .filter(pl.col("risk") >= MEMBER)
        .filter(pl.col("risk") >= CLOSE * pl.col("risk").mean().over("label"))
        .filter(_enough("label"))
        .select(ring=(pl.col("label").rank("dense") - 1).cast(pl.UInt32), account="account")
    )


def _enough(group: str) -> pl.Expr:
    """Whether the accounts of each group are enough for a candidate, by their number and risk."""
    size, least = pl.len().over(group), pl.col("risk").min().over(group)
    return (size >= MIN_SIZE) | ((size == 2) & (least >= PAIR))


def _held_together(members: pl.DataFrame, linkage: Linkage, risk: pl.Series) -> pl.DataFrame:
    """Drop members that no evidence ties to another member, and rings that get too small."""
    inner = inside(members, linkage.links)
    tied = pl.concat([inner.select(account=end) for end in ("a", "b")]).unique()
    kept = members.join(tied, "account", "semi").with_columns(risk=pl.lit(risk).gather("account"))
    return kept.filter(_enough("ring")).select(
        ring=(pl.col("ring").rank("dense") - 1).cast(pl.UInt32), account="account"
    )


def _described(members: pl.DataFrame, linkage: Linkage) -> pl.DataFrame:
    named = members.group_by("ring").agg(
        pl.len().cast(pl.UInt32).alias("size"),
        (pl.col("role") == "core").sum().cast(pl.UInt32).alias("core_size"),
        pl.col("joined").min().alias("first_seen"),
        pl.col("joined").max().alias("last_seen"),
        pl.col("part").n_unique().cast(pl.UInt32).alias("parts"),
    )
    told = linkage.identifiers.filter(pl.col("treatment") != "ignore")
    surprise = ring_surprise(members, linkage.sightings, told, linkage.accounts)
    readings = read_groups(members, linkage.evidence, linkage.sightings)
    return (
        named.join(surprise, "ring")
        .join(readings, "ring")
        .select(
            "ring", "size", "core_size", "reading", "innocent_reading", "surprise", "link_kinds",
            "first_seen", "last_seen", "parts", *kinds(),
        )
        .sort("ring")
    )  # fmt: skip


def ring_ids(members: pl.DataFrame, account_ids: pl.Series) -> pl.DataFrame:
    """Name each ring by its member set: the same members, the same name.

    Returns
    -------
    DataFrame
        ring, ring_id ("R-" and 8 hex digits of a hash of the sorted account ids).
    """
    named = members.select("ring", id=pl.lit(account_ids).gather("account"))
    grouped = named.sort("ring", "id").group_by("ring", maintain_order=True).agg("id")
    digests = [
        hashlib.blake2b("\x00".join(ids).encode(), digest_size=4).hexdigest()
        for ids in grouped["id"].to_list()
    ]
    return grouped.select("ring", ring_id=pl.Series([f"R-{d}" for d in digests], dtype=pl.String))
