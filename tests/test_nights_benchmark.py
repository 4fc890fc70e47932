from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
ONE = {
    "id_kept": 0.99, "ring_nights": 100.0, "merged_told": 2.0, "merged_planned": 2.0,
    "split_told": 1.0, "split_planned": 2.0, "dormant_told": 2.0, "dormant_planned": 2.0,
    "returned_told": 2.0, "returned_planned": 2.0, "nights_until_seen": 0.0,
    "nights_until_called": 1.0, "seconds_per_night": 4.0,
}  # fmt: skip
OTHER = {**ONE, "id_kept": 0.97, "split_told": 2.0, "nights_until_called": 4.0}


@pytest.fixture(scope="module")
def nights() -> ModuleType:
    """The benchmark, imported without its neighbours, which have the names of libraries."""
    spec = importlib.util.spec_from_file_location("nights", BENCHMARKS / "nights.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_worlds_are_put_together(nights: ModuleType) -> None:
    found = nights.together({"seed 1": ONE, "seed 2": OTHER})
    assert found["id_kept"] == pytest.approx(0.98)
    assert (found["split_told"], found["split_planned"], found["ring_nights"]) == (3, 4, 200)
    assert found["nights_until_called"] == 2.5


def test_turns_are_printed_as_told_of_planned(nights: ModuleType) -> None:
    assert nights.line("seed 1", ONE).split() == [
        "seed", "1", "0.990", "2/2", "1/2", "2/2", "2/2", "0.000", "1.000", "4.000",
    ]  # fmt: skip


def test_every_figure_is_written(
    nights: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(nights, "measure", lambda seed, *_: ONE if seed == 1 else OTHER)
    out = tmp_path / "nights.json"
    monkeypatch.setattr(sys, "argv", ["nights.py", "--seeds", "1", "2", "--out", str(out)])
    nights.main()
    written = json.loads(out.read_text("utf-8"))
    assert written["worlds"] == {"seed 1": ONE, "seed 2": OTHER}
    assert written["together"]["split_told"] == 3
    assert len(capsys.readouterr().out.splitlines()) == 4
