"""The same run again gives the same bytes; shuffled input rows give the same rings and scores."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from ringscope import Settings, analyze
from ringscope.demo import make_world

SEED = 5
SETTINGS = Settings(seed=3, threads=2)


@pytest.fixture(scope="module")
def world() -> dict[str, pl.DataFrame]:
    """A labelled world, small but trained on."""
    frames = make_world(accounts=1500, seed=SEED, spam_share=0.12)
    return {name: frame for name, frame in frames.items() if name != "truth"}


@pytest.fixture(scope="module")
def first(world: dict[str, pl.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run that the others are compared with."""
    out = tmp_path_factory.mktemp("first") / "run"
    analyze(world, SETTINGS, out)
    return out


def files(folder: Path) -> dict[str, bytes]:
    """Every file of a run but the timings."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != "timings.json")
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_the_models_were_trained(first: Path) -> None:
    assert (first / "models" / "stack" / "manifest.json").is_file()


def test_the_same_run_again_gives_the_same_bytes(
    world: dict[str, pl.DataFrame], first: Path, tmp_path: Path
) -> None:
    analyze(world, SETTINGS, tmp_path / "run")
    expected, got = files(first), files(tmp_path / "run")
    assert sorted(got) == sorted(expected)
    assert [name for name in expected if got[name] != expected[name]] == []


def test_shuffled_rows_give_the_same_rings_and_scores(
    world: dict[str, pl.DataFrame], first: Path, tmp_path: Path
) -> None:
    shuffled = {
        name: frame.sample(fraction=1, shuffle=True, seed=SEED) for name, frame in world.items()
    }
    analyze(shuffled, SETTINGS, tmp_path / "run")
    for name in ("scores.csv", "rings.csv", "ring_members.csv", "hubs.csv", "evidence.parquet"):
        assert (tmp_path / "run" / name).read_bytes() == (first / name).read_bytes(), name
