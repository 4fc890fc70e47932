"""Evidence in words: why a ring is one ring, why an account has its score, why two belong together."""

from __future__ import annotations
