"""What co-timed actions are worth: demo worlds to which acts on targets are added.

Some rings act in step; classes, fans, friends, teams and busy people look alike (`_actions.py`).
Each world is linked and scored with the kind `cotimed` and without it, on the same data. Printed
are figures with and without, what is gained (mean and range over the worlds), and how many accounts
of each group were linked by it.
"""

from __future__ import annotations

import argparse
import tempfile
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import polars as pl
from _actions import Planted, plant_actions
from _kept import Figures, Kept, spread, told
from _planted import add_options, none_there, planted
from _scored import scored

from graph import linkage
from graph.cotimed import find_cotimed
from ingest import Tables, read_tables
from ringscope.evaluate import read_truth

FIGURES = {
    "average_precision": "AP",
    "ring_f1": "ring F1",
    "rings_found": "rings found",
    "innocents_per_1000": "innocents per 1,000",
}
WITH, WITHOUT = "with", "without"
Found = dict[str, Figures]


def linked(world: Planted) -> dict[str, list[int]]:
    """Accounts of each role, and how many of them are in a set of co-timed actions."""
    found = find_cotimed(world.tables)["account"].unique()
    role = pl.DataFrame({"role": world.role}).with_row_index("account")
    counted = (
        role.with_columns(seen=pl.col("account").is_in(found.implode()))
        .group_by("role")
        .agg(pl.len(), pl.col("seen").sum())
        .sort("role")
    )
    return {name or "others": [size, seen] for name, size, seen in counted.iter_rows()}


def blind(tables: Tables, truth: pl.DataFrame, seed: int) -> Figures:
    """Figures as if nobody looked at targets."""
    nobody = find_cotimed(tables).clear()
    with mock.patch.object(linkage, "find_cotimed", return_value=nobody):
        return scored(tables, truth, seed)


def measured(name: str, world: Planted, truth: pl.DataFrame, seed: int, kept: Kept) -> Found:
    """Figures with the kind and without it; a line is printed for each."""
    found = {}
    for way, measure in ((WITH, scored), (WITHOUT, blind)):
        work = partial(measure, world.tables, truth, seed)
        found[way] = kept.get(f"{name}, {way}, run seed {seed}", work)
        cells = "".join(f"{found[way][figure]:10.3f}" for figure in FIGURES)
        print(f"{name:10}{way:10}{cells}", flush=True)
    return found


def main() -> None:
    """Print figures by world, then what is gained; keep them as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    add_options(parser, seeds=[7], accounts=500)
    parser.add_argument("--seed", type=int, default=7, help="of the runs and of the acts")
    parser.add_argument("--out", type=Path, help="JSON file, in which figures are kept")
    options = parser.parse_args()
    if none_there(options.worlds):
        print(f"cotimed: skipped, there is no world in {options.worlds}")
        return
    kept = Kept(options.out, {"accounts": options.accounts})
    figures: list[Found] = []
    roles: list[dict[str, list[int]]] = []
    with tempfile.TemporaryDirectory(prefix="ringscope-cotimed-") as scratch:
        for source in planted(options.worlds, options.seeds, options.accounts, Path(scratch)):
            truth = read_truth(source.truth)
            world = plant_actions(read_tables(source.tables), truth, options.seed)
            roles.append(linked(world))
            figures.append(measured(source.name, world, truth, options.seed, kept))
    kept.write(summary(figures, roles))


def summary(figures: dict[str, list[Figures]], roles: list[dict[str, list[int]]]) -> dict[str, Any]:
    """Means and ranges, printed as Markdown: figures, then accounts linked by role."""
    print("\n| figure | with | without | gained |\n| --- | --- | --- | --- |")
    table = {}
    for figure, words in FIGURES.items():
        with_it, without = ([world[way][figure] for world in figures] for way in (WITH, WITHOUT))
        columns = {
            WITH: with_it,
            WITHOUT: without,
            "gained": [a - b for a, b in zip(with_it, without, strict=True)],
        }
        table[figure] = {name: spread(values) for name, values in columns.items()}
        print(f"| {words} | {' | '.join(map(told, columns.values()))} |")
    print("\n| accounts | there | linked |\n| --- | --- | --- |")
    names = sorted({name for world in roles for name in world})
    total = {name: [sum(world[name][i] for world in roles) for i in (0, 1)] for name in names}
    for name, (size, seen) in total.items():
        print(f"| {name} | {size} | {seen} |")
    return {"figures": table, "linked": total}


if __name__ == "__main__":
    main()
