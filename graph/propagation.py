"""Risk that comes over links: a sparse linear system whose parts can be read off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from ingest import InputError, SettingsError

DAMPING = 0.8
"""Share of an account's risk that neighbours can determine."""
SHRINKAGE = 1.0
"""Weight of the imaginary risk-free neighbour that every account has."""
TOLERANCE = 1e-13


@dataclass(frozen=True)
class Propagation:
    """Risk of each account, and from whom it came.

    Attributes
    ----------
    risk
        (n,) in [0, 1]: `own` plus what came over links.
    own
        (n,) in [0, 1]: the part from the account's own prior.
    pull
        (n, n): the share of the column account's risk that the row account takes over.
    solutions, solution_of
        (n, k) risks under each of k sets of seeds, and which of them holds for each account.
    """

    risk: NDArray[np.float64]
    own: NDArray[np.float64]
    pull: sparse.csr_array
    solutions: NDArray[np.float64]
    solution_of: NDArray[np.int64]

    def contributions(self, account: int) -> pl.DataFrame:
        """Return who an account's risk came from.

        Returns
        -------
        DataFrame
            neighbour (UInt32), contribution (in risk), largest first. The contributions sum to
            `risk[account] - own[account]`.
        """
        row = slice(self.pull.indptr[account], self.pull.indptr[account + 1])
        neighbours = self.pull.indices[row]
        shares = self.pull.data[row] * self.solutions[neighbours, self.solution_of[account]]
        frame = pl.DataFrame({"neighbour": neighbours.astype(np.uint32), "contribution": shares})
        return frame.sort("contribution", "neighbour", descending=[True, False])


def propagate(
    links: tuple[ArrayLike, ArrayLike, ArrayLike],
    n: int,
    prior: ArrayLike,
    *,
    damping: float = DAMPING,
    shrinkage: float = SHRINKAGE,
) -> Propagation:
    """Spread prior risk over weighted links.

    Solves risk = (1 - damping) * prior + damping * W risk, with W[i, j] = weight of the link over
    (sum of i's weights + shrinkage). The rows of W sum to less than one, so there is exactly one
    solution and fixed-point iteration reaches it (random walk with restart: Page and others,
    1999; Zhou and others, 2004). An account with one weak link takes little from it.

    Parameters
    ----------
    links
        a, b, weight: undirected; a link given twice counts twice; a loop counts nothing.
    n
        Number of accounts.
    prior
        (n,) in [0, 1]: what is known about each account itself.
    damping
        In [0, 1).
    shrinkage
        At least 0, in units of weight.

    Raises
    ------
    InputError
        A link leaves 0..n-1 or has a weight that is not positive, or a prior is not in [0, 1].
    SettingsError
        Damping or shrinkage is out of range.
    """
    seeds = np.asarray(prior, dtype=np.float64).reshape(-1, 1)
    every = np.zeros(n, dtype=np.int64)
    return _solve(_pull(links, n, damping, shrinkage), seeds, every, damping)


def cross_fitted(
    links: tuple[ArrayLike, ArrayLike, ArrayLike],
    n: int,
    labels: ArrayLike,
    folds: ArrayLike,
    *,
    prior: ArrayLike = 0.0,
    damping: float = DAMPING,
    shrinkage: float = SHRINKAGE,
) -> Propagation:
    """Spread known labels so that no account's value depends on a label of its own fold.

    Parameters
    ----------
    links, n, damping, shrinkage
        As for `propagate`.
    labels
        (n,): 1 spam, 0 honest, NaN unknown.
    folds
        (n,) whole numbers; -1 for accounts without a label that are in no fold: these use all
        labels.
    prior
        In [0, 1], one number or (n,): what stands in for a label that is unknown or withheld.
        It must not be derived from `labels`.

    Raises
    ------
    InputError
        As for `propagate`, or a labelled account is in no fold.
    SettingsError
        As for `propagate`.
    """
    label = np.asarray(labels, dtype=np.float64)
    fold = np.asarray(folds, dtype=np.int64)
    known = ~np.isnan(label)
    if (known & (fold < 0)).any():
        first = int(np.flatnonzero(known & (fold < 0))[0])
        raise InputError(f"folds: account {first} has a label but no fold; number it 0 or higher")
    names, solution_of = np.unique(fold, return_inverse=True)
    usable = known[:, None] & (fold[:, None] != names[None, :])
    start = np.broadcast_to(np.asarray(prior, dtype=np.float64), (n,))
    seeds = np.where(usable, label[:, None], start[:, None])
    return _solve(_pull(links, n, damping, shrinkage), seeds, solution_of, damping)


def _pull(
    links: tuple[ArrayLike, ArrayLike, ArrayLike], n: int, damping: float, shrinkage: float
) -> sparse.csr_array:
    """Return damping * W."""
    if not 0 <= damping < 1:
        raise SettingsError(f"damping is {damping}; give a number from 0 to below 1")
    if not 0 <= shrinkage < np.inf:
        raise SettingsError(f"shrinkage is {shrinkage}; give a number from 0 up")
    a, b = (np.asarray(end, dtype=np.int64) for end in links[:2])
    weight = np.asarray(links[2], dtype=np.float64)
    outside = (np.minimum(a, b) < 0) | (np.maximum(a, b) >= n)
    bad = np.flatnonzero(outside | ~((weight > 0) & np.isfinite(weight)))
    if len(bad):
        row = int(bad[0])
        raise InputError(
            f"links: row {row} ({a[row]}, {b[row]}, {weight[row]}) needs accounts in 0..{n - 1} "
            "and a positive weight"
        )
    a, b, weight = a[a != b], b[a != b], weight[a != b]
    ends = (np.concatenate([a, b]), np.concatenate([b, a]))
    matrix = sparse.csr_array((np.concatenate([weight, weight]), ends), shape=(n, n))
    matrix.sum_duplicates()
    total = np.asarray(matrix.sum(axis=1)).ravel() + shrinkage
    matrix.data *= damping / np.repeat(total, np.diff(matrix.indptr))
    return matrix


def _solve(
    pull: sparse.csr_array,
    seeds: NDArray[np.float64],
    solution_of: NDArray[np.int64],
    damping: float,
) -> Propagation:
    """Solve for each column of seeds and pick the solution that holds for each account."""
    if not ((seeds >= 0) & (seeds <= 1)).all():
        bad = int(np.flatnonzero(~((seeds >= 0) & (seeds <= 1)).all(axis=1))[0])
        raise InputError(f"prior: account {bad} has a value that is not in [0, 1]")
    own = (1 - damping) * seeds
    risk = np.empty_like(own)
    for column, part in enumerate(own.T):  # apart, so that no fold's last digit sees another's
        risk[:, column] = _fixed_point(pull, part, TOLERANCE * (1 - damping))
    rows = np.arange(len(seeds))
    return Propagation(
        np.minimum(risk[rows, solution_of], 1.0), own[rows, solution_of], pull, risk, solution_of
    )


def _fixed_point(
    pull: sparse.csr_array, own: NDArray[np.float64], tolerance: float
) -> NDArray[np.float64]:
    """Iterate from the seeds' own part upwards; each step shrinks the error by the damping."""
    risk, change = own, np.inf
    while change > tolerance:
        previous, risk = risk, own + pull @ risk
        change = np.abs(risk - previous).max(initial=0.0)
    return risk
