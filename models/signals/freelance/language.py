"""The language of a message, by its small words or its script."""

from __future__ import annotations

import polars as pl

SMALL_WORDS = {
    "english": "the and of to is you that it for with this your have will are what please",
    "spanish": "el los las una por para con que su como más está muy pero hola gracias trabajo",
    "portuguese": "os uma com não você para seu obrigado está muito mas olá trabalho também são",
    "french": "le les des une est pour avec que vous dans sur pas bonjour merci nous votre et",
    "german": "der die das und ist nicht mit für ich sie ein eine auf zu haben danke wir",
    "italian": "il gli una di per con che sono non grazie lavoro questo della anche ciao",
    "dutch": "het een van en niet met voor ik je zijn dat op te bedankt hallo wij ook",
    "polish": "i nie się na jest do że dla jak co mam proszę dziękuję praca oraz",
    "turkish": "bir ve bu için ile çok değil ben merhaba teşekkürler var iyi gibi daha",
    "indonesian": "yang dan di untuk saya ini dengan tidak ada bisa terima kasih anda kami akan",
    "filipino": "ang ng mga sa ako na ko po ito hindi salamat lang naman kayo mo",
}
"""Frequent small words by language; a word of two languages counts for both."""
SCRIPTS = {
    "cyrillic": r"\p{Cyrillic}",
    "arabic": r"\p{Arabic}",
    "han": r"\p{Han}",
    "devanagari": r"\p{Devanagari}",
    "hangul": r"\p{Hangul}",
    "kana": r"[\p{Hiragana}\p{Katakana}]",
    "thai": r"\p{Thai}",
    "greek": r"\p{Greek}",
    "hebrew": r"\p{Hebrew}",
}
FEWEST_HITS = 2
"""Small words of a language that a message has to hold; words in a script count alike."""


def small_words() -> pl.DataFrame:
    """Every small word with its language: word, language."""
    rows = [(word, name) for name, words in SMALL_WORDS.items() for word in words.split()]
    return pl.DataFrame(rows, schema={"word": pl.String, "language": pl.String}, orient="row")


def languages(words: pl.DataFrame) -> pl.DataFrame:
    """Tell the language of each message.

    Parameters
    ----------
    words
        From `words_in_order`.

    Returns
    -------
    pl.DataFrame
        account, message and language in the order of messages, for messages that have words; null
        where no language leads, or it has fewer than two words.
    """
    latin = words.join(small_words(), "word").select("account", "message", "language")
    rest = words.filter(~pl.col("word").str.contains(r"\p{Latin}"))
    script = pl.coalesce(
        pl.when(pl.col("word").str.contains(pattern)).then(pl.lit(name))
        for name, pattern in SCRIPTS.items()
    )
    written = rest.select("account", "message", language=script).drop_nulls("language")
    hits = pl.concat([latin, written]).group_by("account", "message", "language").len("hits")
    top = pl.col("hits") == pl.col("hits").max().over("message")
    leads = hits.filter(top & (pl.col("hits") >= FEWEST_HITS))
    clear = leads.filter(pl.len().over("message") == 1).select("message", "language")
    messages = words.select("account", "message").unique(maintain_order=True)
    return messages.join(clear, "message", "left", maintain_order="left")
