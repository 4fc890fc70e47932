"""Figures of worlds as they are and after changes to their tables, as evasion and labels ask."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
from _kept import Figures, Kept, spread, told
from _planted import World, add_options, none_there, planted
from _scored import scored

from ingest import Tables, read_tables
from ringscope.evaluate import read_truth

Change = Callable[[Tables, pl.DataFrame, np.random.Generator], Tables]
"""From tables, truth and a source of chance to changed tables."""

HEADINGS = {
    "members_placed": "members in rings",
    "ring_f1": "ring F1",
    "average_precision": "AP",
    "innocents_per_1000": "innocents",
}
"""Figures that are printed, by name."""
BEFORE = "before"


def measure(change: Change | None, tables: Tables, truth: pl.DataFrame, seed: int) -> Figures:
    """Figures of a world after a change, or as it is."""
    if change:
        tables = change(tables, truth, np.random.default_rng(seed))
    return scored(tables, truth, seed)


def suite(
    world: World, changes: Mapping[str, Change], seed: int, mark: float, kept: Kept
) -> dict[str, Figures]:
    """Figures of one world by change; a line is printed after each."""
    tables, truth = read_tables(world.tables), read_truth(world.truth)
    found = {}
    for name, change in {BEFORE: None, **changes}.items():
        asked = partial(measure, change, tables, truth, seed)
        found[name] = kept.get(f"{world.name}, {name}, run seed {seed}", asked)
        cells = "".join(f"{found[name][figure]:18.3f}" for figure in HEADINGS)
        above = "  ABOVE" if found[name]["innocents_per_1000"] > mark else ""
        print(f"{world.name:10}{name:34}{cells}{above}", flush=True)
    return found


def compare_variants(about: str | None, changes: Mapping[str, Change], mark: float) -> None:
    """Print figures by world and change, then all worlds together; keep them as JSON.

    Parameters
    ----------
    about
        First line of it describes the command.
    changes
        What may be asked for, by name.
    mark
        Innocents per 1,000 that none of them may exceed.
    """
    parser = argparse.ArgumentParser(description=(about or "").splitlines()[0])
    add_options(parser, seeds=[7], accounts=3000)
    parser.add_argument("--seed", type=int, default=7, help="of the changes and the runs")
    parser.add_argument("--only", nargs="+", choices=list(changes), default=list(changes))
    parser.add_argument("--out", type=Path, help="JSON file, in which figures are kept")
    options = parser.parse_args()
    if none_there(options.worlds):
        print(f"{parser.prog}: skipped, there is no world in {options.worlds}")
        return
    chosen = {name: changes[name] for name in options.only}
    kept = Kept(options.out, {"accounts": options.accounts})
    print(f"{'world':10}{'change':34}" + "".join(f"{words:>18}" for words in HEADINGS.values()))
    with tempfile.TemporaryDirectory(prefix="ringscope-variants-") as scratch:
        found = [
            suite(world, chosen, options.seed, mark, kept)
            for world in planted(options.worlds, options.seeds, options.accounts, Path(scratch))
        ]
    values = {
        name: {figure: [world[name][figure] for world in found] for figure in HEADINGS}
        for name in (BEFORE, *chosen)
    }
    print("\nmean (range) over the worlds")
    for name, figures in values.items():
        cells = "".join(f"{told(figures[figure]):>22}" for figure in HEADINGS)
        print(f"{name:34}{cells}")
    worst = max(max(figures["innocents_per_1000"]) for figures in values.values())
    print(f"innocents per 1,000 at worst: {worst:.1f}; the mark is {mark:g}")
    table = {
        name: {figure: spread(numbers) for figure, numbers in figures.items()}
        for name, figures in values.items()
    }
    kept.write({"mark": mark, "table": table})
