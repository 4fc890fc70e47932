"""Address pools, where they lie in the internet, and how an address is written."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from .clock import Flags, Ints

BLOCK = 256
USABLE = 250
V6_LANES = 1 << 20
_ROOMS = (1, 10, 20, 60, USABLE)  # addresses in use in a block
_FIRST_OCTETS = np.array(
    [31, 37, 46, 62, 77, 79, 81, 83, 85, 87, 89, 91, 93, 95, 109, 176, 188, 194, 195, 212, 213, 217]
)
_HEX = pl.Series([f"{value:x}" for value in range(1 << 16)])


@dataclass
class Pools:
    """Every pool of addresses in the world: a home group, a carrier's exits, a ring's rented hosts.

    Pools are registered first and laid into /24 blocks afterwards, so that small pools of all
    sorts are neighbours in the same blocks. A pool of size 0 is one IPv6 /48.
    """

    sizes: list[int] = field(default_factory=list)
    alone: list[bool] = field(default_factory=list)

    def add(self, size: int, *, alone: bool = False) -> int:
        """Register a pool of `size` addresses; `alone` keeps its blocks for itself."""
        self.sizes.append(size)
        self.alone.append(alone)
        return len(self.sizes) - 1

    def add_many(self, sizes: Ints) -> Ints:
        """Register one pool per size, and give their numbers."""
        first = len(self.sizes)
        self.sizes.extend(sizes.tolist())
        self.alone.extend([False] * len(sizes))
        return np.arange(first, first + len(sizes), dtype=np.int64)

    def lay(self, rng: np.random.Generator) -> Ints:
        """Give each pool its first address as block x 256 + last octet."""
        base = np.zeros(len(self.sizes), dtype=np.int64)
        block, used, room = 0, 0, USABLE
        for pool in rng.permutation(len(self.sizes)):
            size = self.sizes[pool]
            if self.alone[pool] or size > USABLE:
                base[pool] = (block + 1) * BLOCK + 1
                block += 1 + -(-size // USABLE)
                used, room = 0, int(rng.choice(_ROOMS))
                continue
            if used + size > room:
                block, used = block + 1, 0
                room = max(size, int(rng.choice(_ROOMS)))
            base[pool] = block * BLOCK + 1 + used
            used += size
        return base


def addresses(
    rng: np.random.Generator, pools: Pools, base: Ints, pool: Ints, offset: Ints
) -> tuple[Ints, Flags]:
    """Resolve (pool, offset) to address numbers; offset -1 is any address of the pool.

    Returns the numbers and whether each is IPv6 (then pool x V6_LANES + lane).
    """
    size = np.asarray(pools.sizes, dtype=np.int64)[pool]
    v6 = size == 0
    drawn = (rng.random(len(pool)) * size).astype(np.int64)
    inside = np.where(offset >= 0, np.minimum(offset, np.maximum(size - 1, 0)), drawn)
    v4_number = base[pool] + inside // USABLE * BLOCK + inside % USABLE
    lane = rng.integers(0, V6_LANES, len(pool))
    return np.where(v6, pool * V6_LANES + lane, v4_number), v6


def write_addresses(rng: np.random.Generator, number: Ints, v6: Flags) -> pl.Series:
    """Write address numbers as text; blocks lie at random places of public address space."""
    blocks = int(number[~v6].max(initial=0)) // BLOCK + 2
    place = rng.permutation(len(_FIRST_OCTETS) * 65536)[:blocks]
    block = np.where(v6, 0, number // BLOCK)
    spot = place[block]
    frame = pl.DataFrame(
        {
            "v6": v6,
            "first": _FIRST_OCTETS[spot // 65536],
            "second": spot // 256 % 256,
            "third": spot % 256,
            "last": number % BLOCK,
            "site": number // V6_LANES,
            "lane": number % V6_LANES,
        }
    )
    prefix = rng.permutation(np.arange(256, 1 << 16))
    site, lane = frame["site"].to_numpy(), frame["lane"].to_numpy()
    frame = frame.with_columns(
        _HEX.gather(prefix[site % len(prefix)]).alias("upper"),
        _HEX.gather(lane % 3).alias("net"),
        _HEX.gather((lane * 40503) % 65521).alias("high"),
        _HEX.gather((lane * 30011 + 7) % 65519).alias("low"),
    )
    text = (
        pl.when(pl.col("v6"))
        .then(pl.format("2a0e:{}:91:{}:{}:5eff:fe10:{}", "upper", "net", "high", "low"))
        .otherwise(pl.format("{}.{}.{}.{}", "first", "second", "third", "last"))
    )
    return frame.select(text.alias("ip"))["ip"]
