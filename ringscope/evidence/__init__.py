"""Evidence in words: why a ring is one, why an account has its score, why two belong together."""

from __future__ import annotations

from .account import AccountEvidence, account_evidence
from .ring import RingEvidence, Statement, ring_evidence

__all__ = ["AccountEvidence", "RingEvidence", "Statement", "account_evidence", "ring_evidence"]
