"""What holds for every family of features."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from ingest import Tables
from models.features import behaviour, content, identity, tabular
from models.features.words import say, words_for

Make = Callable[..., Tables]
Family = Callable[[Tables], pl.DataFrame]

FAMILIES = [
    pytest.param(tabular.tabular_features, tabular.WORDS, id="tabular"),
    pytest.param(behaviour.behaviour_features, behaviour.WORDS, id="behaviour"),
    pytest.param(content.content_features, content.WORDS, id="content"),
    pytest.param(identity.identity_features, identity.WORDS, id="identity"),
]
BY_ACCOUNT = ("logins", "messages", "events", "payments", "engagement")


@pytest.mark.parametrize(("family", "words"), FAMILIES)
def test_one_float_row_per_account(
    family: Family, words: Mapping[str, str], planted_tables: Make
) -> None:
    tables = planted_tables()
    frame = family(tables)
    assert frame.height == tables.accounts.height
    assert set(frame.dtypes) == {pl.Float32}
    finite = frame.select(pl.all().drop_nulls().is_finite().all())
    assert all(finite.row(0)), finite.row(0)


@pytest.mark.parametrize(("family", "words"), FAMILIES)
def test_columns_and_words_match(
    family: Family, words: Mapping[str, str], planted_tables: Make
) -> None:
    frame = family(planted_tables())
    found = words_for(frame.columns, words)
    assert list(found) == frame.columns
    for column, template in found.items():
        known = frame[column].drop_nulls().head(3)
        assert known.len(), column
        for sentence in say(template, known.to_numpy()):
            assert "{" not in sentence, sentence
            assert len(sentence) > 5, sentence
    unused = [key for key in words if not words_used(key, frame.columns)]
    assert unused == []


def words_used(key: str, columns: list[str]) -> bool:
    before, star, after = key.partition("*")
    if not star:
        return key in columns
    return any(c.startswith(before) and c.endswith(after) for c in columns)


@pytest.mark.parametrize(("family", "words"), FAMILIES)
@pytest.mark.parametrize("seed", [1, 2])
def test_row_order_does_not_matter(
    family: Family, words: Mapping[str, str], planted_tables: Make, seed: int
) -> None:
    tables = planted_tables()
    shuffled = {
        name: getattr(tables, name).sample(fraction=1.0, shuffle=True, seed=seed)
        for name in BY_ACCOUNT
    }
    assert_frame_equal(family(tables), family(replace(tables, **shuffled)), check_exact=True)


@pytest.mark.parametrize(("family", "words"), FAMILIES)
def test_labels_are_not_read(
    family: Family, words: Mapping[str, str], planted_tables: Make
) -> None:
    tables = planted_tables()
    flipped = tables.accounts.with_columns(1 - pl.col("label"))
    assert_frame_equal(family(tables), family(replace(tables, accounts=flipped)), check_exact=True)


@pytest.mark.parametrize(("family", "words"), FAMILIES)
def test_accounts_alone_are_enough(
    family: Family, words: Mapping[str, str], make_tables: Make
) -> None:
    frame = family(make_tables(accounts=[{}, {}]))
    assert frame.height == 2
    assert words_for(frame.columns, words)
