"""All that is known about scraping: computed once, read by rules, signals and reports."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ingest import Tables
from ingest.kept import Source
from ingest.read_once import of_rows

from ...features.frames import in_account_order
from .log import event_log, gaps_of
from .master import master_table
from .regularity import clock_beat, gap_shape, session_figures
from .rhythm import progressions, regular_gap, search_velocity
from .rules import flag_rules, score_rules

LOG = Source("log", ("second", "kind"), tables=("accounts", "events", "messages"))
REGULAR = ("search", "call", "message")
"""Kinds of actions whose gaps may be regular."""


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
    own = of_rows(tables, LOG, lambda: log, ("scraping",), _of_log)["scraping"]
    # Who did nothing has zeros and the like, not nulls.
    idle = _figures(log.clear(), 1).row(0, named=True)
    known = [pl.col(c).fill_null(value) for c, value in idle.items() if value is not None]
    own = in_account_order(own, accounts).with_columns(known)
    patterns = progressions(searches, velocity["fast"])
    regular = {kind: own[f"regular_{kind}"] for kind in REGULAR}
    master = own.select(pl.exclude("^regular_.*$"))
    master.insert_column(master.get_column_index("gap_spread"), velocity["velocity"])
    flags = flag_rules(master, velocity["fast"], patterns, regular)
    return Facts(log, master, flags, score_rules(flags))


def _of_log(log: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Figures of the accounts in a log, one row each."""
    account = log["account"].unique().sort()
    dense = log.with_columns(account=(pl.col("account").rank("dense") - 1).cast(pl.UInt32))
    return {"scraping": account.to_frame().hstack(_figures(dense, len(account)))}


def _figures(log: pl.DataFrame, accounts: int) -> pl.DataFrame:
    """What depends on an account's own rows of the log, one row per account."""
    searches = gaps_of(log, "search")
    regular = [regular_gap(log, kind, accounts).alias(f"regular_{kind}") for kind in REGULAR]
    parts = [
        master_table(log, accounts),
        gap_shape(searches, accounts),
        clock_beat(searches, accounts),
        session_figures(log, accounts),
        pl.DataFrame(regular),
    ]
    return pl.concat(parts, how="horizontal")
