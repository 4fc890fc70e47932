"""Planted worlds beside a naive baseline: accounts, rings, honest accounts harmed, seconds.

Worlds with `data/` (tables) and `truth.csv.gz` come from a folder and are run with several seeds;
fresh demo worlds are made from seeds and run with the first one. The truth is used for scoring
only. The baseline places in one ring what is connected through identifiers shared by at most ten
accounts, and scores accounts with a forest on their columns.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from statistics import fmean

import polars as pl
from _analyst import column_risk, shared_by_few
from _kept import Figures, Kept, spread, told
from _planted import World, add_options, none_there, planted
from _record import record

import ringscope
from ingest import read_tables
from ringscope.evaluate import compare, read_truth

FIGURES = {
    "average_precision": "AP",
    "ring_f1": "ring F1",
    "rings_found": "found",
    "innocents_per_1000": "innocents",
    "calibration_error": "ECE",
    "seconds": "seconds",
}
"""Figures that are printed, by their names in `ringscope evaluate`, with their headings."""
NAIVE = "naive"


def measure(world: World, out: Path, seed: int) -> Figures:
    """Figures of a run, against the truth."""
    began = time.perf_counter()
    run = ringscope.analyze(world.tables, ringscope.Settings(seed=seed), out)
    seconds = time.perf_counter() - began
    return record(run, world.truth) | {"seconds": seconds}


def measure_naive(world: World, seed: int) -> Figures:
    """The same of the baseline."""
    began = time.perf_counter()
    figures = compare(read_truth(world.truth), naive_scores(world.tables, seed)).figures
    return figures | {"seconds": time.perf_counter() - began}


def naive_scores(tables: Path, seed: int) -> pl.DataFrame:
    """The baseline's result: account_id, risk, ring_id (null: in none)."""
    clean = read_tables(tables)
    ring = pl.Series(shared_by_few(clean))
    return clean.accounts.select(
        "account_id",
        risk=pl.Series(column_risk(clean, seed)),
        ring_id=pl.when(ring >= 0).then(ring.cast(pl.String)),
    )


def line(world: str, who: str, figures: Figures) -> str:
    """One line of the table."""
    return f"{world:10}{who:11}" + "".join(f"{figures[name]:11.3f}" for name in FIGURES)


def table(worlds: dict[str, list[Figures]]) -> dict[str, dict[str, dict[str, float]]]:
    """Mean, least and greatest of each figure over the run seeds, per world."""
    return {
        world: {
            name: dict(
                zip(("mean", "low", "high"), spread([one[name] for one in runs]), strict=True)
            )
            for name in FIGURES
        }
        for world, runs in worlds.items()
    }


def print_means(worlds: dict[str, list[Figures]], folder: Path | None) -> None:
    """Print what each world comes to, then the worlds of the folder beside the demo worlds."""
    print(f"\nmean (range) over run seeds\n{'world':10}" + _cells(FIGURES.values()))
    for world, runs in worlds.items():
        print(f"{world:10}" + _cells(told([one[name] for one in runs]) for name in FIGURES))
    demo = {world for world in worlds if world.startswith("seed ")}
    for title, names in (("demo", demo), ("others", worlds.keys() - demo)):
        means = [
            {name: fmean(one[name] for one in worlds[world]) for name in FIGURES}
            for world in sorted(names)
        ]
        if means:
            cells = (told([one[name] for one in means]) for name in FIGURES)
            print(f"{title:10}" + _cells(cells) + f"  ({len(means)} worlds)")
    if not folder:
        print("no other maker's worlds beside them: give --worlds")


def _cells(texts: Iterable[str]) -> str:
    return "".join(f"{text:>21}" for text in texts)


def main() -> None:
    """Print the figures of each run and what they come to; keep every figure as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    add_options(parser, seeds=[7, 8, 9], accounts=1000)
    parser.add_argument("--run-seeds", type=int, nargs="+", default=[7], help="seeds of the runs")
    parser.add_argument("--out", type=Path, help="JSON file, in which figures are kept")
    options = parser.parse_args()
    if none_there(options.worlds):
        print(f"worlds: skipped, there is no world in {options.worlds}")
        return
    kept = Kept(options.out, {"accounts": options.accounts})
    worlds: dict[str, list[Figures]] = {}
    naive: dict[str, list[Figures]] = {}
    print(f"{'world':10}{'':11}" + "".join(f"{heading:>11}" for heading in FIGURES.values()))
    first, *_ = options.run_seeds
    with tempfile.TemporaryDirectory(prefix="ringscope-worlds-") as scratch:
        home = Path(scratch)
        for world in planted(options.worlds, options.seeds, options.accounts, home):
            demo = world.name.startswith("seed ")
            for seed in [first] if demo else options.run_seeds:
                name = f"{world.name}, run seed {seed}"
                out = home / "runs" / f"{world.name}-{seed}"
                found = kept.get(name, partial(measure, world, out, seed))
                worlds.setdefault(world.name, []).append(found)
                print(line(world.name, f"run {seed}", found), flush=True)
            found = kept.get(f"{world.name}, {NAIVE}", partial(measure_naive, world, first))
            naive[world.name] = [found]
            print(line(world.name, NAIVE, found), flush=True)
    print_means(worlds, options.worlds)
    kept.write({"table": table(worlds), NAIVE: table(naive)})


if __name__ == "__main__":
    main()
