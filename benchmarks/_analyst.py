"""The same questions the way an analyst would write them: pandas, NetworkX, datasketch.

Kinds of identifiers, hub caps, weights and half-lives are those of `graph/kinds.yaml`, and links
through identifiers come out the same (tests/test_benchmarks.py). Left out is what an analyst would
leave out: how unlikely a wording is, sign-up bursts, the table of evidence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from math import log, sqrt

import networkx as nx
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from graph import Kind, kinds
from graph.links import MIN_EVIDENCE, MIN_LINK
from graph.sharing import COMPARED, MIN_OVERLAP
from ingest import Tables

PERMUTATIONS = 128
SIMILAR = 0.6
"""Jaccard similarity of words from which two messages are one template, as in `graph`."""

Use = tuple[int, float, float]
"""An account and the first and the last day on which it used an identifier (NaN: unknown)."""


def links_of(tables: Tables) -> dict[tuple[int, int], float]:
    """Weigh what each two accounts share, identifiers and templates."""
    messages = tables.messages.select("account", "ts", "text").to_pandas()
    sightings = pd.concat([identifier_sightings(tables), template_sightings(messages)])
    signup = tables.accounts["created_at"].to_pandas()
    return weighted_links(sightings, _days(signup).to_numpy())


def graph_of(links: dict[tuple[int, int], float]) -> nx.Graph[int]:
    """Links as a NetworkX graph."""
    net: nx.Graph[int] = nx.Graph()
    net.add_weighted_edges_from((a, b, weight) for (a, b), weight in links.items())
    return net


def identifier_sightings(tables: Tables) -> pd.DataFrame:
    """Which account used which identifier when: kind, value, account, first, last (days)."""
    accounts = tables.accounts.with_row_index("account").rename({"created_at": "ts"})
    sources = {"accounts": accounts, "logins": tables.logins, "payments": tables.payments}
    frames = []
    for kind in kinds().values():
        if kind.table in sources:
            used = sources[kind.table].select("account", "ts", value=kind.column).to_pandas()
            frames.append(_spans(used, kind.name))
    return pd.concat(frames, ignore_index=True)


def template_sightings(messages: pd.DataFrame) -> pd.DataFrame:
    """Which account sent which template when, as `identifier_sightings`.

    Parameters
    ----------
    messages
        account, ts, text.
    """
    from datasketch import MinHash, MinHashLSH  # type: ignore[import-untyped]

    messages = messages.dropna(subset=["text"])
    bare = messages["text"].str.lower()
    for pattern, word in ((r"https?://\S+|www\.\S+", "url"), (r"\d+", "num"), (r"[^\w]+", " ")):
        bare = bare.str.replace(pattern, word, regex=True)
    bare = bare.str.strip()
    texts = bare[bare != ""].unique()
    words = [[word.encode() for word in set(text.split())] for text in texts]
    signatures = MinHash.bulk(words, num_perm=PERMUTATIONS)
    lsh = MinHashLSH(threshold=SIMILAR, num_perm=PERMUTATIONS)
    alike: nx.Graph[int] = nx.Graph()
    alike.add_nodes_from(range(len(texts)))
    for number, signature in enumerate(signatures):
        for other in lsh.query(signature):
            if signature.jaccard(signatures[other]) >= SIMILAR:
                alike.add_edge(number, other)
        lsh.insert(number, signature)
    template = {
        texts[member]: group
        for group, members in enumerate(nx.connected_components(alike))
        for member in members
    }
    return _spans(messages.assign(value=bare.map(template)), "template")


def weighted_links(
    sightings: pd.DataFrame, signup: NDArray[np.float64]
) -> dict[tuple[int, int], float]:
    """Weigh each pair by the identifiers that both use; the rule is that of `graph.links`.

    Parameters
    ----------
    sightings
        kind, value, account, first, last.
    signup
        (accounts,) day of each account's sign-up, NaN where unknown.
    """
    # A popular address may have had few users at a time; a popular template is just popular.
    most = {k.name: k.hub_cap * (1 if k.name == "template" else COMPARED) for k in kinds().values()}
    missing: dict[tuple[int, int, str], float] = defaultdict(lambda: 1.0)
    for name, uses in shared(sightings, most):
        kind = kinds()[name]
        for a, b, weight in _weighed(uses, kind):
            if kind.signup_half_life_days:
                apart = abs(signup[a] - signup[b])
                weight *= 0.5 ** (apart / kind.signup_half_life_days) if apart == apart else 1.0
            if weight >= MIN_EVIDENCE:
                missing[a, b, name] *= 1 - weight
    links: dict[tuple[int, int], float] = defaultdict(float)
    for (a, b, _), chance in missing.items():
        links[a, b] += 1 - chance
    return {pair: weight for pair, weight in links.items() if weight >= MIN_LINK}


def _weighed(uses: list[Use], kind: Kind) -> Iterator[tuple[int, int, float]]:
    """Yield the pairs that share one identifier, with what that is worth."""
    popularity = dict.fromkeys((account for account, _, _ in uses), 1.0)
    near = []
    for (a, first_a, last_a), (b, first_b, last_b) in combinations(uses, 2):
        gap = max(first_a, first_b) - min(last_a, last_b)
        overlap = 0.5 ** (gap / kind.half_life_days) if kind.half_life_days and gap > 0 else 1.0
        popularity[a] += overlap
        popularity[b] += overlap
        if overlap >= MIN_OVERLAP:
            near.append((a, b, overlap))
    if sum(popularity.values()) > kind.hub_cap * len(uses):
        return
    for a, b, overlap in near:
        together = sqrt(popularity[a] * popularity[b])
        rarity = 1 - log(together / 2) / log(kind.hub_cap / 2)
        yield a, b, kind.weight * min(max(rarity, 0.0), 1.0) * overlap


def shared(sightings: pd.DataFrame, most: dict[str, int]) -> Iterator[tuple[str, list[Use]]]:
    """Yield kind and uses of each identifier of 2 to `most` (by kind) accounts."""
    size = sightings.groupby(["kind", "value"])["account"].transform("size")
    kept = sightings[(size >= 2) & (size <= sightings["kind"].map(most))].sort_values("account")
    for (kind, _), rows in kept.groupby(["kind", "value"]):
        yield kind, list(zip(rows["account"], rows["first"], rows["last"], strict=True))


def _spans(used: pd.DataFrame, kind: str) -> pd.DataFrame:
    """First and last day of each account's use of each value."""
    spans = used.dropna(subset=["value"]).groupby(["account", "value"])["ts"].agg(["min", "max"])
    spans = spans.apply(_days).rename(columns={"min": "first", "max": "last"})
    return spans.reset_index().assign(kind=kind)


def _days(times: pd.Series[pd.Timestamp]) -> pd.Series[float]:
    return (times - pd.Timestamp(0)) / pd.Timedelta(days=1)


def shared_by_few(tables: Tables, most: int = 10) -> NDArray[np.int64]:
    """Rings of the naive baseline: components over identifiers of at most `most` accounts.

    Returns
    -------
    (accounts,) number of the component, -1 for accounts in none of three accounts or more.
    """
    net: nx.Graph[int] = nx.Graph()
    for _, uses in shared(identifier_sightings(tables), dict.fromkeys(kinds(), most)):
        nx.add_path(net, [account for account, _, _ in uses])
    ring = np.full(tables.accounts.height, -1)
    for number, members in enumerate(nx.connected_components(net)):
        if len(members) >= 3:
            ring[list(members)] = number
    return ring


def column_risk(tables: Tables, seed: int = 7) -> NDArray[np.float64]:
    """Risk of the naive baseline: a random forest on the columns of the accounts table.

    Returns
    -------
    (accounts,) share of the trees that say spam, in [0, 1].
    """
    from sklearn.ensemble import RandomForestClassifier

    accounts = tables.accounts.select(
        *tables.features, *tables.categories, "country", "label"
    ).to_pandas()
    numbers = accounts[list(tables.features)]
    categories = accounts[[*tables.categories, "country"]].astype(object)
    columns = pd.concat([numbers.fillna(numbers.median()), pd.get_dummies(categories)], axis=1)
    known = accounts["label"].notna().to_numpy()
    forest = RandomForestClassifier(
        300, class_weight="balanced", max_depth=20, min_samples_split=5, random_state=seed
    )
    forest.fit(columns[known].to_numpy(), accounts["label"][known].astype(int).to_numpy())
    return np.asarray(forest.predict_proba(columns.to_numpy())[:, 1])
