"""Sagas: rings whose lives over the last nights of the world are planned night by night."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .clock import DAY, FOREVER, SPAN, Ints
from .draft import Draft
from .rings import Ring
from .scenes import RING

WEIGHT = 8.0
"""How much rather a member uses what the ring shares than its own."""
VIGOUR = 5.0
TURN = 6
"""Nights after which a rotating ring has changed what it shares."""
CROWD = 150
"""Honest accounts that take up a device of two crews, which makes it a hub."""
MERGES, SPLITS, SLEEPS, ROTATES, GROWS = "merges", "splits", "sleeps", "rotates", "grows"
_CAST = (
    ("steady", 7), ("steady", 5), ("steady", 9),
    ("born", 5), ("born", 6), ("born", 4), ("born", 7), ("born", 5),
    (GROWS, 9), (GROWS, 8), (GROWS, 10),
    (ROTATES, 7), (ROTATES, 8),
    (MERGES, 6), (MERGES, 5), (MERGES, 7), (MERGES, 6),
    (SPLITS, 6), (SPLITS, 5), (SPLITS, 6), (SPLITS, 6),
    (SLEEPS, 6), (SLEEPS, 7),
)  # fmt: skip
PLANNED = sum(size for _, size in _CAST)
"""Accounts in all sagas."""


@dataclass(frozen=True)
class Saga:
    """One planned ring.

    Attributes
    ----------
    number
        Number of the ring.
    plot
        steady, born, grows, rotates, merges, splits or sleeps.
    members, arrives
        Account numbers, and per member the night of its sign-up; before the first night below 0.
    turn, until
        Night on which it merges, splits or falls asleep, and on which it wakes; -1: it does not.
    partner
        Number of the ring that it merges with or splits from; -1: none.
    """

    number: int
    plot: str
    members: Ints
    arrives: Ints
    turn: int = -1
    until: int = -1
    partner: int = -1


def cast(rng: np.random.Generator, draft: Draft, first: int, nights: int) -> list[Saga]:
    """Turn single honest accounts into the members of planned rings, with their nights.

    Parameters
    ----------
    rng, draft
        Randomness and the world in the making.
    first
        Number of the first saga's ring.
    nights
        Nights that are played, at least 20.
    """
    free = rng.permutation(np.flatnonzero((draft.kind == "single") & (draft.ring < 0)))
    sagas: list[Saga] = []
    taken = 0
    for place, (plot, size) in enumerate(_CAST):
        members = free[taken : taken + size]
        taken += size
        saga = Saga(first + place, plot, members, _arrivals(rng, plot, size, nights))
        sagas.append(_turned(rng, saga, sagas, nights))
    return sagas


def _arrivals(rng: np.random.Generator, plot: str, size: int, nights: int) -> Ints:
    """Night of each member's sign-up."""
    if plot == "born":
        return np.sort(int(rng.integers(1, nights // 2)) + rng.integers(0, 3, size))
    if plot == GROWS:
        late = np.sort(rng.integers(3, nights - 4, size - 4))
        return np.concatenate([np.full(4, -int(rng.integers(4, 12))), late])
    return -rng.integers(10, 16, size)


def _turned(rng: np.random.Generator, saga: Saga, earlier: list[Saga], nights: int) -> Saga:
    """Plan the night of the turn; the second of two partners takes that of the first."""
    if saga.plot == SLEEPS:
        return replace(saga, turn=int(rng.integers(2, 5)), until=int(rng.integers(18, 22)))
    if saga.plot not in (MERGES, SPLITS):
        return saga
    if earlier and earlier[-1].plot == saga.plot and earlier[-1].partner == saga.number:
        return replace(saga, turn=earlier[-1].turn, partner=earlier[-1].number)
    turn = int(rng.integers(nights // 3, nights * 3 // 5))
    return replace(saga, turn=turn, partner=saga.number + 1)


def stage(rng: np.random.Generator, draft: Draft, sagas: list[Saga], nights: int) -> list[Ring]:
    """Let the planned rings sign up and share; they send one text each from their birth on."""
    rings = []
    for saga in sagas:
        born = dusk(nights, saga.arrives) + rng.integers(0, DAY // 2, len(saga.members))
        _join(rng, draft, saga, born)
        start = int(born.min())
        _share(rng, draft, saga, nights)
        rings.append(Ring(saga.number, saga.plot, saga.members, start, SPAN, 0.0))
        text = int(draft.new_texts(1)[0])
        senders = saga.members[rng.random(len(saga.members)) < 0.8]
        draft.boilerplate[senders] = text
        draft.repeats[senders] = rng.uniform(0.6, 0.9)
    for one, other in partners(sagas):
        _bind(rng, draft, one, other, nights)
    return rings


def _bind(rng: np.random.Generator, draft: Draft, one: Saga, other: Saga, nights: int) -> None:
    """Let two crews share: from their turn on if they merge, until then if they split."""
    both = np.concatenate([one.members, other.members])
    if one.plot == MERGES:
        start = int(dusk(nights, one.turn))
        for _ in range(2):
            _machines(rng, draft, both, (start, FOREVER), per=len(both))
        draft.pay(both, draft.new_cards(1)[0], start, start + DAY)
        return
    for device in draft.new_devices(2):
        draft.hold(both, device, end=int(dusk(nights, one.turn + 1)), weight=WEIGHT)


def partners(sagas: list[Saga]) -> list[tuple[Saga, Saga]]:
    """Pairs of rings that merge or split."""
    by_number = {saga.number: saga for saga in sagas}
    return [(s, by_number[s.partner]) for s in sagas if s.partner > s.number]


def dusk(nights: int, night: Ints | int) -> Ints:
    """The second at which the day before a night begins; the night sees all until its end."""
    return SPAN - (nights - np.asarray(night, dtype=np.int64)) * DAY


def _join(rng: np.random.Generator, draft: Draft, saga: Saga, born: Ints) -> None:
    who = saga.members
    draft.spam[who], draft.kind[who], draft.ring[who] = True, saga.plot, saga.number
    draft.created[who], draft.leaves[who], draft.rests[who] = born, SPAN, 0
    draft.vigour[who] = VIGOUR * rng.lognormal(0, 0.15, len(who))


def _share(rng: np.random.Generator, draft: Draft, saga: Saga, nights: int) -> None:
    """Devices, rented addresses and, in every other ring, cards of its own."""
    if saga.plot == ROTATES:
        for begin in range(-18, nights, TURN):
            # A little longer than a turn, so that the new is in use while the old still is.
            window = (dusk(nights, begin), dusk(nights, begin + TURN + 2))
            _machines(rng, draft, saga.members, window, per=4)
        return
    always = (-FOREVER, FOREVER)
    _machines(rng, draft, saga.members, always, per=5)
    if saga.number % 2:
        start = dusk(nights, saga.arrives)
        card = draft.new_cards(1)[0]
        draft.pay(saga.members, card, start, start + 2 * DAY)


def _machines(
    rng: np.random.Generator,
    draft: Draft,
    users: Ints,
    window: tuple[Ints | int, Ints | int],
    *,
    per: int,
) -> None:
    """Run users from shared devices and out of shared addresses, dealt in lots of about `per`.

    Every third works from two devices, which ties the lots together.
    """
    start, end = window
    lots = max(round(len(users) / per), 1)
    devices, pool = draft.new_devices(lots), draft.pools.add(lots, alone=True)
    lot = rng.permutation(np.arange(len(users)) % lots)
    draft.hold(users, devices[lot], start=start, end=end, weight=WEIGHT)
    draft.ip.add(users, RING, pool, offset=lot, start=start, end=end, weight=WEIGHT)
    both = np.arange(len(users)) % 3 == 0
    draft.hold(users[both], devices[(lot[both] + 1) % lots], start=start, end=end, weight=WEIGHT)
