"""Which rings would appear, vanish or change if one row of the hub policy changed.

Links and rings are found again from the tables of a run, with the risks that the run gave its
accounts: no model is asked. So it takes seconds, and the next run, which asks, may differ a little.
A run keeps no habits, so a ring that they joined stands here in its parts, before and after.
Nor are orphans looked for: before and after, rings stand here without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from graph import Linkage, find_rings, kinds
from graph.hubs import SILENT, find_hubs
from graph.links import gather_evidence, link_accounts
from graph.sightings import Sightings
from models.ring_scores import decide_rings

from ..run import Run
from ..verdicts import Verdict, apart_of
from ..verdicts.lookup import known_identifier
from .policy import EXPIRE, PolicyRow, policy_frame
from .rebuild import rebuilt, risks_of, specificity_of


@dataclass(frozen=True)
class Preview:
    """What a row would do.

    Attributes
    ----------
    links
        Links between accounts before and after.
    rings
        ring_id (the run's, blank for a new ring), change (appears, vanishes, changes), size_before,
        size, joined, left (members), status_before, status; changes of suspected groups are
        listed too, after those of rings.
    """

    links: tuple[int, int]
    rings: pl.DataFrame


def preview(run: Run, change: PolicyRow, verdicts: Sequence[Verdict] = ()) -> Preview:
    """Find what a run would be like with one more row in the hub policy.

    Parameters
    ----------
    run
        A finished run.
    change
        The row: see `proposed`; with treatment `expire` the identifier is measured again.
    verdicts
        Those in force: not linked, split.

    Raises
    ------
    NotFound
        The run does not know the identifier.
    """
    known_identifier(run, change.kind, change.value)
    before = rebuilt(run)
    after = _changed(run, before, change)
    apart = apart_of(verdicts, run.frame("accounts")["account_id"])
    old, new = (_grouped(run, linkage, apart) for linkage in (before, after))
    return Preview(
        links=(before.links.height, after.links.height),
        rings=compared(old, new, run.frame("ring_members")),
    )


def compared(old: pl.DataFrame, new: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """List the rings that differ: each old ring beside the new one with most of its members.

    Parameters
    ----------
    old, new
        ring, account_id, status.
    names
        ring_id, account_id: what the rings are called now.
    """
    named = _likeliest(old, names.rename({"ring_id": "other"})).rename({"other": "ring_id"})
    heir = _likeliest(old, new.rename({"ring": "other"}).drop("status"))
    heir = (
        heir.join(_sizes(old, "before"), "ring")
        .join(_sizes(new).rename({"ring": "other"}), "other")
        .filter(2 * pl.col("shared") >= pl.min_horizontal("size", "size_before"))
        .select("ring", "other", "shared")
    )
    # Of several old rings with one heir the one that gives most goes on in it.
    heir = heir.sort("shared", "ring", descending=[True, False]).unique(
        "other", keep="first", maintain_order=True
    )
    table = (
        _sizes(old, "before")
        .join(named.select("ring", "ring_id"), "ring", "left")
        .join(heir, "ring", "left")
        .join(_sizes(new).rename({"ring": "other"}), "other", "full", coalesce=True)
        .with_columns(pl.col("shared", "size", "size_before").fill_null(0))
        .with_columns(
            joined=pl.col("size").cast(pl.Int64) - pl.col("shared"),
            left=pl.col("size_before").cast(pl.Int64) - pl.col("shared"),
            change=pl.when(pl.col("ring").is_null())
            .then(pl.lit("appears"))
            .when(pl.col("other").is_null())
            .then(pl.lit("vanishes"))
            .otherwise(pl.lit("changes")),
        )
    )
    differs = (pl.col("joined") > 0) | (pl.col("left") > 0)
    differs |= pl.col("status").ne_missing(pl.col("status_before"))
    called = (pl.col("status") == "ring").fill_null(False)
    called |= (pl.col("status_before") == "ring").fill_null(False)
    return (
        table.filter(differs)
        .sort(
            ~called, "change", "size", "size_before", "ring", "other",
            descending=[False, False, True, True, False, False],
        )
        .select(
            pl.col("ring_id").fill_null(""), "change", "size_before", "size", "joined", "left",
            pl.col("status_before", "status").fill_null(""),
        )
    )  # fmt: skip


def _changed(run: Run, linkage: Linkage, change: PolicyRow) -> Linkage:
    """Weigh one identifier anew under the changed policy and link the accounts again."""
    mine = linkage.identifiers.filter(kind=change.kind, value=change.value)
    rows = linkage.sightings.join(mine.select("identifier"), "identifier", "semi")
    seen = Sightings(mine.drop("popularity", "specificity", "treatment"), rows)
    policy = policy_frame([] if change.treatment == EXPIRE else [change])
    created_at = run.frame("accounts")["created_at"]
    found, popularity = gather_evidence(seen, created_at, specificity_of(mine), policy)
    hubs = find_hubs(seen.identifiers, popularity, linkage.accounts, policy)
    if hubs.filter(pl.col("treatment").is_in(SILENT)).height:
        found = found.clear()
    same = linkage.evidence.filter(pl.col("identifier").eq_missing(mine["identifier"][0]))
    if kinds()[change.kind].rarity == "wording" and same.height:
        # No policy changes the worth of a wording, only whom it links.
        found = same.join(found, ["a", "b"], "semi", maintain_order="left")
    others = linkage.evidence.filter(pl.col("identifier").ne_missing(mine["identifier"][0]))
    evidence = pl.concat([others, found.select(others.columns)]).sort(
        "a", "b", "kind", "identifier"
    )
    treatment = pl.lit(hubs["treatment"][0] if hubs.height else "")
    here = (pl.col("kind") == change.kind) & (pl.col("value") == change.value)
    identifiers = linkage.identifiers.with_columns(
        treatment=pl.when(here).then(treatment).otherwise("treatment")
    )
    links = link_accounts(evidence)
    return replace(linkage, identifiers=identifiers, evidence=evidence, links=links)


def _grouped(run: Run, linkage: Linkage, apart: pl.DataFrame | None) -> pl.DataFrame:
    """Find rings with the risks of the run: ring, account_id, status."""
    risk = risks_of(run)
    accounts = run.frame("accounts")
    settings = run.manifest["settings"]
    found = find_rings(
        linkage, risk, accounts["created_at"], seed=run.manifest["seed"], apart=apart
    )
    rings = decide_rings(
        found,
        risk,
        accounts["label"],
        supervised=run.metrics().get("supervised") is not False,
        max_innocents_per_1000=settings["rings"]["max_innocents_per_1000"],
    )
    named = found.members.with_columns(account_id=pl.lit(accounts["account_id"]).gather("account"))
    return named.join(rings.select("ring", "status"), "ring").select("ring", "account_id", "status")


def _sizes(rings: pl.DataFrame, suffix: str = "") -> pl.DataFrame:
    end = f"_{suffix}" if suffix else ""
    return rings.group_by("ring").agg(
        pl.len().alias(f"size{end}"), pl.col("status").first().alias(f"status{end}")
    )


def _likeliest(rings: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """For each ring the other grouping's part with most of its members: ring, other, shared."""
    return (
        rings.join(others.select("other", "account_id"), "account_id")
        .group_by("ring", "other")
        .agg(pl.len().cast(pl.Int64).alias("shared"))
        .sort("shared", "ring", "other", descending=[True, False, False])
        .unique("ring", keep="first", maintain_order=True)
    )
