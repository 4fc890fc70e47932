from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import numpy as np
import polars as pl
import pytest

from graph import Linkage, link
from ingest import Tables, read_tables
from models import ScoreSettings, score
from models.account_features import account_features
from models.metrics import auroc
from models.unsupervised import score_without_labels

World: TypeAlias = tuple[Tables, Linkage]


@pytest.fixture(scope="module")
def spam(planted_world: Callable[..., Tables]) -> np.ndarray:
    return planted_world(1, known=1.0).accounts["label"].to_numpy()


def test_planted_rings_come_first_without_a_label(small: World, spam: np.ndarray) -> None:
    parts = score_without_labels(*small, account_features(*small), 7)
    assert auroc(spam, parts.risk) > 0.95
    for part in parts[:4]:
        assert part.shape == spam.shape
        assert ((part >= 0) & (part <= 1)).all()
    assert not parts.contributions.any()


def test_no_label_enters(small: World) -> None:
    tables, linkage = small
    bare = replace(tables, accounts=tables.accounts.with_columns(label=pl.lit(None, pl.Int8)))
    first = score_without_labels(tables, linkage, account_features(tables, linkage), 7)
    again = score_without_labels(bare, linkage, account_features(bare, linkage), 7)
    assert first.shown.frame.equals(again.shown.frame)
    pairs = zip(first._replace(shown=0), again._replace(shown=0), strict=True)
    assert all(np.array_equal(one, other) for one, other in pairs)


def test_scoring_without_labels_says_so_and_still_calls_rings(
    planted_world: Callable[..., Tables], spam: np.ndarray
) -> None:
    tables = planted_world(1, known=0.0)
    got = score(tables, link(tables), ScoreSettings(threads=1))
    assert got.metrics["supervised"] is False
    assert "labelled spam: 0" in str(got.metrics["reason"])
    assert got.learned is None
    called = got.rings.filter(pl.col("status") == "ring")
    assert called.height >= 8
    assert called["expected_honest"].null_count() == called.height
    members = got.members.join(called.select("ring"), "ring", "semi")["account"].to_numpy()
    assert spam[members].mean() > 0.95


def test_too_few_labels_are_as_good_as_none(small: World, spam: np.ndarray) -> None:
    tables, linkage = small
    few = pl.Series([int(s) if i < 20 else None for i, s in enumerate(spam)], dtype=pl.Int8)
    accounts = tables.accounts.with_columns(label=few)
    got = score(replace(tables, accounts=accounts), linkage, ScoreSettings(threads=1))
    assert got.metrics["supervised"] is False
    assert "at least 10 are needed" in str(got.metrics["reason"])


@pytest.mark.parametrize("accounts", [1, 2, 30])
def test_accounts_alone_are_scored(accounts: int) -> None:
    names = [f"a{i:03d}" for i in range(accounts)]
    tables = read_tables({"accounts": pl.DataFrame({"account_id": names})})
    got = score(tables, link(tables), ScoreSettings(threads=1))
    assert got.metrics["supervised"] is False
    assert got.rings.is_empty()
    assert got.members.is_empty()
    assert got.accounts.height == accounts
    assert got.accounts["risk"].is_between(0, 1).all()
