from __future__ import annotations

import polars as pl
import pytest

from models.tabular.generator import gig_table
from models.tabular.shapes import load_preset
from models.tabular.table import Table, labelled, to_table


@pytest.fixture(scope="session")
def gig_frame() -> pl.DataFrame:
    return gig_table(3000, seed=3)


@pytest.fixture(scope="session")
def gig(gig_frame: pl.DataFrame) -> Table:
    return labelled(to_table(gig_frame, load_preset("gig-platform")))
