"""What messages say about their writers, read once for all signals of texts."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ..blocks import BLOCK, account_blocks
from .copies import copied_messages
from .language import languages
from .style import measures
from .words import words_in_order


@dataclass(frozen=True)
class TextFacts:
    """Facts per message, in the order of account, time and text.

    Attributes
    ----------
    copied
        account, message, copied (Boolean); messages of four words or more.
    languages
        account, message, language (null where not clear); messages with words.
    measures
        message, account and the measures of style; messages with words.
    """

    copied: pl.DataFrame
    languages: pl.DataFrame
    measures: pl.DataFrame


def text_facts(messages: pl.DataFrame, block: int = BLOCK) -> TextFacts:
    """Read the texts of a clean messages table, so many characters at a time."""
    ordered = messages.sort("account", "ts", "text").with_row_index("message")
    copied, told, measured = [], [], []
    for part in account_blocks(ordered.select("message", "account", "text"), block):
        words = words_in_order(part)
        copied.append(copied_messages(words))
        told.append(languages(words))
        measured.append(measures(part, words))
    return TextFacts(pl.concat(copied), pl.concat(told), pl.concat(measured))
