"""Forests as plain arrays in a safetensors file: small, quick to read, nothing to execute.

Trees of scikit-learn are arrays of nodes. Kept is what a prediction and its explanation read:
children, feature, threshold, where missing values go, and the shares of both classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.errors import RunError

KEPT = {
    "left_child": np.int32,
    "right_child": np.int32,
    "feature": np.int32,
    "threshold": np.float64,
    "missing_go_to_left": np.uint8,
}
"""Fields of scikit-learn's nodes and the types in which they are kept."""
CLASSES = 2
_AT_ONCE = 1 << 10
"""Accounts that go through all trees together: few enough for their features to stay at hand."""


class Grown(NamedTuple):
    """One tree, as scikit-learn's estimators hold it."""

    tree_: Any


@dataclass(frozen=True)
class Trees:
    """The trees of a forest; predicts bit for bit what the forest did.

    Attributes
    ----------
    estimators_
        The trees.
    """

    estimators_: tuple[Grown, ...]

    def predict_proba(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Share of each class that the trees see, shape (accounts, 2)."""
        total = np.zeros((len(X), CLASSES))
        for start in range(0, len(X), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            for (tree,) in self.estimators_:  # added up in the order of scikit-learn
                total[part] += tree.predict(X[part])
        return total / len(self.estimators_)


def save_trees(model: Any, path: Path) -> None:
    """Write the trees of a fitted forest; equal forests give equal files."""
    from safetensors.numpy import save_file

    save_file(_arrays(model), path)


def load_trees(path: Path) -> Trees:
    """Read the trees of a forest.

    Raises
    ------
    RunError
        What the file holds are no trees.
    """
    from safetensors.numpy import load_file

    arrays = load_file(path)
    if {*arrays} != {*KEPT, "share", "sizes", "depths", "features"}:
        raise RunError(f"{path}: holds no forest: train the model again")
    return _trees(arrays, path)


def moved_trees(model: Any, columns: NDArray[np.integer], width: int) -> Trees:
    """Trees that were fitted on some columns of a table, so that they read the whole table.

    Parameters
    ----------
    model
        Fitted forest.
    columns
        Position in the table of each feature that the forest was fitted on.
    width
        Features of the table.
    """
    arrays = _arrays(model)
    inner = arrays["left_child"] >= 0
    arrays["feature"][inner] = columns[arrays["feature"][inner]]
    arrays["features"] = np.array([width], dtype=np.int64)
    return _trees(arrays, "forest")


def _arrays(model: Any) -> dict[str, NDArray[Any]]:
    trees = [grown.tree_ for grown in model.estimators_]
    nodes = np.concatenate([tree.__getstate__()["nodes"] for tree in trees])
    arrays: dict[str, NDArray[Any]] = {
        name: nodes[name].astype(kind) for name, kind in KEPT.items()
    }
    arrays["share"] = np.concatenate([tree.value[:, 0, :] for tree in trees])
    arrays["sizes"] = np.array([tree.node_count for tree in trees], dtype=np.int64)
    arrays["depths"] = np.array([tree.max_depth for tree in trees], dtype=np.int64)
    arrays["features"] = np.array([trees[0].n_features], dtype=np.int64)
    return arrays


def _trees(arrays: Mapping[str, NDArray[Any]], source: object) -> Trees:
    ends = np.cumsum(arrays["sizes"])
    width = int(arrays["features"][0])
    grown = []
    for start, end, depth in zip(ends - arrays["sizes"], ends, arrays["depths"], strict=True):
        part = {name: arrays[name][start:end] for name in (*KEPT, "share")}
        _check(part, width, source)
        grown.append(Grown(_tree(part, width, int(depth))))
    return Trees(tuple(grown))


def _tree(part: dict[str, NDArray[Any]], width: int, depth: int) -> Any:
    """A tree of scikit-learn with these nodes."""
    from sklearn.tree._tree import NODE_DTYPE, Tree

    nodes = np.zeros(len(part["feature"]), dtype=NODE_DTYPE)
    for name in KEPT:
        nodes[name] = part[name]
    tree = Tree(width, np.array([CLASSES], dtype=np.intp), 1)
    state = {"max_depth": depth, "node_count": len(nodes), "nodes": nodes}
    tree.__setstate__({**state, "values": np.ascontiguousarray(part["share"][:, None, :])})
    return tree


def _check(part: dict[str, NDArray[Any]], width: int, source: object) -> None:
    """Refuse nodes that lead out of the tree, or back: a prediction would never end."""
    number = np.arange(len(part["feature"]))
    inner = part["left_child"] >= 0
    children = np.stack([part["left_child"], part["right_child"]])[:, inner]
    onward = (children > number[inner]) & (children < len(number))
    known = (part["feature"][inner] >= 0) & (part["feature"][inner] < width)
    if not len(number) or not onward.all() or not known.all():
        raise RunError(f"{source}: holds a tree that is none: train the model again")
