"""Fake engagement over time: expectations, features, models, windows and waves."""

from __future__ import annotations

from .detectors import Material, material, oddness, supervised, unsupervised
from .expected import Residuals, residuals
from .series import Series, series_of
from .temporal import temporal_features
from .waves import engagement_waves
from .windows import anomaly_windows

__all__ = [
    "Material",
    "Residuals",
    "Series",
    "anomaly_windows",
    "engagement_waves",
    "material",
    "oddness",
    "residuals",
    "series_of",
    "supervised",
    "temporal_features",
    "unsupervised",
]
