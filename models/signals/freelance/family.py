"""The family of signals about freelancers; the other files of this folder add to it."""

from __future__ import annotations

from dataclasses import fields
from functools import cached_property

import polars as pl

from ingest import Tables
from ingest.read_once import of_messages

from ...features.frames import in_account_order
from ..registry import Family
from .text_facts import TextFacts, text_facts

FACTS = tuple(one.name for one in fields(TextFacts))


class Work:
    """Clean tables, and what several signals make of them, made once and only when asked for."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    @cached_property
    def texts(self) -> TextFacts:
        """What the messages say about their writers."""
        return TextFacts(**of_messages(self.tables, FACTS, lambda rows: vars(text_facts(rows))))

    def events(self, types: tuple[str, ...]) -> pl.DataFrame:
        """Events of these types, sorted by account and time."""
        kept = self.tables.events.filter(pl.col("event_type").is_in(types))
        return kept.sort("account", "ts", maintain_order=True)

    def per_account(self, found: pl.DataFrame, *, otherwise: float | None = None) -> pl.Series:
        """Give every account its value.

        Parameters
        ----------
        found
            account and one column of values.
        otherwise
            What accounts without a row get.
        """
        values = in_account_order(found, self.tables.accounts.height).to_series()
        return values if otherwise is None else values.fill_null(otherwise)


FREELANCE = Family("freelance", "Freelancers and their jobs", Work)
