"""The API: scores of new accounts, rings, accounts and verdicts for other programs."""

from __future__ import annotations

from .access import Access
from .app import make_api
from .audit import Audit
from .keys import Keyring
from .limits import Rate
from .metrics import Metrics
from .watch import Watch

__all__ = ["Access", "Audit", "Keyring", "Metrics", "Rate", "Watch", "make_api"]
