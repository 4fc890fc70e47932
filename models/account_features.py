"""Every feature of an account in one table: its own, its links', its neighbours', its place."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from graph import Linkage, adjacency
from ingest import Tables

from .account_graph import AccountGraph, Relation, link_graph
from .crowds import thin
from .features import FeatureTable, base_features
from .features.linked import WORDS as LINKED_WORDS
from .features.linked import linked_features
from .neighbours import WORDS as NEAR_WORDS
from .neighbours import neighbour_features, neighbour_means
from .positions import WORDS as POSITION_WORDS
from .positions import position_features
from .relational import Contacts
from .signals import signal_features

FULLY_AGGREGATED = 30
"""Most tabular columns that get all aggregates over neighbours; other columns get the mean."""


def account_features(
    tables: Tables,
    linkage: Linkage,
    *,
    seed: int = 0,
    signals: Iterable[str] | None = None,
    lasting: bool = False,
) -> FeatureTable:
    """Combine all families: tabular, behaviour, content, identity, signals, graph, position.

    No label enters. Spectral positions are given only where accounts relate to each other
    directly (the `edges` table), and where they do not have to be `lasting`: over shared
    identifiers the spectrum shows single groups, and in another graph it means nothing. There,
    too, neighbours in a crowd count less (see `crowds.thin`).
    `signals` names the families of `models.signals` to compute; all by default.
    """
    base = base_features(tables)
    network = contacts(tables, linkage)
    related = tables.edges.height > 0
    near = thin(network) if related else network
    spectral = related and not lasting
    places = position_features(network, dimensions=128 if spectral else 0, seed=seed)
    return (
        base.join(signal_features(tables, signals))
        .join(FeatureTable.of("graph", linked_features(tables, linkage), LINKED_WORDS))
        .join(FeatureTable.of("neighbours", _near(near, base), NEAR_WORDS))
        .join(FeatureTable.of("position", places, POSITION_WORDS))
        .known()
    )


def contacts(tables: Tables, linkage: Linkage) -> csr_matrix:
    """Who has to do with whom, (accounts, accounts): links, and the input's edges at weight 1."""
    links = adjacency(linkage.links, linkage.accounts)
    return csr_matrix(links + _edges(tables, linkage.accounts))


def _edges(tables: Tables, accounts: int) -> csr_matrix:
    """The input's edges, each pair once and both ways, at weight 1."""
    a, b = tables.edges["account"].to_numpy(), tables.edges["other"].to_numpy()
    keep = a != b
    ones = np.ones(2 * int(keep.sum()))
    ends = (np.concatenate([a[keep], b[keep]]), np.concatenate([b[keep], a[keep]]))
    edges = csr_matrix((ones, ends), shape=(accounts, accounts))
    edges.data[:] = 1.0
    return edges


def around(network: csr_matrix, linkage: Linkage, ties: csr_matrix) -> Contacts:
    """What the second look reads of links.

    Parameters
    ----------
    network
        See `contacts`.
    linkage
        The linkage graph.
    ties
        What links tell, see `models.ties`.
    """
    apart = linkage.apart.rename({"worth": "weight"})
    return Contacts(network, csr_matrix(adjacency(apart, linkage.accounts)), ties)


def account_graph(tables: Tables, linkage: Linkage) -> AccountGraph:
    """What the graph network reads: sightings per kind, links and edges, these as `crowds.thin`.

    Hubs and stock phrases are left out: whoever uses them has nothing to do with each other.
    """
    telling = linkage.identifiers.filter(
        (pl.col("accounts") > 1)
        & pl.col("treatment").is_in(["", "allow"])
        & (pl.col("specificity").fill_null(1.0) > 0)
    )
    shared = linkage.sightings.join(
        telling.select("identifier", "accounts"), "identifier"
    ).with_columns(weight=1 / pl.col("accounts").log1p())
    sightings = {}
    for (kind,), rows in shared.group_by(["kind"], maintain_order=True):
        numbers = (rows["identifier"].rank("dense") - 1).to_numpy().astype(np.int64)
        accounts = rows["account"].to_numpy().astype(np.int64)
        sightings[str(kind)] = (accounts, numbers, rows["weight"].to_numpy())
    links = {}
    if linkage.links.height:
        links["link"] = _relation(linkage.links, linkage.links["weight"].to_numpy())
    edges = _edges(tables, linkage.accounts)
    if edges.nnz:
        links |= {"edge": link_graph(thin(edges)).links["link"]}
    return AccountGraph(linkage.accounts, sightings, links)


def _relation(pairs: pl.DataFrame, weight: NDArray[np.float64]) -> Relation:
    a, b = (pairs[end].to_numpy().astype(np.int64) for end in ("a", "b"))
    return a, b, weight


def _near(network: csr_matrix, base: FeatureTable) -> pl.DataFrame:
    tabular = [c for c in base.columns if base.families[c] == "tabular"][:FULLY_AGGREGATED]
    others = [c for c in base.columns if c not in tabular]
    full = neighbour_features(network, base.frame.select(tabular))
    return full.hstack(neighbour_means(network, base.frame.select(others)))
