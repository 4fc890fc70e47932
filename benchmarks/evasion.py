"""Deliberate evasion: what is found, and who is harmed, before and after each attack.

Each attack changes the clean tables of a world as an operation could (`_attacks`); the truth stays.
The mark to hold is at most four honest accounts in a ring per 1,000, whatever the attack.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
from _attacks import ATTACKS
from _kept import Figures, Kept, spread, told
from _planted import World, add_options, none_there, planted
from _scored import scored

from ingest import Tables, read_tables
from ringscope.evaluate import read_truth

FIGURES = {
    "members_placed": "members in rings",
    "ring_f1": "ring F1",
    "average_precision": "AP",
    "innocents_per_1000": "innocents",
}
"""Figures that are printed, by name, with their headings."""
MARK = 4.0
"""Honest accounts in a ring per 1,000 that no attack may exceed."""
BEFORE = "before"


def measure(attack: str, tables: Tables, truth: pl.DataFrame, seed: int) -> Figures:
    """Figures of a world after an attack, or before any."""
    if attack != BEFORE:
        tables = ATTACKS[attack](tables, truth, np.random.default_rng(seed))
    return scored(tables, truth, seed)


def suite(world: World, attacks: list[str], seed: int, kept: Kept) -> dict[str, Figures]:
    """Figures of one world by attack; a line is printed after each."""
    tables, truth = read_tables(world.tables), read_truth(world.truth)
    found = {}
    for attack in attacks:
        name = f"{world.name}, {attack}, run seed {seed}"
        found[attack] = kept.get(name, partial(measure, attack, tables, truth, seed))
        print(f"{world.name:10}{attack:34}" + line(found[attack]), flush=True)
    return found


def line(figures: Figures) -> str:
    """Figures as cells, with a mark where honest accounts are harmed beyond what is allowed."""
    broken = figures["innocents_per_1000"] > MARK
    return "".join(f"{figures[name]:18.3f}" for name in FIGURES) + ("  ABOVE" if broken else "")


def summary(found: Mapping[str, Mapping[str, Figures]], attacks: list[str]) -> dict[str, object]:
    """Mean, least and greatest of each figure over the worlds, per attack."""
    return {
        attack: {
            name: spread([world[attack][name] for world in found.values()]) for name in FIGURES
        }
        for attack in attacks
    }


def main() -> None:
    """Print the figures of each world and attack, then all worlds together; keep them as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    add_options(parser, seeds=[7], accounts=3000)
    parser.add_argument("--seed", type=int, default=7, help="of the attacks and the runs")
    parser.add_argument("--attacks", nargs="+", choices=list(ATTACKS), default=list(ATTACKS))
    parser.add_argument("--out", type=Path, help="JSON file, in which figures are kept")
    options = parser.parse_args()
    if none_there(options.worlds):
        print(f"evasion: skipped, there is no world in {options.worlds}")
        return
    attacks = [BEFORE, *options.attacks]
    kept = Kept(options.out, {"accounts": options.accounts})
    print(f"{'world':10}{'attack':34}" + "".join(f"{words:>18}" for words in FIGURES.values()))
    with tempfile.TemporaryDirectory(prefix="ringscope-evasion-") as scratch:
        worlds = planted(options.worlds, options.seeds, options.accounts, Path(scratch))
        found = {world.name: suite(world, attacks, options.seed, kept) for world in worlds}
    print("\nmean (range) over the worlds")
    for attack in attacks:
        cells = (told([world[attack][name] for world in found.values()]) for name in FIGURES)
        print(f"{attack:34}" + "".join(f"{cell:>22}" for cell in cells))
    worst = max(
        figures["innocents_per_1000"] for world in found.values() for figures in world.values()
    )
    print(f"innocents per 1,000 at worst: {worst:.1f}; the mark is {MARK:.0f}")
    kept.write({"mark": MARK, "table": summary(found, attacks)})


if __name__ == "__main__":
    main()
