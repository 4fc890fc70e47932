"""Reasons in words."""

from __future__ import annotations

import time
import unicodedata

import numpy as np
import polars as pl
import pytest

from models.features import FeatureTable
from models.reasons import LOW, NOTHING, reasons

WORDS = {
    "gaps.median": "median gap {span}",
    "gaps.shortest": "shortest gap {span}",
    "night_share": "{value:.0%} at night",
    "logins.count": "logins: {count:.0f}",
    "phone_given": "gave a phone | gave no phone",
    "rate": "rate is {value:.1f}",
    "rate_missing": "rate is missing | rate is given",
}
VALUES = [np.log1p(60), np.log1p(2), 0.75, np.log1p(12), 0.0, None, 1.0]


def table(rows: int = 1) -> FeatureTable:
    columns = {name: [value] * rows for name, value in zip(WORDS, VALUES, strict=True)}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Float32))
    behaviour = FeatureTable.of("behaviour", frame[:, :4], WORDS)
    identity = FeatureTable.of("identity", frame[:, 4:5], WORDS)
    return behaviour.join(identity).join(FeatureTable.of("tabular", frame[:, 5:], WORDS))


def told(contributions: list[float], **options: object) -> str:
    high = np.array([0.9])
    return reasons(np.array([contributions]), table(), risk=high, **options)[0]  # type: ignore[arg-type]


def test_strongest_first_and_one_fact_once() -> None:
    text = told([0.3, 0.25, 0.4, 0.0, 0.2, 0.0, 0.0])
    assert text == "raises: median gap 1.0 minutes; raises: 75% at night; raises: gave no phone"


def test_lowering_facts_follow() -> None:
    text = told([0.3, 0.0, 0.0, -0.5, -0.4, 0.0, 0.0])
    assert text == "raises: median gap 1.0 minutes; lowers: logins: 12; lowers: gave no phone"


def test_at_most_two_facts_of_a_family() -> None:
    text = told([0.3, 0.0, 0.4, 0.2, 0.1, 0.0, 0.0])
    assert text == "raises: 75% at night; raises: median gap 1.0 minutes; raises: gave no phone"


def test_values_and_their_absence_are_one_fact() -> None:
    assert told([0, 0, 0, 0, 0, 0.1, 0.3]) == "raises: rate is missing"
    assert told([0, 0, 0, 0, 0, 0.3, 0.1]) == "raises: nothing is known about rate"


def test_noise_is_not_named() -> None:
    assert told([0.001, 0, 1.0, 0, 0, 0, -0.02]) == "raises: 75% at night"
    assert told([0.0] * 7) == NOTHING


def test_low_risk_gets_one_sentence() -> None:
    contributions = np.full((2, 7), 0.5)
    low, high = reasons(contributions, table(2), risk=np.array([0.1, 0.9]), extra=[["x"], ["y"]])
    assert low == LOW
    assert high.startswith("y; raises: ")


def test_extra_sentences_come_first_and_count() -> None:
    text = told(
        [0.3, 0.0, 0.4, 0.0, 0.2, 0.0, 0.0], extra=[["shares a card", "shares a phone"]], top=3
    )
    assert text == "shares a card; shares a phone; raises: 75% at night"


def test_text_is_safe() -> None:
    text = told([0.0] * 7, extra=[["a\u202eb\x1b[31m\x00; c\nd\u2028e\u200b", "z" * 999]])
    assert text.startswith("ab[31m c d e; z")
    assert not [c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"}]
    assert len(text) < 300


def test_shapes_are_checked() -> None:
    with pytest.raises(ValueError, match="1 accounts and 7 features"):
        reasons(np.zeros((1, 3)), table(), risk=np.array([0.9]))


@pytest.mark.parametrize("seed", [1, 2])
def test_accounts_are_told_apart(seed: int) -> None:
    rng = np.random.default_rng(seed)
    contributions = rng.normal(size=(40, 7))
    risk = rng.random(40)
    together = reasons(contributions, table(40), risk=risk)
    alone = [reasons(contributions[[i]], table(), risk=risk[[i]])[0] for i in range(40)]
    assert together == alone, seed


def test_twenty_thousand_accounts_in_seconds() -> None:
    rng = np.random.default_rng(5)
    names = [f"f{i}" for i in range(120)]
    frame = pl.DataFrame(rng.random((20_000, 120), dtype=np.float32), schema=names)
    features = FeatureTable.of("graph", frame, {"*": "{name} is {value:.2f}"})
    started = time.process_time()
    texts = reasons(rng.normal(size=(20_000, 120)), features, risk=np.ones(20_000))
    assert time.process_time() - started < 3
    assert len(texts) == 20_000
    assert all(text.startswith("raises: f") for text in texts)
