"""What accounts do, write and call themselves, by which rings that share nothing are joined."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .features import FeatureTable

FAMILIES = ("behaviour", "content", "identity")
SIGN_UP = ("tenure", "sign_ups.same_hour", "sign_ups.same_day")
"""Columns that tell when an account signed up, which `graph.alike` hears by itself."""


def habits(features: FeatureTable) -> NDArray[np.float32]:
    """The habits among the features, (accounts, habits); NaN where missing.

    What the input says of accounts in columns of its own is no habit: nobody knows what it means.
    Nor is anything that comes from links, which members of one fragment share by necessity.
    """
    chosen = [
        name
        for name in features.columns
        if features.families[name] in FAMILIES and name not in SIGN_UP
    ]
    return features.aligned(chosen)
