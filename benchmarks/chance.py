"""Does the chance figure mean what it says? Worlds without any ring, many times over.

The honest accounts of a world get identifiers, templates, sign-ups and times dealt at random, each
as popular as before. All groups that links make are then tested against chance, as in a run without
labels. At most one run in a hundred may come upon a candidate at a surprise of 6 or more.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np
from _kept import Figures, Kept
from _permuted import dealt, honest_only
from _planted import add_options, none_there, planted

from graph import find_rings, link
from ingest import Tables, read_tables
from models.ring_scores import decide_rings
from ringscope.evaluate import read_truth

BAR = 6.0
"""Surprise (-log10 of chance) from which a candidate counts."""
MARK = 0.01
"""Share of runs that may have one."""


def measure(tables: Tables, seed: int) -> Figures:
    """Candidates of one world with everything dealt at random."""
    began = time.perf_counter()
    world = dealt(tables, np.random.default_rng(seed))
    linkage = link(world, seed=seed)
    risk = np.ones(linkage.accounts)
    found = find_rings(linkage, risk, world.accounts["created_at"], seed=seed)
    decided = decide_rings(found, risk, world.accounts["label"], supervised=False)
    surprise = decided["surprise"].to_numpy()
    return {
        "links": float(linkage.links.height),
        "candidates": float(decided.height),
        "most_surprise": float(surprise.max(initial=0.0)),
        "above": float((surprise >= BAR).sum()),
        "called_rings": float((decided["status"] == "ring").sum()),
        "seconds": time.perf_counter() - began,
    }


def line(name: str, runs: list[Figures]) -> str:
    """What the runs of one world come to."""
    most = np.array([run["most_surprise"] for run in runs])
    above = sum(run["above"] > 0 for run in runs)
    called = sum(run["called_rings"] > 0 for run in runs)
    candidates = np.mean([run["candidates"] for run in runs])
    return (
        f"{name:10}{len(runs):6}{candidates:12.1f}{np.median(most):10.2f}{most.max():10.2f}"
        f"{above:10}{called:10}"
    )


def main() -> None:
    """Print what the worlds come to, and keep every run as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    add_options(parser, seeds=[7, 8, 9, 10], accounts=1000)
    parser.add_argument("--times", type=int, default=5, help="how often each world is dealt")
    parser.add_argument("--out", type=Path, help="JSON file, in which figures are kept")
    options = parser.parse_args()
    if none_there(options.worlds):
        print(f"chance: skipped, there is no world in {options.worlds}")
        return
    kept = Kept(options.out, {"accounts": options.accounts})
    found: dict[str, list[Figures]] = {}
    print("world       runs  candidates    median   highest   above 6     rings")
    with tempfile.TemporaryDirectory(prefix="ringscope-chance-") as scratch:
        for world in planted(options.worlds, options.seeds, options.accounts, Path(scratch)):
            tables = honest_only(read_tables(world.tables), read_truth(world.truth))
            found[world.name] = [
                kept.get(f"{world.name}, dealt {seed}", partial(measure, tables, seed))
                for seed in range(options.times)
            ]
            print(line(world.name, found[world.name]), flush=True)
    runs = [run for world in found.values() for run in world]
    share = float(np.mean([run["above"] > 0 for run in runs]))
    print(line("all", runs))
    print(f"runs with a candidate at {BAR:.0f} or more: {share:.3f}; the mark is {MARK}")
    kept.write({"mark": MARK, "runs": len(runs), "share_above": share})


if __name__ == "__main__":
    main()
