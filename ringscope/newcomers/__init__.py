"""Accounts that a run has not seen: what links them to those that it has, and what that says."""

from __future__ import annotations

from .batch import score_batch, warm_up
from .estimate import Newcomer, estimate
from .fields import FIELDS, Fresh, read_newcomers
from .known import Known, prepare_run

__all__ = [
    "FIELDS",
    "Fresh",
    "Known",
    "Newcomer",
    "estimate",
    "prepare_run",
    "read_newcomers",
    "score_batch",
    "warm_up",
]
