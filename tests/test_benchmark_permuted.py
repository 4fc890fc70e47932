from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from graph.templates import find_templates
from ingest import Tables, check_tables, read_tables
from ringscope.demo import make_world

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(scope="module")
def permuted() -> Any:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        return importlib.import_module("_permuted")
    finally:
        sys.path.remove(str(BENCHMARKS))


@pytest.fixture(scope="module")
def honest(permuted: Any) -> Tables:
    made = make_world(accounts=600, seed=6)
    truth = made.pop("truth")
    tables: Tables = permuted.honest_only(read_tables(made), truth)
    guilty = truth.filter(pl.col("spam") == 1)["account_id"]
    assert not set(tables.accounts["account_id"]) & set(guilty)
    return tables


def popularity(tables: Tables, kind: str) -> list[int]:
    used = sys.modules["_attacks.uses"].uses(tables).filter(pl.col("kind") == kind)
    return sorted(used.group_by("value").len()["len"].to_list())


def test_dealing_keeps_popularity_and_little_else(permuted: Any, honest: Tables) -> None:
    dealt, again, other = (permuted.dealt(honest, np.random.default_rng(n)) for n in (1, 1, 2))
    check_tables(dealt)
    assert dealt.logins.equals(again.logins)
    assert not dealt.logins.equals(other.logins)
    assert dealt.accounts["label"].null_count() == dealt.accounts.height
    for kind in ("email", "phone"):
        assert popularity(dealt, kind) == popularity(honest, kind)
    for kind in ("device", "ip", "instrument"):
        # Two uses of one value that meet in one account become one.
        before, after = popularity(honest, kind), popularity(dealt, kind)
        assert len(before) == len(after), kind
        assert 0.97 * sum(before) <= sum(after) <= sum(before), kind
    for table in ("accounts", "logins", "messages"):
        column = "created_at" if table == "accounts" else "ts"
        rows, moved = getattr(honest, table), getattr(dealt, table)
        assert rows[column].sort().equals(moved[column].sort())
        assert (rows[column] != moved[column]).mean() > 0.9


def test_templates_keep_their_senders_in_number(permuted: Any, honest: Tables) -> None:
    dealt = permuted.dealt(honest, np.random.default_rng(3))
    before = find_templates(honest.messages).templates
    after = find_templates(dealt.messages).templates
    assert sorted(before["messages"]) == sorted(after["messages"])
    assert after["accounts"].sum() == pytest.approx(before["accounts"].sum(), rel=0.05)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_where_everyone_is_suspected_no_world_without_a_ring_reports_one(
    permuted: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    out = tmp_path / "chance.json"
    seeds = [str(seed) for seed in range(10)]
    words = ["--seeds", *seeds, "--times", "10", "--accounts", "1000", "--ways", "everyone"]
    monkeypatch.setattr(sys, "argv", ["chance.py", *words, "--out", str(out)])
    importlib.import_module("chance").main()
    found = json.loads(out.read_text("utf-8"))
    everyone = found["table"]["everyone"]
    assert everyone["runs"] == 100
    assert everyone["share_above"] <= 0.01, found["results"]
