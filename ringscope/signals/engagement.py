"""Fake engagement alone: from a folder of tables to scores, windows, waves and report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from graph.engagement import Series, beginnings, engagement_waves, residuals, series_of
from ingest import InputError, Tables, read_tables
from models.engagement import anomaly_windows, material

from ..run_folder import write_csv, writing
from .engagement_report import engagement_report, model_table
from .engagement_scores import score_engagement


@dataclass(frozen=True)
class Judged:
    """What was found.

    Attributes
    ----------
    scores
        account_id, score, windows; highest score first.
    waves
        Groups of accounts that rise together.
    models
        How the models judge labelled accounts; None without labels of both classes.
    how
        What the scores mean, in words.
    """

    scores: pl.DataFrame
    waves: pl.DataFrame
    models: pl.DataFrame | None
    how: str


def detect_engagement(
    data: Path, out: Path, *, preset: str | None = None, seed: int = 7, force: bool = False
) -> Judged:
    """Find fake engagement and write `engagement.csv`, `windows.csv`, waves and `report.html`.

    Parameters
    ----------
    data
        Folder with accounts and engagement; labels in accounts (1 fake, 0 honest) train models.
    out
        Folder to write.
    preset
        Column names, as for a run.
    seed
        Of the models.
    force
        Replace an earlier result.

    Raises
    ------
    InputError
        The input cannot be read, or it holds no series of 48 steps.
    RunError
        The output is taken or cannot be written.
    """
    tables = read_tables(data, preset=preset)
    if not tables.engagement.height:
        raise InputError(f"{data}: no engagement table (account_id, ts, views, likes, ...) in it")
    series = series_of(tables.engagement)
    if not len(series.accounts):
        raise InputError(f"{data}: no account has engagement over 48 steps; give a longer time")
    if not (np.nanmin(series.values, axis=1) < np.nanmax(series.values, axis=1)).any():
        raise InputError(f"{data}: every count of every account is constant; nothing stands out")
    found = residuals(series)
    windows = anomaly_windows(series, found)
    pairs, members = engagement_waves(series, beginnings(found))
    label = tables.accounts["label"].gather(series.accounts).fill_null(-1)
    rows = np.searchsorted(series.accounts, pairs.select("a", "b").to_numpy())
    scored = score_engagement(material(series), label.cast(pl.Int64).to_numpy(), rows, seed)
    ids = tables.accounts["account_id"]
    table = _scores(series, ids, scored.score, windows)
    waves = _waves(members, pairs, ids)
    page = engagement_report(series, found, scored, table, windows, waves)
    is_judged = len(set(scored.labels.tolist()) - {-1}) == 2
    with writing(out, force=force, what="engagement report", mark="engagement.csv") as folder:
        write_csv(_named(windows, tables), folder / "windows.csv")
        write_csv(_named_pairs(pairs, ids), folder / "waves.csv")
        (folder / "report.html").write_text(page, encoding="utf-8")
        write_csv(table, folder / "engagement.csv")
    models = model_table(scored) if is_judged else None
    return Judged(table, waves, models, scored.how)


def _scores(
    series: Series, ids: pl.Series, score: np.ndarray, windows: pl.DataFrame
) -> pl.DataFrame:
    """Scores with the windows of each account as text: begin/end metric x factor."""
    said = pl.format(
        "{}/{} {} x{}",
        pl.col("begin").dt.strftime("%Y-%m-%dT%H:%M"),
        pl.col("end").dt.strftime("%Y-%m-%dT%H:%M"),
        "metric",
        pl.col("factor").round(1),
    )
    text = windows.group_by("account").agg(windows=said.sort_by("begin").str.join(";"))
    frame = pl.DataFrame({"account": series.accounts, "score": np.round(score, 4)})
    frame = frame.with_columns(account_id=ids.gather(series.accounts))
    frame = frame.join(text, on="account", how="left").sort(
        "score", "account", descending=[True, False]
    )
    return frame.select("account_id", "score", pl.col("windows").fill_null(""))


def _waves(members: pl.DataFrame, pairs: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    named = members.with_columns(account_id=ids.gather(members["account"]))
    when = (
        pairs.join(members, left_on="a", right_on="account")
        .group_by("wave")
        .agg(
            begin=pl.col("first").min(), end=pl.col("last").max(), surprise=pl.col("surprise").max()
        )
    )
    size = named.group_by("wave").agg(
        accounts=pl.len(), members=pl.col("account_id").sort().head(20).str.join(", ")
    )
    return size.join(when, on="wave").sort("wave")


def _named(windows: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    ids = tables.accounts["account_id"].gather(windows["account"])
    rounded = windows.drop("account").with_columns(pl.col("factor", "excess", "height").round(2))
    return rounded.insert_column(0, ids)


def _named_pairs(pairs: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    named = pairs.with_columns(
        account_a=ids.gather(pairs["a"]), account_b=ids.gather(pairs["b"])
    ).drop("a", "b", "moments")
    return named.select(
        "account_a", "account_b", pl.exclude("account_a", "account_b")
    ).with_columns(pl.col("expected", "surprise").round(3))
