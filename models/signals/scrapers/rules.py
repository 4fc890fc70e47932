"""The rules by name: what each says, whether the document has it, and what it counts for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from .regularity import FEWEST
from .volume import Flags, beyond_jump, extreme_activity, percentile_rules

RAPID_ACTIONS, SHORT_MEAN = 5, 2.0
NARROW = 0.5
"""A gap spread (see `gap_shape`) below this is no person's."""
ON_BEAT, BEAT_ODDS = 0.5, 6.0
MARATHON = 10 * 3_600
"""Seconds of searching without half an hour's pause that nobody keeps up."""


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes
    ----------
    words
        What it says of an account.
    source
        `union`: in the document's union of suspects; `document`: another rule of the document;
        `beyond`: of ringscope.
    weight
        Chance that an account with this rule alone scrapes, in [0, 1]: the rule's precision over
        planted logs of the seeds 1 to 5, with one hit and one miss added
        (`benchmarks/scrapers.py --weights --judged 4000`).
    """

    words: str
    source: str
    weight: float


RULES: dict[str, Rule] = {
    "rapid_actions": Rule(
        "more than 5 actions within 5 seconds of the one before, or less than 2 seconds between "
        "actions on average",
        "document",
        0.1,
    ),
    "extreme_activity": Rule(
        "searches or calls per day among the 20 highest values", "union", 0.35
    ),
    "beyond_jump": Rule(
        "searches, calls or messages per day beyond the jump in the top 2 %", "union", 0.23
    ),
    "low_engagement": Rule("searches much, calls and writes little", "union", 0.99),
    "high_activity": Rule("searches, calls and writes much, for long", "union", 0.50),
    "search_call_low_message": Rule("searches and calls much, writes little", "union", 0.07),
    "search_message_low_call": Rule("searches and writes much, calls little", "union", 0.75),
    "multiple_signups": Rule("signed up more than once", "document", 0.50),
    "search_velocity": Rule(
        "over 100 searches a day from first to last, and more searches than 97 % of accounts",
        "document",
        0.66,
    ),
    "constant_gap": Rule("all gaps between its searches are equal", "document", 0.93),
    "arithmetic_progression": Rule(
        "the gaps between its searches grow by a constant", "union", 0.98
    ),
    "geometric_progression": Rule(
        "the gaps between its searches grow by a constant ratio", "union", 0.50
    ),
    "fractional_progression": Rule(
        "the gaps between its searches grow by a constant share", "union", 0.50
    ),
    "regular_search": Rule("searches at a regular gap", "union", 0.33),
    "regular_call": Rule("calls at a regular gap", "union", 0.50),
    "regular_message": Rule("writes at a regular gap", "union", 0.50),
    "narrow_gaps": Rule("the gaps between its searches hardly differ", "beyond", 0.58),
    "clock_beat": Rule("its searches keep the beat of a timer", "beyond", 0.81),
    "marathon": Rule("acts for 10 hours without half an hour's pause", "beyond", 0.90),
}
"""Every rule, in the order in which results name them."""


def flag_rules(
    master: pl.DataFrame,
    fast: pl.Series,
    patterns: pl.DataFrame,
    regular: Mapping[str, pl.Series],
) -> pl.DataFrame:
    """Apply every rule.

    Parameters
    ----------
    master
        Master table with the figures of `gap_shape`, `clock_beat` and `session_figures`.
    fast
        From `search_velocity`.
    patterns
        From `progressions`.
    regular
        From `regular_gap`, by kind of action.

    Returns
    -------
    pl.DataFrame
        One row per account, one Boolean column per rule in the order of RULES.
    """
    rapid = (pl.col("num_rapid_actions") > RAPID_ACTIONS) | (pl.col("mean_gap") < SHORT_MEAN)
    own = master.select(
        rapid_actions=rapid,
        multiple_signups=pl.col("signups") > 1,
        narrow_gaps=(pl.col("gap_spread") < NARROW) & (pl.col("num_searches") > FEWEST),
        clock_beat=(pl.col("beat") > ON_BEAT) & (pl.col("beat_odds") > BEAT_ODDS),
        marathon=pl.col("longest_session") > MARATHON,
    ).select(pl.all().fill_null(value=False))
    volume: dict[str, Flags] = {
        "extreme_activity": extreme_activity(master),
        "beyond_jump": beyond_jump(master),
        **percentile_rules(master),
    }
    timed = {f"regular_{kind}": values for kind, values in regular.items()}
    columns = [fast.alias("search_velocity"), *(v.alias(name) for name, v in timed.items())]
    columns += [pl.Series(name, values) for name, values in volume.items()]
    return own.hstack(patterns).hstack(columns).select(list(RULES))


def score_rules(flags: pl.DataFrame) -> pl.Series:
    """Join the rules of each account to one score in [0, 1].

    Rules count as independent: an account is clear with the chance that every one of its rules
    errs (noisy or).
    """
    clear = np.ones(flags.height)
    for name, rule in RULES.items():
        clear *= np.where(flags[name].to_numpy(), 1 - rule.weight, 1.0)
    return pl.Series("score", 1 - clear)


def rules_found(flags: pl.DataFrame) -> pl.Series:
    """Names of the rules that found each account, separated by `;`, in the order of RULES."""
    named = [pl.when(pl.col(name)).then(pl.lit(name)) for name in RULES]
    return flags.select(rules=pl.concat_str(named, separator=";", ignore_nulls=True))["rules"]


def document_union(flags: pl.DataFrame) -> pl.Series:
    """Whether an account is in the document's union of suspects."""
    union = [name for name, rule in RULES.items() if rule.source == "union"]
    return flags.select(suspect=pl.any_horizontal(union))["suspect"]
