"""Why a row has its score: what each column added, in words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..forest import Forest
from .fitting import TableModel
from .grouping import Products
from .shapes import Preset

TOLD = 3
"""Columns that are told per row."""
FORESTS = ("RandomForestClassifier", "ExtraTreesClassifier")


def contributions(model: TableModel, X: NDArray[np.float32]) -> NDArray[np.float64] | None:
    """What each column added to each score, shape (rows, columns); None where it cannot be told.

    Forests are split along the paths of their trees, boosted trees by Shapley values, linear
    models by weight times value.
    """
    if isinstance(model.preparation, Products):
        return None  # what a product added belongs to no column alone
    ready = model.preparation.apply(X)
    if model.kind == "boosted":
        return np.asarray(model.estimator.boosted.contributions(ready)[0])
    if type(model.estimator).__name__ in FORESTS:
        return Forest(model.estimator).contributions(ready)[0]
    if hasattr(model.estimator, "coef_"):
        return np.asarray(ready * np.ravel(model.estimator.coef_), dtype=np.float64)
    return None


def reasons(model: TableModel, preset: Preset, X: NDArray[np.float32]) -> list[str]:
    """One text per row: the columns that raised its score most, as `words` of the preset.

    Blank where the model cannot tell, or no column raised the score.
    """
    added = contributions(model, X)
    if added is None:
        return [""] * len(X)
    columns = [preset.column(name) for name in model.columns]
    order = np.argsort(-added, axis=1, kind="stable")[:, :TOLD]
    return [
        "; ".join(
            columns[place].say(float(X[row, place])) for place in places if added[row, place] > 0
        )
        for row, places in enumerate(order)
    ]
