"""What each family of signals is worth: figures without it, beside those with all, seed by seed.

Every family of `models.signals` is left out once, and all of them together, on demo worlds. Worth
is what the whole has more than the rest: mean and range over the worlds. A family whose tables a
world does not have changes nothing there, and is not measured.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from _kept import Figures, Kept, spread, told
from _planted import World, add_options, none_there, planted
from _scored import scored
from _switches import Switch, off
from _switches.changes import without

from ingest import Tables, read_tables
from models.signals import FAMILIES, signal_features
from ringscope.evaluate import read_truth

FIGURES = {"average_precision": "AP", "ring_f1": "ring F1"}
WHOLE, NONE = "all families", "no signals"
TARGET = "models.account_features:account_features"


def known(tables: Tables) -> list[str]:
    """Families that have a signal in this input."""
    found = set(signal_features(tables).families.values())
    return [name for name in FAMILIES if name in found]


def left_out(families: list[str]) -> Switch:
    """The features without some families."""

    def substitute(original: object) -> object:
        for family in families:
            original = without(family)(original)  # type: ignore[arg-type]
        return original

    return Switch("signals", {TARGET: substitute})


def of_world(world: World, seed: int, kept: Kept) -> dict[str, Figures]:
    """Figures of one world by what is left out; a line is printed after each."""
    tables, truth = read_tables(world.tables), read_truth(world.truth)
    families = known(tables)
    found = {}
    for name, gone in {WHOLE: [], NONE: families, **{f: [f] for f in families}}.items():
        with off(left_out(gone)):
            key = f"{world.name}, {name}, run seed {seed}"
            found[name] = kept.get(key, lambda: scored(tables, truth, seed))
        cells = "".join(f"{found[name][figure]:10.3f}" for figure in FIGURES)
        print(
            f"{world.name:10}{name if name == WHOLE else 'without ' + name:24}{cells}", flush=True
        )
    return found


def worth(worlds: list[dict[str, Figures]], name: str, figure: str) -> list[float]:
    """Per world that has the family: what the whole has more than without it."""
    return [world[WHOLE][figure] - world[name][figure] for world in worlds if name in world]


def main() -> None:
    """Print figures by world, then the worth of each family; keep them as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    add_options(parser, seeds=[7], accounts=500)
    parser.add_argument("--seed", type=int, default=7, help="of the runs")
    parser.add_argument("--out", type=Path, help="JSON file, in which figures are kept")
    options = parser.parse_args()
    if none_there(options.worlds):
        print(f"signals: skipped, there is no world in {options.worlds}")
        return
    kept = Kept(options.out, {"accounts": options.accounts})
    with tempfile.TemporaryDirectory(prefix="ringscope-signals-") as scratch:
        worlds = [
            of_world(world, options.seed, kept)
            for world in planted(options.worlds, options.seeds, options.accounts, Path(scratch))
        ]
    print(f"\n| family | {' | '.join(f'{title} gained by it' for title in FIGURES.values())} |")
    print("| --- |" + " --- |" * len(FIGURES))
    table = {}
    for name in (*FAMILIES, NONE):
        rows = {figure: worth(worlds, name, figure) for figure in FIGURES}
        table[name] = {figure: spread(values) for figure, values in rows.items()}
        cells = (told(values) if values else "no input" for values in rows.values())
        print(f"| {'all of them' if name == NONE else name} | {' | '.join(cells)} |")
    kept.write({"worth": table})


if __name__ == "__main__":
    main()
