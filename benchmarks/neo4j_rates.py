"""Nodes and relationships a second into a local Neo4j server: batches, the same again, bulk.

A run, made up (about 5 identifiers, 8 sightings and 5 links an account) or a folder of yours, is
loaded into a server of the benchmark's own, on the same cores: by batches into the empty database
of a server that just started, once more unchanged, as the next night's run in which every element
has a new stamp, by batches into the emptied database of the server that did all this (Java has
compiled what it runs by then), and by the server's own import. Needs Java 17 or 21 and Maven.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

from _made_run import frames, run_of

from graph.neo4j import Part
from graph.neo4j.model import nodes
from ringscope import Run, neo4j
from ringscope.neo4j.bulk import load_bulk
from ringscope.neo4j.load import graph_of, load

GOALS = {
    "nodes": 40_000,
    "relationships": 15_000,
    "times faster again": 2,
    "bulk relationships": 150_000,
}
"""Rows a second on two cores, the server on the same ones."""

_SHORTEST = 0.01
"""Seconds; below, nothing was written and a rate says nothing."""


def timed(run: Run, where: neo4j.Target) -> dict[str, float]:
    """Load by batches; return seconds for the nodes, for the relationships and in all."""
    start = time.perf_counter()
    marks = {"nodes": 0.0, "last": 0.0}

    def tell(name: str, _: int) -> None:
        marks["nodes" if name in nodes() else "last"] = time.perf_counter() - start

    load(run, where, tell=tell)
    return {
        "nodes": marks["nodes"],
        "relationships": marks["last"] - marks["nodes"],
        "all": time.perf_counter() - start,
    }


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def imported(run: Run, home: neo4j.Home) -> dict[str, float]:
    """Load by import; return seconds of each step and in all."""
    marks: list[tuple[str, float]] = []
    load_bulk(run, home, tell=lambda step: marks.append((step, time.perf_counter())))
    marks.append(("", time.perf_counter()))
    steps = {step: later - at for (step, at), (_, later) in pairwise(marks)}
    return steps | {"all steps": marks[-1][1] - marks[0][1]}


def clear(where: neo4j.Target) -> None:
    """Empty the database."""
    with neo4j.connect(where) as driver, driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS").consume()


def measure(run: Run, home: neo4j.Home, *, bulk_only: bool) -> list[dict[str, Any]]:
    """Load a run in all ways; return way, what is counted, rows and seconds of each."""
    os.environ["RINGSCOPE_NEO4J_HOME"] = str(home.folder)
    neo4j.up(home, {"bolt_port": free_port(), "http_port": free_port()})
    try:
        ways = {} if bulk_only else batches(run)
        steps = imported(run, home)
    finally:
        neo4j.down(home)
    counts = graph_of(run, Part()).counts()
    many = {
        "nodes": sum(rows for name, rows in counts.items() if name in nodes()),
        "relationships": sum(rows for name, rows in counts.items() if name not in nodes()),
        "all": sum(counts.values()),
    }
    found = [
        line(way, what, many[what], seconds)
        for way, parts in ways.items()
        for what, seconds in parts.items()
    ]
    return found + [
        line(f"bulk, {step}", "relationships", many["relationships"], seconds)
        for step, seconds in steps.items()
    ]


def batches(run: Run) -> dict[str, dict[str, float]]:
    """Load by batches into the running server's database; return seconds by way."""
    where = neo4j.target()
    next_night = Run(run.folder, {**run.manifest, "night": 2})
    ways = {
        "batches, server just started": timed(run, where),
        "the same again": timed(run, where),
        "the next night's run": timed(next_night, where),
    }
    clear(where)
    ways["batches, server at work"] = timed(run, where)
    clear(where)
    return ways


def line(way: str, what: str, rows: int, seconds: float) -> dict[str, Any]:
    """A row of the table."""
    rate = round(rows / seconds) if seconds >= _SHORTEST else None
    return {
        "way": way, "what": what, "rows": rows, "seconds": round(seconds, 2), "rows_a_second": rate
    }  # fmt: skip


def main() -> None:
    """Print the table and write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--accounts", type=int, default=1_000, help="of a made-up run")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--run", type=Path, help="run folder to load instead of a made-up one")
    parser.add_argument("--bulk-only", action="store_true", help="the import alone")
    parser.add_argument("--out", type=Path, help="JSON file to write")
    options = parser.parse_args()
    load_before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="ringscope-neo4j-") as name:
        folder = Path(name)
        if options.run:
            run = Run.open(options.run)
        else:
            run = run_of(folder / "run", frames(options.accounts, options.seed))
        accounts = run.frame("accounts").height
        found = measure(run, neo4j.Home(folder / "home"), bulk_only=options.bulk_only)
    print("| way | what | rows | seconds | rows a second |\n| --- | --- | --- | --- | --- |")
    for row in found:
        rate = f"{row['rows_a_second']:,}" if row["rows_a_second"] else "passed over"
        print(f"| {row['way']} | {row['what']} | {row['rows']:,} | {row['seconds']:.2f} | {rate} |")
    goals = ", ".join(f"{name} {goal:,}" for name, goal in GOALS.items())
    print(f"\ngoals on 2 cores: {goals}; load before: {load_before:.1f} on {os.cpu_count()} cores")
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        text = {
            "accounts": accounts,
            "cores": os.cpu_count(),
            "load_before": round(load_before, 1),
            "rows": found,
        }
        options.out.write_text(json.dumps(text, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
