"""The case without labels: rings are ranked by chance and by what their members share."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph import Linkage, Rings, find_rings, kinds, propagate
from ingest import Tables

from .features import FeatureTable
from .learned import Parts
from .unlabelled import oddness, unlabelled_risk

SUSPECTED = 0.3
"""What everyone is suspected with to begin with: little, so that only dense groups hold together;
at full suspicion families, offices and rings run into one."""


def score_without_labels(
    tables: Tables, linkage: Linkage, features: FeatureTable, seed: int
) -> Parts:
    """Rank accounts when no label says what spam is.

    All linked groups are tested against chance. Their surprise counts as far as what they share
    tells of one hand rather than of one roof: a message template or alias mailboxes do, an
    address does not (`tell` in `kinds.yaml`). What remains spreads over links; how odd an account
    is by itself breaks ties.

    Returns
    -------
    Parts
        Orders of accounts in [0, 1], not probabilities.
    """
    alike = np.full(linkage.accounts, SUSPECTED)
    groups = find_rings(linkage, alike, tables.accounts["created_at"], seed=seed)
    surprise = _telling_surprise(groups, linkage.accounts)
    links = (linkage.links["a"], linkage.links["b"], linkage.links["weight"])
    propagated = propagate(links, linkage.accounts, surprise / (surprise + 6.0)).risk
    risk = unlabelled_risk(features.frame, surprise, propagated, seed=seed)
    odd = oddness(features.frame, seed=seed)
    nothing = np.zeros((linkage.accounts, len(features.columns)))
    return Parts(risk, odd, surprise / (surprise + 6.0), propagated, features, nothing)


def _telling_surprise(groups: Rings, accounts: int) -> NDArray[np.float64]:
    """Surprise of each account's group times how telling its strongest kind is."""
    telling = pl.max_horizontal(pl.col(k.name) * k.tell for k in kinds().values())
    rated = groups.rings.select("ring", worth=pl.col("surprise") * telling)
    placed = groups.members.join(rated, "ring")
    surprise = np.zeros(accounts)
    surprise[placed["account"].to_numpy()] = placed["worth"].to_numpy()
    return surprise
