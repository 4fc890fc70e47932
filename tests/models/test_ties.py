from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from graph import kinds, link
from ingest import Tables, read_tables
from models.metrics import auroc
from models.ties import Patterns, fit_ties, link_patterns, ties

CARD, ADDRESS = 0, 1


def planted(seed: int, accounts: int = 1200) -> tuple[Patterns, np.ndarray, np.ndarray, np.ndarray]:
    """Spam accounts share a card alone, honest ones a card and an address; risks are noisy."""
    rng = np.random.default_rng(seed)
    a = np.arange(0, accounts, 2)
    spam = np.repeat(rng.random(len(a)) < 0.3, 2)
    seen = np.zeros((len(a), 6), dtype=np.float32)
    seen[:, CARD] = rng.uniform(0.5, 1, len(a))
    seen[:, ADDRESS] = np.where(spam[a], 0, rng.uniform(0.1, 0.5, len(a)))
    risk = 1 / (1 + np.exp(-rng.normal(np.where(spam, 0.0, -2.0), 1.5)))
    folds = np.repeat(np.arange(len(a)) % 5, 2)
    return Patterns(a, a + 1, seen), risk, folds, spam


@pytest.mark.parametrize("seed", range(3))
def test_the_pattern_of_a_link_tells_more_than_the_risk_of_its_ends(seed: int) -> None:
    patterns, risk, folds, spam = planted(seed)
    models = fit_ties(patterns, risk, folds, seed=0, threads=1)
    told = ties(patterns, models, folds)
    strongest = told.max(axis=1).toarray().ravel()
    assert auroc(spam.astype(int), strongest) > max(0.95, auroc(spam.astype(int), risk)), seed
    assert (told.data >= 0).all()
    assert (told.data <= 1).all()


def test_nothing_of_its_fold_moves_what_links_tell_of_an_account() -> None:
    patterns, risk, folds, _ = planted(4)
    held = folds == 2
    other = np.where(held, 1 - risk, risk)
    before, after = (
        ties(patterns, fit_ties(patterns, r, folds, seed=0, threads=2), folds).toarray()
        for r in (risk, other)
    )
    assert (before[held] == after[held]).all()
    assert (before[~held] != after[~held]).any()


def test_new_accounts_are_told_by_the_model_of_all_links() -> None:
    patterns, risk, folds, _ = planted(5)
    models = fit_ties(patterns, risk, folds, seed=0, threads=1)
    told = ties(patterns, models, np.full_like(folds, -1))
    wanted = models[-1].predict(patterns.seen)
    assert told[patterns.a, patterns.b].tolist()[0] == wanted.tolist()
    assert told[patterns.b, patterns.a].tolist()[0] == wanted.tolist()


def test_without_links_nothing_is_told() -> None:
    none = Patterns(np.empty(0, np.int64), np.empty(0, np.int64), np.empty((0, 6), np.float32))
    folds = np.zeros(4, np.int8)
    models = fit_ties(none, np.full(4, 0.5), folds, seed=0, threads=1)
    assert models == ()
    assert ties(none, models, folds).nnz == 0


def test_patterns_by_hand() -> None:
    start = datetime(2026, 1, 1)
    days = {name: start + timedelta(days=n) for name, n in (("ann", 0), ("ben", 1), ("cem", 9))}
    logins = [
        ("ann", 2, "d", "93.184.1.9"),
        ("ben", 2, "d", "93.184.1.9"),
        ("ben", 4, "d", "8.8.8.8"),
        ("cem", 30, "other", "8.8.4.4"),
    ]
    tables = read_tables(
        {
            "accounts": pl.DataFrame({"account_id": list(days), "created_at": list(days.values())}),
            "logins": pl.DataFrame(
                [(who, start + timedelta(days=day), device, ip) for who, day, device, ip in logins],
                schema=["account_id", "ts", "device_id", "ip"],
                orient="row",
            ),
        }
    )
    linkage = link(tables)
    got = link_patterns(linkage, tables.accounts["created_at"])
    assert (got.a.tolist(), got.b.tolist()) == ([0], [1])
    names = [*sorted(kinds()), "weight", "identifiers", "apart", "span"]
    row = dict(zip(names, got.seen[0].tolist(), strict=True))
    by_kind = dict(linkage.evidence.select("kind", "weight").iter_rows())
    assert row["device"] == pytest.approx(by_kind["device"])
    assert row["ip"] == pytest.approx(by_kind["ip"])
    assert row["phone"] == 0
    assert row["weight"] == pytest.approx(sum(by_kind.values()))
    assert row["identifiers"] == 2
    assert row["apart"] == pytest.approx(np.log1p(86_400))
    assert row["span"] == 0


def test_the_order_of_links_does_not_matter(planted_world: Callable[..., Tables]) -> None:
    tables = planted_world(3)
    linkage = link(tables)
    wanted = link_patterns(linkage, tables.accounts["created_at"])
    turned = replace(
        linkage,
        links=linkage.links.reverse(),
        evidence=linkage.evidence.sample(fraction=1, shuffle=True, seed=1),
    )
    got = link_patterns(turned, tables.accounts["created_at"])
    assert (got.a == wanted.a).all()
    assert (got.b == wanted.b).all()
    assert np.array_equal(got.seen, wanted.seen, equal_nan=True)
