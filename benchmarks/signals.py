"""What each family of signals is worth: figures without it, beside those with all, seed by seed.

Every family of `models.signals` is left out once, and all of them together, on demo worlds and on
worlds that hold what a family is made for: a log with scrapers (`ringscope simulate scrapers`), and
series of which some are bought (`simulate engagement`), where half of the accounts have labels.
Worth is what the whole has more than the rest: mean and range over the worlds. A family whose
tables a world does not have changes nothing there, and is not measured.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from _kept import Figures, Kept, spread, told
from _planted import World, add_options, none_there, planted
from _scored import scored
from _switches import Switch, off
from _switches.changes import without

from ingest import Tables, read_tables
from models.signals import FAMILIES, signal_features
from ringscope.evaluate import read_truth
from ringscope.simulate import make_engagement, write_log

FIGURES = {"average_precision": "AP", "ring_f1": "ring F1"}
WHOLE, NONE = "all families", "no signals"
TARGET = "models.account_features:account_features"
Spread = tuple[float, float, float]


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


class Input(NamedTuple):
    """A world: its group, its name, clean tables, and the planted truth."""

    group: str
    name: str
    tables: Tables
    truth: pl.DataFrame


def demo(world: World) -> Input:
    """A demo world."""
    return Input("demo worlds", world.name, read_tables(world.tables), read_truth(world.truth))


def log(seed: int, accounts: int, scratch: Path) -> Input:
    """A log of events in which some scrape."""
    folder = scratch / f"log-{seed}"
    write_log(folder, accounts=accounts, seed=seed)
    spam = pl.read_csv(folder / "truth.csv", schema_overrides={"account_id": pl.String})
    tables = read_tables(folder, preset="event-logs")
    return known_half("logs", seed, tables, spam.select("account_id", spam="scraper"))


def series(seed: int, accounts: int) -> Input:
    """Series of engagement of which some are bought."""
    made = make_engagement(users=accounts, seed=seed)
    tables = read_tables({name: made[name] for name in ("accounts", "engagement")})
    return known_half("series", seed, tables, made["truth"].select("account_id", spam="fake"))


def known_half(group: str, seed: int, tables: Tables, spam: pl.DataFrame) -> Input:
    """Put the truth of half of the accounts into their label."""
    ids = tables.accounts.select("account_id")
    truth = ids.join(spam, "account_id", "left", maintain_order="left").select(
        "account_id",
        pl.col("spam").cast(pl.Int8),
        ring=pl.lit(None, pl.String),
        kind=pl.lit(None, pl.String),
        labelled=pl.Series(np.random.default_rng(seed).random(ids.height) < 0.5).cast(pl.Int8),
    )
    label = truth.select(label=pl.when(pl.col("labelled") == 1).then("spam")).to_series()
    tables = replace(tables, accounts=tables.accounts.with_columns(label))
    return Input(group, f"{group} {seed}", tables, truth)


def of_world(world: Input, seed: int, kept: Kept) -> dict[str, Figures]:
    """Figures of one world by what is left out; a line is printed after each."""
    tables, truth = world.tables, world.truth
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


def inputs(options: argparse.Namespace, scratch: Path) -> Iterator[Input]:
    """All worlds that are asked for."""
    yield from map(demo, planted(options.worlds, options.seeds, options.accounts, scratch))
    for seed in options.seeds:
        yield log(seed, options.accounts, scratch)
        yield series(seed, options.accounts)


def table(found: dict[str, list[dict[str, Figures]]]) -> dict[str, dict[str, dict[str, Spread]]]:
    """Worth by group of worlds, family and figure; printed as Markdown."""
    print(
        f"\n| worlds | family | {' | '.join(f'{one} gained by it' for one in FIGURES.values())} |"
    )
    print("| --- | --- |" + " --- |" * len(FIGURES))
    content: dict[str, dict[str, dict[str, Spread]]] = {}
    for group, worlds in found.items():
        known_here = [name for name in (*FAMILIES, NONE) if any(name in world for world in worlds)]
        for name in known_here:
            gained = {figure: worth(worlds, name, figure) for figure in FIGURES}
            by_figure = {figure: spread(values) for figure, values in gained.items()}
            content.setdefault(group, {})[name] = by_figure
            said = "all of them" if name == NONE else name
            print(f"| {group} | {said} | {' | '.join(map(told, gained.values()))} |")
    return content


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
    found: dict[str, list[dict[str, Figures]]] = {}
    with tempfile.TemporaryDirectory(prefix="ringscope-signals-") as scratch:
        for world in inputs(options, Path(scratch)):
            found.setdefault(world.group, []).append(of_world(world, options.seed, kept))
    kept.write({"worth": table(found)})


if __name__ == "__main__":
    main()
