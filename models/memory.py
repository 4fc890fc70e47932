"""What saved models remember of the accounts that they learned from: who was in which fold.

Accounts with a label are scored by models that have not seen it, also on later nights. Ids are
kept as hashes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from graph import stable_hashes

from .folds import unheard
from .sealed import check_seal, make_new, seal, write_json

Folds = NDArray[np.int8]


class Recalled(NamedTuple):
    """Folds of tonight's accounts.

    Attributes
    ----------
    own
        (accounts,) fold of the accounts whose label was learned, -1 for others.
    whole
        (accounts,) fold whose models have seen no label of the account's group; -1 for accounts
        that are new and have no such group: they may be scored by all models.
    spread
        (accounts,) the same where known, and any fold elsewhere, always the same for an account.
    free
        (accounts,) bool: known, and in no group with a label, then and tonight; the models of
        every fold may be asked.
    """

    own: Folds
    whole: Folds
    spread: Folds
    free: NDArray[np.bool_]


@dataclass(frozen=True)
class Memory:
    """Accounts of a training.

    Attributes
    ----------
    keys
        (known,) uint64, sorted: hashes of their ids.
    folds
        (known,) fold of each.
    labels
        (known,) the label that was learned: 1 spam, 0 honest, -1 none.
    free
        (known,) 1 where no label of the account's group was learned, else 0.
    count
        How many folds there are.
    graph
        Digest of the accounts and their contacts, see `graph_digest`.
    """

    keys: NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64))
    folds: Folds = field(default_factory=lambda: np.empty(0, np.int8))
    labels: NDArray[np.int8] = field(default_factory=lambda: np.empty(0, np.int8))
    free: NDArray[np.int8] = field(default_factory=lambda: np.empty(0, np.int8))
    count: int = 1
    graph: str = ""

    def recall(self, accounts: pl.Series, groups: NDArray[np.integer]) -> Recalled:
        """Say which fold holds for each of tonight's accounts.

        That of its own label; else that of most labels in its group tonight; else the one it had;
        else none.

        Parameters
        ----------
        accounts
            Ids in account order.
        groups
            Community of each account tonight, 0 and above.
        """
        keys = stable_hashes(accounts)
        had = self._looked_up(keys, self.folds)
        own = np.where(self._looked_up(keys, self.labels) >= 0, had, -1).astype(np.int8)
        heard = np.where(own >= 0, own, _of_group(groups, own, self.count))
        whole = np.where(heard >= 0, heard, had).astype(np.int8)
        dealt = (keys % np.uint64(self.count)).astype(np.int8)
        spread = np.where(whole >= 0, whole, dealt).astype(np.int8)
        free = (heard < 0) & (self._looked_up(keys, self.free) == 1)
        return Recalled(own, whole, spread, free)

    def changed(self, accounts: pl.Series, labels: NDArray[np.integer]) -> float:
        """Labels that came, went or turned since the training, as a share of those learned.

        Parameters
        ----------
        accounts
            Ids in account order.
        labels
            Tonight's: 1 spam, 0 honest, -1 none.
        """
        learned = self._looked_up(stable_hashes(accounts), self.labels)
        count = int((self.labels >= 0).sum())
        gone = count - int((learned >= 0).sum())
        return (int((learned != labels).sum()) + gone) / max(count, 1)

    def _looked_up(self, keys: NDArray[np.uint64], values: NDArray[np.int8]) -> NDArray[np.int8]:
        """What is kept of these accounts; -1 of others."""
        if not len(self.keys):
            return np.full(len(keys), -1, dtype=np.int8)
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[place] == keys, values[place], -1).astype(np.int8)


def memorise(
    accounts: pl.Series,
    folds: NDArray[np.integer],
    labels: NDArray[np.integer],
    groups: NDArray[np.integer],
    graph: str,
) -> Memory:
    """Remember a training.

    Parameters
    ----------
    accounts
        Ids in account order.
    folds
        Fold of every account, labelled or not.
    labels
        What was learned: 1 spam, 0 honest, -1 none.
    groups
        Community of each account, 0 and above.
    graph
        See `graph_digest`.
    """
    keys = stable_hashes(accounts)
    order = np.argsort(keys, kind="stable")
    return Memory(
        keys[order],
        folds[order].astype(np.int8),
        labels[order].astype(np.int8),
        unheard(groups, labels)[order].astype(np.int8),
        int(folds.max()) + 1,
        graph,
    )


def graph_digest(accounts: pl.Series, network: csr_matrix) -> str:
    """SHA-256 over accounts and the contacts between them: whether two graphs are the same."""
    digest = hashlib.sha256(stable_hashes(accounts).tobytes())
    for part in (network.indptr, network.indices, network.data):
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()


def _of_group(groups: NDArray[np.integer], own: Folds, count: int) -> Folds:
    """Fold of most of the known labels in each account's group; -1 where there are none."""
    votes = np.zeros((int(groups.max(initial=-1)) + 1, count), dtype=np.int64)
    known = own >= 0
    np.add.at(votes, (groups[known], own[known]), 1)
    most = np.where(votes.any(axis=1), votes.argmax(axis=1), -1).astype(np.int8)
    return np.asarray(most[groups])


def save_memory(memory: Memory, folder: Path) -> None:
    """Write what models remember of their accounts to a folder, which must be new or empty.

    Raises
    ------
    RunError
        If the folder holds something.
    """
    from safetensors.numpy import save_file

    make_new(folder)
    arrays = {name: getattr(memory, name) for name in ("keys", "folds", "labels", "free")}
    save_file(arrays, folder / "accounts.safetensors")
    write_json(folder / "memory.json", {"count": memory.count, "graph": memory.graph})
    seal(folder)


def load_memory(folder: Path) -> Memory:
    """Read what models remember of their accounts.

    Raises
    ------
    RunError
        If a file is missing, was altered or added, or has another format.
    """
    from safetensors.numpy import load_file

    check_seal(folder)
    rest = json.loads((folder / "memory.json").read_text("utf-8"))
    kept = load_file(folder / "accounts.safetensors")
    return Memory(**kept, count=rest["count"], graph=rest["graph"])
