"""Accounts that a run has not seen: what links them to those that it has, and what that says."""

from __future__ import annotations

from .estimate import Newcomers, estimate
from .fields import FIELDS, newcomer_tables

__all__ = ["FIELDS", "Newcomers", "estimate", "newcomer_tables"]
