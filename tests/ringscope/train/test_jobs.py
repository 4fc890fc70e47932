from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from ingest.errors import InputError, RunError
from models.tabular.fitting import FitSettings
from ringscope.train.jobs import Plan, Training, train
from ringscope.train.made_up import write_gig_table

SETTINGS = FitSettings()
QUICK = Plan(eda=False)


def test_a_training_leaves_pages_figures_and_models(training: Training) -> None:
    names = {path.name for path in training.folder.iterdir()}
    assert {"eda.html", "comparison.html", "comparison.md", "comparison.json", "models"} <= names
    found = json.loads((training.folder / "comparison.json").read_text())
    assert [one["name"] for one in found["models"]] == [one.name for one in training.results]
    text = (training.folder / "comparison.md").read_text()
    assert "| Logistic regression | weights |" in text
    assert "document" in text


def test_the_page_on_the_table_names_pairs_gaps_and_guesses(training: Training) -> None:
    text = (training.folder / "eda.html").read_text()
    for said in ("X34 UsedTemporaryOnlinePhoneNumber", "X13", "hypothetical", "2.68%"):
        assert said in text, said


def test_the_best_is_chosen_on_validation_rows(training: Training) -> None:
    values = [one.validation_ap for one in training.results]
    assert values == sorted(values, reverse=True)
    assert training.best is training.results[0]


def test_the_same_again_gives_the_same_models(
    training: Training, gig_file: Path, tmp_path: Path
) -> None:
    again = train(gig_file, tmp_path / "out", ["logistic"], SETTINGS, plan=QUICK)
    first = training.folder / "models" / "logistic"
    second = again.folder / "models" / "logistic"
    for file in first.iterdir():
        assert file.read_bytes() == (second / file.name).read_bytes(), file.name


def test_shuffled_rows_give_the_same_figures(
    training: Training, gig_file: Path, tmp_path: Path
) -> None:
    shuffled = tmp_path / "shuffled.csv"
    pl.read_csv(gig_file).sample(fraction=1, shuffle=True, seed=2).write_csv(shuffled)
    again = train(shuffled, tmp_path / "out", ["logistic"], SETTINGS, plan=QUICK)
    first = next(one for one in training.results if one.name == "logistic")
    assert again.best.figures == first.figures


def test_another_table_needs_force(training: Training, gig_file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.parquet"
    write_gig_table(other, rows=1500, seed=9)
    out = tmp_path / "out"
    train(gig_file, out, ["gaussian-nb"], SETTINGS, plan=QUICK)
    with pytest.raises(RunError, match="another table"):
        train(other, out, ["gaussian-nb"], SETTINGS, plan=QUICK)
    done = train(other, out, ["gaussian-nb"], SETTINGS, plan=QUICK, force=True)
    assert len(done.table.ids) == 1500


def test_a_folder_with_other_files_is_left_alone(gig_file: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(RunError, match="no training"):
        train(gig_file, tmp_path, ["gaussian-nb"], SETTINGS, plan=QUICK, force=True)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_one_class_leaves_nothing_behind(gig_file: Path, tmp_path: Path) -> None:
    honest = tmp_path / "honest.csv"
    pl.read_csv(gig_file).filter(pl.col("label") == 0).write_csv(honest)
    with pytest.raises(InputError, match="0 rows are labelled 1"):
        train(honest, tmp_path / "out", ["tree"], SETTINGS)
    assert not (tmp_path / "out").exists()


def test_a_search_is_made_once_and_told(gig_file: Path, tmp_path: Path) -> None:
    plan = Plan(eda=False, trials=2, select=True)
    first = train(gig_file, tmp_path / "out", ["logistic", "ridge"], SETTINGS, plan=plan)
    assert set(first.found) == {"logistic"}
    again = train(gig_file, tmp_path / "out", ["logistic"], SETTINGS, plan=plan)
    assert again.found == first.found
    assert again.selection == first.selection
    text = (tmp_path / "out" / "comparison.html").read_text()
    assert "Search of settings" in text
    assert "Choice of columns" in text


def test_plain_tables_train_too(tmp_path: Path, gig_file: Path) -> None:
    frame = pl.read_csv(gig_file).select("user_id", "label", height="X19", weight="X21")
    frame.write_csv(tmp_path / "plain.csv")
    settings = replace(SETTINGS, preset="plain")
    done = train(tmp_path / "plain.csv", tmp_path / "out", ["logistic"], settings)
    assert done.table.columns == ("height", "weight")
    assert "hypothetical" not in (tmp_path / "out" / "eda.html").read_text()
