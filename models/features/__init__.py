"""Features of accounts: families of columns, and the table that combines them."""

from __future__ import annotations

from .behaviour import behaviour_features
from .content import content_features
from .identity import identity_features
from .table import FeatureTable, base_features
from .tabular import tabular_features

__all__ = [
    "FeatureTable",
    "base_features",
    "behaviour_features",
    "content_features",
    "identity_features",
    "tabular_features",
]
