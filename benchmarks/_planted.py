"""Planted worlds for benchmarks: those in a folder, and fresh demo worlds."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ringscope.demo import write_world


@dataclass(frozen=True)
class World:
    """A world on disk.

    Attributes
    ----------
    name
        E.g. "a" or "seed 7".
    tables
        Folder of the input tables.
    truth
        CSV with the planted truth, for scoring only.
    """

    name: str
    tables: Path
    truth: Path


def add_options(parser: argparse.ArgumentParser, *, seeds: list[int], accounts: int) -> None:
    """Add the options that say which worlds are measured."""
    parser.add_argument("--worlds", type=Path, help="folder of worlds (../shared/data/worlds)")
    parser.add_argument("--seeds", type=int, nargs="*", default=seeds, help="demo worlds")
    parser.add_argument("--accounts", type=int, default=accounts, help="of a demo world")


def none_there(folder: Path | None) -> bool:
    """Whether a folder of worlds was asked for that has none."""
    return bool(folder) and not any(folder.glob("*/truth.csv.gz"))


def planted(folder: Path | None, seeds: list[int], accounts: int, scratch: Path) -> Iterator[World]:
    """Yield the worlds of the folder, then demo worlds, which are written into `scratch`."""
    for truth in sorted(folder.glob("*/truth.csv.gz")) if folder else ():
        yield World(truth.parent.name, truth.parent / "data", truth)
    for seed in seeds:
        home = scratch / f"seed-{seed}"
        write_world(home, accounts=accounts, seed=seed)
        yield World(f"seed {seed}", home, home / "truth.csv")
