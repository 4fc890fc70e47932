"""Folding leaves its input alone."""

from __future__ import annotations

import polars as pl

from ingest import normalise_text


def test_normalising_does_not_change_the_given_series() -> None:
    texts = pl.Series(["plain", "dеаr sir", None])
    before = texts.to_list()
    normalise_text(texts)
    assert texts.to_list() == before
