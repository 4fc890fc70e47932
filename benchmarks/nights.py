"""Thirty nights of a growing world in a store: are ids kept, turns told, rings found in time?

Rings are born, grow, rotate, merge, split, fall asleep and wake as planned; people decide on a few
rings a night. What the stories tell is compared with the plan.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from statistics import fmean, median

import ringscope
from ringscope.demo.judge import judge
from ringscope.demo.nights import make_nights
from ringscope.demo.play import play

FIGURES = {
    "id_kept": "id kept",
    "merged": "merges",
    "split": "splits",
    "dormant": "sleeps",
    "returned": "wakes",
    "nights_until_seen": "listed",
    "nights_until_called": "called",
    "seconds_per_night": "s/night",
}
"""Figures that are printed, by name, with their headings; turns as told/planned."""

Figures = dict[str, float]


def measure(seed: int, accounts: int, reviews: int, train_every: int, store: Path) -> Figures:
    """Figures of one world, played from the first night to the last."""
    world = make_nights(accounts=accounts, seed=seed)
    settings = ringscope.Settings(seed=seed)
    began = time.perf_counter()
    runs = list(play(world, store, settings=settings, reviews=reviews, train_every=train_every))
    seconds = (time.perf_counter() - began) / world.nights
    return {**judge(world, runs).figures, "seconds_per_night": seconds}


def line(name: str, figures: Figures) -> str:
    """One line of the table."""
    cells = [
        f"{figures[f'{key}_told']:.0f}/{figures[f'{key}_planned']:.0f}"
        if f"{key}_told" in figures
        else f"{figures[key]:.3f}"
        for key in FIGURES
    ]
    return f"{name:10}" + "".join(f"{cell:>9}" for cell in cells)


def together(found: dict[str, Figures]) -> Figures:
    """Sums of what is counted, medians of delays, means of the rest, over the worlds."""
    summed = ("_told", "_planned", "_unplanned", "_nights", "_hold", "_born")
    figures: Figures = {}
    for name in next(iter(found.values())):
        values = [world[name] for world in found.values()]
        if name.endswith(summed):
            figures[name] = sum(values)
        else:
            figures[name] = median(values) if name.startswith("nights_until") else fmean(values)
    return figures


def main() -> None:
    """Print the table and what all worlds come to, and write every figure as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, nargs="+", default=[7], help="worlds")
    parser.add_argument("--accounts", type=int, default=2400, help="on the last night")
    parser.add_argument("--reviews", type=int, default=3, help="rings that people decide a night")
    parser.add_argument("--train-every", type=int, default=3, help="nights between trainings")
    parser.add_argument("--out", type=Path, help="JSON file to write")
    options = parser.parse_args()
    print(f"{'world':10}" + "".join(f"{heading:>9}" for heading in FIGURES.values()))
    found: dict[str, Figures] = {}
    for seed in options.seeds:
        with tempfile.TemporaryDirectory(prefix="ringscope-nights-") as scratch:
            name, store = f"seed {seed}", Path(scratch) / "store"
            found[name] = measure(
                seed, options.accounts, options.reviews, options.train_every, store
            )
            print(line(name, found[name]), flush=True)
    if len(found) > 1:
        print(line("together", together(found)))
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        content = {
            "accounts": options.accounts,
            "reviews": options.reviews,
            "train_every": options.train_every,
            "worlds": found,
            "together": together(found),
        }
        options.out.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
