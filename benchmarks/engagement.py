"""Fake engagement: every model on known attack types, on unseen ones, and on a later time.

Series are made from seeds that were not used while the features and models were made (101 to 104
were). Three questions are asked of each model that reads labels:

- known: accounts of other folds, all twelve attack types in training; campaigns stay together;
- unseen: four times, three of the twelve types are kept out of training and asked for;
- later: trained on the first half of the time of some accounts, asked on the second half of others.

Models without labels see everything but the labels. Isolation forest on plain statistics (mean,
deviation and maximum of each metric) stands for what the document does.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.ensemble import IsolationForest
from sklearn.metrics import average_precision_score, roc_auc_score

from graph.engagement import Series, beginnings, engagement_waves, residuals, series_of
from ingest import read_tables
from models.engagement import Material, material, supervised, unsupervised
from models.engagement.detectors import SUPERVISED, oddness
from ringscope.simulate import make_engagement
from ringscope.simulate.attacks import ATTACKS

FOLDS, KEPT_OUT = 3, 3
PARTS = ["unsupervised", "known", "unseen", "later", "waves"]
Rows = NDArray[np.intp]
Scores = dict[str, list[tuple[NDArray[np.int64], NDArray[np.float32]]]]


class World:
    """Series of one seed with their truth; rows go with the accounts of the series."""

    def __init__(self, users: int, seed: int, strength: float = 1.0) -> None:
        made = make_engagement(users=users, seed=seed, strength=strength)
        self.tables = read_tables({n: made[n] for n in ("accounts", "engagement")})
        self.series: Series = series_of(self.tables.engagement)
        self.fake = made["truth"]["fake"].to_numpy().astype(np.int64)
        self.attack = made["truth"]["attack"].fill_null("").to_numpy()
        own = pl.int_range(pl.len()) + 1_000_000
        campaign = made["truth"].select(pl.coalesce(pl.col("campaign"), own))
        self.campaign = campaign.to_series().to_numpy()
        self.windows = made["windows"]
        self.ids = made["truth"]["account_id"]
        groups = np.unique(self.campaign)
        dealt = np.random.default_rng(seed).permutation(len(groups)) % FOLDS
        self.fold = dealt[np.searchsorted(groups, self.campaign)]

    def half(self, second: bool) -> tuple[Series, NDArray[np.int64]]:
        """One half of the time, and whose windows reach into it."""
        middle = self.series.values.shape[1] // 2
        steps = slice(middle, None) if second else slice(None, middle)
        begin = pl.from_epoch(pl.lit(int(self.series.moments[middle])), "s")
        inside = pl.col("end") >= begin if second else pl.col("begin") < begin
        hit = self.windows.filter(inside)["account_id"].unique()
        part = replace(self.series, start=int(self.series.moments[steps][0]),
                       values=self.series.values[:, steps])  # fmt: skip
        return part, self.ids.is_in(hit.implode()).to_numpy().astype(np.int64)


def known_types(world: World, found: Material, seed: int) -> Iterator[tuple[Rows, Any]]:
    """Scores of each fold by models of the others."""
    for number in range(FOLDS):
        train = np.flatnonzero(world.fold != number)
        yield (
            np.flatnonzero(world.fold == number),
            supervised(found, train, world.fake[train], seed),
        )


def unseen_types(world: World, found: Material, seed: int) -> Iterator[tuple[Rows, Any]]:
    """Scores of attack types that training lacks, beside honest accounts that it lacks."""
    names = np.random.default_rng(seed).permutation(list(ATTACKS))
    for number, out in enumerate(names.reshape(-1, KEPT_OUT)):
        new = np.isin(world.attack, out)
        held = (world.fold == number % FOLDS) & (world.fake == 0)
        train = np.flatnonzero(~new & ~held)
        yield np.flatnonzero(new | held), supervised(found, train, world.fake[train], seed)


def later(world: World, seed: int) -> dict[str, dict[str, float]]:
    """Scores of one fold in the second half of the time, by models of the others in the first."""
    (first, known), (second, asked) = world.half(second=False), world.half(second=True)
    train, test = np.flatnonzero(world.fold != 0), np.flatnonzero(world.fold == 0)
    a, b = material(first), material(second)
    both = Material(
        np.vstack([a.features[train], b.features[test]]), a.names,
        np.concatenate([a.z[train], b.z[test]]), np.concatenate([a.jumps[train], b.jumps[test]]),
    )  # fmt: skip
    scores = supervised(both, np.arange(len(train)), known[train], seed)
    return {n: auc(asked[test], s[len(train) :]) for n, s in scores.items()}


def auc(labels: NDArray[np.int64], scores: NDArray[np.float32]) -> dict[str, float]:
    """Area under the ROC curve and average precision."""
    return {
        "auroc": float(roc_auc_score(labels, scores)),
        "average_precision": float(average_precision_score(labels, scores)),
    }


def pooled(world: World, parts: Iterator[tuple[Rows, Any]]) -> dict[str, dict[str, float]]:
    """Mean of the figures over folds."""
    figures: dict[str, list[dict[str, float]]] = {}
    for rows, scores in parts:
        for name, values in scores.items():
            figures.setdefault(name, []).append(auc(world.fake[rows], values[rows]))
    return {
        name: {key: float(np.mean([f[key] for f in found])) for key in found[0]}
        for name, found in figures.items()
    }


def plain(world: World, seed: int) -> NDArray[np.float32]:
    """Isolation forest on mean, deviation and maximum of the counts."""
    values = world.series.values
    X = np.column_stack([values.mean(1), values.std(1), values.max(1)])
    forest = IsolationForest(n_estimators=300, random_state=seed).fit(X)
    return np.asarray(-forest.score_samples(X))


def waves(world: World) -> dict[str, float]:
    """Pairs that are found, and how many of them are of one campaign."""
    pairs, members = engagement_waves(world.series, beginnings(residuals(world.series)))
    own = world.campaign[pairs["a"].to_numpy()] == world.campaign[pairs["b"].to_numpy()]
    sizes = np.unique(world.campaign, return_counts=True)[1]
    possible = float((sizes * (sizes - 1) / 2).sum())
    return {"pairs": pairs.height, "right": float(own.mean()) if len(own) else 1.0,
            "found": float(own.sum()) / possible, "accounts": members.height}  # fmt: skip


def weaker(users: int, seed: int, strength: float) -> dict[str, float]:
    """Figures where all attacks are smaller or larger."""
    world = World(users, seed, strength)
    found = material(world.series)
    train, test = np.flatnonzero(world.fold != 0), np.flatnonzero(world.fold == 0)
    values = SUPERVISED["boosted trees"](found, train, world.fake[train], seed)
    odd = oddness(found.features, found.names, seed)
    return {"boosted trees": auc(world.fake[test], values[test])["auroc"],
            "isolation forest": auc(world.fake, odd)["auroc"]}  # fmt: skip


def judge(users: int, seed: int, parts: list[str], strengths: list[float]) -> dict[str, Any]:
    """All figures of one seed, or some parts of them."""
    world = World(users, seed)
    found = material(world.series)
    figures: dict[str, Any] = {}
    if "unsupervised" in parts:
        free = unsupervised(found, seed) | {"plain isolation forest": plain(world, seed)}
        figures["unsupervised"] = {name: auc(world.fake, values) for name, values in free.items()}
    if "known" in parts:
        figures["known"] = pooled(world, known_types(world, found, seed))
    if "unseen" in parts:
        figures["unseen"] = pooled(world, unseen_types(world, found, seed))
    if "later" in parts:
        figures["later"] = later(world, seed)
    if "waves" in parts:
        figures["waves"] = waves(world)
    return figures | {"strength": {s: weaker(users, seed, s) for s in strengths}}


def main() -> None:
    """Print the figures, and write them as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--users", type=int, default=2_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[7])
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--strengths", type=float, nargs="*", default=[0.5, 2.0])
    parser.add_argument("--out", type=Path, help="JSON file to write")
    options = parser.parse_args()
    content: dict[str, Any] = {"users": options.users, "worlds": {}}
    for seed in options.seeds:
        began = time.perf_counter()
        figures = judge(options.users, seed, options.parts, options.strengths)
        content["worlds"][seed] = figures
        print(f"seed {seed}, {options.users:,} accounts, {time.perf_counter() - began:.0f} s")
        for part in ("unsupervised", "known", "unseen", "later"):
            for name, row in figures.get(part, {}).items():
                print(f"  {part:14}{name:26}{row['auroc']:8.3f}{row['average_precision']:8.3f}")
        print(f"  waves {figures.get('waves')}; strength {figures['strength']}", flush=True)
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
