"""A night that brings one row in a hundred, beside full runs on the same data.

The latest hundredth of a demo world's rows, and the accounts that signed up with them, are the
second night of a store; everything before is the first, which trains. Beside the second night
stand two full runs on all rows: one that trains, as `ringscope run` does, and one that scores with
the model of the store and has nothing kept. The second one has to give the same rings and risks.
What the new rows touched is told as well: whose risk moved, and what was computed again.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import polars as pl

import ringscope
from ringscope import Run
from ringscope.demo import write_world
from ringscope.demo.world import ROWS_PER_ACCOUNT
from ringscope.nightly.job import Night, nightly
from ringscope.progress import Progress
from ringscope.store import Store

SHARE = 0.01
GOAL = 0.25
"""What such a night may cost, as a share of a full run."""
ACTIVITY = ("logins", "messages", "events", "payments")
SAME = 1e-9
MOVED = 0.01
"""Difference of risk that somebody might notice."""
AGAIN = re.compile(r"(\w+): ([\d,]+) of ([\d,]+) (accounts|identifiers) made again")


def make(folder: Path, events: int, seed: int) -> dict[str, int]:
    """Write a world and its two nights: whole, first, second; rows of each."""
    whole = folder / "whole"
    write_world(whole, accounts=round(events / ROWS_PER_ACCOUNT), seed=seed)
    tables = {path.stem: pl.read_csv(path, infer_schema=False) for path in whole.glob("*.csv")}
    moments = pl.concat([tables[name].select(_moment("ts")) for name in ACTIVITY])
    cut = moments["ts"].quantile(1 - SHARE, "nearest")
    late = {name: (_moment("ts") >= cut).fill_null(value=False) for name in ACTIVITY}
    seen = pl.concat([tables[name].filter(~late[name]).select("account_id") for name in ACTIVITY])
    known = pl.col("account_id").is_in(seen["account_id"].unique().implode())
    late["accounts"] = (_moment("created_at") >= cut).fill_null(value=False) & ~known
    for name in ("first", "second"):
        (folder / name).mkdir()
        for table, tonight in late.items():
            kept = tables[table].filter(tonight if name == "second" else ~tonight)
            kept.write_csv(folder / name / f"{table}.csv")
    return {
        name: sum(
            pl.scan_csv(folder / name / f"{table}.csv").select(pl.len()).collect().item()
            for table in ACTIVITY
        )
        for name in ("whole", "second")
    }


def _moment(column: str) -> pl.Expr:
    return pl.col(column).str.to_datetime(strict=False)


def full_run(source: Path, out: Path, seed: int, model: Path | None) -> dict[str, Any]:
    """Analyse a folder of tables: seconds, cpu_seconds of the process, peak_mb and steps."""
    progress = Progress()
    started = time.perf_counter()
    settings = ringscope.Settings(seed=seed)
    ringscope.analyze(source, settings, out, model=model, progress=progress)
    return _figures(progress, time.perf_counter() - started)


def night(store: Path, data: Path, day: int, seed: int, canaries: bool) -> dict[str, Any]:
    """Run one night that brings only what is new: the same figures, and which model scored."""
    progress = Progress()
    what = Night(data, append=True, date=date(2026, 5, day), canaries=canaries)
    done = nightly(store, what, ringscope.Settings(seed=seed), progress)
    model = done.run.manifest["night"]["training"]["why"]
    return {**_figures(progress, done.seconds), "model": model}


def _figures(progress: Progress, seconds: float) -> dict[str, Any]:
    steps = [asdict(step) for step in progress.steps]
    return {
        "seconds": seconds,
        "cpu_seconds": time.process_time(),
        "peak_mb": max(step["peak_mb"] for step in steps),
        "steps": {step["name"]: round(step["seconds"], 1) for step in steps},
    }


def difference(one: Path, other: Path) -> dict[str, float]:
    """Largest difference of risks, and rings of one run that the other has not, by members."""
    first, second = (Run.open(folder) for folder in (one, other))
    both = first.frame("scores").join(second.frame("scores"), "account_id", suffix="_other")
    risks = [name for name in both.columns if f"{name}_other" in both.columns and "risk" in name]
    largest = max(float((both[name] - both[f"{name}_other"]).abs().max() or 0) for name in risks)  # type: ignore[arg-type]
    rings = [
        {
            frozenset(ring)
            for ring in run.frame("ring_members")
            .group_by("ring_id")
            .agg("account_id")["account_id"]
        }
        for run in (first, second)
    ]
    return {"risk": largest, "rings": len(rings[0] ^ rings[1])}


def touched(store: Store) -> dict[str, Any]:
    """What the rows of the second night touched.

    Returns
    -------
    dict
        moved, moved_more: share of the accounts of the first night whose risk differs at all, and
        by more than `MOVED`; again: by source, how many accounts or identifiers were worked on
        again, of how many, and which of both.
    """
    before, after = (Run.open(store.runs / f"2026-05-0{day}").frame("scores") for day in (1, 2))
    both = before.select("account_id", was="risk").join(after, "account_id")
    moves = both.select((pl.col("risk") - pl.col("was")).abs())["risk"].to_numpy()
    lines = AGAIN.findall((store.logs / "2026-05-02.log").read_text("utf-8"))
    again = {
        name: [int(some.replace(",", "")), int(of.replace(",", "")), unit]
        for name, some, of, unit in lines
    }
    return {
        "moved": float((moves > 0).mean()),
        "moved_more": float((moves > MOVED).mean()),
        "again": again,
    }


def apart(function: Any, *arguments: Any) -> Any:
    """Call in a fresh process, whose peak of memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def measure(events: int, seed: int, canaries: bool, folder: Path) -> dict[str, Any]:
    """Run everything; figures by part."""
    load = os.getloadavg()[0]
    rows = apart(make, folder, events, seed)
    store = folder / "store"
    found: dict[str, Any] = {"rows": rows, "cores": os.cpu_count(), "load_before": load}
    found["first night, trained"] = apart(night, store, folder / "first", 1, seed, canaries)
    found["second night"] = apart(night, store, folder / "second", 2, seed, canaries)
    found["touched"] = touched(Store.open(store))
    model = Store.open(store).run().folder / "models"
    whole = folder / "whole"
    found["full run, trained"] = apart(full_run, whole, folder / "trained", seed, None)
    found["full run, same model"] = apart(full_run, whole, folder / "scored", seed, model)
    # The model of the store stood when the second night began: both runs have its bytes.
    found["difference"] = difference(store / "current", folder / "scored")
    for name, figure in (("ratio", "seconds"), ("cpu_ratio", "cpu_seconds")):
        cost = found["second night"][figure]
        found[name] = {
            kind: cost / found[f"full run, {kind}"][figure] for kind in ("trained", "same model")
        }
    return found


def show(found: dict[str, Any]) -> None:
    """Print seconds and steps of each part, and both ratios."""
    for name, part in found.items():
        if isinstance(part, dict) and "steps" in part:
            steps = ", ".join(f"{step} {seconds}" for step, seconds in part["steps"].items())
            steps += f"; model: {part['model']}" if "model" in part else ""
            cost = f"{part['seconds']:8.1f} s {part['cpu_seconds']:8.1f} CPU s"
            print(f"{name:24}{cost} {part['peak_mb']:8.0f} MB  {steps}")
    difference, ratio, cpu = found["difference"], found["ratio"], found["cpu_ratio"]
    print(
        f"{found['rows']['second']:,} new rows of {found['rows']['whole']:,}: the night costs "
        f"{ratio['trained']:.0%} of a full run that trains (goal: {GOAL:.0%}) and "
        f"{ratio['same model']:.0%} of one with the same model; in CPU time, which a busy machine "
        f"disturbs less, {cpu['trained']:.0%} and {cpu['same model']:.0%}; risks differ by at most "
        f"{difference['risk']:.1e} (goal: {SAME:.0e}), rings that differ: {difference['rings']}; "
        f"load before: {found['load_before']:.1f} on {found['cores']} cores"
    )
    night_two = found["touched"]
    again = ", ".join(
        f"{name} {some:,} of {of:,} {unit}" for name, (some, of, unit) in night_two["again"].items()
    )
    print(
        f"risks that moved, of accounts of the first night: {night_two['moved']:.1%}, by more than "
        f"{MOVED}: {night_two['moved_more']:.1%}; made again: {again}"
    )


def main() -> None:
    """Print the table and write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--events", type=int, default=20_000, help="rows; for the figure 1000000")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--canaries", action="store_true", help="plant rings on both nights")
    parser.add_argument("--out", type=Path, help="JSON file to write")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ringscope-incremental-") as folder:
        found = measure(options.events, options.seed, options.canaries, Path(folder))
    show(found)
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
