"""What the rules that ship find by themselves on planted worlds: accounts and spam per action.

Points alone decide here, without the risk of any model; the truth is used for counting only.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import tempfile
import time
from pathlib import Path

import polars as pl
from _planted import add_options, planted

from ingest import Tables, read_tables
from models.rules import load_rules
from ringscope.evaluate import read_truth
from ringscope.rules import Simulation, simulate
from ringscope.settings import ActionSettings


def with_truth(tables: Tables, truth: Path) -> Tables:
    """Tables whose labels are the truth; no rule reads a label."""
    known = read_truth(truth).select("account_id", "spam")
    ids = tables.accounts.select("account_id")
    spam = ids.join(known, "account_id", "left", maintain_order="left")["spam"]
    return dataclasses.replace(tables, accounts=tables.accounts.with_columns(label=spam))


def measure(data: Path, truth: Path) -> tuple[Simulation, float]:
    """Apply the rules that ship; the tables, and seconds without reading them."""
    tables = with_truth(read_tables(data), truth)
    began = time.perf_counter()
    found = simulate(tables, load_rules(), ActionSettings())
    return found, time.perf_counter() - began


def main() -> None:
    """Print actions and rules with hits per world, and write every figure as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    add_options(parser, seeds=[7], accounts=1000)
    parser.add_argument("--out", type=Path, help="JSON file to write")
    options = parser.parse_args()
    content = {}
    with tempfile.TemporaryDirectory(prefix="ringscope-rules-") as scratch:
        for world in planted(options.worlds, options.seeds, options.accounts, Path(scratch)):
            found, seconds = measure(world.tables, world.truth)
            print(f"{world.name}: {seconds:.1f} s")
            for frame, key in ((found.actions, "action"), (found.rules, "rule")):
                counted = "accounts" if key == "action" else "hits"
                for row in frame.filter(pl.col(counted) > 0).iter_rows(named=True):
                    share = f"{row['precision']:.3f}"
                    print(f"  {row[key]:24}{row[counted]:>8}{row['spam']:>7} spam {share:>6}")
            content[world.name] = {
                "seconds": seconds,
                "actions": found.actions.to_dicts(),
                "rules": found.rules.drop("condition", "active").to_dicts(),
            }
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
