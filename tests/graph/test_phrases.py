"""Stock phrases are told from kits by when their senders signed up."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from graph.phrases import stock_phrases


def world(seed: int) -> tuple[pl.DataFrame, pl.Series]:
    """2,000 accounts over 120 days; template 0: a kit, 1: a phrase, 2: a phrase of few."""
    rng = np.random.default_rng(seed)
    days = rng.uniform(0, 120, 2000)
    kit = np.arange(0, 40)
    days[kit] = rng.uniform(30, 44, len(kit))
    phrase = rng.choice(np.arange(100, 2000), 60, replace=False)
    few = rng.choice(np.arange(100, 2000), 6, replace=False)
    senders = pl.DataFrame(
        {
            "template": np.repeat([0, 1, 2], [len(kit), len(phrase), len(few)]).astype(np.uint32),
            "account": np.concatenate([kit, phrase, few]).astype(np.uint32),
        }
    )
    return senders, pl.Series((days * 86_400e6).astype(np.int64)).cast(pl.Datetime("us"))


@pytest.mark.parametrize("seed", range(5))
def test_a_phrase_is_found_a_kit_and_a_rare_text_are_not(seed: int) -> None:
    senders, created = world(seed)
    assert stock_phrases(senders, created).to_list() == [1], f"seed {seed}"
    assert stock_phrases(
        senders.sample(fraction=1, shuffle=True, seed=seed), created
    ).to_list() == [1]


def test_without_times_nothing_is_called_a_phrase() -> None:
    senders, created = world(0)
    unknown = pl.Series([None] * len(created), dtype=pl.Datetime("us"))
    assert stock_phrases(senders, unknown).to_list() == []
