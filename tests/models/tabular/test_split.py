from __future__ import annotations

import numpy as np
import polars as pl

from models.tabular.split import draws, stratified, unseen


def made(rows: int, seed: int) -> tuple[pl.Series, np.ndarray]:
    rng = np.random.default_rng(seed)
    return pl.Series([f"u{i:05}" for i in range(rows)]), (rng.random(rows) < 0.1).astype(np.int8)


def test_parts_cover_all_rows_with_the_same_share_of_spam() -> None:
    ids, labels = made(3000, 1)
    split = stratified(ids, labels, seed=7)
    rows = np.concatenate(split[:3])
    assert sorted(rows) == list(range(3000))
    shares = [labels[part].mean() for part in split[:3]]
    assert max(shares) - min(shares) < 2 / 600
    assert [len(part) for part in split[:3]] == [1800, 600, 600]


def test_a_row_keeps_its_part_when_the_table_grows() -> None:
    ids, labels = made(6000, 2)
    small = stratified(ids[:3000], labels[:3000], seed=7)
    large = stratified(ids, labels, seed=7)
    judged_before = set(small.test.tolist())
    judged_now = set(large.test.tolist()) & set(range(3000))
    assert len(judged_before & judged_now) > 0.9 * len(judged_before)


def test_unseen_rows_are_those_of_the_test_part() -> None:
    ids, labels = made(2000, 3)
    split = stratified(ids, labels, seed=7)
    np.testing.assert_array_equal(
        np.flatnonzero(unseen(ids, labels, split.cuts, seed=7)), split.test
    )


def test_draws_are_even_and_depend_on_the_seed() -> None:
    ids, _ = made(5000, 4)
    first = draws(ids, seed=1)
    assert abs(first.mean() - 0.5) < 0.02
    assert abs(np.corrcoef(first, draws(ids, seed=2))[0, 1]) < 0.05
