"""Training and batch scoring at the size of the gig-platform data: seconds, memory and figures.

A made-up table of 458,798 rows and 51 columns (`models.tabular.generator`), written as Parquet and
read like any other. The 300-tree forest and LightGBM are trained, calibrated and judged as
`ringscope train` does; then every row is scored with each of them as `ringscope score` does. Each
measurement runs in a process of its own. `--rows` sets the size.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SECONDS_TRAINING, SECONDS_SCORING, MEMORY_MB = 360, 60, 6 * 1024
MODELS = ("forest-300", "lightgbm")
FIGURES = ("average_precision", "roc_auc", "own_f1", "chosen_f1")


def run(step: str, folder: Path, options: list[str]) -> dict[str, Any]:
    """Run one step of this file in a new process."""
    words = [sys.executable, __file__, "--step", step, "--folder", str(folder), *options]
    start = time.perf_counter()
    out = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    return {"step": step, "process_seconds": time.perf_counter() - start} | found


def peak_mb() -> float:
    """Peak memory of this process in MiB (Linux)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def make(folder: Path, rows: int, seed: int) -> dict[str, Any]:
    """Write the table."""
    from ringscope.train.made_up import write_gig_table

    spam = write_gig_table(folder / "table.parquet", rows=rows, seed=seed, force=True)
    return {"rows": rows, "spam": spam}


def train(folder: Path, name: str, seed: int, threads: int) -> dict[str, Any]:
    """Train one model as the command does, without the page on the table."""
    from models.tabular.fitting import FitSettings
    from ringscope.train.jobs import Plan
    from ringscope.train.jobs import train as work

    start = time.perf_counter()
    settings = FitSettings(seed=seed, threads=threads)
    done = work(
        folder / "table.parquet", folder / f"training-{name}", [name], settings,
        plan=Plan(eda=False),
    )  # fmt: skip
    one = done.best
    return {
        "seconds": time.perf_counter() - start,
        "cpu_seconds": time.process_time(),
        "fit_seconds": one.fit_seconds,
        "peak_mb": peak_mb(),
        "model_mb": one.bytes / 1e6,
        **{
            key: one.figures[key] for key in ("average_precision", "roc_auc", "chosen_f1", "own_f1")
        },
    }


def score(folder: Path, name: str, threads: int) -> dict[str, Any]:
    """Score every row as the command does: read, score, reasons, drift, write, page."""
    from ringscope.train.batch import score_table
    from ringscope.train.chosen import choose

    start = time.perf_counter()
    chosen = choose(folder / f"training-{name}" / "models" / name)
    done = score_table(
        folder / "table.parquet", chosen, folder / f"scores-{name}.parquet",
        report=folder / f"scores-{name}.html", threads=threads,
    )  # fmt: skip
    return {
        "seconds": time.perf_counter() - start,
        "cpu_seconds": time.process_time(),
        "scoring_seconds": done.seconds,
        "rows": done.frame.height,
        "called": int(done.frame["called"].sum()),
        "peak_mb": peak_mb(),
    }


def measure(folder: Path, rows: int, seed: int, threads: int) -> dict[str, Any]:
    """All steps, each in its own process."""
    shared = ["--rows", str(rows), "--seed", str(seed), "--threads", str(threads)]
    load = os.getloadavg()[0]
    steps = [run("make", folder, shared)]
    steps += [
        run(verb, folder, [*shared, "--model", name]) | {"model": name}
        for verb in ("train", "score")
        for name in MODELS
    ]
    return {
        "rows": rows, "threads": threads, "cores": os.cpu_count(), "load_before": load,
        "training_seconds": sum(s["seconds"] for s in steps if s["step"] == "train"),
        "peak_mb": max(s.get("peak_mb", 0.0) for s in steps),
        "steps": steps,
    }  # fmt: skip


def show(found: dict[str, Any]) -> None:
    """Print the table and the goals."""
    for step in found["steps"][1:]:
        figures = "  ".join(f"{key} {step[key]:.3f}" for key in FIGURES if key in step)
        print(
            f"{step['step']:6} {step['model']:11} {step['seconds']:7.1f} s "
            f"({step['cpu_seconds']:6.1f} s of CPU) "
            f"{step['peak_mb']:6.0f} MB  {figures}"
        )
    print(
        f"{found['rows']:,} rows, {found['threads']} threads on {found['cores']} cores, load "
        f"before {found['load_before']:.1f}: training {found['training_seconds']:.1f} s together "
        f"(goal {SECONDS_TRAINING}), scoring goal {SECONDS_SCORING} s, peak {found['peak_mb']:.0f} "
        f"MB (goal {MEMORY_MB})"
    )


def main() -> None:
    """Print the table and write it as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=5000, help="for the figure 458798")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, help="JSON file to write")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    parser.add_argument("--model", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.step == "make":
        print(json.dumps(make(chosen.folder, chosen.rows, chosen.seed)))
    elif chosen.step == "train":
        print(json.dumps(train(chosen.folder, chosen.model, chosen.seed, chosen.threads)))
    elif chosen.step == "score":
        print(json.dumps(score(chosen.folder, chosen.model, chosen.threads)))
    else:
        with tempfile.TemporaryDirectory(prefix="ringscope-gig-") as folder:
            found = measure(Path(folder), chosen.rows, chosen.seed, chosen.threads)
        show(found)
        if chosen.out:
            chosen.out.parent.mkdir(parents=True, exist_ok=True)
            chosen.out.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
