from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix

from models.memory import Memory, graph_digest, load_memory, memorise, save_memory

IDS = pl.Series(["a", "b", "c", "d", "e"])
FOLDS = np.array([0, 1, 2, 0, 1], dtype=np.int8)
LABELS = np.array([1, -1, 0, -1, -1])
ALONE = np.arange(5)


def known() -> Memory:
    return memorise(IDS, FOLDS, LABELS, ALONE, "")


def test_the_accounts_of_the_training_have_the_folds_of_the_training() -> None:
    found = known().recall(IDS, ALONE)
    assert found.own.tolist() == [0, -1, 2, -1, -1]
    assert found.whole.tolist() == found.spread.tolist() == FOLDS.tolist()


def test_the_order_of_the_accounts_does_not_matter() -> None:
    order = [3, 0, 4, 2, 1]
    found = known().recall(IDS[order], ALONE)
    assert found.whole.tolist() == FOLDS[order].tolist()


def test_a_new_account_has_the_fold_of_the_labels_in_its_group() -> None:
    ids = pl.Series(["a", "new", "c", "other", "b"])
    found = known().recall(ids, np.array([0, 0, 1, 2, 1]))
    assert found.own.tolist() == [0, -1, 2, -1, -1]
    # The second new account is in no group with a label; b came to a group with another fold.
    assert found.whole.tolist() == [0, 0, 2, -1, 2]
    assert found.spread[:3].tolist() == [0, 0, 2]
    assert 0 <= found.spread[3] < 3


def test_only_accounts_that_no_label_reached_are_free() -> None:
    """a and b share a group at the training, as c and d do; e is alone."""
    memory = memorise(IDS, FOLDS, LABELS, np.array([0, 0, 1, 1, 2]), "")
    assert memory.recall(IDS, ALONE).free.tolist() == [False, False, False, False, True]
    # Tonight e came to a labelled account; a new one is not known to have been left out.
    found = memory.recall(pl.Series([*IDS, "new"]), np.array([0, 1, 2, 3, 0, 4]))
    assert not found.free.any()


def test_most_labels_of_a_group_decide() -> None:
    memory = memorise(IDS, FOLDS, np.array([1, 0, 1, 1, -1]), ALONE, "")
    found = memory.recall(pl.Series([*IDS, "new"]), np.zeros(6, dtype=int))
    assert found.whole.tolist() == [0, 1, 2, 0, 0, 0]


def test_nothing_is_recalled_where_nothing_is_known() -> None:
    found = Memory().recall(IDS, ALONE)
    assert (found.own == -1).all()
    assert (found.whole == -1).all()
    assert (found.spread == 0).all()
    assert known().recall(IDS[:0], ALONE[:0]).own.shape == (0,)


def test_changed_labels_are_counted() -> None:
    memory = known()
    assert memory.changed(IDS, LABELS) == 0
    assert memory.changed(IDS, np.array([0, -1, 0, -1, -1])) == 0.5  # one of two turned
    assert memory.changed(IDS, np.array([1, 1, -1, -1, -1])) == 1  # one came, one went
    assert memory.changed(pl.Series(["a", "new"]), np.array([1, 0])) == 1  # c is gone, one came
    assert Memory().changed(IDS, np.full(5, -1)) == 0


def test_graphs_are_told_apart() -> None:
    graph = csr_matrix(np.array([[0, 1.0], [1.0, 0]]))
    heavier = csr_matrix(np.array([[0, 2.0], [2.0, 0]]))
    digest = graph_digest(IDS[:2], graph)
    assert digest == graph_digest(IDS[:2], graph.copy())
    assert digest != graph_digest(IDS[:2], heavier)
    assert digest != graph_digest(IDS[1:3], graph)


def test_it_is_saved_whole(tmp_path: Path) -> None:
    save_memory(known(), tmp_path / "memory")
    again = load_memory(tmp_path / "memory")
    assert again.recall(IDS, ALONE).free.tolist() == [False, True, False, True, True]
    assert again.changed(IDS, LABELS) == 0
