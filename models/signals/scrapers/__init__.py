"""Scraper detection from event logs: every rule of the document, and what survives jitter."""

from __future__ import annotations

from .facts import Facts, scraper_facts
from .family import SCRAPERS
from .log import event_log
from .master import daily_trend, funnel
from .rules import RULES, document_union, rules_found
from .volume import jump_thresholds, top_values

__all__ = [
    "RULES",
    "SCRAPERS",
    "Facts",
    "daily_trend",
    "document_union",
    "event_log",
    "funnel",
    "jump_thresholds",
    "rules_found",
    "scraper_facts",
    "top_values",
]
