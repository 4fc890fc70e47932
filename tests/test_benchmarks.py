from __future__ import annotations

import importlib
import importlib.util
import json
import math
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import polars as pl
import pytest

from graph import link
from graph.links import link_accounts
from ingest import Tables, read_tables
from ringscope.demo import make_world, write_world
from ringscope.evaluate import compare

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Import a benchmark by name, as if it were run."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module


@pytest.fixture(scope="module")
def tables() -> Tables:
    world = make_world(accounts=500, seed=3)
    del world["truth"]
    return read_tables(world)


def test_the_analyst_finds_the_same_links_through_identifiers(
    benchmark: Any, tables: Tables
) -> None:
    analyst = benchmark("_analyst")
    signup = analyst._days(tables.accounts["created_at"].to_pandas()).to_numpy()
    found = analyst.weighted_links(analyst.identifier_sightings(tables), signup)
    evidence = link(tables).evidence.filter(~pl.col("kind").is_in(["template", "burst"]))
    links = link_accounts(evidence).select("a", "b", "weight").rows()
    assert found == pytest.approx({(a, b): weight for a, b, weight in links})


def test_the_analyst_groups_near_duplicates(benchmark: Any) -> None:
    texts = [
        "Hello, your parcel waits at https://a.example/1 pick it up before the 12th",
        "hello your parcel waits at https://b.example/22 pick it up before the 30th!",
        "are we still meeting for lunch with your sister on sunday",
    ]
    messages = pd.DataFrame({"account": [0, 1, 2], "ts": pd.Timestamp(0), "text": texts})
    found = benchmark("_analyst").template_sightings(messages).set_index("account")["value"]
    assert found[0] == found[1] != found[2]


def test_the_baseline_joins_only_what_few_share(benchmark: Any, tables: Tables) -> None:
    analyst = benchmark("_analyst")
    few, fewer = analyst.shared_by_few(tables), analyst.shared_by_few(tables, most=2)
    assert (few >= 0).sum() > (fewer >= 0).sum() > 0
    assert pd.Series(few[few >= 0]).value_counts().min() >= 3


def test_figures_agree_with_the_worlds_own_score(
    benchmark: Any, tmp_path: Path, shared_data: Path
) -> None:
    score = _script(shared_data / "worlds" / "score.py").score
    write_world(tmp_path, accounts=600, seed=5)
    result = benchmark("worlds").naive_scores(tmp_path, 5)
    truth = pl.read_csv(tmp_path / "truth.csv", schema_overrides={"ring": pl.String})
    figures = compare(truth, result).figures
    theirs, _ = score(truth.to_pandas(), result.to_pandas())
    names = {
        "ap": "average_precision", "auroc": "auroc", "ring_p": "ring_precision",
        "ring_r": "ring_recall", "ring_f1": "ring_f1", "innocents": "innocents_per_1000",
        "found": "rings_found",
    }  # fmt: skip
    assert {name: figures[ours] for name, ours in names.items()} == pytest.approx(
        {name: theirs[name] for name in names}
    )


def test_no_worlds_are_no_error(
    benchmark: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["worlds.py", "--worlds", str(tmp_path)])
    benchmark("worlds").main()
    assert capsys.readouterr().out.count("\n") == 1


@pytest.mark.slow
def test_worlds_at_a_small_size(
    benchmark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "worlds.json"
    small = ["--seeds", "3", "--accounts", "1500", "--out", str(out)]
    monkeypatch.setattr(sys, "argv", ["worlds.py", *small])
    benchmark("worlds").main()
    found = json.loads(out.read_text("utf-8"))
    mean = found["table"]["seed 3"]["ring_f1"]["mean"]
    assert mean == found["results"]["seed 3, run seed 7"]["ring_f1"]
    assert mean > found["naive"]["seed 3"]["ring_f1"]["mean"]
    # What is kept is not measured again.
    monkeypatch.setattr(benchmark("worlds"), "measure", pytest.fail)
    benchmark("worlds").main()
    assert json.loads(out.read_text("utf-8")) == found


def test_figures_are_kept_for_the_same_options_and_code(
    benchmark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, path = benchmark("_kept"), tmp_path / "kept.json"
    first = kept.Kept(path, {"accounts": 5})
    assert first.get("one", lambda: {"figure": 1.0}) == {"figure": 1.0}
    same = kept.Kept(path, {"accounts": 5})
    assert same.get("one", lambda: {"figure": 2.0}) == {"figure": 1.0}
    assert kept.Kept(path, {"accounts": 6}).results == {}
    monkeypatch.setattr(kept, "code_digest", lambda: "other")
    assert kept.Kept(path, {"accounts": 5}).results == {}


def test_spread_leaves_out_what_does_not_exist(benchmark: Any) -> None:
    spread = benchmark("_kept").spread
    assert spread([1.0, float("nan"), 4.0]) == (2.5, 1.0, 4.0)
    assert all(math.isnan(value) for value in spread([float("nan")]))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("evasion", ["--only", "rotation 50%", "aged accounts"]),
        ("labels", ["--only", "5% of the labels are wrong", "labels of the older half alone"]),
        ("ablation", ["--only", "without template links", "without the second look"]),
    ],
)
def test_suites_at_a_small_size(
    benchmark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, chosen: list[str]
) -> None:
    out = tmp_path / "figures.json"
    small = ["--seeds", "3", "--accounts", "600", "--out", str(out), *chosen]
    monkeypatch.setattr(sys, "argv", [name, *small])
    benchmark(name).main()
    found = json.loads(out.read_text("utf-8"))
    assert len(found["results"]) == len(found["table"]) == 3
    assert set(chosen[1:]) < set(found["table"])
    figures = list(found["results"].values())
    assert figures[0]["average_precision"] != figures[1]["average_precision"]


@pytest.mark.slow
def test_scale_at_a_small_size(
    benchmark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "scale.json"
    small = ["--events", "10000", "--naive-events", "5000", "--out", str(out)]
    monkeypatch.setattr(sys, "argv", ["scale.py", *small])
    benchmark("scale").main()
    found = json.loads(out.read_text("utf-8"))
    assert found["rows"] == pytest.approx(10_000, rel=0.1)
    assert found["compared"]["rows"] == pytest.approx(5_000, rel=0.1)
    assert [step["name"] for step in found["steps"]] == ["read", "link", "score", "write", "report"]
    assert found["seconds"] == pytest.approx(sum(step["seconds"] for step in found["steps"]))


def _script(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
