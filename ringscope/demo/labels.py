"""Labels: few, late, partly wrong, and none at all for one kind of ring."""

from __future__ import annotations

import numpy as np

from .clock import SPAN, WEEK, Floats, Ints
from .draft import Draft

NEVER = "slow_aged"
WRONG = 0.04
_SHARES = (0.088, 0.29)  # of honest and of spam accounts, before lateness


def draw_labels(rng: np.random.Generator, draft: Draft) -> Ints:
    """Label per account: 1 spam, 0 honest, -1 unknown.

    A label comes weeks after the sign-up, so young accounts have fewer. Rings differ in how much
    of them has been noticed. Exactly one label in 25, rounded, is wrong.
    """
    noticed = rng.beta(0.8, 0.8, int(draft.ring.max()) + 1) * 2
    chance = np.where(draft.spam, _SHARES[1], _SHARES[0]) * _ripe(draft)
    ringed = draft.ring >= 0
    chance[ringed] *= noticed[draft.ring[ringed]]
    chance[draft.kind == NEVER] = 0.0
    label = np.full(draft.size, -1, dtype=np.int64)
    known = rng.random(draft.size) < chance
    label[known] = draft.spam[known]
    slips = rng.choice(np.flatnonzero(known), round(WRONG * known.sum()), replace=False)
    label[slips] = 1 - label[slips]
    return label


def _ripe(draft: Draft) -> Floats:
    """How likely an account has been looked at by now: grows over eleven weeks, mean about 1."""
    age = (SPAN - np.maximum(draft.created, 0)) / WEEK
    return np.clip((age - 2) / 11, 0, 1) * 1.33
