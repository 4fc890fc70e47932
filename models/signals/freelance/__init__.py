"""Signals about freelancers: logins, jobs, texts, what they share, what the profile says."""

from __future__ import annotations

from . import jobs, logins, profile, sharing, texts
from .family import FREELANCE

__all__ = ["FREELANCE", "jobs", "logins", "profile", "sharing", "texts"]
