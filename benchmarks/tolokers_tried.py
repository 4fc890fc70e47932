"""What was tried to do better on Tolokers, measured inside the known labels of masks 0 and 1.

    python benchmarks/tolokers_tried.py --npz tolokers.npz [--only kernel] [--out figures.json]

Each row gives boosted trees, or the kernel machine, other features than a run gives them, or fits
them in another way. A
quarter of a mask's known labels is held out in turn; no test account is read. Shares of labels are
strict: those of a training account leave out the labels of its own part, and no feature of any
account hears a label of the held-out quarter. What showed no worth here is not in the product.

The last rows ask whether linked accounts err alike: how the surplus of a held-out account (its
label less its risk) goes with the mean surplus of the known accounts around it.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from _self_taught import fit_self_taught, said_unseen
from _tried_features import (
    label_shares,
    lower_neighbours,
    near_thinned,
    neighbour_quantiles,
    overlap,
    plain_features,
    varimax,
    walks,
)
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, eye
from tolokers import Workers, inside, read

from models.account_graph import row_mean
from models.boosted import Boosted, fit_boosted
from models.kernel import Kernel, fit_kernel
from models.learned import ROUNDS_WITH_PLACES
from models.metrics import auroc, average_precision, recall_at_k
from models.normal_scores import fit_normal_scores
from models.positions import READ_BY_KERNEL, VIEWS
from models.spectrum import spectral_coordinates

FAST = {"learning_rate": 0.06}
ROUNDS = 250
SEEDS = 2

Array = NDArray[np.float32]
Labels = NDArray[np.int8]
Features = Callable[[Labels], Array]
"""Features of all accounts from the labels that may be heard."""
Fit = Callable[[Array, Labels], Boosted | Kernel]
"""A model from the features of all accounts and the labels that may be heard, -1 where none."""


def trees(seeds: int, reads: Sequence[NDArray[np.int64]] = (), **options: object) -> Fit:
    """Boosted trees of labelled accounts, that read some columns in turn."""

    def fit(table: Array, labels: Labels) -> Boosted:
        known = labels >= 0
        return fit_boosted(
            table[known],
            labels[known],
            seed=0,
            rounds=ROUNDS,
            seeds=seeds,
            options=FAST | options,
            reads=reads,
        )

    return fit


def taught(table: Array, labels: Labels) -> Boosted:
    """Boosted trees of labels that are softened, see `_self_taught`."""
    alone = np.full(len(labels), -1)
    return fit_self_taught(table, labels, alone, seed=0, rounds=2 * ROUNDS, seeds=SEEDS)


def kernels(reads: Sequence[NDArray[np.int64]] = ()) -> Fit:
    """The kernel machine of a run, one for each set of columns."""

    def fit(table: Array, labels: Labels) -> Kernel:
        known = labels >= 0
        scores, rounds = fit_normal_scores(table), ROUNDS_WITH_PLACES
        return fit_kernel(table[known], labels[known], scores, seed=0, averaged=rounds, reads=reads)

    return fit


def in_turn(rest: Array, views: Sequence[Array]) -> tuple[list[NDArray[np.int64]], Features]:
    """Columns of each view, with the rest, in a table of all views."""
    shared, ends = (
        np.arange(rest.shape[1]),
        np.cumsum([rest.shape[1], *(v.shape[1] for v in views)]),
    )
    reads = [np.append(shared, np.arange(a, b)) for a, b in itertools.pairwise(ends)]
    return reads, _fixed(rest, *views)


def candidates(workers: Workers) -> Iterator[tuple[str, Fit, Features]]:
    """Name, way of fitting, and features of each row of the table."""
    links = csr_matrix(workers.links, dtype=np.float64)
    links.sort_indices()
    rest, views = plain_features(workers, links)
    spectral = views[0]
    plain = np.hstack([rest, spectral])
    usual = trees(SEEDS)
    for seeds in (1, SEEDS, 3):
        yield f"links as they are, {seeds} seeds", trees(seeds), lambda _: plain
    for view, place in zip(VIEWS[1:], views[1:], strict=True):
        added = f", {view.added} links added" if view.added else ""
        name = f"links thinned by common contacts, power {view.power}{added}"
        yield name, usual, _fixed(rest, place)
    for count in (3, 4):
        reads, table = in_turn(rest, views[1 : count + 1])
        yield f"views in turn, {count} of them", trees(count, reads), table
    yield (
        "links as they are, neighbours by thinned ones beside",
        usual,
        _fixed(plain, near_thinned(workers)),
    )
    yield "taught by what trees say without the label", taught, lambda _: plain
    yield "thresholds drawn at random", trees(SEEDS, extra_trees=True), lambda _: plain
    yield "31 leaves instead of 15", trees(SEEDS, num_leaves=31), lambda _: plain
    close = overlap(links)

    def beside(*more: Array) -> Features:
        return _fixed(plain, *more)

    for name, weights in (("links", links), ("overlap", close)):
        shares = lambda heard, by=weights: np.hstack([plain, label_shares(by, heard)])  # noqa: E731
        yield f"with banned share of neighbours by {name}", usual, shares
    own = workers.features.to_numpy()[:, :4]
    yield "with features of neighbours by overlap", usual, beside(row_mean(close) @ own)
    yield "with quantiles of neighbours", usual, beside(neighbour_quantiles(links, own))
    yield "with place among neighbours", usual, beside(lower_neighbours(links, own))
    yield "turned to few accounts each (varimax)", usual, _fixed(rest, varimax(spectral))
    looped = spectral_coordinates(csr_matrix(links + eye(len(own))), dimensions=128, seed=0)
    yield "coordinates of links with self loops instead", usual, _fixed(rest, looped)
    yield "64 coordinates instead of 128", usual, _fixed(rest, spectral[:, :64])
    unit = spectral / np.linalg.norm(spectral, axis=1, keepdims=True)
    yield "coordinates of length one instead", usual, _fixed(rest, unit)
    kernel = kernels()
    yield "kernel machine", kernel, lambda _: plain
    reads, table = in_turn(rest, [views[number] for number in READ_BY_KERNEL])
    yield "kernel machines of two views", kernels(reads), table
    yield "kernel machine, links thinned by common contacts", kernel, _fixed(rest, views[2])
    by_overlap = spectral_coordinates(csr_matrix((close + close.T) / 2), dimensions=128, seed=0)
    yield (
        "kernel machine with coordinates by overlap beside",
        kernel,
        beside(by_overlap.astype(np.float32)),
    )
    yield "kernel machine with coordinates of short walks beside", kernel, beside(walks(links))


def _fixed(*parts: Array) -> Features:
    table = np.hstack(parts).astype(np.float32)
    return lambda _: table


def measure(workers: Workers, fit: Fit, features: Features) -> NDArray[np.float64]:
    """(masks, 3) AUROC, average precision and recall at K in percent."""
    rows = []
    for known, test in zip(workers.known, workers.test, strict=True):
        labels = np.where(known, workers.labels, -1).astype(np.int8)
        table = features(labels)
        truth, score = workers.labels[test], fit(table, labels).predict(table[test])
        rows.append([100 * f(truth, score) for f in (auroc, average_precision, recall_at_k)])
    return np.array(rows)


def err_alike(
    workers: Workers, table: Array, kinds: dict[str, csr_matrix]
) -> dict[str, NDArray[np.float64]]:
    """By kind of weights, (masks,): does the surplus go with that of the known accounts around?

    No label of a held-out account enters the risk of any other.
    """
    alone = np.full(len(workers.labels), -1)
    found: dict[str, list[float]] = {name: [] for name in kinds}
    for known, test in zip(workers.known, workers.test, strict=True):
        labels = np.where(known, workers.labels, -1).astype(np.int8)
        surplus = workers.labels - said_unseen(table, labels, alone, seed=0, rounds=2 * ROUNDS)
        for name, weights in kinds.items():
            heard = weights[test] @ np.column_stack([known * surplus, known])
            around = heard[:, 0] / np.maximum(heard[:, 1], 1e-9)
            found[name].append(float(np.corrcoef(around, surplus[test])[0, 1]))
    return {name: np.array(values) for name, values in found.items()}


def told_alike(workers: Workers) -> dict[str, dict[str, float]]:
    """Print and return the last rows: correlation of surplus and its standard error."""
    found = {}
    rest, views = plain_features(workers, csr_matrix(workers.links, dtype=np.float64))
    table = np.hstack([rest, views[0]])
    kinds = {"links": workers.links, "overlap": overlap(workers.links)}
    for name, values in err_alike(workers, table, kinds).items():
        mean, error = values.mean(), values.std(ddof=1) / len(values) ** 0.5
        found[f"surplus by {name}"] = {"correlation": round(mean, 4), "error": round(error, 4)}
        print(f"surplus by {name:35} {mean:+.4f} ± {error:.4f}", flush=True)
    return found


def main() -> None:
    """Print the table and write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--npz", type=Path, help="tolokers.npz; without it nothing is measured")
    parser.add_argument("--masks", type=int, default=2, help="how many of the stored masks")
    parser.add_argument(
        "--only", help="rows whose name begins so; others stay as they are in --out"
    )
    parser.add_argument("--out", type=Path, help="JSON file to write")
    options = parser.parse_args()
    if options.npz is None:
        print("tolokers: give --npz tolokers.npz to measure on real crowd workers")
        return
    workers = read(options.npz)
    workers = inside(workers._replace(known=workers.known[: options.masks]))
    found: dict[str, dict[str, float]] = {}
    if options.only and options.out and options.out.is_file():
        found = json.loads(options.out.read_text("utf-8"))
    for name, fit, features in candidates(workers):
        if not name.startswith(options.only or ""):
            continue
        began = time.process_time()
        figures = measure(workers, fit, features).mean(axis=0).round(2).tolist()
        found[name] = dict(zip(("auroc", "auprc", "recall_at_k"), figures, strict=True))
        print(f"{name:46}", *figures, f"{time.process_time() - began:.0f} CPU s", flush=True)
    if not options.only:
        found |= told_alike(workers)
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
