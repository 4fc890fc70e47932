from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from graph import link
from ingest import RunError, Tables, read_tables
from models import ScoreSettings, score
from models.account_features import account_features, contacts
from models.contributions import EXPLAINED
from models.features import FeatureTable
from models.learned import (
    BOOSTED_WITH_PLACES,
    ROUNDS_WITH_PLACES,
    Learned,
    Parts,
    learn,
    load_learned,
)
from models.metrics import auroc
from models.phrasing import COLUMNS
from models.positions import READ_BY_KERNEL, WORDS


def differs(one: Parts, other: Parts) -> float:
    assert one.shown.frame.equals(other.shown.frame)
    arrays = zip(one._replace(shown=None), other._replace(shown=None), strict=True)
    return max(float(np.abs(a - b).max()) for a, b in arrays if a is not None)


@pytest.fixture(scope="module")
def saved(scored: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "models"
    scored.scores.save(folder)
    return folder


def test_loaded_models_predict_what_the_saved_ones_do(scored: Any, saved: Path) -> None:
    features = account_features(scored.tables, scored.linkage, seed=7)
    learned: Learned = scored.scores.learned
    loaded = load_learned(saved)
    one, other = (m.predict(scored.tables, scored.linkage, features) for m in (learned, loaded))
    assert differs(one, other) <= 1e-9
    assert loaded.seconds == learned.seconds
    assert loaded.population == learned.population


def test_the_data_of_the_training_gets_the_risks_of_the_training(scored: Any, saved: Path) -> None:
    again = score(scored.tables, scored.linkage, ScoreSettings(threads=1), model=saved)
    columns = [name for name in again.accounts.columns if name.startswith("risk")]
    for name in columns:
        moved = np.abs(again.accounts[name].to_numpy() - scored.scores.accounts[name].to_numpy())
        assert moved.max() <= 1e-9, name
    assert_frame_equal(again.accounts, scored.scores.accounts, abs_tol=1e-9)
    assert_frame_equal(again.rings, scored.scores.rings, abs_tol=1e-9)
    assert_frame_equal(again.members, scored.scores.members, abs_tol=1e-9)
    assert_frame_equal(again.facts, scored.scores.facts, abs_tol=1e-9)


def test_saved_models_score_another_world(
    planted_world: Callable[..., Tables], saved: Path
) -> None:
    spam = planted_world(2, known=1.0).accounts["label"].to_numpy()
    tables = planted_world(2, known=0.0)
    got = score(tables, link(tables), ScoreSettings(threads=1), model=saved)
    assert got.metrics["model"] == "saved"
    assert got.metrics["headline"] == json.loads((saved / "metrics.json").read_text())["headline"]
    assert auroc(spam, got.accounts["risk"].to_numpy()) > 0.9
    assert got.accounts["risk"].is_between(0, 1).all()
    assert got.rings.height > 5


def test_labels_of_the_scored_world_reach_others_over_links_only(
    planted_world: Callable[..., Tables], saved: Path
) -> None:
    tables = planted_world(2)
    linkage = link(tables)
    bare = replace(tables, accounts=tables.accounts.with_columns(label=pl.lit(None, pl.Int8)))
    loaded = load_learned(saved)
    one, other = (loaded.predict(t, linkage, account_features(t, linkage)) for t in (tables, bare))
    assert one.propagated.max() > 0
    assert other.propagated.max() == 0
    network = contacts(tables, linkage)
    beside = (network @ (tables.accounts["label"].fill_null(-1).to_numpy() >= 0)) == 0
    assert (one.risk[beside] == other.risk[beside]).all()
    assert (one.risk[~beside] != other.risk[~beside]).any()
    moved = one._replace(
        propagated=other.propagated, risk=other.risk, contributions=other.contributions
    )
    assert differs(moved, other) == 0


def test_the_own_label_is_in_no_part_of_a_prediction(
    planted_world: Callable[..., Tables], saved: Path
) -> None:
    tables = planted_world(2)
    linkage = link(tables)
    loaded = load_learned(saved)
    before = loaded.predict(tables, linkage, account_features(tables, linkage))
    labels = tables.accounts["label"]
    for account in labels.is_not_null().arg_true().sample(5, seed=1).to_list():
        flipped = labels.to_list()
        flipped[account] = 1 - flipped[account]
        other = tables.accounts.with_columns(label=pl.Series(flipped, dtype=pl.Int8))
        world = replace(tables, accounts=other)
        after = loaded.predict(world, linkage, account_features(world, linkage))
        for name, one, two in zip(Parts._fields, before, after, strict=True):
            if name != "shown":
                assert np.array_equal(one[account], two[account]), f"account {account}: {name}"


def test_only_risky_accounts_are_taken_apart(scored: Any) -> None:
    features = account_features(scored.tables, scored.linkage, seed=7)
    parts = scored.scores.learned.predict(scored.tables, scored.linkage, features)
    apart = np.abs(parts.contributions).sum(axis=1) > 0
    assert (apart == (parts.risk >= EXPLAINED)).all()
    assert parts.contributions.shape == parts.shown.frame.shape
    assert parts.shown.columns == [*features.columns, *COLUMNS]


def test_labelled_accounts_keep_their_out_of_fold_risk(scored: Any) -> None:
    """What is published of a labelled account comes from models that have not seen its group."""
    stack = scored.scores.learned.stack
    known = stack.folds >= 0
    assert (stack.risk[known] == stack.out_of_fold[known]).all()
    groups = scored.linkage.community
    for group in np.unique(groups[known]):
        assert len(set(stack.folds[known & (groups == group)])) == 1


def test_spectral_positions_count_only_in_the_graph_of_the_training(
    scored: Any, planted_world: Callable[..., Tables]
) -> None:
    def kept(tables: Tables, linkage: Any) -> bool:
        place = pl.DataFrame({"spectral.0.000": np.ones(tables.accounts.height, np.float32)})
        features = FeatureTable.of("position", place.with_columns(core="spectral.0.000"), WORDS)
        comparable = scored.scores.learned._comparable
        return "spectral.0.000" in comparable(features, tables, contacts(tables, linkage)).columns

    assert kept(scored.tables, scored.linkage)
    other = planted_world(2)
    assert not kept(other, link(other))


@pytest.fixture(scope="module")
def joined(planted_world: Callable[..., Tables]) -> Tables:
    """A world of nothing but accounts and relations between them."""
    ids = planted_world(1, accounts=400).accounts.select("account_id", "created_at", "label")
    rng = np.random.default_rng(1)
    ends = {end: ids["account_id"].gather(rng.integers(0, 400, 4000)) for end in ("src", "dst")}
    return read_tables({"accounts": ids, "edges": pl.DataFrame(ends)})


KERNELS = ROUNDS_WITH_PLACES * len(READ_BY_KERNEL)


@pytest.mark.parametrize(
    ("lasting", "trees", "kernels"), [(False, BOOSTED_WITH_PLACES, KERNELS), (True, 1, 1)]
)
def test_more_fits_are_averaged_where_spectral_positions_are_read(
    joined: Tables, tmp_path: Path, lasting: bool, trees: int, kernels: int
) -> None:
    linkage = link(joined)
    features = account_features(joined, linkage, lasting=lasting)
    assert any(c.startswith("spectral.") for c in features.columns) is not lasting
    learned, then = learn(joined, linkage, features, seed=1, threads=1)
    boosted = (*learned.stack.models["boosted"], *learned.stack.by_fold["boosted"])
    assert {len(fit.models) for fit in boosted} == {trees}
    fits = (*learned.stack.models["kernel"], *learned.stack.by_fold["kernel"])
    assert {len(fit.lengths) for fit in fits} == {kernels}
    learned.save(tmp_path / "models")
    again = load_learned(tmp_path / "models").predict(joined, linkage, features)
    assert np.abs(again.risk - then.risk).max() <= 1e-9


@pytest.mark.parametrize("change", ["missing", "altered"])
def test_damaged_models_are_refused(saved: Path, tmp_path: Path, change: str) -> None:
    folder = shutil.copytree(saved, tmp_path / "models")
    path = folder / "rounds.json"
    if change == "missing":
        path.unlink()
    else:
        path.write_text(path.read_text().replace("0.", "1.", 1))
    with pytest.raises(RunError, match=r"rounds\.json"):
        load_learned(folder)


def test_a_folder_that_holds_something_is_not_written_to(scored: Any, saved: Path) -> None:
    with pytest.raises(RunError, match="not empty"):
        scored.scores.save(saved)
