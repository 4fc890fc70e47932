"""Models on Tolokers: who was banned among real crowd workers who shared tasks.

    python benchmarks/tolokers.py --npz tolokers.npz [--masks 10] [--inside] [--out figures.json]

For each stored mask the models learn from its training and validation labels (links count both
ways, no other label is read) and are measured once on its test accounts. Every row is made by the
functions that a run uses; seconds are per mask and contain fitting and scoring. Features need no
labels and are computed once.

Choices are made with `--inside`: a mask's test accounts are left alone, and each quarter of its
known labels is held out in turn.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix

from models.account_graph import AccountGraph, link_graph
from models.bases import StackSettings
from models.crowds import thin
from models.folds import group_folds
from models.gnn_settings import GnnSettings
from models.learned import BOOSTED_WITH_PLACES, ROUNDS_WITH_PLACES
from models.metrics import auroc, average_precision, recall_at_k
from models.neighbours import neighbour_features
from models.positions import position_features, readers
from models.stack import fit_stack

# A run's settings, except that the network is larger: 8,800 labels carry more than the 2,000 that
# the defaults are sized for, and need fewer folds.
SETTINGS = StackSettings(
    folds=4,
    boosted_seeds=BOOSTED_WITH_PLACES,
    kernel_rounds=ROUNDS_WITH_PLACES,
    gnn=GnnSettings(hidden=64, epochs=80),
)
BEST_PUBLISHED = "Polynormer-r 85.9 AUROC"
PARTS = 4
"""Parts of the known labels that are held out in turn to choose by."""


class Workers(NamedTuple):
    """The data set as a run sees it."""

    features: pl.DataFrame
    links: csr_matrix
    labels: NDArray[np.int8]
    known: NDArray[np.bool_]
    test: NDArray[np.bool_]


def read(path: Path) -> Workers:
    """Read the file of the data set; masks are (masks, accounts)."""
    with np.load(path) as data:
        labels = data["node_labels"].astype(np.int8)
        a, b = data["edges"].T
        once = coo_matrix((np.ones(len(a)), (a, b)), shape=(len(labels), len(labels)))
        names = [f"worker_{i}" for i in range(data["node_features"].shape[1])]
        return Workers(
            pl.DataFrame(data["node_features"], schema=names),
            csr_matrix(once + once.T),
            labels,
            data["train_masks"] | data["val_masks"],
            data["test_masks"],
        )


def rich_features(workers: Workers) -> pl.DataFrame:
    """All features that a run gives the models."""
    near = neighbour_features(thin(workers.links), workers.features)
    return pl.concat([workers.features, near, position_features(workers.links)], how="horizontal")


def inside(workers: Workers) -> Workers:
    """Make `PARTS` masks of each: a part of its known labels to measure on, the rest to learn."""
    known, test = [], []
    for seed, mask in enumerate(workers.known):
        labels = np.where(mask, workers.labels, -1).astype(np.int8)
        part = group_folds(np.full(len(labels), -1), labels, PARTS, seed)
        for held in range(PARTS):
            known.append((part >= 0) & (part != held))
            test.append(part == held)
    return workers._replace(known=np.array(known), test=np.array(test))


def measure(
    workers: Workers, features: pl.DataFrame, graph: AccountGraph, bases: dict[str, str]
) -> dict[str, list[list[float]]]:
    """Fit one stack per mask and measure it and its base models: figures and seconds by row."""
    rows: dict[str, list[list[float]]] = {}
    alone = np.full(len(workers.labels), -1)
    for known, test in zip(workers.known, workers.test, strict=True):
        labels = np.where(known, workers.labels, -1).astype(np.int8)
        began = time.perf_counter()
        settings = replace(SETTINGS, bases=tuple(bases))
        reads = readers(features.columns)
        stack = fit_stack(features, labels, alone, graph, settings, reads=reads)
        seconds = time.perf_counter() - began
        scores = {bases[name]: part for name, part in stack.parts.items()}
        if len(bases) > 1:
            scores["stack"] = stack.risk
        for row, score in scores.items():
            truth = workers.labels[test]
            figures = [f(truth, score[test]) for f in (auroc, average_precision, recall_at_k)]
            rows.setdefault(row, []).append([100 * figure for figure in figures] + [seconds])
            print(f"  {row:36}", " ".join(f"{x:6.2f}" for x in rows[row][-1]), flush=True)
    return rows


def main() -> None:
    """Print the table and write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--npz", type=Path, help="tolokers.npz; without it nothing is measured")
    parser.add_argument("--masks", type=int, default=10, help="how many of the stored masks")
    parser.add_argument("--inside", action="store_true", help="measure inside the known labels")
    parser.add_argument("--out", type=Path, help="JSON file to write")
    options = parser.parse_args()
    if options.npz is None:
        print("tolokers: give --npz tolokers.npz to measure on real crowd workers")
        return
    workers = read(options.npz)
    workers = workers._replace(
        known=workers.known[: options.masks], test=workers.test[: options.masks]
    )
    if options.inside:
        workers = inside(workers)
    began = time.perf_counter()
    rich = rich_features(workers)
    preparation = time.perf_counter() - began
    graph = link_graph(thin(workers.links))
    rows = measure(workers, workers.features, graph, {"forest": "forest, own features"})
    stacked = {
        "forest": "forest + graph features",
        "boosted": "boosted trees + graph features",
        "kernel": "kernel machine + graph features",
        "gnn": "graph network",
    }
    rows |= measure(workers, rich, graph, stacked)
    report(rows, preparation, time.perf_counter() - began, options.out)


def report(
    rows: dict[str, list[list[float]]], preparation: float, total: float, out: Path | None
) -> None:
    """Print mean and standard deviation over masks; write every figure to `out`."""
    print(f"{'':36} {'AUROC':>13} {'AUPRC':>13} {'recall at K':>13}")
    for row, masks in rows.items():
        figures = np.asarray(masks)
        cells = zip(figures.mean(axis=0)[:3], figures.std(axis=0)[:3], strict=True)
        print(f"{row:36}", " ".join(f"{mean:6.2f} ± {sd:4.2f}" for mean, sd in cells))
    print(f"best published: {BEST_PUBLISHED}; features {preparation:.0f} s, all {total:.0f} s")
    if out:
        columns = ("auroc", "auprc", "recall_at_k", "seconds")
        tables = {
            row: [dict(zip(columns, np.round(mask, 3).tolist(), strict=True)) for mask in masks]
            for row, masks in rows.items()
        }
        content = {
            "masks": tables,
            "mean": {
                row: dict(zip(columns, np.mean(masks, axis=0).round(3).tolist(), strict=True))
                for row, masks in rows.items()
            },
            "seconds_features": round(preparation, 1),
            "seconds_all": round(total, 1),
        }
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
