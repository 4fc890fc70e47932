from __future__ import annotations

import numpy as np
import polars as pl

from models.features import FeatureTable
from models.habits import FAMILIES, SIGN_UP, habits


def test_habits_are_what_accounts_do_write_and_call_themselves() -> None:
    families = {"a": "behaviour", "b": "tabular", "c": "content", "d": "graph", "e": "identity"}
    families |= dict.fromkeys(SIGN_UP, FAMILIES[0])
    frame = pl.DataFrame(
        {name: [float(i), None] for i, name in enumerate(families)}, schema_overrides={}
    ).cast(pl.Float32)
    got = habits(FeatureTable(frame, families, dict.fromkeys(families, "")))
    assert got.shape == (2, 3)
    assert got[0].tolist() == [0.0, 2.0, 4.0]
    assert np.isnan(got[1]).all()
