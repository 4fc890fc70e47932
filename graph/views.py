"""NetworkX views of the linkage graph: accounts, and accounts with their identifiers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import networkx as nx
import numpy as np
import polars as pl
from numpy.typing import ArrayLike
from polars import selectors

from ingest import InputError


def to_networkx(
    links: pl.DataFrame, accounts: pl.DataFrame, *, only: ArrayLike | None = None
) -> nx.Graph[str]:
    """Build the view in which accounts are linked to accounts.

    Parameters
    ----------
    links
        a, b (row numbers in `accounts`); further columns (weight, kinds) become edge attributes.
    accounts
        account_id (distinct), one row per account; further columns become node attributes.
        Missing values and numbers that are not finite are left out; times become ISO 8601 text.
    only
        Row numbers of the accounts to show, for one ring; all if not given.

    Returns
    -------
    networkx.Graph
        Nodes are account ids, in the order of `accounts`; edges are sorted.

    Raises
    ------
    InputError
        An account id occurs twice, or `only` names a row that is not there.
    """
    names, shown = _names(accounts), _shown(only, accounts.height)
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(_nodes(accounts, names, shown))
    inside = links.filter(pl.col("a").is_in(shown.implode()), pl.col("b").is_in(shown.implode()))
    inside = inside.sort("a", "b")
    ends = zip(inside["a"].to_list(), inside["b"].to_list(), strict=True)
    facts = _facts(inside.drop("a", "b"))
    graph.add_edges_from(
        (names[a], names[b], data) for (a, b), data in zip(ends, facts, strict=True)
    )
    return graph


def to_bipartite(
    sightings: pl.DataFrame,
    identifiers: pl.DataFrame,
    accounts: pl.DataFrame,
    *,
    only: ArrayLike | None = None,
) -> nx.Graph[str]:
    """Build the view in which accounts are joined to the identifiers they were seen with.

    Parameters
    ----------
    sightings
        account, identifier (row numbers); further columns become edge attributes.
    identifiers
        identifier (row number), kind, value; further columns become node attributes.
    accounts, only
        As for `to_networkx`.

    Returns
    -------
    networkx.Graph
        Account nodes have `bipartite` 0 and are named by account id; identifier nodes have
        `bipartite` 1 and are named `kind:value`. Only identifiers of the shown accounts appear.

    Raises
    ------
    InputError
        As for `to_networkx`.
    """
    names, shown = _names(accounts), _shown(only, accounts.height)
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(_nodes(accounts, names, shown), bipartite=0)
    seen = sightings.filter(pl.col("account").is_in(shown.implode())).sort("account", "identifier")
    used = identifiers.filter(pl.col("identifier").is_in(seen["identifier"].unique().implode()))
    used = used.sort("identifier")
    called = _identifier_names(used, set(names))
    facts = _facts(used.drop("identifier"))
    graph.add_nodes_from(zip(called.values(), facts, strict=True), bipartite=1)
    ends = zip(seen["account"].to_list(), seen["identifier"].to_list(), strict=True)
    rows = zip(ends, _facts(seen.drop("account", "identifier")), strict=True)
    graph.add_edges_from((names[account], called[which], data) for (account, which), data in rows)
    return graph


def _names(accounts: pl.DataFrame) -> list[str]:
    if accounts["account_id"].is_duplicated().any():
        twice = accounts["account_id"].filter(accounts["account_id"].is_duplicated())[0]
        raise InputError(
            f"accounts: account_id {twice!r} occurs twice; each needs a row of its own"
        )
    return [str(name) for name in accounts["account_id"].to_list()]


def _shown(only: ArrayLike | None, count: int) -> pl.Series:
    rows = np.arange(count) if only is None else np.unique(np.asarray(only, dtype=np.int64))
    if len(rows) and not 0 <= rows[0] <= rows[-1] < count:
        raise InputError(f"only: account rows {rows[0]}..{rows[-1]} are not all in 0..{count - 1}")
    return pl.Series("shown", rows, dtype=pl.UInt32)


def _nodes(
    accounts: pl.DataFrame, names: list[str], shown: pl.Series
) -> Iterable[tuple[str, dict[str, Any]]]:
    facts = _facts(accounts[shown].drop("account_id"))
    return zip((names[row] for row in shown.to_list()), facts, strict=True)


def _identifier_names(used: pl.DataFrame, taken: set[str]) -> dict[int, str]:
    """Name each identifier; one that looks like an account's id is marked until it does not."""
    called = {}
    for number, kind, value in used.select("identifier", "kind", "value").iter_rows():
        name = f"{kind}:{value}"
        while name in taken:
            name = f"{kind}:{name}"
        taken.add(name)
        called[number] = name
    return called


def _facts(frame: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield each row as attributes of plain Python types, without missing values."""
    if not frame.width:
        yield from ({} for _ in range(frame.height))
        return
    plain = frame.with_columns(
        pl.col(pl.Float32, pl.Float64).map_batches(_finite),
        selectors.temporal().dt.to_string("iso:strict"),
        selectors.list().cast(pl.List(pl.String)).list.join(";"),
        selectors.categorical().cast(pl.String),
    )
    for row in plain.iter_rows(named=True):
        yield {name: value for name, value in row.items() if value is not None}


def _finite(values: pl.Series) -> pl.Series:
    return values.set(~values.is_finite(), None)
