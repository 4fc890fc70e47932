"""From clean tables to the linkage graph."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest import Tables
from ingest.read_once import ReadOnce

from .bursts import find_bursts
from .communities import communities, components
from .cotimed import find_cotimed
from .edges import edge_evidence
from .hubs import SILENT, find_hubs
from .kept_evidence import kept_evidence
from .links import MIN_EVIDENCE, gather_evidence, link_accounts, weights_by_kind
from .phrases import stock_phrases
from .roofs import shared_apart
from .sightings import find_sightings
from .templates import Templates, find_templates
from .waves import find_waves
from .wording import wording_surprise


@dataclass(frozen=True)
class Linkage:
    """Who is linked to whom, by what, and how strongly. Accounts are row numbers.

    Attributes
    ----------
    accounts
        Number of accounts.
    identifiers
        identifier (row number), kind, value, accounts, first_seen, last_seen, popularity
        (accounts at the same time, null where not compared), specificity (templates), treatment.
    sightings
        account, identifier, kind, first_seen, last_seen, count.
    hubs
        See `find_hubs`.
    templates
        template, example, messages, accounts, first_seen, last_seen, information, specificity.
    evidence
        a, b (a < b), identifier, kind, weight, first_seen, last_seen.
    links
        a, b, weight, kinds.
    component, community
        (accounts,) int32 each: connected component and Leiden community over the links.
    """

    accounts: int
    identifiers: pl.DataFrame
    sightings: pl.DataFrame
    hubs: pl.DataFrame
    templates: pl.DataFrame
    evidence: pl.DataFrame
    links: pl.DataFrame
    component: NDArray[np.int32]
    community: NDArray[np.int32]

    @cached_property
    def shared(self) -> pl.DataFrame:
        """The evidence added up per pair and kind, see `weights_by_kind`."""
        return weights_by_kind(self.evidence)

    @cached_property
    def apart(self) -> pl.DataFrame:
        """What pairs share that are under no common roof, see `shared_apart`."""
        return shared_apart(self.shared)


def link(tables: Tables, *, seed: int = 0, policy: pl.DataFrame | None = None) -> Linkage:
    """Link accounts through the identifiers and message templates that they share.

    Parameters
    ----------
    tables
        Clean tables.
    seed
        Seed of template hashing and community detection.
    policy
        What people decided about single identifiers, see `ruled.POLICY`.

    Returns
    -------
    Linkage
        The same for the same rows in any order.
    """
    accounts = tables.accounts.height
    found = find_templates(tables.messages, seed=seed)
    templates = _worded(tables, found)
    sightings = find_sightings(tables, _derived(tables, found))
    specificity = (
        sightings.identifiers.filter(pl.col("kind") == "template")
        .join(templates.select("specificity", value="template"), "value")
        .select("identifier", "specificity")
    )
    if isinstance(tables, ReadOnce):
        evidence, popularity = kept_evidence(
            tables.kept, sightings, tables.accounts, specificity, policy
        )
    else:
        evidence, popularity = gather_evidence(
            sightings, tables.accounts["created_at"], specificity, policy
        )
    hubs = find_hubs(sightings.identifiers, popularity, accounts, policy)
    silent = hubs.filter(pl.col("treatment").is_in(SILENT))
    relations = edge_evidence(tables.edges).filter(pl.col("weight") >= MIN_EVIDENCE)
    evidence = pl.concat([evidence.join(silent, "identifier", "anti"), relations]).sort(
        "a", "b", "kind", "identifier"
    )
    links = link_accounts(evidence)
    identifiers = (
        sightings.identifiers.join(popularity, "identifier", "left")
        .join(specificity, "identifier", "left")
        .join(hubs.select("identifier", "treatment"), "identifier", "left")
        .with_columns(pl.col("treatment").fill_null(""))
        .sort("identifier")
    )
    return Linkage(
        accounts=accounts,
        identifiers=identifiers,
        sightings=sightings.rows,
        hubs=hubs,
        templates=templates,
        evidence=evidence,
        links=links,
        component=components(links, accounts),
        community=communities(links, accounts, seed=seed),
    )


def _worded(tables: Tables, found: Templates) -> pl.DataFrame:
    surprise = wording_surprise(tables.messages, found.assignment, found.templates.height)
    senders = tables.messages.select("account", template=found.assignment).drop_nulls().unique()
    copied = stock_phrases(senders, tables.accounts["created_at"])
    kept = ~surprise["template"].is_in(copied.implode())
    return found.templates.with_columns(
        surprise["information"], specificity=surprise["specificity"] * kept
    )


def _derived(tables: Tables, found: Templates) -> dict[str, pl.DataFrame]:
    """Identifiers that are found in the data: templates, bursts, waves, co-timed actions."""
    name = pl.lit(found.templates["template"]).gather(found.assignment)
    sent = tables.messages.select("account", "ts", template=name)
    return {
        "messages": sent,
        "bursts": find_bursts(tables),
        "waves": find_waves(tables),
        "cotimed": find_cotimed(tables),
    }
