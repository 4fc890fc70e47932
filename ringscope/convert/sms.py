"""SMS Spam Collection (Almeida and Hidalgo, 2011): real texts as messages of made-up accounts.

The data names no senders. Each run of `PER_ACCOUNT` texts with the same label, in file order,
becomes the messages of one account; the times are made up as well, one minute apart in file
order. What is real is the wording, and which texts repeat each other.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ingest.errors import InputError

from ..run_folder import write_csv, write_parquet, writing

PER_ACCOUNT = 5
_LABELS = {"ham": 0, "spam": 1}
_START = pl.datetime(2012, 1, 1, time_unit="us")


def convert(file: Path, out: Path, *, force: bool = False) -> dict[str, int]:
    """Write accounts, messages and truth.

    Parameters
    ----------
    file
        `SMSSpamCollection`: label, TAB, text; with or without a heading.
    out
        Folder to write.
    force
        Replace an earlier conversion.

    Returns
    -------
    dict
        Rows per table.

    Raises
    ------
    InputError
        The file cannot be read, or a line is not label and text.
    RunError
        The output is taken or cannot be written.
    """
    texts = _read(file)
    group = pl.int_range(pl.len()).over("label") // PER_ACCOUNT
    number = pl.struct("label", group).rank("dense").cast(pl.String).str.zfill(5)
    messages = texts.with_columns(
        account_id=pl.lit("s") + number,
        ts=_START + pl.duration(minutes=pl.int_range(pl.len())),
    )
    accounts = messages.group_by("account_id").agg(
        created_at=pl.col("ts").min(), label=pl.col("label").first()
    )
    accounts = accounts.sort("account_id")
    truth = accounts.select(
        "account_id",
        spam="label",
        ring=pl.lit(None, pl.String),
        kind=pl.lit(None, pl.String),
        labelled=pl.lit(1),
    )
    with writing(out, force=force, what="conversion", mark="truth.csv") as folder:
        write_csv(accounts, folder / "accounts.csv")
        # Parquet: a CSV file would put an apostrophe before some texts.
        write_parquet(messages.select("account_id", "ts", "text"), folder / "messages.parquet")
        write_csv(truth, folder / "truth.csv")
    return {"accounts": len(accounts), "messages": len(messages)}


def _read(file: Path) -> pl.DataFrame:
    """Read label (Int8) and text, one row per line."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read as UTF-8 text ({error})") from error
    rows = [line.partition("\t") for line in lines]
    start = 1 if rows and rows[0][0] == "Label" else 0
    for number, (label, tab, _) in enumerate(rows[start:], start + 1):
        if label not in _LABELS or not tab:
            raise InputError(f"{file}: line {number}: expected ham or spam, a TAB and the text")
    if len(rows) == start:
        raise InputError(f"{file}: no texts in it")
    return pl.DataFrame(
        {
            "label": [_LABELS[label] for label, _, _ in rows[start:]],
            "text": [text for _, _, text in rows[start:]],
        },
        schema={"label": pl.Int8, "text": pl.String},
    )
