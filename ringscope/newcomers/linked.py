"""Links of one new account to those of a run, weighed as `graph.links` weighs them.

The newcomer stands alone with the known accounts: an identifier is no more popular for being in
many rows of a batch. Tests hold the weights to those of `graph.links.gather_evidence`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from graph.hubs import SILENT
from graph.kinds import Kind, kinds
from graph.links import MIN_EVIDENCE, MIN_LINK
from graph.ruled import ALLOWED_WORTH
from graph.sharing import COMPARED, MIN_OVERLAP

from .fields import Use
from .known import Known


def links_of(
    known: Known, uses: Iterable[Use], itself: int = -1
) -> tuple[NDArray[np.int32], NDArray[np.float64], list[tuple[str, ...]]]:
    """Link one account to those that use its identifiers.

    Parameters
    ----------
    itself
        Row number of the account where the run has it already: it is not linked to itself.

    Returns
    -------
    accounts, weights, kinds
        Row numbers of the linked accounts, the strongest first; the weight of each link and the
        kinds that make it, sorted.
    """
    parts = []
    names = sorted(kinds())
    for kind, value, at in uses:
        place = known.identifiers.get(kind, {}).get(value)
        if place is not None and known.treatment[place] not in SILENT:
            users, weights = _shared(known, place, kinds()[kind], at)
            parts.append((users, np.full(len(users), names.index(kind)), weights))
    if not parts:
        return np.empty(0, np.int32), np.empty(0), []
    users, kind_of, weights = (np.concatenate(column) for column in zip(*parts, strict=True))
    kept = users != itself
    linked, place_of = np.unique(users[kept], return_inverse=True)
    # Several of one kind count like independent chances; kinds add up.
    missed = np.ones((len(linked), len(names)))
    np.multiply.at(missed, (place_of, kind_of[kept]), 1 - weights[kept])
    by_kind = 1 - missed
    total = by_kind.sum(axis=1)
    order = np.lexsort((linked, -total))
    order = order[total[order] >= MIN_LINK]
    made = [tuple(names[k] for k in np.flatnonzero(by_kind[row])) for row in order]
    return linked[order].astype(np.int32), total[order], made


def _shared(
    known: Known, place: int, kind: Kind, at: float
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """What one identifier is worth with each account that the run saw with it."""
    rows = slice(known.starts[place], known.starts[place + 1])
    users, first, last = known.users[rows], known.first[rows], known.last[rows]
    allowed = known.treatment[place] == "allow"
    if len(users) + 1 > COMPARED * kind.hub_cap and not allowed:
        return users[:0], np.empty(0)
    overlap = _overlap(kind, first, last, np.array(at), np.array(at))
    near = np.flatnonzero(overlap >= MIN_OVERLAP)
    mine = 1 + overlap.sum()
    # Each account overlaps with itself by 1, which is the 1 that popularity begins with.
    among = _overlap(kind, first, last, first[near, None], last[near, None])
    theirs = overlap[near] + among.sum(axis=1)
    popularity = np.sqrt(mine * theirs)
    worth = 1 - np.log(popularity / 2) / math.log(kind.hub_cap / 2)
    rarity = np.clip(worth, ALLOWED_WORTH if allowed else 0.0, 1.0)
    weight = kind.weight * rarity * overlap[near]
    told = weight >= MIN_EVIDENCE
    return users[near[told]], weight[told]


def _overlap(
    kind: Kind,
    first: NDArray[np.float64],
    last: NDArray[np.float64],
    since: NDArray[np.float64],
    until: NDArray[np.float64],
) -> NDArray[np.float64]:
    """1 while both used it, halved by each half-life between the end of one and the other."""
    gap = np.maximum(first, since) - np.minimum(last, until)
    if kind.half_life_days is None:
        return np.ones_like(gap)
    gap = np.nan_to_num(np.maximum(gap, 0.0))
    return np.asarray(np.exp(-gap * (math.log(2) / kind.half_life_days)))
