"""What was tried to do better on Tolokers, measured inside the known labels of masks 0 and 1.

    python benchmarks/tolokers_tried.py --npz tolokers.npz [--masks 2] [--out figures.json]

Each row gives boosted trees other features than a run gives them. A quarter of a mask's known
labels is held out in turn; no test account is read. Shares of labels are strict: those of a
training account leave out the labels of its own part, and no feature of any account hears a label
of the held-out quarter. What showed no worth here is not in the product.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, eye
from tolokers import Workers, inside, read

from models.account_graph import row_mean
from models.boosted import fit_boosted
from models.metrics import auroc, average_precision, recall_at_k
from models.neighbours import neighbour_features
from models.positions import position_features, transferable
from models.spectrum import spectral_coordinates
from models.stack import matrix_of

FAST = {"learning_rate": 0.06}
ROUNDS = 250
SEEDS = 2
INNER = 5
PRIOR = 2.0
"""Labelled neighbours of average ban rate that every share starts from."""
VARIMAX_STEPS = 60

Array = NDArray[np.float32]
Features = Callable[[NDArray[np.int8]], Array]
"""Features of all accounts from the labels that may be heard."""


def overlap(links: csr_matrix) -> csr_matrix:
    """Links weighed by the cosine of the two accounts' neighbours, themselves included."""
    closed = csr_matrix(links + eye(links.shape[0]), dtype=np.float32)
    size = np.sqrt(np.asarray(closed.sum(axis=1)).ravel())
    result = csr_matrix(links, dtype=np.float64, copy=True)
    for a in range(0, links.shape[0], 500):
        rows = slice(a, a + 500)
        shared = (closed[rows] @ closed).multiply(links[rows]).tocsr()
        shared.sort_indices()
        result.data[links.indptr[a] : links.indptr[min(a + 500, links.shape[0])]] = shared.data
    return csr_matrix(diags(1 / size) @ result @ diags(1 / size))


def label_shares(weights: csr_matrix, labels: NDArray[np.int8], seed: int = 5) -> Array:
    """Share of bans among labelled neighbours, without the labels of the account's own part.

    Parts are drawn whatever the labels are: what a label is may not decide who hears which others.
    """
    known = labels >= 0
    part = np.where(known, np.random.default_rng(seed).integers(0, INNER, len(labels)), -1)
    mean = np.asarray(weights.sum(axis=1)).ravel() / np.maximum(np.diff(weights.indptr), 1)
    scaled = csr_matrix(diags(1 / np.where(mean > 0, mean, 1.0)) @ weights)
    share = np.zeros(len(labels), dtype=np.float32)
    for own in range(-1, INNER):
        rows, heard = part == own, known & (part != own)
        above = scaled[rows] @ np.where(heard, labels - labels[heard].mean(), 0.0)
        share[rows] = above / (scaled[rows] @ heard.astype(np.float64) + PRIOR)
    return share[:, None]


def lower_neighbours(links: csr_matrix, values: Array) -> Array:
    """Share of an account's neighbours with a lower value, equal ones as a half, by column."""
    source = np.repeat(np.arange(len(values)), np.diff(links.indptr))
    own, other = values[source], values[links.indices]
    below = (other < own) + 0.5 * (other == own)
    starts = links.indptr[:-1]
    return np.add.reduceat(below, starts, axis=0) / np.diff(links.indptr)[:, None]


def varimax(coordinates: Array) -> Array:
    """Turn coordinates so that each is large for few accounts.

    Rohe and Zeng, "Vintage Factor Analysis with Varimax Performs Statistical Inference", 2023.
    """
    turn = np.eye(coordinates.shape[1])
    for _ in range(VARIMAX_STEPS):
        turned = coordinates @ turn
        target = coordinates.T @ (turned**3 - turned * (turned**2).mean(axis=0))
        left, _, right = np.linalg.svd(target, full_matrices=False)
        turn = left @ right
    return np.asarray(coordinates @ turn, dtype=np.float32)


def candidates(workers: Workers) -> Iterator[tuple[str, int, Features]]:
    """Name, seeds of the trees, and features of each row of the table."""
    links = csr_matrix(workers.links, dtype=np.float64)
    links.sort_indices()
    place = position_features(links)
    near = neighbour_features(links, workers.features)
    rich = pl.concat([workers.features, near, place], how="horizontal")
    run = matrix_of(rich, rich.columns)
    rest = matrix_of(rich, transferable(rich.columns))
    spectral = matrix_of(place, [c for c in place.columns if c.startswith("spectral.")])
    for seeds in (1, SEEDS, 3):
        yield f"features of a run, {seeds} seeds", seeds, lambda _: run
    close = overlap(links)

    def beside(*more: Array) -> Features:
        table = np.hstack([run, *more]).astype(np.float32)
        return lambda _: table

    for name, weights in (("links", links), ("overlap", close)):
        shares = lambda heard, by=weights: np.hstack([run, label_shares(by, heard)])  # noqa: E731
        yield f"with banned share of neighbours by {name}", SEEDS, shares
    own = workers.features.to_numpy()[:, :4]
    yield "with features of neighbours by overlap", SEEDS, beside(row_mean(close) @ own)
    yield "with place among neighbours", SEEDS, beside(lower_neighbours(links, own))
    yield "turned to few accounts each (varimax)", SEEDS, _fixed(rest, varimax(spectral))
    looped = spectral_coordinates(csr_matrix(links + eye(len(own))), dimensions=128, seed=0)
    yield "coordinates of links with self loops instead", SEEDS, _fixed(rest, looped)
    yield "64 coordinates instead of 128", SEEDS, _fixed(rest, spectral[:, :64])


def _fixed(*parts: Array) -> Features:
    table = np.hstack(parts).astype(np.float32)
    return lambda _: table


def measure(workers: Workers, seeds: int, features: Features) -> NDArray[np.float64]:
    """(masks, 3) AUROC, average precision and recall at K in percent."""
    rows = []
    for known, test in zip(workers.known, workers.test, strict=True):
        labels = np.where(known, workers.labels, -1).astype(np.int8)
        table = features(labels)
        trees = fit_boosted(
            table[known], labels[known], seed=0, rounds=ROUNDS, seeds=seeds, options=FAST
        )
        truth, score = workers.labels[test], trees.predict(table[test])
        rows.append([100 * f(truth, score) for f in (auroc, average_precision, recall_at_k)])
    return np.array(rows)


def main() -> None:
    """Print the table and write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--npz", type=Path, help="tolokers.npz; without it nothing is measured")
    parser.add_argument("--masks", type=int, default=2, help="how many of the stored masks")
    parser.add_argument("--out", type=Path, help="JSON file to write")
    options = parser.parse_args()
    if options.npz is None:
        print("tolokers: give --npz tolokers.npz to measure on real crowd workers")
        return
    workers = read(options.npz)
    workers = inside(workers._replace(known=workers.known[: options.masks]))
    found = {}
    for name, seeds, features in candidates(workers):
        began = time.process_time()
        figures = measure(workers, seeds, features).mean(axis=0).round(2).tolist()
        found[name] = dict(zip(("auroc", "auprc", "recall_at_k"), figures, strict=True))
        print(f"{name:46}", *figures, f"{time.process_time() - began:.0f} CPU s", flush=True)
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
