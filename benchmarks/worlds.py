"""Planted worlds beside a naive baseline: accounts, rings, honest accounts harmed, seconds.

Worlds with `data/` (tables) and `truth.csv.gz` come from a folder; fresh demo worlds are made from
seeds. The truth is used for scoring only. The baseline places in one ring what is connected through
identifiers shared by at most ten accounts, and scores accounts with a forest on their columns.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean

import polars as pl
from _analyst import column_risk, shared_by_few

import ringscope
from ingest import read_tables
from ringscope.demo import write_world
from ringscope.evaluate import compare, read_truth

FIGURES = {
    "average_precision": "AP",
    "ring_f1": "ring F1",
    "innocents_per_1000": "innocents",
    "rings_found": "found",
    "seconds": "seconds",
}
"""Figures that are printed, by their names in `ringscope evaluate`, with their headings."""

Figures = dict[str, float]


def measure(tables: Path, truth: Path, out: Path, seed: int) -> dict[str, Figures]:
    """Figures of a run and of the baseline, against the truth."""
    planted = read_truth(truth)
    began = time.perf_counter()
    run = ringscope.analyze(tables, ringscope.Settings(seed=seed), out)
    figures = compare(planted, run.frame("scores")).figures
    found = {"ringscope": figures | {"seconds": time.perf_counter() - began}}
    began = time.perf_counter()
    figures = compare(planted, naive_scores(tables, seed)).figures
    return found | {"naive": figures | {"seconds": time.perf_counter() - began}}


def naive_scores(tables: Path, seed: int) -> pl.DataFrame:
    """The baseline's result: account_id, risk, ring_id (null: in none)."""
    clean = read_tables(tables)
    ring = pl.Series(shared_by_few(clean))
    return clean.accounts.select(
        "account_id",
        risk=pl.Series(column_risk(clean, seed)),
        ring_id=pl.when(ring >= 0).then(ring.cast(pl.String)),
    )


def worlds(
    folder: Path | None, seeds: list[int], accounts: int, scratch: Path
) -> Iterator[tuple[str, Path, Path]]:
    """Yield name, tables and truth of each world."""
    for truth in sorted(folder.glob("*/truth.csv.gz")) if folder else ():
        yield truth.parent.name, truth.parent / "data", truth
    for seed in seeds:
        home = scratch / f"seed-{seed}"
        write_world(home, accounts=accounts, seed=seed)
        yield f"seed {seed}", home, home / "truth.csv"


def line(world: str, who: str, figures: Figures) -> str:
    """One line of the table."""
    return f"{world:10}{who:11}" + "".join(f"{figures[name]:11.3f}" for name in FIGURES)


def main() -> None:
    """Print the table and the mean, and write every figure as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--worlds", type=Path, help="folder of worlds (../shared/data/worlds)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[7, 8, 9], help="demo worlds")
    parser.add_argument("--accounts", type=int, default=1000, help="of a demo world; or 20000")
    parser.add_argument("--seed", type=int, default=7, help="of the runs")
    parser.add_argument("--out", type=Path, help="JSON file to write")
    options = parser.parse_args()
    if options.worlds and not any(options.worlds.glob("*/truth.csv.gz")):
        print(f"worlds: skipped, there is no world in {options.worlds}")
        return
    print(f"{'world':10}{'':11}" + "".join(f"{heading:>11}" for heading in FIGURES.values()))
    found: dict[str, dict[str, Figures]] = {}
    with tempfile.TemporaryDirectory(prefix="ringscope-worlds-") as scratch:
        home = Path(scratch)
        for name, tables, truth in worlds(options.worlds, options.seeds, options.accounts, home):
            found[name] = measure(tables, truth, home / "runs" / name, options.seed)
            for who, figures in found[name].items():
                print(line(name, who, figures), flush=True)
    mean = {
        who: {name: fmean(world[who][name] for world in found.values()) for name in FIGURES}
        for who in ("ringscope", "naive")
    }
    for who, figures in mean.items():
        print(line("mean", who, figures))
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        content = {"accounts": options.accounts, "worlds": found, "mean": mean}
        options.out.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
