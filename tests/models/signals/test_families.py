from __future__ import annotations

from collections.abc import Callable

import pytest

from ingest import SettingsError, Tables
from models.signals import FAMILIES, signal_features


def test_names_are_unique_over_all_families() -> None:
    names = [name for family in FAMILIES.values() for name in family.signals]
    assert len(names) == len(set(names))


def test_without_families_or_input_there_are_no_columns(make_tables: Callable[..., Tables]) -> None:
    table = signal_features(make_tables(3), families=[])
    assert table.frame.shape == (3, 0)
    assert signal_features(make_tables(3)).columns == []


def test_an_unknown_family_is_refused(make_tables: Callable[..., Tables]) -> None:
    with pytest.raises(SettingsError, match="unknown family of signals 'scraper'"):
        signal_features(make_tables(3), families=["scraper"])
