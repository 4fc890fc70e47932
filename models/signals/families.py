"""All families of signals, and their columns in one table."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

import polars as pl

from ingest import SettingsError, Tables

from ..features.table import FeatureTable
from .engagement import ENGAGEMENT
from .freelance import FREELANCE
from .registry import Family
from .scrapers import SCRAPERS
from .tweets_family import TWEETS

_ALL: tuple[Family[Any], ...] = (ENGAGEMENT, FREELANCE, SCRAPERS, TWEETS)

FAMILIES: dict[str, Family[Any]] = {family.name: family for family in _ALL}
"""Every family by name. A new family is a file of its own and a line above."""


def signal_features(tables: Tables, families: Iterable[str] | None = None) -> FeatureTable:
    """Columns of all signals that the tables allow, with family and words of each.

    Parameters
    ----------
    tables
        Clean tables.
    families
        Names of the families to compute; all by default. Leaving one out measures its worth.

    Returns
    -------
    FeatureTable
        One Float32 column per signal that is known for at least one account, in account order.

    Raises
    ------
    SettingsError
        An unknown family.
    """
    chosen = list(FAMILIES if families is None else families)
    for name in chosen:
        _check(name)
    table = FeatureTable(pl.DataFrame(height=tables.accounts.height), {}, {})
    for name, family in FAMILIES.items():
        found = family.features(tables).known() if name in chosen else None
        if found and found.columns:  # a frame without columns has no height to join on
            table = table.join(found)
    return table


def _check(name: str) -> None:
    if name not in FAMILIES:
        near = difflib.get_close_matches(name, FAMILIES, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(FAMILIES)}"
        raise SettingsError(f"unknown family of signals {name!r}; {hint}")
