"""What the tweet paper says of a sender, as signals of every account that writes messages."""

from __future__ import annotations

import polars as pl

from ingest import Tables
from ingest.read_once import of_messages

from ..features.frames import in_account_order
from .registry import Family
from .tweets import sender_features


def _senders(tables: Tables) -> pl.DataFrame:
    senders = of_messages(tables, ("senders",), lambda rows: {"senders": sender_features(rows)})
    return in_account_order(senders["senders"], tables.accounts.height)


TWEETS = Family("tweets", "Messages, by the tweet spam paper", _senders, needs=("messages",))


@TWEETS.signal(
    "message_similarity", "{value:.0f} % of its words stood in an average earlier message"
)
def similarity(senders: pl.DataFrame) -> pl.Series:
    """How alike its messages are: percentage of the words of a message that an earlier one has.

    The mean over all pairs of a message and an earlier one of the account; links, names and
    hashtags do not count. Advertisers change the link and keep the words.
    """
    return senders["user_similarity"]


@TWEETS.signal("capital_words", "{value:.0f} % of the words in its messages are in capitals")
def capital_words(senders: pl.DataFrame) -> pl.Series:
    """Percentage of words in capitals, the mean over its messages: shouting sells."""
    return senders["user_upper_case"]


@TWEETS.signal("screen_names.count", "names {value:.1f} others (@name) in a message")
def screen_names(senders: pl.DataFrame) -> pl.Series:
    """Other users named in a message, the mean: whoever advertises users names many."""
    return senders["user_screen_names"]


@TWEETS.signal("screen_names.different", "{value:.0f} % of the names (@name) it uses are different")
def different_names(senders: pl.DataFrame) -> pl.Series:
    """Percentage of different names among all names in its messages.

    Low: it speaks to or advertises the same few. Near 100 with many names: it reaches out to
    everybody once. Not known for accounts that name nobody.
    """
    return senders["user_same_name"]


@TWEETS.signal("message_links.count", "{value:.1f} links in a message")
def links(senders: pl.DataFrame) -> pl.Series:
    """Links in a message, the mean."""
    return senders["user_links"]


@TWEETS.signal("message_links.per_word", "{value:.0f} % of the words in its messages are links")
def link_to_word(senders: pl.DataFrame) -> pl.Series:
    """Links by words in percent, the mean over its messages: high where a link is all it says."""
    return senders["user_link_to_word"]


@TWEETS.signal("message_links.use", "{value:.0f} % of its messages hold a link")
def link_use(senders: pl.DataFrame) -> pl.Series:
    """Percentage of messages with a link.

    Spam has links in nearly all messages, or in none where it advertises names or numbers.
    """
    return senders["user_link_use"]


@TWEETS.signal("retweets", "{value:.0f} % of its messages pass on messages of others")
def retweets(senders: pl.DataFrame) -> pl.Series:
    """Percentage of messages that pass on another one (RT); people do, advertisers hardly."""
    return senders["user_retweets"]


@TWEETS.signal("message_rate", "{value:.1f} messages a day from its first to its last")
def frequency(senders: pl.DataFrame) -> pl.Series:
    """Messages per day between the first and the last, at least one day: programs write more."""
    return senders["user_frequency"]


@TWEETS.signal(
    "message_length.spread", "the length of its messages varies by {value:.0f} characters"
)
def length_deviation(senders: pl.DataFrame) -> pl.Series:
    """Standard deviation of the length of its messages: small where all are of one make."""
    return senders["user_length_deviation"]
