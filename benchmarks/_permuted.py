"""Worlds without any ring: honest accounts alone, and what they use dealt at random.

Nothing that two accounts share in such a world means anything. As many accounts use a device, an
address, a card, a number, a mailbox or a template as before, but others, at other times.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
from _attacks import deal, uses
from _attacks.tables import TIMED, changed

from graph.templates import find_templates
from ingest import Tables, empty_table


def honest_only(tables: Tables, truth: pl.DataFrame) -> Tables:
    """The tables of the honest accounts, without labels."""
    honest = truth.filter(pl.col("spam") == 0).select("account_id")
    numbered = tables.accounts.with_row_index("old")
    accounts = numbered.join(honest, "account_id", "semi", maintain_order="left")
    place = accounts.select("old", new=pl.int_range(pl.len(), dtype=pl.UInt32))
    frames = {name: _renumbered(getattr(tables, name), place) for name in TIMED}
    label = pl.lit(None, pl.Int8)
    accounts = accounts.drop("old").with_columns(label=label)
    bare = replace(tables, edges=empty_table("edges"))
    return changed(bare, accounts=accounts, **frames)


def dealt(tables: Tables, rng: np.random.Generator) -> Tables:
    """The same with identifiers, templates, sign-ups and times dealt to accounts at random."""
    used = uses(tables)
    new = [
        group["value"].gather(rng.permutation(group.height))
        for _, group in used.group_by("kind", maintain_order=True)
    ]
    mixed = deal(tables, used.with_columns(new=pl.concat(new)))
    created = mixed.accounts["created_at"]
    accounts = mixed.accounts.with_columns(created.gather(rng.permutation(len(created))))
    times = {
        name: _other_times(getattr(mixed, name), rng) for name in ("logins", "events", "payments")
    }
    messages = _other_senders(_other_times(mixed.messages, rng), rng)
    return changed(mixed, accounts=accounts, messages=messages, **times)


def _renumbered(frame: pl.DataFrame, place: pl.DataFrame) -> pl.DataFrame:
    moved = frame.join(place, left_on="account", right_on="old")
    return moved.with_columns(account="new").select(frame.columns)


def _other_times(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    return frame.with_columns(frame["ts"].gather(rng.permutation(frame.height)))


def _other_senders(messages: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Deal what an account sent of one template to another account, as a whole."""
    template = find_templates(messages).assignment.cast(pl.Int64)
    alone = -1 - pl.Series(np.arange(messages.height))
    numbered = messages.with_columns(template=template.zip_with(template.is_not_null(), alone))
    sent = numbered.select("account", "template").unique().sort("template", "account")
    senders = sent.with_columns(sender=sent["account"].gather(rng.permutation(sent.height)))
    moved = numbered.join(senders, ["account", "template"], maintain_order="left")
    return moved.with_columns(account="sender").select(messages.columns)
