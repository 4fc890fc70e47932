"""Identifiers to links to rings."""

from __future__ import annotations

from .communities import adjacency
from .kinds import Kind, kinds
from .linkage import Linkage, link
from .propagation import Propagation, cross_fitted, propagate
from .readings import NONE_FITS
from .rings import Rings, find_rings, ring_ids

__all__ = [
    "NONE_FITS",
    "Kind",
    "Linkage",
    "Propagation",
    "Rings",
    "adjacency",
    "cross_fitted",
    "find_rings",
    "kinds",
    "link",
    "propagate",
    "ring_ids",
]
