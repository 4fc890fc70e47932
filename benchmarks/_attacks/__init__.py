"""Ways in which an operation may try to stay unfound, as changes of a world's clean tables.

Each attack takes clean tables, the planted truth and a generator, and returns other tables of the
same accounts; the truth stays as it is.
"""

from __future__ import annotations

from .disguise import camouflage, frame_honest, shared_hub
from .identifiers import rotate, split_devices
from .labels import poison
from .suite import ATTACKS, Attack
from .time import age, grow_slowly
from .uses import deal, uses
from .words import paraphrase

__all__ = [
    "ATTACKS",
    "Attack",
    "age",
    "camouflage",
    "deal",
    "frame_honest",
    "grow_slowly",
    "paraphrase",
    "poison",
    "rotate",
    "shared_hub",
    "split_devices",
    "uses",
]
