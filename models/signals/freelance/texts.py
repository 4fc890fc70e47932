"""Signals of how freelancers write: copied texts, quick answers, a change of language or style."""

from __future__ import annotations

import polars as pl

from .family import FREELANCE, Work
from .style import style_changes

FEWEST_MESSAGES = 5
FEWEST_REPLIES = 5
AT_ONCE = 10
"""Seconds within which nobody reads a message and writes an answer."""
FEWEST_KNOWN = 10
"""Messages with a known language that show a change of it."""


@FREELANCE.signal(
    "template_messages",
    "{value:.0%} of its messages are copies of earlier ones",
    needs=("messages",),
)
def template_messages(work: Work) -> pl.Series:
    """Share of messages of which half or more stood in earlier messages of the account.

    Compared are four words in a row; names, numbers and links may differ. Proposals made from one
    text look like this, and so do the signatures of people who write little else. Not known below
    five messages of four words.
    """
    share = pl.when(pl.len() >= FEWEST_MESSAGES).then(pl.col("copied").mean())
    return work.per_account(work.texts.copied.group_by("account").agg(share))


@FREELANCE.signal(
    "immediate_replies",
    "{value:.0%} of its answers came within 10 seconds",
    needs=("messages.recipient_id",),
)
def immediate_replies(work: Work) -> pl.Series:
    """Share of answers to messages of others that came within 10 seconds.

    Only the first answer to a message counts, and only recipients that are accounts. Not known
    below five answers.
    """
    ids = work.tables.accounts.select(recipient_id="account_id").with_row_index("other")
    sent = work.tables.messages.join(ids, "recipient_id").filter(
        pl.col("account") != pl.col("other")
    )
    pair = (pl.min_horizontal("account", "other"), pl.max_horizontal("account", "other"))
    talk = sent.select("account", "ts", a=pair[0], b=pair[1]).sort("a", "b", "ts", "account")
    same = (pl.col("a") == pl.col("a").shift(1)) & (pl.col("b") == pl.col("b").shift(1))
    answer = same & (pl.col("account") != pl.col("account").shift(1))
    wait = pl.col("ts").diff().dt.total_microseconds() / 1e6
    answers = talk.select("account", answer=answer, wait=wait).filter("answer")
    share = pl.when(pl.len() >= FEWEST_REPLIES).then((pl.col("wait") < AT_ONCE).mean())
    return work.per_account(answers.group_by("account").agg(share))


@FREELANCE.signal(
    "language_change",
    "{value:.0%} of its messages changed language from its first half to its second",
    needs=("messages",),
)
def language_change(work: Work) -> pl.Series:
    """How far the languages of the later half of its messages differ from those of the first.

    0: the same mixture; 1: none in common. Languages are told by their small words or their script.
    Not known below ten messages whose language is clear. People write to customers abroad; a
    sudden and lasting change may be another person.
    """
    known = work.texts.languages.drop_nulls("language")
    size = pl.len().over("account")
    late = pl.int_range(pl.len()).over("account") >= size // 2
    known = known.with_columns(late=late, size=size).filter(pl.col("size") >= FEWEST_KNOWN)
    totals = {"later": pl.col("late").sum(), "sooner": (~pl.col("late")).sum()}
    all_of = known.group_by("account").agg(**totals)
    each = known.group_by("account", "language").agg(**totals).sort("account", "language")
    each = each.join(all_of, "account", suffix="_all", maintain_order="left")
    moved = pl.col("later") / pl.col("later_all") - pl.col("sooner") / pl.col("sooner_all")
    return work.per_account(each.group_by("account").agg(moved.abs().sum() / 2))


@FREELANCE.signal(
    "style_change",
    "its way of writing changed by {value:.1f} standard deviations",
    needs=("messages",),
)
def style_change(work: Work) -> pl.Series:
    """The largest lasting change in how formally it writes, in standard deviations.

    Looks at capitals and full stops at the ends of messages, word length, small words (articles,
    prepositions) and chat words, at least eight messages before the change and eight after.
    Between people who write as ever the value stays near 1; from professional to broken English it
    is above 2.
    """
    return work.per_account(style_changes(work.texts.measures))
