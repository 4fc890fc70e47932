"""What each ingredient is worth: figures without it, beside those of the whole, seed by seed.

Every ingredient of linkage, rings and scores is switched off once (`_switches`) on several demo
worlds. Worth is what the whole has more than the rest: mean and range over the worlds.
"""

from __future__ import annotations

import argparse
import tempfile
from functools import partial
from pathlib import Path

import polars as pl
from _kept import Figures, Kept, spread, told
from _planted import World, add_options, none_there, planted
from _scored import scored
from _switches import SWITCHES, off

from ingest import Tables, read_tables
from ringscope.evaluate import read_truth

FIGURES = {
    "average_precision": "AP",
    "ring_f1": "ring F1",
    "rings_found": "found",
    "innocents_per_1000": "innocents",
}
"""Figures that are printed, by name, with their headings."""
WHOLE = "everything"


def measure(switch: str, tables: Tables, truth: pl.DataFrame, seed: int) -> Figures:
    """Figures of a world without an ingredient, or of the whole."""
    if switch == WHOLE:
        return scored(tables, truth, seed)
    with off(SWITCHES[switch]):
        return scored(tables, truth, seed)


def of_world(world: World, switches: list[str], seed: int, kept: Kept) -> dict[str, Figures]:
    """Figures of one world by switch; a line is printed after each."""
    tables, truth = read_tables(world.tables), read_truth(world.truth)
    found = {}
    for switch in switches:
        name = f"{world.name}, {switch}, run seed {seed}"
        found[switch] = kept.get(name, partial(measure, switch, tables, truth, seed))
        cells = "".join(f"{found[switch][name]:12.3f}" for name in FIGURES)
        print(f"{world.name:10}{switch:38}{cells}", flush=True)
    return found


def losses(worlds: list[dict[str, Figures]], switch: str, name: str) -> list[float]:
    """Per world: what the whole has more than without the ingredient."""
    return [world[WHOLE][name] - world[switch][name] for world in worlds]


def summary(worlds: list[dict[str, Figures]], switches: list[str]) -> dict[str, object]:
    """Per switch and figure: mean, least and greatest, of the figure and of what is lost."""
    return {
        switch: {
            "part": SWITCHES[switch].part if switch in SWITCHES else "",
            "figures": {
                name: spread([world[switch][name] for world in worlds]) for name in FIGURES
            },
            "lost": {name: spread(losses(worlds, switch, name)) for name in FIGURES},
        }
        for switch in switches
    }


def main() -> None:
    """Print figures by world and switch, then what each ingredient is worth; keep them as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    add_options(parser, seeds=[7], accounts=3000)
    parser.add_argument("--seed", type=int, default=7, help="of the runs")
    parser.add_argument("--switches", nargs="+", choices=list(SWITCHES), default=list(SWITCHES))
    parser.add_argument("--out", type=Path, help="JSON file, in which figures are kept")
    options = parser.parse_args()
    if none_there(options.worlds):
        print(f"ablation: skipped, there is no world in {options.worlds}")
        return
    switches = [WHOLE, *options.switches]
    kept = Kept(options.out, {"accounts": options.accounts})
    print(f"{'world':10}{'switched off':38}" + "".join(f"{w:>12}" for w in FIGURES.values()))
    with tempfile.TemporaryDirectory(prefix="ringscope-ablation-") as scratch:
        home = Path(scratch)
        worlds = [
            of_world(world, switches, options.seed, kept)
            for world in planted(options.worlds, options.seeds, options.accounts, home)
        ]
    print("\nlost without it: mean (range) over the worlds")
    for switch in options.switches:
        cells = (told(losses(worlds, switch, name)) for name in FIGURES)
        print(f"{switch:38}" + "".join(f"{cell:>24}" for cell in cells))
    kept.write({"table": summary(worlds, switches)})


if __name__ == "__main__":
    main()
