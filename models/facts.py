"""What each fact about an account adds to its score, as a table: to compare runs by."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .calibration import log_odds
from .features import FeatureTable
from .reasons import fact_of, group_facts, said, speakers

FACTS: dict[str, pl.DataType] = {
    "account": pl.UInt32(),
    "fact": pl.String(),
    "family": pl.String(),
    "contribution": pl.Float64(),
    "says": pl.String(),
}
MOST = 12
"""Facts that are kept of an account, those that move its score most."""
LEAST = 0.02
"""Log-odds below which a fact is not kept."""


CONTEXT = "context"
"""Fact of what no feature of the account itself tells."""
_CONTEXT_SAYS = "the risk of the accounts linked to it, and calibration"


def score_facts(
    contributions: NDArray[np.floating], table: FeatureTable, risk: NDArray[np.floating]
) -> pl.DataFrame:
    """List the facts that move the score of each explained account.

    Parameters
    ----------
    contributions
        (accounts, features): what each feature adds to the log-odds of risk, 0 for accounts that
        were not taken apart.
    table
        The features.
    risk
        (accounts,) in [0, 1]: the score.

    Returns
    -------
    DataFrame
        account, fact (columns that tell the same fact are one), family, contribution (log-odds),
        says (the fact in words); sorted by account, the strongest first. The fact `CONTEXT` is what
        the features leave of the log-odds of risk.
    """
    rows = np.flatnonzero(np.any(contributions != 0, axis=1))
    if not len(rows):
        return pl.DataFrame(schema=FACTS)
    facts = group_facts(table)
    summed = np.add.reduceat(contributions[np.ix_(rows, facts.columns)], facts.starts, axis=1)
    order = np.argsort(-np.abs(summed), axis=1, kind="stable")[:, :MOST]
    place = np.repeat(np.arange(len(rows)), order.shape[1])
    fact = order.ravel()
    value = summed[place, fact]
    kept = np.abs(value) >= LEAST
    place, fact, value = place[kept], fact[kept], value[kept]
    column = speakers(contributions[rows], facts, place, fact, np.sign(value))
    names = [table.columns[first] for first in facts.columns[facts.starts]]
    told = pl.DataFrame(
        {
            "account": rows[place],
            "fact": [fact_of(names[one]) for one in fact.tolist()],
            "family": [table.families[names[one]] for one in fact.tolist()],
            "contribution": value,
            "says": said(table, rows[place], column).tolist(),
        },
        schema=FACTS,
    )
    rest = log_odds(risk[rows]) - contributions[rows].sum(axis=1)
    context = pl.DataFrame(
        {
            "account": rows,
            "fact": CONTEXT,
            "family": "linked",
            "contribution": rest,
            "says": _CONTEXT_SAYS,
        },
        schema=FACTS,
    )
    strength = pl.col("contribution").abs()
    return pl.concat([told, context]).sort(
        "account", strength, "fact", descending=[False, True, False]
    )
