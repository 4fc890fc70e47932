"""The attacks at the strengths at which they are measured."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import polars as pl

from ingest import Tables

from .disguise import camouflage, frame_honest, shared_hub
from .identifiers import rotate, split_devices
from .labels import poison
from .time import age, grow_slowly
from .words import paraphrase

Attack = Callable[[Tables, pl.DataFrame, np.random.Generator], Tables]

ATTACKS: dict[str, Attack] = {
    **{f"rotation {share:.0%}": partial(rotate, share=share) for share in (0.2, 0.5, 0.8)},
    **{
        f"paraphrase {share:.0%} of words": partial(paraphrase, share=share)
        for share in (0.1, 0.3, 0.6)
    },
    **{
        f"camouflage, {count} honest address{'es' * (count > 1)}": partial(camouflage, count=count)
        for count in (1, 5, 20)
    },
    "two members a device": split_devices,
    "slow growth": grow_slowly,
    "a hub joins two rings": shared_hub,
    **{
        f"labels poisoned, {share:.0%}": partial(poison, share=share)
        for share in (0.01, 0.03, 0.05)
    },
    "aged accounts": age,
    "honest accounts framed": frame_honest,
}
"""Name of the attack at its strength: the attack."""
