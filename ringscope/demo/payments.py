"""Payments: own cards, and those shared in families, firms and rings."""

from __future__ import annotations

import numpy as np
import polars as pl

from .clock import SPAN
from .draft import Draft
from .wording import tokens


def payments(rng: np.random.Generator, draft: Draft) -> pl.DataFrame:
    """Draw account, ts, instrument_id; an account pays one to four times with a card."""
    payers = np.flatnonzero(rng.random(draft.size) < 0.36)
    draft.pay(payers, draft.new_cards(len(payers)))
    account, card, start, end = (np.concatenate(part) for part in zip(*draft.cards, strict=True))
    times = 1 + rng.binomial(3, 0.12, len(account))
    account, card, start, end = (np.repeat(x, times) for x in (account, card, start, end))
    low = np.maximum(np.maximum(start, draft.created[account]), 0)
    high = np.clip(np.minimum(end, draft.leaves[account]), low + 1, None)
    ts = np.minimum(low + (rng.random(len(account)) * (high - low)).astype(np.int64), SPAN - 1)
    names = tokens(rng, draft.instruments, 12, prefix="card-")
    return pl.DataFrame({"account": account, "ts": ts}).with_columns(
        instrument_id=names.gather(card)
    )
