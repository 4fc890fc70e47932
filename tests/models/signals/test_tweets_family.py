from __future__ import annotations

from collections.abc import Callable

import pytest

from ingest import Tables
from models.signals import FAMILIES


def test_senders_get_their_values_and_silent_accounts_none(
    make_tables: Callable[..., Tables],
) -> None:
    texts = ["BUY now @ann", "BUY now @bob www.a.example"]
    rows = [{"account": 1, "ts": f"2026-01-0{i + 1}", "text": t} for i, t in enumerate(texts)]
    values = FAMILIES["tweets"].values(make_tables(2, messages=rows))
    assert values.row(0) == (None,) * values.width
    found = values.row(1, named=True)
    assert found == pytest.approx(
        {
            "message_similarity": 100.0,
            "capital_words": (100 / 3 + 25) / 2,
            "screen_names.count": 1.0,
            "screen_names.different": 100.0,
            "message_links.count": 0.5,
            "message_links.per_word": 12.5,
            "message_links.use": 50.0,
            "retweets": 0.0,
            "message_rate": 2.0,
            "message_length.spread": 7.0,
        }
    )
