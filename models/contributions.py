"""Taking scores apart: what each feature added to them."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .features import FeatureTable
from .own_view import OwnView, view_columns
from .phrasing import COLUMNS, WORDS
from .relational import OWN_RISK, OWN_VIEW, SecondLook
from .stack import Stack

EXPLAINED = 0.1
"""Risk from which an account's score is taken apart; the rest gets one plain sentence."""
MOST_EXPLAINED = 3000

Array = NDArray[np.float64]


def take_apart(
    stack: Stack,
    view: OwnView,
    second: SecondLook,
    features: FeatureTable,
    phrased: Array,
    risk: Array,
) -> tuple[FeatureTable, Array]:
    """Split the scores of risky accounts into what their features and phrasing add.

    Returns
    -------
    shown, contributions
        The features with the phrasing beside them; (accounts, features of `shown`) in log-odds:
        those of the stack and of the own view, each by its weight in the second look. What links
        to risky accounts add has no feature to its name.
    """
    frame = pl.DataFrame(phrased.astype(np.float32), schema=list(COLUMNS)).fill_nan(None)
    shown = features.join(FeatureTable.of("phrasing", frame, WORDS))
    rows = np.flatnonzero(risk >= EXPLAINED)
    rows = rows[np.argsort(-risk[rows], kind="stable")][:MOST_EXPLAINED]
    total = np.zeros((len(risk), len(shown.columns)))
    if len(rows):
        by_stack = stack.contributions(features.frame[rows])
        _add(total, rows, shown, stack.columns, second.weights[OWN_RISK] * by_stack)
        by_view, _ = view.trees.contributions(
            view.seen(features, phrased)[rows], threads=stack.settings.threads
        )
        _add(total, rows, shown, view_columns(view), second.weights[OWN_VIEW] * by_view)
    return shown, total


def _add(
    total: Array,
    rows: NDArray[np.int64],
    shown: FeatureTable,
    columns: list[str] | tuple[str, ...],
    parts: Array,
) -> None:
    """Add the contributions of columns that are shown."""
    place = {name: i for i, name in enumerate(shown.columns)}
    known = np.array([i for i, name in enumerate(columns) if name in place])
    total[np.ix_(rows, np.array([place[columns[i]] for i in known]))] += parts[:, known]
