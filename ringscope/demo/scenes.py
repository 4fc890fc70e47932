"""Scenes: from where to where in time an account may use an address or a device."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from .clock import FOREVER, Ints

ANYWHERE, HOME, MOBILE, PLACE, VPN, RING = -1, 0, 1, 2, 3, 4


@dataclass
class Scenes:
    """Rows of (account, where, thing, offset, start, end, weight), gathered part by part."""

    parts: list[pl.DataFrame] = field(default_factory=list)

    def add(
        self,
        account: Ints,
        where: ArrayLike,
        thing: ArrayLike,
        *,
        offset: ArrayLike = -1,
        start: ArrayLike = -FOREVER,
        end: ArrayLike = FOREVER,
        weight: ArrayLike = 1.0,
    ) -> None:
        """Add one scene per account; every other argument is one value or one per account."""
        columns = {"where": where, "thing": thing, "offset": offset, "start": start, "end": end}
        count = len(account)
        data: dict[str, np.ndarray] = {"account": np.asarray(account, dtype=np.int64)}
        for name, value in columns.items():
            data[name] = np.broadcast_to(np.asarray(value, dtype=np.int64), (count,))
        data["weight"] = np.broadcast_to(np.asarray(weight, dtype=np.float64), (count,))
        self.parts.append(pl.DataFrame(data))

    def frame(self) -> pl.DataFrame:
        """All scenes as one frame."""
        return pl.concat(self.parts)


def choose(rng: np.random.Generator, asks: pl.DataFrame, scenes: pl.DataFrame) -> pl.DataFrame:
    """Choose one running scene for each ask with probability proportional to its weight.

    Parameters
    ----------
    asks
        ask (row number), account, ts; with a column `where` only scenes of that place, or of
        anywhere, are open. Each ask needs at least one open scene.
    scenes
        As `Scenes.frame` gives them.

    Returns
    -------
    polars.DataFrame
        ask, where, thing, offset, in the order of `asks`. Uses the Gumbel-max trick.
    """
    tied = "where" in asks.columns
    wanted = asks.rename({"where": "at"}) if tied else asks
    both = wanted.join(scenes, on="account", how="inner", maintain_order="left_right")
    is_open = (pl.col("ts") >= pl.col("start")) & (pl.col("ts") < pl.col("end"))
    if tied:
        is_open &= (pl.col("where") == ANYWHERE) | (pl.col("where") == pl.col("at"))
    both = both.filter(is_open)
    both = both.with_columns(
        key=pl.col("weight").log() + pl.Series(rng.gumbel(size=both.height), dtype=pl.Float64)
    )
    best = both.filter(pl.col("key") == pl.col("key").max().over("ask"))
    return best.select("ask", "where", "thing", "offset").unique("ask", maintain_order=True)
