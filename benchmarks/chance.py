"""Does the chance figure mean what it says? Worlds without any ring, many times over.

The honest accounts of a world get identifiers, templates, sign-ups and times dealt at random, each
as popular as before. Candidate rings are then tested against chance; at most one run in a hundred
may come upon one at a surprise of 6 or more. Whom a run suspects decides which candidates there
are, so several ways to suspect are tried: everyone, as a run without labels does; those who are
linked most, as a model would that takes sharing itself for guilt; and a whole run that learns
from labels which were given at random.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from unittest import mock

import numpy as np
import polars as pl
from _kept import Figures, Kept
from _permuted import dealt, honest_only
from _planted import add_options, none_there, planted
from numpy.typing import NDArray

from graph import Linkage, adjacency, find_rings, link
from ingest import Tables, read_tables
from ingest.read_once import read_once
from ringscope import Settings, analysis
from ringscope.evaluate import read_truth

BAR = 6.0
"""Surprise (-log10 of chance) from which a candidate counts."""
MARK = 0.01
"""Share of runs that may have one."""
MOST_LINKED = 0.1
"""Share of the accounts, those with the greatest weight of links, that are suspected."""
LABELLED, SPAM = 0.15, 0.25
"""Share of the accounts that get a label at random, and of the labels that say spam."""

Suspicion = Callable[[Linkage], NDArray[np.float64]]


def everyone(linkage: Linkage) -> NDArray[np.float64]:
    """All accounts are suspected."""
    return np.ones(linkage.accounts)


def most_linked(linkage: Linkage) -> NDArray[np.float64]:
    """Those with the greatest weight of links are suspected, and hardly anybody else."""
    weight = np.asarray(adjacency(linkage.links, linkage.accounts).sum(axis=1)).ravel()
    return np.where(weight >= np.quantile(weight, 1 - MOST_LINKED), 0.9, 0.05)


def by_links(suspicion: Suspicion, tables: Tables, seed: int) -> pl.DataFrame:
    """Candidates of a world by a simple suspicion."""
    linkage = link(tables, seed=seed)
    created = tables.accounts["created_at"]
    return find_rings(linkage, suspicion(linkage), created, seed=seed).rings


def by_learning(tables: Tables, seed: int) -> pl.DataFrame:
    """Candidates of a whole run that learns from random labels."""
    rng, count = np.random.default_rng(seed), tables.accounts.height
    spam = pl.Series(rng.random(count) < SPAM).cast(pl.Int8)
    label = pl.when(pl.Series(rng.random(count) < LABELLED)).then(spam)
    told = read_once(replace(tables, accounts=tables.accounts.with_columns(label=label)))
    settings = Settings(seed=seed)
    linkage = analysis.link(told, settings)
    with mock.patch("models.scoring.honest_metrics", return_value={"supervised": True}):
        return analysis.score(told, linkage, settings, None).rings


WAYS: dict[str, Callable[[Tables, int], pl.DataFrame]] = {
    "everyone": partial(by_links, everyone),
    "most-linked": partial(by_links, most_linked),
    "random-labels": by_learning,
}
"""Ways to suspect, by name: the candidates of a world."""


def measure(way: str, tables: Tables, seed: int) -> Figures:
    """Candidates of one world with everything dealt at random."""
    began = time.perf_counter()
    rings = WAYS[way](dealt(tables, np.random.default_rng(seed)), seed)
    surprise = rings["surprise"].to_numpy()
    return {
        "candidates": float(rings.height),
        "most_surprise": float(surprise.max(initial=0.0)),
        "above": float((surprise >= BAR).sum()),
        "seconds": time.perf_counter() - began,
    }


def line(name: str, runs: list[Figures]) -> str:
    """What some runs come to."""
    most = np.array([run["most_surprise"] for run in runs])
    above = np.mean([run["above"] > 0 for run in runs])
    candidates = np.mean([run["candidates"] for run in runs])
    return (
        f"{name:26}{len(runs):6}{candidates:12.1f}{np.median(most):10.2f}{most.max():10.2f}"
        f"{above:10.3f}" + ("  ABOVE" if above > MARK else "")
    )


def main() -> None:
    """Print what the worlds come to, and keep every run as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    add_options(parser, seeds=[7, 8], accounts=1000)
    parser.add_argument("--times", type=int, default=5, help="how often each world is dealt")
    parser.add_argument("--ways", nargs="+", choices=list(WAYS), default=list(WAYS)[:2])
    parser.add_argument("--out", type=Path, help="JSON file, in which figures are kept")
    options = parser.parse_args()
    if none_there(options.worlds):
        print(f"chance: skipped, there is no world in {options.worlds}")
        return
    kept = Kept(options.out, {"accounts": options.accounts})
    found: dict[str, list[Figures]] = {way: [] for way in options.ways}
    print(f"{'world, suspected':26}  runs  candidates    median   highest   share >= {BAR:.0f}")
    with tempfile.TemporaryDirectory(prefix="ringscope-chance-") as scratch:
        for world in planted(options.worlds, options.seeds, options.accounts, Path(scratch)):
            tables = honest_only(read_tables(world.tables), read_truth(world.truth))
            for way in options.ways:
                names = [f"{world.name}, dealt {seed}, {way}" for seed in range(options.times)]
                runs = [
                    kept.get(name, partial(measure, way, tables, seed))
                    for seed, name in enumerate(names)
                ]
                print(line(f"{world.name}, {way}", runs), flush=True)
                found[way] += runs
    print()
    for way, runs in found.items():
        print(line(way, runs))
    print(f"the mark is {MARK}")
    table = {
        way: {
            "runs": len(runs),
            "median": float(np.median([run["most_surprise"] for run in runs])),
            "highest": max(run["most_surprise"] for run in runs),
            "share_above": float(np.mean([run["above"] > 0 for run in runs])),
        }
        for way, runs in found.items()
    }
    kept.write({"mark": MARK, "table": table})


if __name__ == "__main__":
    main()
