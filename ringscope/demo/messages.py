"""Messages: neighbours' talk, stock phrases, habits, copied notes, and the kits of rings."""

from __future__ import annotations

import numpy as np
import polars as pl

from . import phrases
from .activity import counts, moments, partners
from .clock import Flags, Ints
from .compose import BAIT, NEIGHBOURLY, OFFER, compose, dress, fill, marks, reword, short
from .draft import Draft
from .rings import Ring
from .wording import draw, either, join, pick, tokens

_BAIT, _OFFERS = 0.003, 0.03  # of ordinary messages; some honest offers sound like bait
_STOCK, _SHORT = 0.07, 0.22


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
    passed = np.flatnonzero(free & (rng.random(draft.size) < 0.025))
    popularity = rng.pareto(1.5, notes) + 0.5
    note = rng.choice(draft.new_texts(notes), len(passed), p=popularity / popularity.sum())
    draft.boilerplate[passed] = note
    draft.repeats[passed] = rng.uniform(0.05, 0.4, len(passed))


def _matters(rng: np.random.Generator, draft: Draft) -> Ints:
    """What each repeated text is about: bait in most kits, an offer in some honest boilerplate."""
    by_spam = np.zeros(draft.texts, dtype=np.bool_)
    by_spam[draft.boilerplate[(draft.boilerplate >= 0) & draft.spam]] = True
    chance = rng.random(draft.texts)
    kit = np.where(chance < 0.85, BAIT, np.where(chance < 0.93, OFFER, NEIGHBOURLY))
    honest = np.where(chance < 0.015, BAIT, np.where(chance < 0.15, OFFER, NEIGHBOURLY))
    return np.where(by_spam, kit, honest)


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
    chance = rng.random(count)
    matter = np.where(chance < _BAIT, BAIT, np.where(chance < _OFFERS, OFFER, NEIGHBOURLY))
    text = compose(rng, count, matter)
    library = compose(rng, max(draft.texts, 1), _matters(rng, draft))
    rows = np.flatnonzero(repeated)
    number = draft.boilerplate[account[rows]]
    swap, drop = _edits(rng, draft, number)
    text = text.scatter(rows, reword(rng, library.gather(number), swap, drop))
    text = fill(rng, text, _hosts(rng, draft, number, rows, count))
    kind = rng.random(count)
    text = either(~repeated & (kind < _SHORT), short(rng, count), text)
    text = either(~repeated & (kind < _STOCK), draw(rng, phrases.STOCK, count), text)
    text = _dressed(rng, draft, account, repeated, text)
    target = partners(rng, account, draft.size)
    target[rng.random(count) < 0.12] = -1
    return when.with_columns(text.alias("text"), pl.Series("target", target))


def _edits(rng: np.random.Generator, draft: Draft, number: Ints) -> tuple[np.ndarray, np.ndarray]:
    """How much each repeated text is re-worded on each sending: kits more than honest ones."""
    kit = np.zeros(draft.texts, dtype=np.bool_)
    kit[draft.boilerplate[(draft.boilerplate >= 0) & (draft.ring >= 0)]] = True
    exact = rng.random(draft.texts) < np.where(kit, 0.15, 0.55)
    swap = rng.uniform(0, 0.2, draft.texts)
    drop = rng.uniform(0, np.where(kit, 0.06, 0.05))
    swap[exact], drop[exact] = 0.0, 0.0
    return swap[number], drop[number]


def _hosts(
    rng: np.random.Generator, draft: Draft, number: Ints, rows: Ints, count: int
) -> pl.Series:
    """The own host of a link: each repeated text may have one, and changes it now and then."""
    stem = tokens(rng, 3 * draft.texts + 1, 8)
    has = rng.random(draft.texts) < 0.5
    turn = number * 3 + rng.integers(0, 3, len(number))
    name = join(stem.gather(turn), pick((".com/", ".site/", ".shop/", ".eu/", ".net/"), number % 5))
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
    return dress(text, marks(rng, draft.size).gather(account), loud, foreign)
