"""Labelled messages, from one file or from a folder of input tables, with their features."""

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
from .table import FEWEST

NEEDED = ("account_id", "ts", "text", "label")


@dataclass(frozen=True)
class LabelledMessages:
    """Messages with a known label.

    Attributes
    ----------
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
    frame, notes = _from_folder(source) if source.is_dir() else _from_file(source)
    # The order of the rows must be of no consequence.
    frame = frame.sort("account", "ts", "text", "label")
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
    return LabelledMessages(senders, labels, X, tuple(varying), tuple(notes))


def _from_folder(source: Path) -> tuple[pl.DataFrame, list[str]]:
    tables = read_tables(source)
    labels = tables.accounts.select(account=pl.int_range(pl.len(), dtype=pl.UInt32), label="label")
    messages = tables.messages.select("account", "ts", "text").join(labels, on="account")
    known = messages.filter(pl.col("label").is_not_null())
    if known.is_empty():
        raise InputError(
            f"{source}: no message of an account with a label; label accounts with 1 (spam) or "
            "0 (honest)"
        )
    left = messages.height - known.height
    return known, [f"{left:,} messages of accounts without a label are left out."] if left else []


def _from_file(source: Path) -> tuple[pl.DataFrame, list[str]]:
    raw = read_file("messages", source).frame
    if missing := [name for name in NEEDED if name not in raw.columns]:
        raise InputError(
            f"{source}: the column {missing[0]!r} is missing; messages need {', '.join(NEEDED)}"
        )
    frame = raw.select(
        ROW,
        pl.col("account_id").cast(pl.String).fill_null("").alias("account"),
        parse_times(raw["ts"].cast(pl.String)).alias("ts"),
        pl.col("text").cast(pl.String).fill_null(""),
        pl.col("label").cast(pl.Float64, strict=False),
        *(pl.col(c).cast(pl.Float64, strict=False) for c in PROFILE if c in raw.columns),
    )
    known = frame.filter(raw["label"].cast(pl.String).str.strip_chars().fill_null("") != "")
    for wrong, said in (
        (~known["label"].is_in([0.0, 1.0]).fill_null(value=False), "label is not 0 or 1"),
        (known["ts"].is_null(), "ts is no time"),
        (known["account"] == "", "account_id is blank"),
    ):
        if wrong.any():
            row = known.filter(wrong)[ROW][0]
            raise InputError(f"{source}: row {row}: {said}; mend {wrong.sum():,} such rows")
    left = frame.height - known.height
    notes = [f"{left:,} messages without a label are left out."] if left else []
    return known.drop(ROW).with_columns(pl.col("label").cast(pl.Int8)), notes


def _check_classes(source: Path, senders: NDArray[np.int64], labels: NDArray[np.int64]) -> None:
    for label, word in ((1, "spam"), (0, "honest")):
        messages = int((labels == label).sum())
        accounts = len(np.unique(senders[labels == label]))
        if messages < FEWEST or accounts < 10:
            raise InputError(
                f"{source}: {messages:,} messages of {accounts:,} senders are labelled {label} "
                f"({word}); training needs at least {FEWEST} of 10 senders"
            )
