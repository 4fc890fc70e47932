from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from models.label_bias import APART, FEWEST, bias_notes, shared_columns


def accounts(seed: int, n: int = 3000) -> tuple[pl.DataFrame, np.ndarray, np.random.Generator]:
    """Features of accounts, their ages, and chance."""
    rng = np.random.default_rng(seed)
    age = rng.uniform(0, 1, n)
    frame = pl.DataFrame(
        {
            "age": age,
            "noise": rng.normal(size=n),
            "follows_age": age + rng.normal(scale=0.1, size=n),
            "hardly_follows": age + rng.normal(scale=2, size=n),
            "missing_when_new": np.where(age < 0.5, np.nan, 1.0),
        }
    )
    return frame.fill_nan(None).cast(pl.Float32), age, rng


@pytest.mark.parametrize("seed", range(5))
def test_labels_of_old_accounts_leave_out_what_tells_age(seed: int) -> None:
    frame, age, rng = accounts(seed)
    labels = np.where((age > 0.5) & (rng.random(len(age)) < 0.4), 0, -1)
    assert shared_columns(frame, labels, seed) == ["noise", "hardly_follows"], f"seed {seed}"


@pytest.mark.parametrize("seed", range(5))
def test_labels_drawn_from_all_leave_nothing_out(seed: int) -> None:
    frame, age, rng = accounts(seed)
    labels = np.where(rng.random(len(age)) < 0.1, 0, -1)
    assert shared_columns(frame, labels, seed) == frame.columns, f"seed {seed}"


def test_spam_may_be_unlike_everybody_else() -> None:
    rng = np.random.default_rng(0)
    spam = rng.random(2000) < 0.3
    frame = pl.DataFrame({"tell": spam.astype(float)})
    labels = np.where(spam, 1, np.where(rng.random(2000) < 0.3, 0, -1))
    assert shared_columns(frame, labels) == ["tell"]


def test_few_accounts_tell_nothing() -> None:
    labels = np.array([0] * (FEWEST - 1) + [-1] * FEWEST)
    frame = pl.DataFrame({"side": labels.astype(float)})
    assert shared_columns(frame, labels) == ["side"]
    labels = np.array([0] * FEWEST + [-1] * FEWEST)
    assert shared_columns(pl.DataFrame({"side": labels.astype(float)}), labels) == []


def test_the_bound_is_on_the_distance_of_the_distributions() -> None:
    n = 1000
    labels = np.repeat([0, -1], n)
    for far, kept in ((APART - 0.05, True), (APART + 0.05, False)):
        values = np.concatenate([np.linspace(far, 1 + far, n), np.linspace(0, 1, n)])
        assert (shared_columns(pl.DataFrame({"x": values}), labels) == ["x"]) == kept


def test_people_are_told_what_was_left_out() -> None:
    assert bias_notes([]) == bias_notes(None) == ()
    (note,) = bias_notes(["tenure", "first_login"])
    assert note.endswith("is not used: tenure, first login")
    (note,) = bias_notes([f"c{number}" for number in range(8)])
    assert note.endswith("c4 and 3 more")
