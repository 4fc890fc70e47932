"""The world in the making: who is who, and what each account has in hand."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .address import Pools
from .clock import DAY, FOREVER, SPAN, Flags, Floats, Ints
from .scenes import ANYWHERE, Scenes


@dataclass
class Draft:
    """Arrays with one entry per account, and the collectors that every part adds to.

    Attributes
    ----------
    kind
        Ring kind, innocent kind or "lone".
    group, ring
        Number of the innocent group or of the ring; -1 for none.
    created, leaves
        First and last second of an account's life; `created` may lie before the observed weeks.
    rests
        Seconds after the sign-up, or after the first observed second, in which nothing happens.
    peak
        Hour of the day around which the account is active.
    vigour
        Factor on the expected activity.
    mail_owner
        Account whose mailbox is used (its own by default); `alias` 1 adds a tag, 2 adds dots.
    domain, phone, clan
        Numbers of the mail domain (-1: to be drawn), phone number (-1: to be drawn) and surname.
    boilerplate
        Number of the text that the account keeps sending (-1: none), sent with chance `repeats`.
    """

    kind: NDArray[np.str_]
    group: Ints
    ring: Ints
    spam: Flags
    created: Ints
    leaves: Ints
    rests: Ints
    peak: Floats
    vigour: Floats
    mail_owner: Ints
    alias: Ints
    domain: Ints
    phone: Ints
    clan: Ints
    boilerplate: Ints
    repeats: Floats
    pools: Pools = field(default_factory=Pools)
    ip: Scenes = field(default_factory=Scenes)
    device: Scenes = field(default_factory=Scenes)
    cards: list[tuple[Ints, Ints, Ints, Ints]] = field(default_factory=list)
    own_domains: list[str] = field(default_factory=list)
    devices: int = 0
    instruments: int = 0
    numbers: int = 0
    texts: int = 0

    @property
    def wakes(self) -> Ints:
        """First second in which each account is active, its sign-up apart."""
        start: Ints = np.maximum(self.created, 0)
        wakes: Ints = np.minimum(start + self.rests, np.maximum(self.leaves - DAY, start))
        return wakes

    @property
    def size(self) -> int:
        """Number of accounts."""
        return len(self.kind)

    def new_devices(self, count: int) -> Ints:
        """Numbers of `count` devices that nobody has yet."""
        self.devices += count
        return np.arange(self.devices - count, self.devices, dtype=np.int64)

    def new_cards(self, count: int) -> Ints:
        """Numbers of `count` new payment instruments."""
        self.instruments += count
        return np.arange(self.instruments - count, self.instruments, dtype=np.int64)

    def new_phones(self, count: int) -> Ints:
        """Numbers of `count` new phone numbers."""
        self.numbers += count
        return np.arange(self.numbers - count, self.numbers, dtype=np.int64)

    def new_texts(self, count: int) -> Ints:
        """Numbers of `count` new texts that are sent more than once."""
        self.texts += count
        return np.arange(self.texts - count, self.texts, dtype=np.int64)

    def hold(
        self,
        account: Ints,
        device: ArrayLike,
        *,
        where: int = ANYWHERE,
        start: ArrayLike = -FOREVER,
        end: ArrayLike = FOREVER,
        weight: ArrayLike = 1.0,
    ) -> None:
        """Put a device into the hands of each account."""
        self.device.add(account, where, device, start=start, end=end, weight=weight)

    def pay(
        self, account: Ints, card: ArrayLike, start: ArrayLike = 0, end: ArrayLike = SPAN
    ) -> None:
        """Let each account pay with a card at some time between `start` and `end`."""
        shape = (len(account),)
        card, start, end = (
            np.broadcast_to(np.asarray(value, dtype=np.int64), shape)
            for value in (card, start, end)
        )
        self.cards.append((np.asarray(account, dtype=np.int64), card, start, end))


def blank(rng: np.random.Generator, kind: NDArray[np.str_], group: Ints, ring: Ints) -> Draft:
    """Start a draft in which everybody is independent of everybody else."""
    count = len(kind)
    old = rng.random(count) < 0.42
    born = np.where(
        old, -rng.gamma(1.5, 110 * DAY, count), rng.uniform(0, SPAN - 6 * DAY, count)
    ).astype(np.int64)
    stay = np.maximum(rng.exponential(95 * DAY, count), 2 * DAY).astype(np.int64)
    me = np.arange(count, dtype=np.int64)
    none = np.full(count, -1, dtype=np.int64)
    return Draft(
        kind=kind,
        group=group,
        ring=ring,
        spam=(ring >= 0) | (kind == "lone"),
        created=born,
        leaves=np.minimum(np.maximum(born, 0) + stay, SPAN),
        rests=_rests(rng, count),
        peak=rng.normal(16.0, 4.5, count),
        vigour=np.ones(count),
        mail_owner=me,
        alias=np.zeros(count, dtype=np.int64),
        domain=none.copy(),
        phone=none.copy(),
        clan=rng.integers(0, 1 << 30, count),
        boilerplate=none.copy(),
        repeats=np.zeros(count),
    )


def _rests(rng: np.random.Generator, count: int) -> Ints:
    """Let every fifth account sleep for weeks before it is used."""
    sleeps = rng.random(count) < 0.2
    return (sleeps * rng.exponential(40 * DAY, count)).astype(np.int64)
