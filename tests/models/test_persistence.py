from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ingest.errors import RunError
from models.account_graph import AccountGraph
from models.bases import BASES, StackSettings
from models.gnn_settings import GnnSettings
from models.persistence import load_stack, save_stack
from models.stack import Stack, fit_stack

Case = tuple[Stack, pl.DataFrame, AccountGraph]


@pytest.fixture(scope="module")
def case() -> Case:
    rng = np.random.default_rng(0)
    n = 500
    labels = (rng.random(n) < 0.3).astype(int)
    features = pl.DataFrame({"a": rng.normal(1.0 * labels, 1), "b": rng.random(n)}).cast(pl.Float32)
    features = features.with_columns(b=pl.when(pl.col("b") > 0.9).then(None).otherwise("b"))
    device = rng.integers(0, 60, n)
    graph = AccountGraph(
        n,
        sightings={"device": (np.arange(n), device, np.ones(n))},
        links={"link": (np.arange(n - 1), np.arange(1, n), rng.random(n - 1) + 0.1)},
    )
    settings = StackSettings(
        folds=2, trees=10, rounds=20, boosted_seeds=2, gnn=GnnSettings(hidden=8, epochs=10)
    )
    return fit_stack(features, labels, np.full(n, -1), graph, settings), features, graph


@pytest.fixture
def saved(case: Case, tmp_path: Path) -> Path:
    save_stack(case[0], tmp_path / "model")
    return tmp_path / "model"


def test_a_loaded_stack_predicts_the_same_bits(case: Case, saved: Path) -> None:
    stack, features, graph = case
    loaded = load_stack(saved)
    assert list(loaded.models) == list(stack.models) == list(BASES)
    assert (loaded.predict(features, graph) == stack.predict(features, graph)).all()
    assert (loaded.contributions(features) == stack.contributions(features)).all()
    assert loaded.settings == stack.settings


def test_saving_twice_gives_the_same_files(case: Case, saved: Path, tmp_path: Path) -> None:
    save_stack(load_stack(saved), tmp_path / "again")
    first = json.loads((saved / "manifest.json").read_text())["sha256"]
    second = json.loads((tmp_path / "again" / "manifest.json").read_text())["sha256"]
    assert first == second


@pytest.mark.parametrize(
    "name",
    [
        "forest-0.safetensors",
        "boosted-0.0.txt",
        "kernel-0.safetensors",
        "gnn-1.safetensors",
        "stack.json",
    ],
)
def test_an_altered_file_is_refused_by_name(saved: Path, name: str) -> None:
    content = bytearray((saved / name).read_bytes())
    content[len(content) // 2] ^= 1
    (saved / name).write_bytes(content)
    with pytest.raises(RunError, match=rf"{name}: altered"):
        load_stack(saved)


def test_a_missing_or_added_file_is_refused(saved: Path) -> None:
    (saved / "extra-0.safetensors").unlink()
    with pytest.raises(RunError, match=r"extra-0\.safetensors is missing or was added"):
        load_stack(saved)


def test_a_folder_without_a_manifest_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"holds no manifest\.json"):
        load_stack(tmp_path)


def test_a_file_outside_the_folder_is_refused(saved: Path) -> None:
    import hashlib

    (saved.parent / "outside.txt").write_text("tree")
    stack = saved / "stack.json"
    stack.write_text(stack.read_text().replace("boosted-0.0.txt", "../outside.txt"))
    manifest = json.loads((saved / "manifest.json").read_text())
    manifest["sha256"]["stack.json"] = hashlib.sha256(stack.read_bytes()).hexdigest()
    (saved / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(RunError, match="no file of this model"):
        load_stack(saved)


def test_a_folder_that_holds_something_is_not_overwritten(case: Case, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(RunError, match="not empty"):
        save_stack(case[0], tmp_path)
