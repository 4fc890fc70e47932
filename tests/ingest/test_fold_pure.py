"""Folding leaves its input alone, and few texts are folded like many."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import normalise_text
from ingest.homoglyphs import FEW, fold


def test_normalising_does_not_change_the_given_series() -> None:
    texts = pl.Series(["plain", "dеаr sir", None])
    before = texts.to_list()
    normalise_text(texts)
    assert texts.to_list() == before


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(texts=st.lists(st.text(max_size=20), min_size=1, max_size=20))
def test_few_texts_are_folded_like_many(texts: list[str]) -> None:
    few = pl.Series([*texts, "ѕсаm Ωµ ϲο ｗｉｄｅ", "İ ß ǅ"], dtype=pl.String)
    many = pl.concat([few] * FEW)
    assert fold(few).to_list() == fold(many)[: len(few)].to_list()
