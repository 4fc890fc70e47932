"""The graph that the neural network reads: accounts, identifiers of several kinds, links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix, diags

Relation = tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.floating]]


@dataclass(frozen=True)
class AccountGraph:
    """Who was seen with what, and who is linked to whom.

    Attributes
    ----------
    accounts
        Number of accounts.
    sightings
        Kind of identifier to (account, identifier, weight); identifiers are numbered from 0
        within their kind, weights are above 0. Templates are a kind.
    links
        Kind of link to (account, account, weight); each link once, it counts both ways.
    """

    accounts: int
    sightings: Mapping[str, Relation] = field(default_factory=dict)
    links: Mapping[str, Relation] = field(default_factory=dict)

    @property
    def relations(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Names of the kinds of identifiers and of links, sorted."""
        return tuple(sorted(self.sightings)), tuple(sorted(self.links))

    def users(self, kind: str) -> csr_matrix:
        """Identifiers by accounts: the weights of one kind.

        Identifiers that only one account uses connect nothing and are left out.
        """
        if kind not in self.sightings:
            return csr_matrix((0, self.accounts))
        account, identifier, weight = self.sightings[kind]
        rows = int(identifier.max(initial=-1)) + 1
        matrix = coo_matrix((weight, (identifier, account)), shape=(rows, self.accounts)).tocsr()
        return matrix[np.diff(matrix.indptr) > 1]

    def linked(self, kind: str) -> csr_matrix:
        """Accounts by accounts: the weights of one kind of link, symmetric."""
        if kind not in self.links:
            return csr_matrix((self.accounts, self.accounts))
        a, b, weight = self.links[kind]
        one_way = coo_matrix((weight, (a, b)), shape=(self.accounts, self.accounts))
        return csr_matrix(one_way + one_way.T)


def link_graph(adjacency: csr_matrix) -> AccountGraph:
    """Graph of accounts and one kind of link, from a symmetric matrix."""
    upper = coo_matrix(adjacency)
    once = upper.row < upper.col
    links = {"link": (upper.row[once], upper.col[once], upper.data[once])}
    return AccountGraph(adjacency.shape[0], links=links)


def row_mean(matrix: csr_matrix) -> csr_matrix:
    """Scale rows to sum 1, so that a product with the matrix is a weighted mean."""
    total = np.asarray(matrix.sum(axis=1)).ravel()
    return csr_matrix(diags(1 / np.where(total > 0, total, 1.0)) @ matrix)
