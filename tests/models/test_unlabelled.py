from __future__ import annotations

import numpy as np
import polars as pl

from models.metrics import auroc
from models.unlabelled import oddness, unlabelled_risk


def table(n: int = 600) -> pl.DataFrame:
    rng = np.random.default_rng(0)
    values = rng.standard_normal((n, 4))
    values[:12] += 6
    frame = pl.DataFrame(values, schema=["a", "b", "c", "d"]).cast(pl.Float32)
    return frame.with_columns(
        d=pl.when(pl.col("d") > 1).then(None).otherwise("d"), e=pl.lit(None, pl.Float32)
    )


def test_odd_accounts_come_first() -> None:
    odd = oddness(table(), seed=0)
    assert auroc(np.arange(600) < 12, odd) > 0.99
    assert odd.min() == 0
    assert odd.max() == 1


def test_rings_count_more_than_oddness_and_links_pass_it_on() -> None:
    surprise, propagated = np.zeros(600), np.zeros(600)
    surprise[20:30] = 12.0
    surprise[30:40] = 6.0
    propagated[40:50] = 0.5
    risk = unlabelled_risk(table(), surprise, propagated, seed=0)
    assert risk[20:30].min() > risk[30:40].max()
    assert risk[30:40].min() > 0.4
    assert risk[40:50].min() > risk[50:].max() - 1e-12
    assert ((risk >= 0) & (risk <= 1)).all()


def test_without_rings_oddness_alone_decides() -> None:
    risk = unlabelled_risk(table(), np.zeros(600), np.zeros(600), seed=0)
    assert auroc(np.arange(600) < 12, risk) > 0.99


def test_same_seed_same_bits() -> None:
    assert (oddness(table(), seed=3) == oddness(table(), seed=3)).all()


def test_no_known_feature_at_all() -> None:
    empty = pl.DataFrame({"a": [None, None]}, schema={"a": pl.Float32})
    assert oddness(empty, seed=0).tolist() == [0.0, 0.0]
