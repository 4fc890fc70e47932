from __future__ import annotations

import importlib.util
import math
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import polars as pl
import pytest

from ingest import InputError
from ringscope import Run
from ringscope.evaluate import TRUTH, compare, evaluate, read_truth

# Their names for what we call otherwise.
SAME = {
    "ap": "average_precision",
    "auroc": "auroc",
    "rec_k": "recall_at_k",
    "ring_p": "ring_precision",
    "ring_r": "ring_recall",
    "ring_f1": "ring_f1",
    "innocents": "innocents_per_1000",
    "found": "rings_found",
}


def world(seed: int, size: int = 400) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A random truth and a random result that agrees with it here and there."""
    rng = np.random.default_rng(seed)
    ring = rng.integers(0, 25, size)
    true = np.where(ring < 12, ring, -1)
    moved = np.where(rng.random(size) < 0.3, rng.integers(-1, 14, size), true)
    spam = (true >= 0) | (rng.random(size) < 0.05)
    truth = pl.DataFrame(
        {
            "account_id": [f"a{row}" for row in range(size)],
            "spam": spam.astype(np.int8),
            "ring": [f"r{one}" if one >= 0 else None for one in true],
            "kind": [f"kind{one % 3}" if one >= 0 else "home" for one in true],
            "labelled": (rng.random(size) < 0.4).astype(np.int8),
        }
    )
    scores = pl.DataFrame(
        {
            "account_id": truth["account_id"],
            "risk": (rng.random(size) + 0.7 * spam).round(2),
            "ring_id": [f"R-{one}" if one >= 0 else None for one in moved],
        }
    )
    return truth, scores[rng.permutation(size)[: size - 20]]


@pytest.fixture(scope="module")
def theirs(shared_data: Path) -> ModuleType:
    """The measure that comes with the shared worlds."""
    path = shared_data / "worlds" / "score.py"
    spec = importlib.util.spec_from_file_location("worlds_score", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("seed", range(6))
def test_the_figures_are_those_of_the_other_maker(theirs: ModuleType, seed: int) -> None:
    truth, scores = world(seed)
    ours = compare(truth, scores)
    other, kinds = theirs.score(truth.to_pandas(), scores.to_pandas())
    for name, value in other.items():
        assert ours.figures[SAME[name]] == pytest.approx(value, abs=1e-9), (name, seed)
    assert {k: round(v, 2) for k, _, v in ours.found_by_kind.iter_rows()} == kinds, seed


def test_a_perfect_result() -> None:
    truth, _ = world(1)
    scores = truth.select("account_id", risk=pl.col("spam").cast(pl.Float64), ring_id="ring")
    found = compare(truth, scores).figures
    ones = set(SAME.values()) - {"innocents_per_1000"} | {"ring_precision_at_20"}
    assert {found[name] for name in ones} == {1.0}
    assert found["innocents_per_1000"] == found["accounts_not_in_run"] == 0


def test_nothing_found_and_nothing_unlabelled() -> None:
    truth, scores = world(2)
    nothing = scores.with_columns(ring_id=pl.lit(None, pl.String))
    found = compare(truth.with_columns(labelled=pl.lit(1)), nothing)
    assert math.isnan(found.figures["average_precision"])
    assert found.figures["rings_found"] == found.figures["ring_f1"] == 0
    assert found.figures["accounts_not_in_run"] == 20


def test_a_run_against_a_truth_file(finished: Run, tmp_path: Path) -> None:
    accounts = finished.frame("scores").select("account_id").sort("account_id")
    ring = pl.col("account_id").is_in(["a0", "a1", "a2", "a3"])
    accounts.with_columns(
        spam=ring.cast(pl.Int8),
        ring=pl.when(ring).then(pl.lit("r1")),
        kind=pl.when(ring).then(pl.lit("farm")),
        labelled=pl.lit(0),
    ).write_csv(tmp_path / "truth.csv")
    found = evaluate(finished, tmp_path / "truth.csv")
    assert found.figures["ring_f1"] == found.figures["rings_found"] == 1.0
    assert found.figures["recall_at_k"] == 0.75
    assert found.found_by_kind.rows() == [("farm", 1, 1.0)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("account_id,spam,ring,kind\na,1,,\n", "no column labelled"),
        ("account_id,spam,ring,kind,labelled\na,maybe,,,1\n", "row 1: spam must be 0 or 1"),
        ("account_id,spam,ring,kind,labelled\na,1,,,1\na,1,,,1\n", "stands twice"),
        ("", "cannot be read as a CSV file"),
    ],
)
def test_a_bad_truth_file(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "truth.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=message) as caught:
        read_truth(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_truth_file_may_be_packed(tmp_path: Path) -> None:
    path = tmp_path / "truth.csv.gz"
    pd.DataFrame({name: ["1"] for name in TRUTH}).to_csv(path, index=False)
    assert read_truth(path).rows() == [("1", 1, "1", "1", 1)]
    with pytest.raises(InputError, match=r"none\.csv"):
        read_truth(tmp_path / "none.csv")
    packed = path.read_bytes()
    path.write_bytes(packed[:-12])
    with pytest.raises(InputError, match="cannot be read"):
        read_truth(path)
