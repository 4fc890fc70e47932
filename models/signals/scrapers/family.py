"""Signals of scraping, as columns for models and reasons for people."""

from __future__ import annotations

import polars as pl

from ..registry import Family
from .facts import Facts, scraper_facts
from .rules import RULES

SCRAPERS = Family("scrapers", "Scraping", scraper_facts, needs=("events",))


@SCRAPERS.signal("scraper_score", "rules on scraping rate it {value:.2f} of 1")
def score(facts: Facts) -> pl.Series:
    """All rules on scraping together, from 0 (no rule fits) to 1.

    Each rule counts by how often it was right on planted logs. A high score means that several
    rules of different kinds agree; look at which.
    """
    return facts.score


@SCRAPERS.signal("scraper_rules", "rules on scraping that fit: {value:.0f}")
def rules(facts: Facts) -> pl.Series:
    """Number of rules on scraping that fit the account."""
    return facts.flags.select(count=pl.sum_horizontal(list(RULES)))["count"]


@SCRAPERS.signal("rapid_actions", "actions within 5 seconds of the one before: {count:,.0f}")
def rapid_actions(facts: Facts) -> pl.Series:
    """Actions that came within 5 seconds of the one before; hands are slower."""
    return facts.master["num_rapid_actions"]


@SCRAPERS.signal("search_velocity", "{value:,.0f} searches and views a day while it searched")
def search_velocity(facts: Facts) -> pl.Series:
    """Searches and views per day between the first and the last; scrapers take all at once."""
    return facts.master["velocity"]


@SCRAPERS.signal("search_only", "{value:.0%} of its actions look things up")
def search_only(facts: Facts) -> pl.Series:
    """Share of searches among searches, calls and messages; scrapers take and never ask."""
    search, total = (
        pl.col("num_searches"),
        pl.sum_horizontal("num_searches", "num_calls", "num_messages"),
    )
    return facts.master.select(share=pl.when(total > 0).then(search / total))["share"]


@SCRAPERS.signal("search_gaps.spread", "the gaps between its searches spread by {value:.2f}")
def gap_spread(facts: Facts) -> pl.Series:
    """Distance of the quartiles of the gaps between searches, by their median.

    About 0 for a program, also one with a little jitter; people's gaps run from seconds to
    minutes and give more than 1.
    """
    return facts.master["gap_spread"]


@SCRAPERS.signal("search_gaps.bits", "the gaps between its searches hold {value:.1f} bits")
def gap_bits(facts: Facts) -> pl.Series:
    """Entropy of the gaps between searches: few bits mean that few different gaps occur."""
    return facts.master["gap_bits"]


@SCRAPERS.signal("search_beat", "{value:.0%} of its searches keep the beat of a timer")
def beat(facts: Facts) -> pl.Series:
    """How closely searches keep to a round period such as a minute, from 0 to 1.

    A job that a timer starts keeps the beat even where each start is a little late.
    """
    return facts.master["beat"]


@SCRAPERS.signal("longest_session", "its longest session lasted {span}")
def longest_session(facts: Facts) -> pl.Series:
    """Time without half an hour's pause; nobody keeps that up for half a day."""
    return facts.master["longest_session"]


@SCRAPERS.signal("largest_session", "actions in its largest session: {count:,.0f}")
def largest_session(facts: Facts) -> pl.Series:
    """Most actions without half an hour's pause."""
    return facts.master["largest_session"]


@SCRAPERS.signal("night_searches", "{value:.0%} of its searches are between midnight and 5 UTC")
def night_searches(facts: Facts) -> pl.Series:
    """Share of searches at night; programs do not sleep."""
    return facts.master["night_searches"]
