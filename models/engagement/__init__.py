"""Fake engagement over time: features, models and windows, from the residuals of `graph`."""

from __future__ import annotations

from .detectors import Material, material, oddness, supervised, unsupervised
from .temporal import temporal_features
from .windows import anomaly_windows

__all__ = [
    "Material",
    "anomaly_windows",
    "material",
    "oddness",
    "supervised",
    "temporal_features",
    "unsupervised",
]
