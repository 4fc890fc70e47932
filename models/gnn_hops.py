"""What the graph network has to read, hop by hop, to say something of some accounts.

The last round of messages needs the asked accounts, the identifiers that they use and all who use
these; the round before needs those, and so on. Nothing else can change the result, so nothing
else is computed: training, which asks for labelled accounts alone, takes half the time.
"""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, spmatrix, vstack
from torch import Tensor

from .account_graph import AccountGraph, row_mean

with warnings.catch_warnings():
    # torch says once that sparse tensors are in beta; nobody who runs ringscope can act on it.
    warnings.simplefilter("ignore", UserWarning)
    torch.eye(1).to_sparse_csr()


class Mean(NamedTuple):
    """Weighted mean over neighbours as a sparse matrix, with its transpose for the gradient."""

    forth: Tensor
    back: Tensor


class Hop(NamedTuple):
    """One round of messages.

    Attributes
    ----------
    kept
        Places of the accounts that get a new state among those that have one before the round.
    up
        To identifiers, those of each kind after those of the kind before.
    sizes
        log1p of the users of each identifier, shape (identifiers, 1), by kind.
    down
        From identifiers to the kept accounts: the sum of a mean over each kind.
    links
        From accounts to the kept accounts, by kind of link.
    """

    kept: Tensor
    up: Mean
    sizes: tuple[Tensor, ...]
    down: Mean
    links: tuple[Mean, ...]


class Hops(NamedTuple):
    """The accounts whose features are read, and the rounds from first to last."""

    first: Tensor
    rounds: tuple[Hop, ...]


def hops_of(
    graph: AccountGraph,
    names: tuple[tuple[str, ...], tuple[str, ...]],
    layers: int,
    asked: NDArray[np.integer] | None = None,
) -> Hops:
    """Rounds of messages that end at some accounts of a graph.

    Parameters
    ----------
    names
        Kinds of identifiers and of links to give; kinds that the graph lacks are empty.
    layers
        Number of rounds.
    asked
        Row numbers of the accounts that the result is wanted for, in this order; all if None.
    """
    users = [graph.users(kind) for kind in names[0]]
    links = [row_mean(graph.linked(name)) for name in names[1]]
    needed = np.arange(graph.accounts) if asked is None else np.asarray(asked, np.int64)
    rounds: list[Hop] = []
    for _ in range(layers):
        hop, needed = _last_hop(users, links, needed)
        rounds.insert(0, hop)
    return Hops(torch.from_numpy(needed), tuple(rounds))


def _last_hop(
    users: list[csr_matrix], links: list[csr_matrix], asked: NDArray[np.int64]
) -> tuple[Hop, NDArray[np.int64]]:
    """The round that ends at the asked accounts, and the accounts that it starts from."""
    down = [row_mean(csr_matrix(each.T))[asked] for each in users]
    touched = [np.unique(each.indices) for each in down]
    used = [each[rows] for each, rows in zip(users, touched, strict=True)]
    linked = [each[asked] for each in links]
    sources = np.unique(np.concatenate([asked, *(each.indices for each in (*used, *linked))]))
    narrow = [each[:, rows] for each, rows in zip(down, touched, strict=True)]
    hop = Hop(
        torch.from_numpy(np.searchsorted(sources, asked)),
        _mean(vstack([csr_matrix((0, len(sources))), *(row_mean(e[:, sources]) for e in used)])),
        tuple(_log_size(each) for each in used),
        _mean(hstack([csr_matrix((len(asked), 0)), *narrow])),
        tuple(_mean(each[:, sources]) for each in linked),
    )
    return hop, sources


def _log_size(users: csr_matrix) -> Tensor:
    return torch.from_numpy(np.log1p(np.diff(users.indptr)).astype(np.float32)[:, None])


def _mean(scaled: spmatrix) -> Mean:
    return Mean(_tensor(scaled), _tensor(scaled.T))


def _tensor(matrix: spmatrix) -> Tensor:
    csr = csr_matrix(matrix, dtype=np.float32, copy=True)
    csr.sort_indices()
    return torch.sparse_csr_tensor(
        torch.from_numpy(csr.indptr.astype(np.int64)),
        torch.from_numpy(csr.indices.astype(np.int64)),
        torch.from_numpy(csr.data),
        size=csr.shape,
        check_invariants=False,
    )
