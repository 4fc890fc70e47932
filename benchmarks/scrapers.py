"""Scraper detection: seconds, memory, equality with pandas, and what each rule is worth.

A log in the document's shape is made and read by `ringscope signals scrapers`; pandas applies the
document's rules to the same files. Each runs in a process of its own. Then the rules are judged by
planted truth: on logs of other seeds than the weights are from, and on demo worlds, in which
nobody scrapes and a rule can at best point to spam of other kinds.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from sklearn.metrics import average_precision_score, roc_auc_score

from ingest import Tables, read_tables
from models.signals.scrapers import RULES, Facts, scraper_facts
from ringscope.demo import make_world
from ringscope.signals import detect_scrapers
from ringscope.simulate import write_log

SECONDS, MEMORY_MB = 15, 2_048
"""What 2.2 million events of 26,000 accounts may take on two cores."""
TRAINED, JUDGED = (1, 2, 3, 4, 5), (6, 7, 8)
"""Seeds of the logs that give the weights, and of those that judge them."""


def measured(task: Callable[..., Any], *words: Any) -> tuple[Any, float, float, float]:
    """Run a task in a process of its own: result, seconds, seconds of CPU, peak memory in MB."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_timed, task, words).result()


def _timed(task: Callable[..., Any], words: tuple[Any, ...]) -> tuple[Any, float, float, float]:
    began, cpu = time.perf_counter(), time.process_time()
    result = task(*words)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    return result, seconds, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ours(folder: Path, out: Path) -> dict[str, set[str]]:
    """Detect as the command does; accounts by rule."""
    found = detect_scrapers(folder, out).suspects
    named = found.with_columns(pl.col("rules").str.split(";")).explode("rules")
    return {rule: set(named.filter(pl.col("rules") == rule)["account_id"]) for rule in RULES}


def theirs(folder: Path) -> dict[str, set[str]]:
    """Apply the document's rules in pandas; accounts by rule."""
    found: dict[str, set[str]] = import_module("_scrapers_pandas").suspects(folder)
    return found


def judge(facts: Facts, truth: pl.Series) -> dict[str, Any]:
    """Hits and precision of each rule, and how well the score orders accounts."""
    is_true = truth.cast(pl.Boolean)
    rules = {
        name: {"hits": int(flag.sum()), "true": int((flag & is_true).sum())}
        for name, flag in facts.flags.to_dict().items()
    }
    known = is_true.to_numpy()
    return {
        "rules": rules,
        "positives": int(known.sum()),
        "average_precision": float(average_precision_score(known, facts.score.to_numpy())),
        "auroc": float(roc_auc_score(known, facts.score.to_numpy())),
        "found": float((facts.score.to_numpy()[known] >= 0.5).mean()),
        "innocents_per_1000": float((facts.score.to_numpy()[~known] >= 0.5).mean() * 1_000),
    }


def planted(seed: int, accounts: int, scratch: Path) -> tuple[Tables, pl.Series]:
    """Tables of a made-up log, and who scrapes."""
    folder = scratch / f"log-{seed}"
    write_log(folder, accounts=accounts, seed=seed)
    tables = read_tables(folder, preset="event-logs")
    truth = pl.read_csv(folder / "truth.csv", schema_overrides={"account_id": pl.String})
    return tables, _aligned(tables, truth, "scraper")


def demo(seed: int, accounts: int) -> tuple[Tables, pl.Series]:
    """Tables of a demo world, and who spams."""
    world = make_world(accounts=accounts, seed=seed)
    truth = world.pop("truth")
    tables = read_tables(world)
    return tables, _aligned(tables, truth, "spam")


def _aligned(tables: Tables, truth: pl.DataFrame, name: str) -> pl.Series:
    ids = tables.accounts.select("account_id")
    return ids.join(truth, on="account_id", how="left", maintain_order="left")[name].fill_null(0)


def total(judged: list[dict[str, Any]]) -> dict[str, Any]:
    """Sum hits over logs; mean of the other figures."""
    rules = {
        name: {key: sum(j["rules"][name][key] for j in judged) for key in ("hits", "true")}
        for name in RULES
    }
    means = {
        key: float(np.mean([j[key] for j in judged]))
        for key in ("average_precision", "auroc", "found", "innocents_per_1000")
    }
    return {"rules": rules, **means, "positives": sum(j["positives"] for j in judged)}


def print_rules(title: str, figures: dict[str, Any]) -> None:
    """Print hits and precision per rule."""
    print(f"\n{title}: {figures['positives']} true; AP {figures['average_precision']:.3f}, "
          f"AUC {figures['auroc']:.3f}; at score .5 found {figures['found']:.2f}, "
          f"honest {figures['innocents_per_1000']:.1f} per 1,000")  # fmt: skip
    for name, row in figures["rules"].items():
        share = f"{row['true'] / row['hits']:9.2f}" if row["hits"] else "        -"
        print(f"  {name:26}{row['hits']:7}{share}")


def weights(accounts: int, scratch: Path) -> None:
    """Print the weight of each rule: its precision with one hit and one miss added."""
    found = total([
        judge(scraper_facts(tables), truth)
        for tables, truth in (planted(seed, accounts, scratch) for seed in TRAINED)
    ])["rules"]  # fmt: skip
    for name, row in found.items():
        weight = (row["true"] + 1) / (row["hits"] + 2)
        print(f"{name:26}{row['hits']:7}{row['true']:7}{weight:8.2f}")


def main() -> None:
    """Print the tables, and write every figure as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--accounts", type=int, default=26_000, help="in the log that is timed")
    parser.add_argument("--judged", type=int, default=5_000, help="accounts in logs that judge")
    parser.add_argument("--weights", action="store_true", help="print weights of the rules only")
    parser.add_argument("--out", type=Path, help="JSON file to write")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ringscope-scrapers-") as name:
        scratch = Path(name)
        if options.weights:
            weights(options.judged, scratch)
            return
        rows = write_log(scratch / "log", accounts=options.accounts, seed=7)
        mine, seconds, cpu, memory = measured(ours, scratch / "log", scratch / "out")
        pandas, slow, slow_cpu, slow_memory = measured(theirs, scratch / "log")
        differ = [rule for rule, users in pandas.items() if users != mine[rule]]
        events = sum(rows.values())
        print(f"{events:,} rows, {options.accounts:,} accounts")
        print(f"{'':10}{'s':>8}{'CPU s':>8}{'MB':>8}")
        print(f"ringscope {seconds:8.1f}{cpu:8.1f}{memory:8.0f}  all rules, tables and report")
        print(f"pandas    {slow:8.1f}{slow_cpu:8.1f}{slow_memory:8.0f}  the document's rules")
        print(f"ratio {slow / seconds:.1f}, of CPU {slow_cpu / cpu:.1f}; ", end="")
        print(f"rules that differ: {', '.join(differ) or 'none'}", flush=True)
        logs = [planted(seed, options.judged, scratch) for seed in JUDGED]
        worlds = [demo(seed, min(options.judged, 3_000)) for seed in JUDGED]
        figures = {
            "planted": total([judge(scraper_facts(t), y) for t, y in logs]),
            "demo": total([judge(scraper_facts(t), y) for t, y in worlds]),
        }
        print_rules(f"planted logs {JUDGED}", figures["planted"])
        print_rules(f"demo worlds {JUDGED}", figures["demo"])
    if options.out:
        timing = {"rows": events, "seconds": seconds, "cpu_seconds": cpu, "peak_mb": memory}
        timing |= {"pandas_seconds": slow, "pandas_cpu_seconds": slow_cpu}
        timing |= {"pandas_peak_mb": slow_memory}
        timing |= {"ratio": slow / seconds, "differ": differ}
        options.out.parent.mkdir(parents=True, exist_ok=True)
        content = {"accounts": options.accounts, "timing": timing, **figures}
        options.out.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
