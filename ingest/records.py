"""Lines to records: which lines belong together because a quoted field spans them."""

from __future__ import annotations

import numpy as np
import polars as pl

from .errors import InputError
from .limits import MAX_QUOTED_LINES

_MAX_WASTE = 1_000_000


class Grammar:
    """Regular expressions of delimited text for one delimiter.

    A field is quoted (quotes inside are doubled) or plain; a plain field does not begin with a
    quote and may hold quotes further on, as people's texts do.
    """

    def __init__(self, delimiter: str) -> None:
        mark = "\\t" if delimiter == "\t" else f"\\{delimiter}" if delimiter == "|" else delimiter
        inside = '(?:[^"]|"")*'
        self.delimiter = delimiter
        self.field = f'{mark}(?:"{inside}"|[^"{mark}][^{mark}]*)?'
        field = f'(?:"{inside}"|(?:[^"{mark}][^{mark}]*)?)'
        self.whole = f"^{field}(?:{mark}{field})*$"
        self.opens = f'^(?:{field}{mark})*"{inside}$'
        self.stays = f"^{inside}$"
        self.closes = f'^{inside}"(?:{mark}{field})*$'
        self.reopens = f'^{inside}"(?:{mark}{field})*{mark}"{inside}$'


def join_records(origin: str, lines: pl.Series, grammar: Grammar) -> pl.DataFrame:
    """Join the lines of fields that span lines.

    Parameters
    ----------
    lines
        Physical lines.

    Returns
    -------
    Frame of record (String), quoted (it holds a quote) and valid (it obeys the grammar).
    A quote that is never closed spoils its own line only.
    """
    quoted = lines.str.contains('"', literal=True)
    places = quoted.arg_true()
    frame = pl.DataFrame({"record": lines, "quoted": quoted})
    if not len(places):
        return frame.with_columns(valid=pl.lit(True))
    spans = _spans(origin, lines.gather(places), places.to_numpy(), grammar)
    if spans:
        frame = _join(frame, spans)
    whole = pl.col("record").str.contains(grammar.whole)
    return frame.with_columns(valid=pl.when("quoted").then(whole).otherwise(True))


def _spans(
    origin: str, texts: pl.Series, places: np.ndarray, grammar: Grammar
) -> list[tuple[int, int]]:
    """Return (first, last) line of every record of more than one line."""
    opens = texts.str.contains(grammar.opens)
    openers = opens.arg_true().to_list()
    if not openers:
        return []
    inside = _inside_class(texts, grammar)
    lines = places.tolist()
    spans: list[tuple[int, int]] = []
    free, waste = 0, 0
    for opener in openers:
        if opener < free:
            continue
        close = opener + 1
        while (
            close < len(lines)
            and inside[close] == 1
            and lines[close] - lines[opener] < MAX_QUOTED_LINES
        ):
            close += 1
        near = close < len(lines) and lines[close] - lines[opener] < MAX_QUOTED_LINES
        if near and inside[close] == 2:
            spans.append((lines[opener], lines[close]))
            free = close + 1
        else:
            waste += close - opener
            if waste > _MAX_WASTE:
                raise InputError(
                    f"{origin}: too many quotes that are never closed; mend the quoting"
                )
    return spans


def _inside_class(texts: pl.Series, grammar: Grammar) -> list[int]:
    """Say what each line does to an open field: 0 breaks it, 1 leaves one open, 2 closes it."""
    stays = texts.str.contains(grammar.stays) | texts.str.contains(grammar.reopens)
    closes = texts.str.contains(grammar.closes)
    return (stays.cast(pl.Int8) + 2 * (closes & ~stays).cast(pl.Int8)).to_list()


def _join(frame: pl.DataFrame, spans: list[tuple[int, int]]) -> pl.DataFrame:
    starts = np.ones(frame.height, dtype=bool)
    spanned = np.zeros(frame.height, dtype=bool)
    for first, last in spans:
        starts[first + 1 : last + 1] = False
        spanned[first : last + 1] = True
    groups = frame.with_columns(group=pl.Series(np.cumsum(starts)), spanned=pl.Series(spanned))
    joined = (
        groups.filter("spanned")
        .group_by("group", maintain_order=True)
        .agg(pl.col("record").str.join("\n"), quoted=pl.lit(True))
    )
    single = groups.filter(~pl.col("spanned")).select("group", "record", "quoted")
    return pl.concat([single, joined]).sort("group").drop("group")
