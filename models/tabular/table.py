"""From a file or frame to a training table: numbers, labels, and what had to be mended."""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest.discover import READERS, read_file
from ingest.errors import InputError
from ingest.quarantine import ROW

from .shapes import Preset

UNKNOWN = -1
"""Label of a row whose label is blank."""
MAX_BAD_SHARE = 0.01
"""Share of a column's cells that may be no number before the table is refused."""
MESSAGES = "tweets"
"""Preset whose columns are made from messages."""
FEWEST = 20
"""Rows of each class that training needs."""


@dataclass(frozen=True)
class Table:
    """A table of numbers, in the order of ids.

    Attributes
    ----------
    ids
        One per row, unique, ascending.
    labels
        1 spam, 0 honest, -1 unknown; shape (rows,).
    X
        Features, NaN where missing, shape (rows, columns).
    columns
        Names of the features.
    notes
        What was mended or left out, in words.
    """

    ids: pl.Series
    labels: NDArray[np.int8]
    X: NDArray[np.float32]
    columns: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Hash over ids, labels and numbers: the same for any order of the rows in the file."""
        digest = hashlib.sha256("\0".join([*self.columns, *self.ids]).encode())
        digest.update(self.labels.tobytes())
        digest.update(np.ascontiguousarray(self.X).tobytes())
        return digest.hexdigest()[:16]

    def take(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> Table:
        """Return some of the rows, in order."""
        place = np.flatnonzero(rows) if rows.dtype == bool else np.sort(rows)
        return Table(self.ids[place], self.labels[place], self.X[place], self.columns, self.notes)


def read_table(path: Path, preset: Preset) -> Table:
    """Read a table from CSV, TSV, JSON lines or Parquet, plain or gzipped.

    With the preset `tweets` the rows are messages: see `messages.message_table`.

    Raises
    ------
    InputError
        The file cannot be read, or `to_table` refuses what it holds.
    """
    if preset.name == MESSAGES:
        from .messages import message_table

        return message_table(path)
    ending = path.name.lower().removesuffix(".gz").rpartition(".")[2]
    if ending not in READERS:
        raise InputError(f"{path}: unknown ending; expected .{', .'.join(READERS)} (or .gz of it)")
    raw = read_file("table", path)
    if raw.broken.height:
        row, reason = raw.broken.select(ROW, "reason").row(0)
        raise InputError(
            f"{path}: {raw.broken.height:,} broken lines, first row {row}: {reason}; mend the file"
        )
    return to_table(raw.frame.drop(ROW), preset, origin=str(path))


def to_table(frame: pl.DataFrame, preset: Preset, *, origin: str = "table") -> Table:
    """Check a frame against a preset.

    Cells that are no numbers become missing where they are few. Rows that occur twice count once.

    Parameters
    ----------
    frame
        The id column, the features, and the label column where labels are known. The columns may
        hold text.
    origin
        Where it is from; named in errors.

    Raises
    ------
    InputError
        A missing column, a row id twice with different values, a label that is not 0 or 1, a
        negative count, or too many cells that are no numbers.
    """
    if frame.is_empty():
        raise InputError(f"{origin}: a header but no rows; there is nothing to do")
    names = _features(frame, preset, origin)
    _check_there([preset.id, *names], frame.columns, origin)
    labels, notes = _labels(frame, preset, origin)
    cells = frame.select(pl.col(names).cast(pl.Float64, strict=False).fill_nan(None))
    notes += _check_cells(frame, cells, preset, origin)
    table = cells.with_columns(
        pl.when(pl.col(names).is_finite()).then(pl.col(names)).cast(pl.Float32).name.keep()
    ).with_columns(frame[preset.id].cast(pl.String).fill_null("").alias("#id"), labels)
    kept = table.unique(maintain_order=False).sort("#id")
    if kept.height < frame.height:
        notes.append(f"{frame.height - kept.height:,} rows occur twice and count once.")
    _check_ids(kept["#id"], preset, origin)
    return Table(
        kept["#id"].alias("id"),
        kept["#label"].to_numpy(),
        kept.select(pl.col(names).fill_null(np.nan)).to_numpy(),
        tuple(names),
        tuple(notes),
    )


def labelled(table: Table, keep: tuple[str, ...] = ()) -> Table:
    """Return the rows with a known label, without constant columns: what can be trained on.

    Parameters
    ----------
    keep
        Columns to take, constant or not; all that vary if none is named.

    Raises
    ------
    InputError
        One class only, too few rows of a class, or no column that varies.
    """
    known = table.take(table.labels != UNKNOWN)
    if not len(known.ids):
        raise InputError("no row has a label: training needs a column of 1 (spam) and 0 (honest)")
    spam, honest = int((known.labels == 1).sum()), int((known.labels == 0).sum())
    if min(spam, honest) < FEWEST:
        raise InputError(
            f"{spam:,} rows are labelled 1 (spam) and {honest:,} are labelled 0 (honest); "
            f"training needs at least {FEWEST} of each"
        )
    notes = list(table.notes)
    if len(known.ids) < len(table.ids):
        notes.append(f"{len(table.ids) - len(known.ids):,} rows without a label are left out.")
    filled = np.where(np.isnan(known.X), np.inf, known.X)
    varies = ~(filled == filled[0]).all(axis=0)
    if keep:
        return Table(known.ids, known.labels, align(known, keep), keep, tuple(notes))
    if not varies.any():
        raise InputError("every column is constant: there is nothing to learn from")
    fixed = [name for name, keep in zip(known.columns, varies, strict=True) if not keep]
    if fixed:
        notes.append(f"Constant columns say nothing and are left out: {', '.join(fixed)}.")
    columns = tuple(name for name, keep in zip(known.columns, varies, strict=True) if keep)
    return Table(known.ids, known.labels, known.X[:, varies], columns, tuple(notes))


def align(table: Table, columns: tuple[str, ...]) -> NDArray[np.float32]:
    """Return the features in the order that a model wants.

    Raises
    ------
    InputError
        A column of the model is missing.
    """
    _check_there(list(columns), list(table.columns), "table to score")
    place = {name: i for i, name in enumerate(table.columns)}
    return table.X[:, [place[name] for name in columns]]


def _features(frame: pl.DataFrame, preset: Preset, origin: str) -> list[str]:
    if preset.columns:
        return list(preset.columns)
    others = [name for name in frame.columns if name not in {preset.id, preset.label}]
    found = []
    for name in others:
        good = frame[name].cast(pl.Float64, strict=False).count()
        if good and good >= (1 - MAX_BAD_SHARE) * frame[name].count():
            found.append(name)
    if not found:
        raise InputError(f"{origin}: no column of numbers beside {preset.id} and {preset.label}")
    return sorted(found)


def _check_there(wanted: list[str], have: list[str], origin: str) -> None:
    missing = [name for name in wanted if name not in have]
    if not missing:
        return
    near = difflib.get_close_matches(missing[0], have, n=1)
    hint = f" (is it {near[0]!r}?)" if near else ""
    more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
    shown = ", ".join(name[:40] for name in have[:8]) + (" …" if len(have) > 8 else "")
    raise InputError(f"{origin}: the column {missing[0]!r}{hint}{more} is missing; it has: {shown}")


def _labels(frame: pl.DataFrame, preset: Preset, origin: str) -> tuple[pl.Series, list[str]]:
    if preset.label not in frame.columns:
        return pl.Series("#label", np.full(frame.height, UNKNOWN, np.int8)), []
    text = frame[preset.label].cast(pl.String).str.strip_chars()
    number = text.cast(pl.Float64, strict=False)
    blank = text.is_null() | (text == "")
    bad = (~blank & ~number.is_in([0.0, 1.0]).fill_null(value=False)).arg_true()
    if len(bad):
        raise InputError(
            f"{origin}: row {bad[0] + 1}: {preset.label} is {text[bad[0]][:40]!r}; "
            "expected 1 (spam), 0 (honest) or blank"
        )
    return number.fill_null(UNKNOWN).cast(pl.Int8).alias("#label"), []


def _check_cells(
    frame: pl.DataFrame, cells: pl.DataFrame, preset: Preset, origin: str
) -> list[str]:
    """Judge cells that are no numbers and counts below 0; return what was mended."""
    notes = []
    for name in cells.columns:
        text = frame[name]
        if text.dtype == pl.String:
            given = text.is_not_null() & (text.str.strip_chars() != "")
            bad = (given & cells[name].is_null() & (text.str.to_lowercase() != "nan")).arg_true()
            if len(bad) > MAX_BAD_SHARE * frame.height:
                raise InputError(
                    f"{origin}: column {name!r}: {len(bad):,} cells are no numbers, first row "
                    f"{bad[0] + 1}: {text[bad[0]][:40]!r}"
                )
            if len(bad):
                notes.append(f"{name}: {len(bad):,} cells are no numbers and count as missing.")
        if preset.column(name).kind == "count":
            below = (cells[name] < 0).fill_null(value=False).arg_true()
            if len(below):
                raise InputError(
                    f"{origin}: row {below[0] + 1}: {name} ({preset.column(name).name}) is "
                    f"{cells[name][below[0]]:g}; a count is 0 or more"
                )
    return notes


def _check_ids(ids: pl.Series, preset: Preset, origin: str) -> None:
    if (ids == "").any():
        raise InputError(f"{origin}: {(ids == '').sum():,} rows have no {preset.id}")
    twice = ids.filter(ids.is_duplicated())
    if len(twice):
        raise InputError(
            f"{origin}: {preset.id} {twice[0][:60]!r} stands in two rows that differ; keep one"
        )
