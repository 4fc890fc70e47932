"""Homes: who lives where, addresses that change hands, phones and laptops, second-hand devices."""

from __future__ import annotations

import numpy as np

from .clock import DAY, FOREVER, HOUR, SPAN, Flags, Ints
from .draft import Draft
from .scenes import HOME, MOBILE

HOMES_PER_GROUP = 8
MOVES = 26
V6_SHARE = 0.1
HOMELESS = -1
_LIVES_AT_HOME = {"carrier": 0.0, "agency": 0.25, "campus": 0.5, "vpn": 0.8}


def settle(rng: np.random.Generator, draft: Draft) -> Ints:
    """Give accounts a household number, or HOMELESS.

    A family shares one; some honest people of other kinds are lodgers of a family; a quarter of
    the ring members come out of an honest home that rents its line to a proxy service.
    """
    home = np.full(draft.size, HOMELESS, dtype=np.int64)
    family = draft.kind == "household"
    groups, home[family] = np.unique(draft.group[family], return_inverse=True)
    families = len(groups)
    stays = np.full(draft.size, 0.92)
    for kind, share in _LIVES_AT_HOME.items():
        stays[draft.kind == kind] = share
    stays[draft.spam] = 0.62
    others = np.flatnonzero(~family & (rng.random(draft.size) < stays))
    lodges = rng.random(len(others)) < np.where(draft.spam[others], 0.45, 0.22)
    own = others[~lodges]
    home[own] = families + np.arange(len(own))
    home[others[lodges]] = rng.integers(0, max(families, 1), int(lodges.sum()))
    return home


def lease(rng: np.random.Generator, draft: Draft, home: Ints) -> None:
    """Give homes their addresses, which providers re-assign.

    Eight homes take turns on nine addresses: now and then one moves to the free address and
    leaves its own for the next. So an address has several tenants, never two at a time.
    """
    homes = int(home.max()) + 1
    groups = -(-homes // HOMES_PER_GROUP)
    pool = draft.pools.add_many(np.full(groups, HOMES_PER_GROUP + 1, dtype=np.int64))
    holder = np.argsort(rng.random((groups, HOMES_PER_GROUP + 1)), axis=1)
    address, free = holder[:, :HOMES_PER_GROUP].copy(), holder[:, HOMES_PER_GROUP].copy()
    since = np.full((groups, HOMES_PER_GROUP), -FOREVER, dtype=np.int64)
    restless = rng.random(groups)
    row = np.arange(groups)
    leases = []
    times = np.sort(rng.uniform(0, SPAN, (MOVES, groups)), axis=0).astype(np.int64)
    for turn in range(MOVES):
        moves = row[rng.random(groups) < restless]
        who = rng.integers(0, HOMES_PER_GROUP, len(moves))
        now = times[turn, moves]
        leases.append((moves, who, address[moves, who], since[moves, who], now))
        address[moves, who], free[moves] = free[moves], address[moves, who]
        since[moves, who] = now + HOUR // 2
    every, who = np.divmod(np.arange(groups * HOMES_PER_GROUP), HOMES_PER_GROUP)
    last = np.full(len(every), FOREVER, dtype=np.int64)
    leases.append((every, who, address[every, who], since[every, who], last))
    group, member, offset, start, end = (np.concatenate(part) for part in zip(*leases, strict=True))
    number = rng.permutation(groups * HOMES_PER_GROUP)[:homes]
    tenant = np.full(groups * HOMES_PER_GROUP, HOMELESS, dtype=np.int64)
    tenant[number] = np.arange(homes)
    _move_in(
        rng, draft, home, tenant[group * HOMES_PER_GROUP + member], pool[group], offset, start, end
    )


def _move_in(
    rng: np.random.Generator,
    draft: Draft,
    home: Ints,
    tenant: Ints,
    pool: Ints,
    offset: Ints,
    start: Ints,
    end: Ints,
) -> None:
    """Turn the leases of homes into scenes of the accounts that live there."""
    keep = (tenant >= 0) & (end > start)
    tenant, pool, offset, start, end = (x[keep] for x in (tenant, pool, offset, start, end))
    order = np.argsort(tenant, kind="stable")
    first = np.searchsorted(tenant[order], np.arange(int(home.max()) + 2))
    people = np.flatnonzero(home >= 0)
    many = first[home[people] + 1] - first[home[people]]
    account = np.repeat(people, many)
    within = np.arange(len(account)) - np.repeat(np.cumsum(many) - many, many)
    rows = order[np.repeat(first[home[people]], many) + within]
    modern = rng.random(int(home.max()) + 1) < V6_SHARE
    v6_pool = np.full(len(modern), -1, dtype=np.int64)
    v6_pool[modern] = draft.pools.add_many(np.zeros(int(modern.sum()), dtype=np.int64))
    place = np.where(modern[home[account]], v6_pool[home[account]], pool[rows])
    draft.ip.add(
        account, HOME, place, offset=offset[rows], start=start[rows], end=end[rows], weight=1.0
    )


def carriers(rng: np.random.Generator, draft: Draft) -> None:
    """Give everybody a mobile carrier, whose exits are shared by few to thousands."""
    scale = draft.size / 20_000
    exits = np.maximum(np.array([2, 5, 12, 20, 40, 300]) * scale, 1).astype(np.int64)
    pool = np.array([draft.pools.add(int(count), alone=True) for count in exits])
    mine = rng.choice(len(pool), draft.size, p=[0.25, 0.25, 0.22, 0.2, 0.05, 0.03])
    everyone = np.arange(draft.size)
    often = rng.gamma(1.2, 0.3, draft.size) + 0.02
    often[draft.kind == "carrier"] += 2.0
    draft.ip.add(everyone, MOBILE, pool[mine], weight=often)


def personal_devices(rng: np.random.Generator, draft: Draft, home: Ints) -> None:
    """Give everybody a phone, most a laptop, families a shared tablet; some phones are sold on."""
    everyone = np.arange(draft.size)
    phone = draft.new_devices(draft.size)
    sold, seller, buyer = _sales(rng, draft.size)
    first_end = np.full(draft.size, FOREVER, dtype=np.int64)
    first_end[seller] = sold
    first_end[buyer] = sold + (rng.uniform(1, 15, len(buyer)) * DAY).astype(np.int64)
    draft.hold(everyone, phone, end=first_end)
    draft.hold(seller, draft.new_devices(len(seller)), start=first_end[seller])
    draft.hold(buyer, phone[seller], start=first_end[buyer])
    desk = np.flatnonzero(rng.random(draft.size) < 0.55)
    draft.hold(desk, draft.new_devices(len(desk)), weight=rng.uniform(0.2, 1.5, len(desk)))
    family = np.flatnonzero(draft.kind == "household")
    shares = rng.random(int(home.max()) + 1) < 0.85
    _, tablet = np.unique(home[family], return_inverse=True)
    tablets = draft.new_devices(int(tablet.max(initial=0)) + 1)
    uses: Flags = shares[home[family]] & (rng.random(len(family)) < 0.85)
    draft.hold(family[uses], tablets[tablet[uses]], where=HOME, weight=1.2)


def _sales(rng: np.random.Generator, count: int) -> tuple[Ints, Ints, Ints]:
    """Draw who sells a phone to whom, and when; nobody does both."""
    pairs = int(0.11 * count)
    people = rng.permutation(count)[: 2 * pairs]
    sold = rng.uniform(0.15 * SPAN, 0.85 * SPAN, pairs).astype(np.int64)
    return sold, people[:pairs], people[pairs:]
