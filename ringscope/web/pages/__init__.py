"""The pages, one file each."""

from __future__ import annotations

from . import (
    account,
    compare,
    decide,
    hubs,
    journal,
    model,
    packet,
    quality,
    ring,
    score,
    search,
    sign_in,
    tonight,
)

ROUTERS = tuple(
    part.router
    for part in (
        tonight,
        packet,
        decide,
        ring,
        account,
        compare,
        hubs,
        journal,
        search,
        quality,
        model,
        score,
        sign_in,
    )
)
"""Routers of all pages."""
