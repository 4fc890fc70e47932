"""Account columns beside the identity: what a platform counts, only weakly telling."""

from __future__ import annotations

import numpy as np
import polars as pl

from .clock import Floats
from .draft import Draft

_CHANNELS = ("organic", "referral", "campaign", "partner")


def columns(rng: np.random.Generator, draft: Draft) -> pl.DataFrame:
    """Eight numeric columns and one category; spam leans a little in five of them.

    Every account has its own lean, so that careful spam looks better than the average honest
    account. Between 1 and 7 % of the cells of a column are empty.
    """
    lean = np.where(draft.spam, rng.normal(1.15, 0.8, draft.size), 0.0)
    data: dict[str, Floats] = {
        "profile_filled": np.clip(rng.normal(64, 17, draft.size) - 7 * lean, 0, 100).round(0),
        "reply_minutes": rng.lognormal(3.4 - 0.3 * lean, 0.9).round(1),
        "listings": rng.poisson(rng.gamma(1.3, 2.2, draft.size)).astype(float),
        "photos": rng.poisson(rng.gamma(1.6, 3.0, draft.size) * np.exp(-0.25 * lean)).astype(float),
        "session_minutes": rng.gamma(2.2, 4.1 - 0.5 * np.clip(lean, -1, 2)).round(2),
        "follows": rng.geometric(0.12, draft.size).astype(float),
        "rating": np.clip(rng.normal(4.3, 0.5, draft.size), 1, 5).round(2),
        "id_checked": (rng.random(draft.size) < 0.46 - 0.1 * lean).astype(float),
    }
    frame = pl.DataFrame(data)
    empty = rng.uniform(0.01, 0.07, frame.width)
    holes = [rng.random(draft.size) < share for share in empty]
    frame = frame.select(
        column.set(pl.Series(hole), None) for column, hole in zip(frame, holes, strict=True)
    )
    whole = ["profile_filled", "listings", "photos", "follows", "id_checked"]
    channel = rng.choice(_CHANNELS, draft.size, p=[0.55, 0.2, 0.17, 0.08])
    return frame.with_columns(pl.col(whole).cast(pl.Int64), pl.Series("channel", channel))
