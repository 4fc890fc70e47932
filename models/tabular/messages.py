"""Messages, from one file or from a folder of input tables, with their features."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest import read_tables
from ingest.discover import read_file
from ingest.errors import InputError
from ingest.quarantine import ROW
from ingest.timestamps import parse_times

from ..signals.tweets import PROFILE, message_features
from .table import FEWEST, UNKNOWN, Table

NEEDED = ("account_id", "ts", "text")


@dataclass(frozen=True)
class LabelledMessages:
    """Messages with a known label.

    Attributes
    ----------
    ids
        Sender and time of each message, unique.
    senders
        Number of the sender of each message, shape (messages,).
    labels
        1 spam, 0 honest, shape (messages,).
    X
        Features, shape (messages, columns), NaN where there is nothing to divide by.
    columns
        Names of the features.
    notes
        What was left out, in words.
    """

    ids: pl.Series
    senders: NDArray[np.int64]
    labels: NDArray[np.int64]
    X: NDArray[np.float32]
    columns: tuple[str, ...]
    notes: tuple[str, ...]


def read_messages(source: Path) -> LabelledMessages:
    """Read labelled messages and compute their features.

    Parameters
    ----------
    source
        A file with the columns account_id, ts, text and label (and counts of the sender's profile
        where they are known), or a folder of input tables: then a message has the label of its
        account.

    Raises
    ------
    InputError
        The source cannot be read, a column is missing, a label is not 0 or 1, a time cannot be
        read, or there are too few messages or senders of a class.
    """
    frame, notes = _read(source, labelled=True)
    features = message_features(frame.drop("label"))
    varying = [c.name for c in features if c.drop_nulls().n_unique() > 1]
    if not varying:
        raise InputError(f"{source}: no feature of the messages varies; are all texts blank?")
    labels = frame["label"].to_numpy().astype(np.int64)
    senders = frame["account"].rank("dense").to_numpy().astype(np.int64) - 1
    _check_classes(source, senders, labels)
    left_out = [name for name in features.columns if name not in varying]
    if left_out:
        notes.append(f"The same for all messages and left out: {', '.join(left_out)}.")
    X = features.select(pl.col(varying).fill_null(np.nan)).to_numpy()
    return LabelledMessages(_ids(frame), senders, labels, X, tuple(varying), tuple(notes))


def message_table(source: Path) -> Table:
    """Read messages, with labels or without, as a table that a model of messages can score.

    Parameters
    ----------
    source
        See `read_messages`; labels may be blank, or the column missing.

    Returns
    -------
    Table
        One row per message; its id is sender and time.

    Raises
    ------
    InputError
        The source cannot be read or holds no messages.
    """
    frame, notes = _read(source, labelled=False)
    if frame.is_empty():
        raise InputError(f"{source}: no messages; there is nothing to do")
    features = message_features(frame.drop("label"))
    order = _ids(frame).arg_sort()
    X = features.select(pl.all().fill_null(np.nan)).to_numpy()
    labels = frame["label"].fill_null(UNKNOWN).cast(pl.Int8).to_numpy()
    rows = order.to_numpy()
    return Table(_ids(frame)[order], labels[rows], X[rows], tuple(features.columns), tuple(notes))


def _read(source: Path, *, labelled: bool) -> tuple[pl.DataFrame, list[str]]:
    """Messages in an order of their own: account (id), ts, text, label, counts of profiles."""
    frame, notes = _from_folder(source) if source.is_dir() else _from_file(source, labelled)
    if labelled:
        known = frame.drop_nulls("label")
        if known.is_empty():
            raise InputError(
                f"{source}: no message of a known label; label them, or their accounts, with 1 "
                "(spam) or 0 (honest)"
            )
        if left := frame.height - known.height:
            notes.append(f"{left:,} messages without a label are left out.")
        frame = known
    # The order of the rows must be of no consequence.
    return frame.sort("account", "ts", "text", "label"), notes


def _ids(frame: pl.DataFrame) -> pl.Series:
    """Sender and time; messages of one second are numbered."""
    name = pl.format("{} {}", "account", pl.col("ts").dt.strftime("%Y-%m-%d %H:%M:%S"))
    number = pl.int_range(pl.len()).over(name)
    again = pl.when(number > 0).then(pl.format("{} #{}", name, number + 1)).otherwise(name)
    return frame.select(again.alias("message")).to_series()


def _from_folder(source: Path) -> tuple[pl.DataFrame, list[str]]:
    tables = read_tables(source)
    known = tables.accounts.select("label", name="account_id").with_row_index("account")
    frame = tables.messages.select("account", "ts", "text").join(known, on="account")
    return frame.select("ts", "text", "label", account="name"), []


def _from_file(source: Path, labelled: bool) -> tuple[pl.DataFrame, list[str]]:
    raw = read_file("messages", source).frame
    needed = (*NEEDED, "label") if labelled else NEEDED
    if missing := [name for name in needed if name not in raw.columns]:
        raise InputError(
            f"{source}: the column {missing[0]!r} is missing; messages need {', '.join(needed)}"
        )
    there = "label" in raw.columns
    said = pl.col("label").cast(pl.String).str.strip_chars() if there else pl.lit("")
    frame = raw.select(
        ROW,
        pl.col("account_id").cast(pl.String).fill_null("").alias("account"),
        parse_times(raw["ts"].cast(pl.String)).alias("ts"),
        pl.col("text").cast(pl.String).fill_null(""),
        said.alias("said"),
        *(pl.col(c).cast(pl.Float64, strict=False) for c in PROFILE if c in raw.columns),
    ).with_columns(pl.col("said").replace("", None).cast(pl.Float64, strict=False).alias("label"))
    told = pl.col("said").fill_null("") != ""
    judged = frame.filter(told) if labelled else frame
    for wrong, why in (
        (told & ~pl.col("label").is_in([0.0, 1.0]).fill_null(value=False), "label is not 0 or 1"),
        (pl.col("ts").is_null(), "ts is no time"),
        (pl.col("account") == "", "account_id is blank"),
    ):
        bad = judged.filter(wrong)
        if bad.height:
            raise InputError(f"{source}: row {bad[ROW][0]}: {why}; mend {bad.height:,} such rows")
    return frame.drop(ROW, "said").with_columns(pl.col("label").cast(pl.Int8)), []


def _check_classes(source: Path, senders: NDArray[np.int64], labels: NDArray[np.int64]) -> None:
    for label, word in ((1, "spam"), (0, "honest")):
        messages = int((labels == label).sum())
        accounts = len(np.unique(senders[labels == label]))
        if messages < FEWEST or accounts < 10:
            raise InputError(
                f"{source}: {messages:,} messages of {accounts:,} senders are labelled {label} "
                f"({word}); training needs at least {FEWEST} of 10 senders"
            )
