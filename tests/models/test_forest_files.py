from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from ingest.errors import RunError
from models.forest import Forest, fit_forest
from models.forest_files import load_trees, save_trees


def fitted(seed: int, *, extra: bool = False) -> tuple[Forest, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((300, 6)).astype(np.float32)
    labels = (X[:, 0] + X[:, 1] * X[:, 2] > 0.5).astype(int)
    X[rng.random((300, 6)) < 0.1] = np.nan
    fresh = rng.standard_normal((200, 6)).astype(np.float32)
    fresh[rng.random((200, 6)) < 0.2] = np.nan
    return fit_forest(X, labels, seed=seed, trees=20, extra=extra), fresh


@pytest.mark.parametrize("extra", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_a_forest_read_back_predicts_the_same_bits(tmp_path: Path, seed: int, extra: bool) -> None:
    forest, fresh = fitted(seed, extra=extra)
    save_trees(forest.model, tmp_path / "forest")
    read = Forest(load_trees(tmp_path / "forest"))
    assert (read.predict(fresh) == forest.predict(fresh)).all(), f"seed {seed}"
    for one, other in zip(read.contributions(fresh), forest.contributions(fresh), strict=True):
        assert (one == other).all(), f"seed {seed}"


def test_the_same_forest_gives_the_same_file(tmp_path: Path) -> None:
    forest, _ = fitted(1)
    save_trees(forest.model, tmp_path / "one")
    save_trees(load_trees(tmp_path / "one"), tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize(
    ("array", "value"), [("left_child", 0), ("right_child", 10**6), ("feature", 6)]
)
def test_nodes_that_lead_elsewhere_are_refused(tmp_path: Path, array: str, value: int) -> None:
    forest, _ = fitted(2)
    save_trees(forest.model, tmp_path / "forest")
    arrays = load_file(tmp_path / "forest")
    arrays[array][0] = value
    save_file(arrays, tmp_path / "forest")
    with pytest.raises(RunError, match="holds a tree that is none"):
        load_trees(tmp_path / "forest")


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    save_file({"feature": np.zeros(3)}, tmp_path / "forest")
    with pytest.raises(RunError, match="holds no forest"):
        load_trees(tmp_path / "forest")
