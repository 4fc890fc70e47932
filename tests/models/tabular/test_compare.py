from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from models.tabular.compare import Result, compare, fingerprint, saved_model
from models.tabular.fitting import FitSettings
from models.tabular.table import Table
from models.tabular.thresholds import Costs

NAMES = ("logistic", "tree")
SETTINGS = FitSettings()


@pytest.fixture(scope="module")
def done(gig: Table, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Result]]:
    folder = tmp_path_factory.mktemp("comparison")
    return folder, compare(gig, NAMES, folder, SETTINGS)


def fitted_again(
    gig: Table, folder: Path, settings: FitSettings, names: object = NAMES
) -> set[str]:
    """Names of the models that had to be fitted."""
    found: set[str] = set()
    compare(
        gig, names, folder, settings,
        tell=lambda name, result: found.add(name) if result is None else None,
    )  # fmt: skip
    return found


def test_results_hold_figures_and_curves(done: tuple[Path, list[Result]]) -> None:
    for result in done[1]:
        assert 0.5 < result.figures["roc_auc"] <= 1
        assert set(result.curves) == {"precision_recall", "roc", "calibration", "cost"}
        assert result.bytes > 0
        assert sum(result.importances.values()) == pytest.approx(1, abs=1e-3)


def test_what_is_done_is_not_done_again(gig: Table, done: tuple[Path, list[Result]]) -> None:
    folder, results = done
    assert fitted_again(gig, folder, SETTINGS) == set()
    assert compare(gig, NAMES, folder, SETTINGS) == results


def test_a_new_model_is_added(gig: Table, done: tuple[Path, list[Result]]) -> None:
    assert fitted_again(gig, done[0], SETTINGS, ("logistic", "ridge")) == {"ridge"}


def test_a_damaged_model_is_fitted_again(gig: Table, tmp_path: Path) -> None:
    compare(gig, NAMES, tmp_path, SETTINGS)
    (saved_model(tmp_path, "tree") / "model.json").write_text("{}")
    assert fitted_again(gig, tmp_path, SETTINGS) == {"tree"}
    (tmp_path / "results" / "logistic.json").write_text("{ half")
    assert fitted_again(gig, tmp_path, SETTINGS) == {"logistic"}


def test_the_fingerprint_knows_table_and_settings_but_not_threads(gig: Table) -> None:
    base = fingerprint(gig, "tree", SETTINGS)
    labels = gig.labels.copy()
    labels[0] = 1 - labels[0]
    others = [
        fingerprint(dataclasses.replace(gig, labels=labels), "tree", SETTINGS),
        fingerprint(gig, "forest", SETTINGS),
        fingerprint(gig, "tree", FitSettings(seed=8)),
        fingerprint(gig, "tree", FitSettings(costs=Costs(2, 1))),
        fingerprint(gig, "tree", FitSettings(options={"C": 1})),
    ]
    assert len({base, *others}) == 6
    assert fingerprint(gig, "tree", FitSettings(threads=2)) == base


def test_costs_move_the_threshold(gig: Table, tmp_path: Path) -> None:
    careful = compare(gig, ["logistic"], tmp_path, FitSettings(costs=Costs(1, 5)))[0]
    eager = compare(gig, ["logistic"], tmp_path, FitSettings(costs=Costs(50, 1)))[0]
    assert eager.threshold < careful.threshold
    assert eager.figures["chosen_recall"] > careful.figures["chosen_recall"]
    assert "lowest cost" in eager.threshold_why
