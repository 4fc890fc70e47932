"""Identifiers to links to rings."""

from __future__ import annotations

from .communities import adjacency
from .kinds import Kind, kinds
from .linkage import Linkage, link
from .links import weights_by_kind
from .propagation import Propagation, cross_fitted, propagate
from .readings import NONE_FITS
from .rings import Rings, find_rings, ring_ids
from .roofs import shared_apart
from .wording import bare_words, plain_words
from .words import mix, stable_hashes

__all__ = [
    "NONE_FITS",
    "Kind",
    "Linkage",
    "Propagation",
    "Rings",
    "adjacency",
    "bare_words",
    "cross_fitted",
    "find_rings",
    "kinds",
    "link",
    "mix",
    "plain_words",
    "propagate",
    "ring_ids",
    "shared_apart",
    "stable_hashes",
    "weights_by_kind",
]
