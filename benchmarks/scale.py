"""Seconds and memory by number of rows; links, components and communities beside an analyst's.

A demo world with so many rows of logins, messages and events is written and analysed, training
included. Then the part that both do, from clean tables to communities, runs at one size: the
functions of `graph`, and pandas, NetworkX and datasketch as an analyst would use them
(`_analyst.py`); the rest of `graph.link` (how unlikely is a wording, sign-up bursts, hubs) is timed
apart. Each runs in a process of its own, so that its peak of memory is its own.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

import ringscope
from ingest import Tables
from ringscope.demo import write_world
from ringscope.demo.world import ROWS_PER_ACCOUNT
from ringscope.progress import Progress

SECONDS, MEMORY_MB = 120, 4096
"""What 1,000,000 rows may take on two cores."""
TIMES = 10
"""How much faster than the analyst's way links, components and communities are to be."""


def make(folder: Path, events: int, seed: int) -> int:
    """Write a demo world of about `events` rows; return how many there are."""
    world = write_world(folder, accounts=round(events / ROWS_PER_ACCOUNT), seed=seed)
    return sum(world.rows[name] for name in ("logins", "messages", "events"))


def whole_run(source: Path, out: Path, seed: int) -> list[dict[str, Any]]:
    """Analyse a folder of tables, training included: name, seconds and peak_mb per step."""
    progress = Progress()
    settings = ringscope.Settings(seed=seed)
    ringscope.analyze(source, settings, out, progress=progress)
    return [asdict(step) for step in progress.steps]


def fast_links(source: Path, seed: int) -> list[dict[str, Any]]:
    """Links, components and communities with the functions of `graph`."""
    from graph.communities import communities, components
    from ingest import read_tables

    tables = read_tables(source)
    progress = Progress()
    with progress.step("links"):
        links = plain_links(tables, seed)
    with progress.step("components"):
        component = components(links, tables.accounts.height)
    with progress.step("communities"):
        community = communities(links, tables.accounts.height, seed=seed)
    groups = [{"groups": several(label)} for label in (component, community)]
    found = ({"links": links.height}, *groups)
    return [asdict(step) | more for step, more in zip(progress.steps, found, strict=True)]


def plain_links(tables: Tables, seed: int) -> pl.DataFrame:
    """Links as the analyst makes them: templates weigh by rarity, sign-up bursts do not count."""
    from graph import kinds
    from graph.links import gather_evidence, link_accounts
    from graph.sightings import find_sightings
    from graph.templates import find_templates

    found = find_templates(tables.messages, seed=seed)
    name = pl.lit(found.templates["template"]).gather(found.assignment)
    sent = tables.messages.select("account", "ts", template=name)
    none = pl.DataFrame(schema=sent.schema).rename({"template": "burst"})
    sightings = find_sightings(tables, {"messages": sent, "bursts": none})
    templates = sightings.identifiers.filter(pl.col("kind") == "template")
    rarity = 1 - (pl.col("accounts") / 2).log() / math.log(kinds()["template"].hub_cap / 2)
    specific = templates.select("identifier", specificity=rarity.clip(0, 1))
    evidence, _ = gather_evidence(sightings, tables.accounts["created_at"], specific)
    return link_accounts(evidence)


def whole_link(source: Path, seed: int) -> list[dict[str, Any]]:
    """All of `graph.link`, as a run calls it."""
    from graph import link
    from ingest import read_tables

    tables = read_tables(source)
    progress = Progress()
    with progress.step("graph.link"):
        linkage = link(tables, seed=seed)
    found = {"links": linkage.links.height, "groups": several(linkage.community)}
    return [asdict(progress.steps[0]) | found]


def several(label: NDArray[np.int32]) -> int:
    """Groups of two accounts or more."""
    return int((np.bincount(label) > 1).sum())


def analyst_links(source: Path, seed: int) -> list[dict[str, Any]]:
    """Links, components and communities with pandas, NetworkX and datasketch."""
    import_module("datasketch")  # now, so that it does not count as the analyst's time
    import networkx as nx
    from _analyst import graph_of, links_of

    from ingest import read_tables

    tables = read_tables(source)
    progress = Progress()
    with progress.step("links"):
        links = links_of(tables)
    with progress.step("components"):
        net = graph_of(links)
        components = list(nx.connected_components(net))
    with progress.step("communities"):
        groups = nx.community.louvain_communities(net, seed=seed)
    found = ({"links": len(links)}, {"groups": len(components)}, {"groups": len(groups)})
    return [asdict(step) | more for step, more in zip(progress.steps, found, strict=True)]


def apart(function: Any, *arguments: Any) -> Any:
    """Call in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def measure(events: int, naive_events: int, seed: int, folder: Path) -> dict[str, Any]:
    """Run everything; figures by part."""
    load = os.getloadavg()[0]
    rows = apart(make, folder / "world", events, seed)
    steps = apart(whole_run, folder / "world", folder / "run", seed)
    show(f"ringscope run, {rows:,} rows, training included", steps)
    both, both_rows = folder / "world", rows
    if naive_events < events:
        both = folder / "smaller"
        both_rows = apart(make, both, naive_events, seed)
    fast = apart(fast_links, both, seed)
    show(f"ringscope, the part that both do, from clean tables of {both_rows:,} rows", fast)
    whole = apart(whole_link, both, seed)
    show("ringscope, all of linking", whole)
    slow = apart(analyst_links, both, seed)
    show("pandas, NetworkX and datasketch, the same tables", slow)
    return {
        "rows": rows,
        "seconds": total(steps),
        "peak_mb": max(step["peak_mb"] for step in steps),
        "steps": steps,
        "compared": {
            "rows": both_rows,
            "ringscope": fast,
            "ringscope_all": whole,
            "analyst": slow,
            "times_faster": total(slow) / total(fast),
        },
        "cores": os.cpu_count(),
        "load_before": load,
    }


def total(steps: list[dict[str, Any]]) -> float:
    """Seconds of all steps."""
    return float(sum(step["seconds"] for step in steps))


def show(title: str, steps: list[dict[str, Any]]) -> None:
    """Print a table of steps."""
    print(f"\n{title}")
    peak = max(step["peak_mb"] for step in steps)
    for step in [*steps, {"name": "all", "seconds": total(steps), "peak_mb": peak}]:
        counts = "  ".join(f"{step[n]:,} {n}" for n in ("links", "groups") if n in step)
        print(
            f"  {step['name']:32}{step['seconds']:8.1f} s {step['peak_mb']:8.0f} MB  {counts}",
            flush=True,
        )


def main() -> None:
    """Print the tables and write them as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--events", type=int, default=20_000, help="rows; for the figure 1000000")
    parser.add_argument(
        "--naive-events", type=int, default=200_000, help="most rows for the analyst's way"
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, help="JSON file to write")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ringscope-scale-") as folder:
        found = measure(options.events, options.naive_events, options.seed, Path(folder))
    ratio = found["compared"]["times_faster"]
    print(
        f"\n{found['rows']:,} rows: {found['seconds']:.1f} s, {found['peak_mb']:.0f} MB "
        f"(goal at 1,000,000 rows on 2 cores: {SECONDS} s, {MEMORY_MB} MB); "
        f"links, components and communities {ratio:.1f} times as fast as the analyst's way at "
        f"{found['compared']['rows']:,} rows (goal: {TIMES}); load before: "
        f"{found['load_before']:.1f} on {found['cores']} cores",
    )
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
