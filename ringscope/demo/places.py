"""Places that anybody may log in from: VPN services, proxy services, internet cafes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .clock import DAY, SPAN, Ints
from .draft import Draft
from .scenes import PLACE, VPN


@dataclass(frozen=True)
class Places:
    """Pool numbers of the services; cafes also have machines (first number, how many)."""

    vpns: Ints
    proxies: Ints
    cafes: Ints
    machines: list[Ints]


def open_places(rng: np.random.Generator, draft: Draft) -> Places:
    """Open services in number and size by the number of accounts."""
    scale = draft.size / 20_000
    exits = np.maximum(np.array([1, 2, 4, 8, 24]) * scale, 1).astype(int)
    vpns = [draft.pools.add(int(count), alone=True) for count in exits]
    hosts = np.maximum(np.array([4, 8, 16, 40]) * scale, 2).astype(int)
    proxies = [draft.pools.add(int(count), alone=True) for count in hosts]
    groups = np.unique(draft.group[draft.kind == "cafe"])
    cafes = [draft.pools.add(1) for _ in range(max(len(groups), 1))]
    machines = [draft.new_devices(int(rng.integers(3, 8))) for _ in cafes]
    return Places(np.array(vpns), np.array(proxies), np.array(cafes), machines)


def visit_cafe(rng: np.random.Generator, draft: Draft, guest: Ints, cafe: Ints, at: Places) -> None:
    """Let each guest log in from a cafe, on its machines or an own phone, for some weeks."""
    start = rng.uniform(-0.3 * SPAN, 0.8 * SPAN, len(guest)).astype(np.int64)
    end = start + rng.uniform(20 * DAY, SPAN, len(guest)).astype(np.int64)
    weight = rng.gamma(1.5, 0.5, len(guest)) + 0.05
    draft.ip.add(guest, PLACE, at.cafes[cafe], offset=0, start=start, end=end, weight=weight)
    for _ in range(2):
        seat = rng.random(len(guest))
        machine = [
            int(at.machines[c][int(s * len(at.machines[c]))])
            for c, s in zip(cafe, seat, strict=True)
        ]
        draft.hold(guest, machine, where=PLACE, weight=1.6)


def wander(rng: np.random.Generator, draft: Draft, at: Places) -> None:
    """Send people into cafes and through VPNs and proxies: those of the kind, and some of all."""
    regular = np.flatnonzero(draft.kind == "cafe")
    _, mine = np.unique(draft.group[regular], return_inverse=True)
    visit_cafe(rng, draft, regular, mine, at)
    chance = np.where(draft.spam, 0.12, 0.05)
    guests = np.flatnonzero((rng.random(draft.size) < chance) & (draft.kind != "cafe"))
    visit_cafe(rng, draft, guests, rng.integers(0, len(at.cafes), len(guests)), at)
    chance = np.where(draft.spam, 0.22, 0.08)
    chance[draft.kind == "vpn"] = 1.0
    veiled = np.flatnonzero(rng.random(draft.size) < chance)
    service = rng.choice(at.vpns, len(veiled), p=[0.3, 0.27, 0.23, 0.15, 0.05])
    draft.ip.add(veiled, VPN, service, weight=rng.gamma(1.5, 0.6, len(veiled)) + 0.1)
    chance = np.where(draft.spam, 0.06, 0.02)
    chance[draft.kind == "vpn"] = 0.25
    hidden = np.flatnonzero(rng.random(draft.size) < chance)
    draft.ip.add(hidden, VPN, rng.choice(at.proxies, len(hidden)), weight=0.8)
