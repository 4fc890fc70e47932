"""What a link tells, learned from the links of this platform.

Some ways of sharing are those of one operation, most are those of families, offices and carriers:
the same card alone, or the card and the address; a phone at once or a month apart. Boosted trees
learn from the first risks of both ends how likely it is that both ends of a link are spam, given
nothing but its pattern, and so carry over what one link of a pattern tells to all others like it.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from graph import Linkage, kinds

from .boosted import Boosted, fit_taught

MOST_TAUGHT = 60_000
"""Links that are taught; more add time and no knowledge."""
LEAST = 0.02
"""Probability of two spam ends from which a link is taught as such too, in part."""
ROUNDS = 80
OPTIONS = {
    "learning_rate": 0.12,
    "min_data_in_leaf": 50,
    "bagging_freq": 0,
    "feature_fraction": 1.0,
    "lambda_l2": 0.0,
}

Array = NDArray[np.float64]


class Patterns(NamedTuple):
    """Links as a model sees them.

    Attributes
    ----------
    a, b
        (links,) accounts.
    seen
        (links, kinds + 4) weight per kind, in the order of the kinds' names; weight in all,
        number of identifiers; log(1 + seconds) between the sign-ups, and from the first to the
        last time that both ends were seen with the same.
    """

    a: NDArray[np.int64]
    b: NDArray[np.int64]
    seen: NDArray[np.float32]


def link_patterns(linkage: Linkage, created_at: pl.Series) -> Patterns:
    """Describe every link; `created_at` is the sign-up per account."""
    names = sorted(kinds())
    by_kind = linkage.shared.pivot("kind", on_columns=names, index=["a", "b"], values="weight")
    times = linkage.evidence.group_by("a", "b").agg(
        pl.len().alias("identifiers"),
        (pl.col("last_seen").max() - pl.col("first_seen").min()).dt.total_seconds().alias("span"),
    )
    signup = pl.lit(created_at)
    apart = (signup.gather("a") - signup.gather("b")).dt.total_seconds().abs()
    rows = (
        linkage.links.select("a", "b", "weight", apart=apart)
        .join(by_kind, ["a", "b"], "left")
        .join(times, ["a", "b"], "left")
        .sort("a", "b")
    )
    seen = rows.select(
        pl.col(names).fill_null(0.0),
        "weight",
        "identifiers",
        pl.col("apart", "span").clip(0).log1p(),
    )
    return Patterns(
        rows["a"].to_numpy().astype(np.int64),
        rows["b"].to_numpy().astype(np.int64),
        np.ascontiguousarray(seen.cast(pl.Float32).fill_null(float("nan")).to_numpy()),
    )


def fit_ties(
    patterns: Patterns,
    risk: Array,
    folds: NDArray[np.integer],
    *,
    seed: int,
    threads: int,
) -> tuple[Boosted, ...]:
    """Fit one model without each fold, then one on all links.

    Parameters
    ----------
    patterns
        The links.
    risk
        (accounts,) first risk, by models that have seen no label of the account's group.
    folds
        (accounts,) fold of every account; a model without a fold is taught by no link of it.

    Returns
    -------
    tuple
        Models in the order of the folds, the one on all links last; empty without links.
    """
    a, b, seen = patterns
    if not len(a):
        return ()
    both = risk[a] * risk[b]
    degree = np.bincount(np.concatenate([a, b]), minlength=len(risk))
    weights = 1 / np.sqrt(degree[a] * degree[b])
    every = int(folds.max()) + 1

    def fit(fold: int) -> Boosted:
        rows = np.flatnonzero((folds[a] != fold) & (folds[b] != fold))
        if len(rows) > MOST_TAUGHT:
            rows = np.sort(np.random.default_rng(seed).choice(rows, MOST_TAUGHT, replace=False))
        return fit_taught(
            seen[rows], both[rows], weights[rows], LEAST, seed=seed, rounds=ROUNDS, options=OPTIONS
        )

    with ThreadPoolExecutor(threads) as pool:
        return tuple(pool.map(fit, range(every + 1)))


def ties(patterns: Patterns, models: Sequence[Boosted], folds: NDArray[np.integer]) -> csr_matrix:
    """Rate the links of every account by the model without its fold.

    Parameters
    ----------
    patterns
        The links.
    models
        See `fit_ties`.
    folds
        (accounts,) fold of each account, -1 where it was in none: the last model rates its links.

    Returns
    -------
    csr_matrix
        (accounts, accounts); a row is an account, its values are the probabilities that both ends
        of its links are spam. Not symmetric: each end is told by its own model.
    """
    a, b, seen = patterns
    ends, others = np.concatenate([a, b]), np.concatenate([b, a])
    said = np.zeros(len(ends))
    for fold, model in enumerate(models):
        rows = np.flatnonzero(folds[ends] == (fold if fold < len(models) - 1 else -1))
        if len(rows):
            said[rows] = model.predict(seen[rows % len(a)])
    matrix = csr_matrix((said, (ends, others)), shape=(len(folds), len(folds)))
    matrix.sort_indices()
    return matrix
