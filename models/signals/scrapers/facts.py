"""All that is known about scraping: computed once, read by rules, signals and reports."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ingest import Tables

from .log import event_log, gaps_of
from .master import master_table
from .regularity import clock_beat, gap_shape, session_figures
from .rhythm import progressions, regular_gap, search_velocity
from .rules import flag_rules, score_rules


@dataclass(frozen=True)
class Facts:
    """Figures and rules per account, each one row per account in account order.

    Attributes
    ----------
    log
        The event log (see `event_log`).
    master
        The master table, with the search velocity and what goes beyond the document.
    flags
        One Boolean column per rule.
    score
        All rules together, in [0, 1].
    """

    log: pl.DataFrame
    master: pl.DataFrame
    flags: pl.DataFrame
    score: pl.Series


def scraper_facts(tables: Tables) -> Facts:
    """Compute the event log, the master table and every rule."""
    log, accounts = event_log(tables), tables.accounts.height
    searches = gaps_of(log, "search")
    velocity = search_velocity(searches, accounts)
    beyond = [
        gap_shape(searches, accounts),
        clock_beat(searches, accounts),
        session_figures(log, accounts),
    ]
    base = master_table(log, accounts)
    regular = {kind: regular_gap(log, kind, accounts) for kind in ("search", "call", "message")}
    patterns = progressions(searches, velocity["fast"])
    master = pl.concat([base, velocity.select("velocity"), *beyond], how="horizontal")
    flags = flag_rules(master, velocity["fast"], patterns, regular)
    return Facts(log, master, flags, score_rules(flags))
