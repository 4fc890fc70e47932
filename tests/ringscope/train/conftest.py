from __future__ import annotations

from pathlib import Path

import pytest

from models.tabular.fitting import FitSettings
from ringscope.train.jobs import Plan, Training, train
from ringscope.train.made_up import write_gig_table

SETTINGS = FitSettings()


@pytest.fixture(scope="session")
def gig_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gig") / "accounts.csv"
    write_gig_table(path, rows=2500, seed=3)
    return path


@pytest.fixture(scope="session")
def training(gig_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Training:
    out = tmp_path_factory.mktemp("training") / "out"
    return train(gig_file, out, ["tree", "logistic"], SETTINGS, plan=Plan())
