"""Messages: neighbours' talk, stock phrases, habits, copied notes, and the kits of rings."""

from __future__ import annotations

import numpy as np
import polars as pl

from . import phrases
from .activity import counts, moments, partners
from .clock import Flags, Ints
from .compose import compose, dress, fill, reword, styles
from .draft import Draft
from .identity import tokens
from .rings import Ring

_OFFERS = 0.05  # share of ordinary messages that make an honest offer
_STOCK = 0.1


def habits(rng: np.random.Generator, draft: Draft) -> None:
    """Give lone people texts of their own that they keep sending, and notes that many pass on."""
    free = draft.boilerplate < 0
    lone = np.flatnonzero(free & (draft.kind == "lone") & (rng.random(draft.size) < 0.75))
    sellers = np.flatnonzero(free & ~draft.spam & (rng.random(draft.size) < 0.13))
    for people in (lone, sellers):
        draft.boilerplate[people] = draft.new_texts(len(people))
        draft.repeats[people] = rng.uniform(0.2, 0.9, len(people))
    notes = max(draft.size // 500, 3)
    free = (draft.boilerplate < 0) & (draft.ring < 0)
    passed = np.flatnonzero(free & (rng.random(draft.size) < 0.06))
    popularity = rng.pareto(1.0, notes) + 0.3
    note = rng.choice(draft.new_texts(notes), len(passed), p=popularity / popularity.sum())
    draft.boilerplate[passed] = note
    draft.repeats[passed] = rng.uniform(0.05, 0.4, len(passed))


def _offers(rng: np.random.Generator, draft: Draft) -> Flags:
    """Which repeated texts are built around an offer: most kits, some honest boilerplate."""
    by_spam = np.zeros(draft.texts, dtype=np.bool_)
    by_spam[draft.boilerplate[(draft.boilerplate >= 0) & draft.spam]] = True
    return rng.random(draft.texts) < np.where(by_spam, 0.66, 0.2)


def _campaign(draft: Draft, rings: list[Ring], account: Ints, ts: Ints) -> Flags:
    """Whether a ring member's message falls into the weeks in which the ring works."""
    start = np.array([ring.start for ring in rings] + [-(1 << 40)])
    end = np.array([ring.end for ring in rings] + [1 << 40])
    ring = draft.ring[account]
    return (ts >= start[ring]) & (ts <= end[ring])


def messages(
    rng: np.random.Generator,
    draft: Draft,
    rings: list[Ring],
    times: pl.DataFrame,
    mean: float,
) -> pl.DataFrame:
    """Draw account, ts, text, target (account number of the recipient, -1 for none)."""
    when = moments(rng, times, counts(rng, draft, mean, 0))
    account, ts = when["account"].to_numpy(), when["ts"].to_numpy()
    count = len(account)
    repeated = (
        (draft.boilerplate[account] >= 0)
        & (rng.random(count) < draft.repeats[account])
        & _campaign(draft, rings, account, ts)
    )
    text = compose(rng, count, rng.random(count) < _OFFERS)
    library = compose(rng, max(draft.texts, 1), _offers(rng, draft))
    rows = np.flatnonzero(repeated)
    number = draft.boilerplate[account[rows]]
    swap, drop = _edits(rng, draft, number)
    text = text.scatter(rows, reword(rng, library.gather(number), swap, drop))
    text = fill(rng, text, _hosts(rng, draft, number, rows, count))
    stock = ~repeated & (rng.random(count) < _STOCK)
    words = pl.Series(rng.choice(phrases.STOCK, count))
    text = pl.select(pl.when(pl.Series(stock)).then(words).otherwise(text)).to_series()
    text = _dressed(rng, draft, account, repeated, text)
    target = partners(rng, account, draft.size)
    target[rng.random(count) < 0.12] = -1
    return when.with_columns(text.alias("text"), pl.Series("target", target))


def _edits(rng: np.random.Generator, draft: Draft, number: Ints) -> tuple[np.ndarray, np.ndarray]:
    """How much each repeated text is re-worded on each sending: kits more than honest ones."""
    kit = np.zeros(draft.texts, dtype=np.bool_)
    kit[draft.boilerplate[(draft.boilerplate >= 0) & (draft.ring >= 0)]] = True
    swap = np.where(kit, rng.uniform(0.1, 0.6, draft.texts), rng.uniform(0, 0.35, draft.texts))
    drop = np.where(kit, rng.uniform(0.02, 0.12, draft.texts), rng.uniform(0, 0.08, draft.texts))
    return swap[number], drop[number]


def _hosts(
    rng: np.random.Generator, draft: Draft, number: Ints, rows: Ints, count: int
) -> pl.Series:
    """The own host of a link: each repeated text may have one, and changes it now and then."""
    stem = tokens(rng, 3 * draft.texts + 1, 8)
    has = rng.random(draft.texts) < 0.5
    pick = number * 3 + rng.integers(0, 3, len(number))
    ending = np.array([".com/", ".site/", ".shop/", ".eu/", ".net/"])[number % 5]
    name = pl.select(pl.concat_str([stem.gather(pick), pl.Series(ending)])).to_series()
    name = name.set(pl.Series(~has[number]), None)
    return pl.Series([None], dtype=pl.String).new_from_index(0, count).scatter(rows, name)


def _dressed(
    rng: np.random.Generator, draft: Draft, account: Ints, repeated: Flags, text: pl.Series
) -> pl.Series:
    """Apply punctuation, capitals and look-alike letters by author, by ring and by chance."""
    count = len(account)
    shouts = rng.random(draft.size) < 0.03
    loud = rng.random(count) < np.where(shouts[account], 0.6, 0.01)
    loud |= (rng.random(count) < 0.06) & repeated & draft.spam[account]
    mixes = rng.random(draft.size) < 0.02
    foreign = mixes[account] & (rng.random(count) < 0.5)
    masked = rng.random(draft.texts + 1) < 0.22
    kit = masked[draft.boilerplate[account]] & repeated & draft.spam[account]
    foreign |= kit & (rng.random(count) < 0.35)
    style = styles(rng, draft.size)[account]
    return dress(rng, text, style, loud, foreign)
