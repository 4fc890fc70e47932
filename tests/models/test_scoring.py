from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from graph import link
from ingest import Tables
from models import Scores, ScoreSettings, score
from models.metrics import auroc

RINGS = {
    "ring": pl.UInt32,
    "ring_id": pl.String,
    "size": pl.UInt32,
    "core_size": pl.UInt32,
    "risk": pl.Float64,
    "reading": pl.String,
    "innocent_reading": pl.String,
    "surprise": pl.Float64,
    "link_kinds": pl.String,
    "first_seen": pl.Datetime("us"),
    "last_seen": pl.Datetime("us"),
    "labelled_spam": pl.UInt32,
    "labelled_honest": pl.UInt32,
    "status": pl.String,
    "expected_honest": pl.Float64,
    "orphans": pl.UInt32,
    "why": pl.String,
}
MEMBERS = {
    "ring": pl.UInt32,
    "account": pl.UInt32,
    "role": pl.String,
    "stability": pl.Float64,
    "joined": pl.Datetime("us"),
    "confidence": pl.Float64,
}


@pytest.fixture(scope="module")
def spam(planted_world: Callable[..., Tables]) -> np.ndarray:
    return planted_world(1, known=1.0).accounts["label"].to_numpy()


def test_the_frames_are_as_promised(scored: Any) -> None:
    scores: Scores = scored.scores
    parts = ["risk", "risk_tabular", "risk_graph", "risk_propagated"]
    assert scores.accounts.columns == [*parts, "action", "reasons"]
    assert scores.accounts.height == scored.tables.accounts.height
    for part in parts:
        assert scores.accounts[part].is_between(0, 1).all(), part
    assert scores.accounts.null_count().sum_horizontal().item() == 0
    assert {c: scores.rings.schema[c] for c in RINGS} == RINGS
    assert scores.members.schema == MEMBERS
    assert scores.rings["ring_id"].is_unique().all()
    assert scores.rings["surprise"].is_between(0, 300).all()
    assert scores.members["stability"].is_between(0, 1).all()
    assert set(scores.rings["status"]) <= {"ring", "suspected"}
    assert set(scores.members["role"]) <= {"core", "fringe"}
    assert set(scores.members["ring"]) == set(scores.rings["ring"])


def test_planted_spam_is_found(scored: Any, spam: np.ndarray) -> None:
    scores: Scores = scored.scores
    assert auroc(spam, scores.accounts["risk"].to_numpy()) > 0.95
    called = scores.rings.filter(pl.col("status") == "ring")
    assert called.height >= 9
    members = scores.members.join(called.select("ring"), "ring", "semi")["account"].to_numpy()
    assert spam[members].mean() > 0.95
    assert len(members) > 0.8 * spam.sum()


def test_shuffled_rows_give_the_same_scores_to_the_last_bit(
    planted_world: Callable[..., Tables], scored: Any
) -> None:
    turned = planted_world(1, order=3)
    again = score(turned, link(turned), ScoreSettings(threads=1))
    assert again.accounts.equals(scored.scores.accounts)
    assert again.rings.equals(scored.scores.rings)
    assert again.members.equals(scored.scores.members)
    assert again.metrics == scored.scores.metrics


def test_reasons_are_told_of_risky_accounts(scored: Any) -> None:
    accounts = scored.scores.accounts
    risky = accounts.filter(pl.col("action") == "BLOCK_ACCOUNT")
    assert risky.height > 0
    assert risky["reasons"].str.contains("raises: ").all()
    assert risky["reasons"].str.contains("member in ring R-").any()
    assert (accounts["reasons"] != "").all()


@pytest.fixture(scope="module")
def model(scored: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "models"
    scored.scores.save(folder)
    return folder


def test_no_innocents_allowed_no_ring_called(scored: Any, model: Path) -> None:
    settings = ScoreSettings(threads=1, max_innocents_per_1000=0.0)
    strict = score(scored.tables, scored.linkage, settings, model=model)
    assert strict.rings.height > 0
    assert set(strict.rings["status"]) == {"suspected"}


def test_honest_offices_on_one_machine_are_no_ring(scored: Any, spam: np.ndarray) -> None:
    users = scored.tables.logins.group_by("device_id").agg(pl.col("account").unique())
    offices = users.filter(pl.col("account").list.len() == 20)["account"].explode().to_numpy()
    assert len(offices) == 60
    assert not spam[offices].any()
    links = scored.linkage.links
    assert links.filter(pl.col("a").is_in(offices) & pl.col("b").is_in(offices)).height >= 3 * 190
    rings = scored.scores.rings.filter(pl.col("status") == "ring").select("ring")
    called = scored.scores.members.join(rings, "ring", "semi")["account"]
    assert not set(called) & set(offices)


def test_labels_of_old_accounts_alone_teach_nothing_about_age(
    planted_world: Callable[..., Tables], scored: Any
) -> None:
    assert scored.scores.metrics["left_out"] == []
    tables = planted_world(1, accounts=600)
    old = pl.col("created_at") <= pl.col("created_at").median()
    label = pl.when(old).then("label").alias("label")
    tables = replace(tables, accounts=tables.accounts.with_columns(label))
    scores = score(tables, link(tables), ScoreSettings(threads=1))
    left_out = scores.metrics["left_out"]
    assert isinstance(left_out, list)
    assert "tenure" in left_out
    assert scores.learned
    assert not set(left_out) & set(scores.learned.stack.columns)
    assert any("Labels are of one sort" in note for note in scores.notes)
    # What is not learned from is still told of an account.
    assert "tenure" in scores.features.columns
