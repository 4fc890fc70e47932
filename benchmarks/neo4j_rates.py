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
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from graph.neo4j import Part
from graph.neo4j.model import nodes
from ringscope import Run, manifest, neo4j
from ringscope.neo4j.bulk import load_bulk
from ringscope.neo4j.load import graph_of, load
from ringscope.run_folder import write_csv, write_json, write_parquet

GOALS = {
    "nodes": 40_000,
    "relationships": 15_000,
    "times faster again": 2,
    "bulk relationships": 150_000,
}
"""Rows a second on two cores, the server on the same ones."""

# Identifiers per account and sightings per account, by kind; the shape of a demo world.
SHAPE = {
    "device": (1.5, 1.8),
    "ip": (0.9, 2.3),
    "email": (1.0, 1.0),
    "email_domain": (0.05, 1.0),
    "phone": (0.6, 0.7),
    "instrument": (0.4, 0.5),
    "template": (0.15, 0.6),
}
LINKS = 5
_SHORTEST = 0.01
"""Seconds; below, nothing was written and a rate says nothing."""
START = datetime(2026, 1, 1)


def times(rng: np.random.Generator, rows: int) -> dict[str, pl.Series]:
    """First and last times, in the first half and the second half of a year."""
    half = 182 * 86_400
    days = {
        "first_seen": rng.integers(0, half, rows),
        "last_seen": rng.integers(half, 2 * half, rows),
    }
    second = pl.lit(START) + pl.duration(seconds=pl.col("s"))
    return {
        name: pl.DataFrame({"s": seconds}).select(second.cast(pl.Datetime("us"))).to_series()
        for name, seconds in days.items()
    }


def frames(accounts: int, seed: int) -> dict[str, pl.DataFrame]:
    """Make the tables of a run that could be."""
    rng = np.random.default_rng(seed)
    ids = pl.Series([f"a{number:08d}" for number in range(accounts)])
    kinds = {kind: max(1, round(accounts * many)) for kind, (many, _) in SHAPE.items()}
    values = {
        kind: pl.Series([value(kind, number) for number in range(many)])
        for kind, many in kinds.items()
    }
    seen = []
    for kind, (_, each) in SHAPE.items():
        rows = round(accounts * each)
        who, what = rng.integers(0, accounts, rows), rng.integers(0, kinds[kind], rows)
        seen.append(
            pl.DataFrame({"account_id": ids.gather(who), "value": values[kind].gather(what)})
            .unique(maintain_order=True)
            .with_columns(kind=pl.lit(kind))
        )
    sightings = pl.concat(seen)
    sightings = sightings.with_columns(
        **times(rng, sightings.height), count=pl.lit(2, pl.UInt32)
    ).select("account_id", "kind", "value", "first_seen", "last_seen", "count")
    identifiers = pl.concat(
        pl.DataFrame({"value": names}).with_columns(kind=pl.lit(kind))
        for kind, names in values.items()
    )
    identifiers = identifiers.with_columns(
        **times(rng, identifiers.height), accounts=pl.lit(2, pl.UInt32), treatment=pl.lit("")
    )
    return people(ids, rng) | linked(ids, values["device"], rng) | {
        "sightings": sightings,
        "identifiers": identifiers.select(
            "kind", "value", "accounts", "first_seen", "last_seen", "treatment"
        ).sort("kind", "value"),
        "templates": identifiers.filter(kind="template").select(
            "accounts", "first_seen", "last_seen", template="value",
            example=pl.lit("hello, look at this offer before it is gone"),
            messages=pl.lit(3, pl.UInt32),
        ),
    }  # fmt: skip


def value(kind: str, number: int) -> str:
    """An identifier's value; addresses are addresses, so that they have subnets."""
    if kind == "ip":
        return f"{11 + number // 2**20}.{number // 4096 % 256}.{number // 16 % 256}.{number % 16}"
    return f"{kind}-{number:09d}"


def people(ids: pl.Series, rng: np.random.Generator) -> dict[str, pl.DataFrame]:
    """Accounts, their scores, and rings of ten of every hundredth."""
    rows = len(ids)
    risk = pl.Series(rng.random(rows).round(6))
    accounts = pl.DataFrame({"account_id": ids}).with_columns(
        created_at=times(rng, rows)["first_seen"],
        username=pl.lit("user of ") + pl.col("account_id"),
        email=pl.col("account_id") + "@mail.example",
        phone=pl.lit(None, pl.String),
        country=pl.lit("PT"),
        label=pl.lit(None, pl.Int8),
    )
    scores = pl.DataFrame({"account_id": ids, "risk": risk}).with_columns(
        risk_tabular="risk", risk_graph="risk", risk_propagated="risk",
        ring_id=pl.lit(None, pl.String), ring_role=pl.lit(None, pl.String),
        action=pl.when(pl.col("risk") > 0.9).then(pl.lit("FLAG")).otherwise(pl.lit("")),
        reasons=pl.lit("raises: shares a device with 4 accounts; low: mailbox of its own"),
    )  # fmt: skip
    member = pl.DataFrame({"account_id": ids[: rows // 10]}).with_row_index("row")
    members = member.select(
        pl.format("R-{}", pl.col("row") // 10).alias("ring_id"), "account_id",
        role=pl.lit("core"), stability=pl.lit(0.9), joined=pl.lit(START, pl.Datetime("us")),
    )  # fmt: skip
    when = pl.lit(START, pl.Datetime("us"))
    rings = members.select("ring_id").unique(maintain_order=True).with_columns(
        size=pl.lit(10, pl.UInt32), core_size=pl.lit(10, pl.UInt32), risk=pl.lit(0.9),
        reading=pl.lit("device farm"), surprise=pl.lit(9.0), link_kinds=pl.lit("device;ip"),
        first_seen=when, last_seen=when, labelled_spam=pl.lit(0, pl.UInt32),
        labelled_honest=pl.lit(0, pl.UInt32), status=pl.lit("ring"),
        innocent_reading=pl.lit("none fits"), expected_honest=pl.lit(1.0), why=pl.lit("ten on one"),
    )  # fmt: skip
    return {"accounts": accounts, "scores": scores, "ring_members": members, "rings": rings}


def linked(ids: pl.Series, devices: pl.Series, rng: np.random.Generator) -> dict[str, pl.DataFrame]:
    """Links with the evidence of one device each, and no hubs."""
    rows = len(ids) * LINKS
    ends = np.sort(rng.integers(0, len(ids), (rows, 2)), axis=1)
    evidence = (
        pl.DataFrame({"account_a": ids.gather(ends[:, 0]), "account_b": ids.gather(ends[:, 1])})
        .with_columns(value=devices.gather(rng.integers(0, len(devices), rows)), **times(rng, rows))
        .filter(pl.col("account_a") != pl.col("account_b"))
        .unique(["account_a", "account_b"], keep="first", maintain_order=True)
        .with_columns(kind=pl.lit("device"), shared_by=pl.lit(4, pl.UInt32), weight=pl.lit(0.75))
    )
    links = evidence.select("account_a", "account_b", "weight", kinds="kind")
    text, when = pl.lit("", pl.String), pl.lit(None, pl.Datetime("us"))
    hubs = evidence.clear().select(
        "kind", "value", accounts="shared_by", treatment=text, reason=text,
        share=pl.lit(0.0), who=text, when=when, expiry=when,
    )  # fmt: skip
    return {"links": links, "evidence": evidence, "hubs": hubs}


def run_of(folder: Path, tables: dict[str, pl.DataFrame]) -> Run:
    """Write a finished run."""
    folder.mkdir()
    for name, frame in tables.items():
        if name in {"hubs", "ring_members"}:
            write_csv(frame, folder / f"{name}.csv")
        else:
            write_parquet(frame, folder / f"{name}.parquet")
    write_json({}, folder / "metrics.json")
    manifest.finish(folder, {"settings": {"actions": {"flag": 0.9}}})
    return Run.open(folder)


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


def measure(run: Run, home: neo4j.Home) -> list[dict[str, Any]]:
    """Load a run in all ways; return way, what is counted, rows and seconds of each."""
    os.environ["RINGSCOPE_NEO4J_HOME"] = str(home.folder)
    neo4j.up(home, {"bolt_port": free_port(), "http_port": free_port()})
    try:
        where = neo4j.target()
        next_night = Run(run.folder, {**run.manifest, "night": 2})
        ways = {
            "batches, server just started": timed(run, where),
            "the same again": timed(run, where),
            "next night": timed(next_night, where),
        }
        clear(where)
        ways["batches, server at work"] = timed(run, where)
        clear(where)
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
        found = measure(run, neo4j.Home(folder / "home"))
    print(f"{'way':<34}{'what':<16}{'rows':>10}{'seconds':>10}{'rows/s':>10}")
    for row in found:
        rate = f"{row['rows_a_second']:,}" if row["rows_a_second"] else ""
        print(
            f"{row['way']:<34}{row['what']:<16}{row['rows']:>10,}{row['seconds']:>10.2f}{rate:>10}"
        )
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
