"""What each base model adds to the stack on Tolokers, inside the known labels of masks 0 and 1.

    python benchmarks/tolokers_mixed.py --npz tolokers.npz --scores FOLDER [--out figures.json]

A quarter of a mask's known labels is held out in turn; no test account is read. Each base model is
cross-fitted once per part, as a run does it, and every mixture of them is stacked as in a run.
Gains are paired: part by part, against the first row, with the standard error over parts. Scores
are kept in FOLDER, so that a run that was stopped goes on; a folder is good for one state of the
code.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tolokers import SETTINGS, Workers, inside, read, rich_features

from models.account_graph import link_graph
from models.crowds import thin
from models.metrics import auroc, average_precision, recall_at_k
from models.positions import readers
from models.stack import fit_stack
from models.stacker import fit_stacker

MASKS = 2
MIXTURES = (
    ("boosted",),
    ("kernel",),
    ("forest", "extra", "boosted"),
    ("boosted", "kernel"),
    ("forest", "boosted", "kernel"),
    ("extra", "boosted", "kernel"),
    ("forest", "extra", "boosted", "kernel"),
)
"""Base models to stack."""

Array = NDArray[np.float64]


def scores_of(
    workers: Workers, names: list[str], folder: Path, threads: int
) -> dict[str, list[Array]]:
    """Scores of all accounts by base model and part, by models that have not seen their label."""
    rich, graph = rich_features(workers), link_graph(thin(workers.links))
    alone, reads = np.full(rich.height, -1), readers(rich.columns)
    found: dict[str, list[Array]] = {name: [] for name in names}
    for name in names:
        settings = replace(SETTINGS, bases=(name,), threads=threads)
        for part, known in enumerate(workers.known):
            path = folder / f"{name}_{part}.npy"
            if not path.is_file():
                began = time.process_time()
                labels = np.where(known, workers.labels, -1).astype(np.int8)
                stack = fit_stack(rich, labels, alone, graph, settings, reads=reads)
                np.save(path, stack.parts[name])
                print(f"{name} {part}: {time.process_time() - began:.0f} CPU s", flush=True)
            found[name].append(np.load(path))
    return found


def mixed(workers: Workers, scores: list[list[Array]]) -> tuple[Array, Array]:
    """(parts, 3) AUROC, average precision, recall at K in percent; (models,) mean weights."""
    rows, weights = [], []
    for part, (known, test) in enumerate(zip(workers.known, workers.test, strict=True)):
        said = np.column_stack([of_model[part] for of_model in scores])
        stacker = fit_stacker(said[known], workers.labels[known])
        truth, risk = workers.labels[test], stacker.apply(said[test])
        rows.append([100 * f(truth, risk) for f in (auroc, average_precision, recall_at_k)])
        weights.append(stacker.weights)
    return np.array(rows), np.mean(weights, axis=0)


def main() -> None:
    """Print the table and write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--npz", type=Path, help="tolokers.npz; without it nothing is measured")
    parser.add_argument("--scores", type=Path, help="folder of scores of base models")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, help="JSON file to write")
    options = parser.parse_args()
    if options.npz is None or options.scores is None:
        print("tolokers: give --npz tolokers.npz and --scores FOLDER to measure on real workers")
        return
    options.scores.mkdir(parents=True, exist_ok=True)
    workers = read(options.npz)
    workers = inside(workers._replace(known=workers.known[:MASKS], test=workers.test[:MASKS]))
    every = sorted({name for names in MIXTURES for name in names})
    scores = scores_of(workers, every, options.scores, options.threads)
    first, _ = mixed(workers, [scores[name] for name in MIXTURES[0]])
    table = {}
    for names in MIXTURES:
        figures, weights = mixed(workers, [scores[name] for name in names])
        gain = figures - first
        error = gain.std(axis=0, ddof=1) / len(gain) ** 0.5
        values = (figures.mean(axis=0), gain.mean(axis=0), error, weights)
        row = [np.round(value, 2).tolist() for value in values]
        table[" + ".join(names)] = dict(
            zip(("figures", "gain", "error", "weights"), row, strict=True)
        )
        gains = " ".join(f"{a:+.2f} ± {b:.2f}" for a, b in zip(*row[1:3], strict=True))
        print(f"{' + '.join(names):36}", *row[0], " gain", gains, flush=True)
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(table, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
