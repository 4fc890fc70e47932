"""What each ingredient is worth: figures without it, beside those of the whole, seed by seed.

Every ingredient of linkage, rings and scores is switched off once (`_switches`) on several
worlds. Worth is what the whole has more than the rest: mean and range over the worlds.
"""

from __future__ import annotations

from functools import partial

import polars as pl
from _kept import Figures, spread, told
from _scored import scored
from _switches import SWITCHES, Switch, off
from _variants import WHOLE, measured

from ingest import Tables

FIGURES = {
    "average_precision": "AP",
    "ring_f1": "ring F1",
    "rings_found": "found",
    "innocents_per_1000": "innocents",
}
"""Figures that are printed, by name, with their headings."""


def without(switch: Switch, tables: Tables, truth: pl.DataFrame, seed: int) -> Figures:
    """Figures of a world without an ingredient."""
    with off(switch):
        return scored(tables, truth, seed)


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
    variants = {name: partial(without, switch) for name, switch in SWITCHES.items()}
    suite = measured(__doc__, variants, FIGURES)
    if suite is None:
        return
    print("\nlost without it: mean (range) over the worlds")
    for switch in suite.chosen:
        cells = (told(losses(suite.worlds, switch, name)) for name in FIGURES)
        print(f"{switch:38}" + "".join(f"{cell:>24}" for cell in cells))
    suite.kept.write({"table": summary(suite.worlds, [WHOLE, *suite.chosen])})


if __name__ == "__main__":
    main()
