"""Figures of worlds as they are and after a change, for ablation, evasion and labels."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from _kept import Figures, Kept, spread, told
from _planted import World, add_options, none_there, planted
from _scored import scored

from ingest import Tables, read_tables
from ringscope.evaluate import read_truth

Change = Callable[[Tables, pl.DataFrame, np.random.Generator], Tables]
"""From tables, truth and a source of chance to changed tables."""
Measure = Callable[[Tables, pl.DataFrame, int], Figures]
"""From tables, truth and seed to figures."""

HEADINGS = {
    "members_placed": "members in rings",
    "ring_f1": "ring F1",
    "average_precision": "AP",
    "innocents_per_1000": "innocents",
}
"""Figures that are printed, by name."""
WHOLE = "before"
"""The variant in which nothing is changed."""


class Suite(NamedTuple):
    """What was measured.

    Attributes
    ----------
    worlds
        Of each world: figures by variant, `WHOLE` among them.
    chosen
        The other variants.
    kept
        Where figures are kept.
    """

    worlds: list[dict[str, Figures]]
    chosen: list[str]
    kept: Kept


def measured(
    about: str | None,
    variants: Mapping[str, Measure],
    headings: Mapping[str, str],
    mark: float = float("inf"),
) -> Suite | None:
    """Measure worlds as they are and by variant; a line is printed after each.

    Parameters
    ----------
    about
        First line of it describes the command.
    variants
        What may be asked for, by name.
    headings
        Figures that are printed, by name.
    mark
        Innocents per 1,000 above which a line says so.

    Returns
    -------
    Suite or None
        None where a folder of worlds was asked for that has none.
    """
    parser = argparse.ArgumentParser(description=(about or "").splitlines()[0])
    add_options(parser, seeds=[7], accounts=3000)
    parser.add_argument("--seed", type=int, default=7, help="of the changes and the runs")
    parser.add_argument("--only", nargs="+", choices=list(variants), default=list(variants))
    parser.add_argument("--out", type=Path, help="JSON file, in which figures are kept")
    options = parser.parse_args()
    if none_there(options.worlds):
        print(f"{parser.prog}: skipped, there is no world in {options.worlds}")
        return None
    chosen = {WHOLE: scored} | {name: variants[name] for name in options.only}
    kept = Kept(options.out, {"accounts": options.accounts})
    print(f"{'world':10}{'changed':38}" + "".join(f"{words:>18}" for words in headings.values()))
    with tempfile.TemporaryDirectory(prefix="ringscope-variants-") as scratch:
        worlds = [
            _of_world(world, chosen, options.seed, kept, headings, mark)
            for world in planted(options.worlds, options.seeds, options.accounts, Path(scratch))
        ]
    return Suite(worlds, options.only, kept)


def _of_world(
    world: World,
    variants: Mapping[str, Measure],
    seed: int,
    kept: Kept,
    headings: Mapping[str, str],
    mark: float,
) -> dict[str, Figures]:
    tables, truth = read_tables(world.tables), read_truth(world.truth)
    found = {}
    for name, measure in variants.items():
        asked = partial(measure, tables, truth, seed)
        found[name] = kept.get(f"{world.name}, {name}, run seed {seed}", asked)
        cells = "".join(f"{found[name][figure]:18.3f}" for figure in headings)
        above = "  ABOVE" if found[name]["innocents_per_1000"] > mark else ""
        print(f"{world.name:10}{name:38}{cells}{above}", flush=True)
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
    suite = measured(
        about, {name: _after(change) for name, change in changes.items()}, HEADINGS, mark
    )
    if suite is None:
        return
    values = {
        name: {figure: [world[name][figure] for world in suite.worlds] for figure in HEADINGS}
        for name in (WHOLE, *suite.chosen)
    }
    print("\nmean (range) over the worlds")
    for name, figures in values.items():
        cells = "".join(f"{told(figures[figure]):>22}" for figure in HEADINGS)
        print(f"{name:38}{cells}")
    worst = max(max(figures["innocents_per_1000"]) for figures in values.values())
    print(f"innocents per 1,000 at worst: {worst:.1f}; the mark is {mark:g}")
    table = {
        name: {figure: spread(numbers) for figure, numbers in figures.items()}
        for name, figures in values.items()
    }
    suite.kept.write({"mark": mark, "table": table})


def _after(change: Change) -> Measure:
    """Figures of a world after a change."""

    def measure(tables: Tables, truth: pl.DataFrame, seed: int) -> Figures:
        return scored(change(tables, truth, np.random.default_rng(seed)), truth, seed)

    return measure
