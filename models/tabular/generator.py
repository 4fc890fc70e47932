"""Made-up tables in the shape of the gig-platform spammer data.

The real data are not public. What is known of them is built in: 51 columns, 2.69 % spam, six
missing cells in X13, four pairs of correlated columns, and how well models told spam apart. All
else, above all what a column means, is invented.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .shapes import load_preset

ROWS = 458_798
SPAM_SHARE = 0.0269
MISSING = 6
PAIRS = (("X16", "X18", 0.844), ("X10", "X20", 0.862), ("X34", "X35", 0.972), ("X41", "X44", 0.931))
"""Correlated pairs of the source document: the second column follows the first."""
KINDS = (0.46, 0.28, 0.26)
"""Shares of spam that is blatant, careful, and so careful that hardly a column shows it."""
BUSY = 0.012
"""Share of honest accounts that are new and busy, and look like careful spam."""


def gig_table(rows: int = 20_000, *, seed: int = 7, drift: float = 0.0) -> pl.DataFrame:
    """Make a table: label, user_id, X1 to X51.

    Parameters
    ----------
    rows
        Rows; the source document had 458,798.
    seed
        Same seed, same table.
    drift
        How far, from 0 to 1, spam has changed its ways: accounts grow old before they are used
        and send less. For tests of drift.
    """
    rng = np.random.default_rng(seed)
    label = np.zeros(rows, dtype=np.int8)
    label[: round(rows * SPAM_SHARE)] = 1
    rng.shuffle(label)
    heat = _heat(label, rng)
    columns = _numbers(heat, drift, rng) | _categories(heat, rng) | _flags(heat, rng)
    for first, second, correlation in PAIRS:
        columns[second] = _follower(columns[first], columns[second], correlation, rng)
    missing = rng.choice(rows, size=min(MISSING, rows), replace=False)
    columns["X13"] = columns["X13"].astype(np.float64)
    columns["X13"][missing] = np.nan
    ids = np.char.add("u", np.char.zfill(rng.permutation(rows).astype(str), 7))
    frame = pl.DataFrame({"label": label, "user_id": ids})
    order = list(load_preset("gig-platform").columns)
    return frame.with_columns(pl.Series(name, columns[name]).fill_nan(None) for name in order)


def _heat(label: NDArray[np.int8], rng: np.random.Generator) -> NDArray[np.float64]:
    """How much an account behaves like spam: about 0 for most honest ones, 1 for blatant spam."""
    kind = rng.choice(3, size=len(label), p=KINDS)
    spam = np.array([1.0, 0.62, 0.3])[kind] + rng.normal(0, 0.08, len(label))
    honest = np.abs(rng.normal(0, 0.13, len(label)))
    busy = rng.random(len(label)) < BUSY
    honest[busy] += rng.uniform(0.3, 0.75, busy.sum())
    return np.clip(np.where(label == 1, spam, honest), 0, 1.2)


def _numbers(
    heat: NDArray[np.float64], drift: float, rng: np.random.Generator
) -> dict[str, NDArray[np.float64]]:
    n = len(heat)
    age = np.clip(np.exp(13.2 - 4.4 * (1 - 0.7 * drift) * heat + rng.normal(0, 0.9, n)), 1, 1e6)
    loud = 1 - 0.6 * drift
    total = rng.poisson(np.exp(2.6 + 2.5 * loud * heat + rng.normal(0, 0.9, n)))
    recent = rng.binomial(total, np.clip(0.2 + 0.5 * loud * heat + rng.normal(0, 0.5, n), 0, 1))
    settled = np.clip(1 - 0.8 * heat, 0.02, 1)
    counts = {
        f"X{place}": rng.poisson(rate * settled * rng.gamma(1.2, 1 / 1.2, n))
        for place, rate in enumerate(RATES, start=3)
    }
    complete = np.clip(82 - 45 * heat + rng.normal(0, 14, n), 0, 100).round()
    numbers = {"X1": np.minimum(total, 1000), "X2": np.minimum(recent, 500), **counts}
    return numbers | {"X19": age.round(), "X21": complete}


SOCIAL = 0.04
"""Share of accounts with the middle code in X10."""
RATES = (14.0, 7.0, 5.0, 3.0, 9.0, 8.0)
"""Logins, skills, portfolio items, gigs, reviews and orders of a settled honest account."""


def _categories(
    heat: NDArray[np.float64], rng: np.random.Generator
) -> dict[str, NDArray[np.float64]]:
    """Codes whose order of trust falls with heat."""
    ladders = {  # from the most to the least trusted level
        "X9": (28, 36, 71, 13, 51), "X10": (1, 3), "X11": (9, 11, 8, 16), "X12": (7, 15, 2, 21),
        "X13": (2, 1), "X14": (10, 9, 8, 7, 6, 5, 4, 3, 2, 1), "X22": (3, 2, 1, 0),
    }  # fmt: skip
    found = {}
    for name, ladder in ladders.items():
        pull = 0.9 if name == "X22" else 0.35
        place = np.clip(0.3 + pull * heat + rng.normal(0, 0.26, len(heat)), 0, 0.999)
        found[name] = np.array(ladder, dtype=np.float64)[(place * len(ladder)).astype(int)]
    # A middle level that is common would keep a flag from following this column closely enough.
    found["X10"][rng.random(len(heat)) < SOCIAL] = 2.0
    return found


def _flags(heat: NDArray[np.float64], rng: np.random.Generator) -> dict[str, NDArray[np.float64]]:
    preset = load_preset("gig-platform")
    # What a flag says is the same in every table, whatever its seed.
    nature = np.random.default_rng(0)
    trusted = {"X15": 0.75, "X16": 0.7, "X17": 0.8, "X18": 0.6}
    found = {}
    for name, column in preset.columns.items():
        if column.kind != "flag":
            continue
        if name in trusted:
            chance = trusted[name] - 0.3 * heat
        else:
            # Some flags say much, most little, the last two nothing.
            slope = 0.0 if name in {"X50", "X51"} else 0.06 + 0.3 * nature.random() ** 2
            chance = 0.02 + 0.1 * nature.random() + slope * heat
        found[name] = (rng.random(len(heat)) < chance).astype(np.float64)
    return found


def _follower(
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    correlation: float,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """A 0/1 column with this correlation to the first; its own values decide where it strays.

    A flag copied from its partner in a share c of rows, and dealt at random from the same values
    elsewhere, has correlation c times that of the full copy.
    """
    flag = first if set(np.unique(first)) <= {0.0, 1.0} else (first == first.max()).astype(float)
    full = np.corrcoef(first, flag)[0, 1] if len(np.unique(flag)) > 1 else 1.0
    stray = rng.random(len(second)) >= correlation / full
    return np.where(stray, rng.permutation(flag), flag)
