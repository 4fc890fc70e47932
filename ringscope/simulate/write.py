"""Write made-up data as files in the shape of the source documents."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from ..run_folder import write_csv, writing
from .engagement import make_engagement
from .event_log import make_log


def write_log(out: Path, *, accounts: int, seed: int, force: bool = False) -> dict[str, int]:
    """Write signup, call, search and message as TSV, and truth.csv; return rows per file."""
    tables = make_log(accounts, seed)
    truth = tables.pop("truth")
    with writing(out, force=force, what="made-up log", mark="truth.csv") as folder:
        for name, frame in tables.items():
            frame.write_csv(folder / f"{name}.tsv", separator="\t")
        write_csv(truth, folder / "truth.csv")
    return {name: frame.height for name, frame in tables.items()}


def write_engagement(
    out: Path,
    *,
    users: int,
    length: int,
    fake_ratio: float,
    seed: int,
    labelled: float = 0.5,
    strength: float = 1.0,
    force: bool = False,
) -> dict[str, int]:
    """Write accounts, engagement, truth.csv and windows.csv; return rows per table.

    `labelled` is the share of accounts whose truth stands in accounts.csv as label.
    """
    tables = make_engagement(users, length, fake_ratio, seed, strength)
    rng = np.random.default_rng([seed, 1])
    known = pl.Series(rng.random(users) < labelled)
    label = pl.select(pl.when(known).then(tables["truth"]["fake"])).to_series().alias("label")
    truth = tables["truth"].with_columns(labelled=known.cast(pl.Int8))
    with writing(out, force=force, what="made-up engagement", mark="truth.csv") as folder:
        write_csv(tables["accounts"].with_columns(label), folder / "accounts.csv")
        write_csv(tables["engagement"], folder / "engagement.csv")
        write_csv(tables["windows"], folder / "windows.csv")
        write_csv(truth, folder / "truth.csv")
    return {name: tables[name].height for name in ("accounts", "engagement", "windows")}
