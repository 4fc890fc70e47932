"""What people report about accounts, how far each reporter is to be trusted, and what follows.

Reporters err, and some err on purpose. Trust and labels are estimated together: an account is
likely spam where trusted reporters say so, and a reporter is trusted where the accounts turn out
as reported (Dawid and Skene, "Maximum Likelihood Estimation of Observer Error-Rates Using the EM
Algorithm", 1979, with one rate per reporter and a prior that keeps newcomers near the middle).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest.errors import InputError

from .table import UNKNOWN, Table

NEEDED = ("user_id", "label", "reporter_id")
SCHEMA: dict[str, pl.DataType] = {
    "user_id": pl.String(),
    "label": pl.Int8(),
    "reporter_id": pl.String(),
    "ts": pl.Datetime("us"),
    "note": pl.String(),
}
PRIOR = (4.0, 1.5)
"""Reports that a new reporter is taken to have got right and wrong before: trust .73."""
ROUNDS = 50
CERTAIN = 0.9
"""Probability from which the reports settle a label."""
WITNESSES = 2
"""Reporters that it takes to overrule a label of the table."""


class Consensus(NamedTuple):
    """What the reports come to.

    Attributes
    ----------
    accounts
        user_id, spam (probability in [0, 1] by the reports alone), reports, label (1, 0, or null
        where the reports do not settle it); sorted by user_id.
    reporters
        reporter_id, trust in [0, 1] (share of reports that are right), low and high (95 %
        interval), reports, checked (reports on accounts with a known label); sorted by trust,
        lowest first.
    """

    accounts: pl.DataFrame
    reporters: pl.DataFrame


def to_feedback(frame: pl.DataFrame, *, origin: str = "feedback") -> pl.DataFrame:
    """Check reports and give them the columns of `SCHEMA`.

    Parameters
    ----------
    frame
        user_id, label (1 spam, 0 honest), reporter_id; ts and note may be missing. May hold text.

    Raises
    ------
    InputError
        A column is missing, an id is blank, a label is not 0 or 1, or a time cannot be read.
    """
    from ingest.timestamps import parse_times

    if missing := [name for name in NEEDED if name not in frame.columns]:
        raise InputError(
            f"{origin}: the column {missing[0]!r} is missing; reports need {', '.join(NEEDED)}"
        )
    text = frame.select(pl.all().cast(pl.String).str.strip_chars())
    if "ts" in frame.columns and frame.schema["ts"].is_temporal():
        text = text.with_columns(frame["ts"].cast(pl.Datetime("us")))
    elif "ts" in frame.columns:
        given = text["ts"].fill_null("") != ""
        text = text.with_columns(parse_times(text["ts"]).alias("ts"))
        _refuse(given & text["ts"].is_null(), "ts is no time", origin)
    label = text["label"].cast(pl.Float64, strict=False)
    _refuse(~label.is_in([0.0, 1.0]).fill_null(value=False), "label is not 0 or 1", origin)
    for name in ("user_id", "reporter_id"):
        _refuse(text[name].fill_null("") == "", f"{name} is blank", origin)
    text = text.with_columns(label.cast(pl.Int8).alias("label"))
    absent = [
        pl.lit(None, dtype=kind).alias(name)
        for name, kind in SCHEMA.items()
        if name not in text.columns
    ]
    return text.with_columns(absent).select(pl.col(name).cast(t) for name, t in SCHEMA.items())


def _refuse(wrong: pl.Series, said: str, origin: str) -> None:
    if wrong.any():
        raise InputError(f"{origin}: row {wrong.arg_true()[0] + 1}: {said}; mend the file")


def consensus(feedback: pl.DataFrame, known: dict[str, int] | None = None) -> Consensus:
    """Estimate trust of reporters and labels of accounts together.

    Parameters
    ----------
    feedback
        Result of `to_feedback`; of several reports of one reporter on one account the last counts.
    known
        Labels that are certain, by user id: they judge reporters.
    """
    last = (
        feedback.sort("user_id", "reporter_id", "ts", "label", nulls_last=False)
        .group_by("user_id", "reporter_id", maintain_order=True)
        .last()
    )
    users, user = _numbers(last["user_id"])
    people, reporter = _numbers(last["reporter_id"])
    said = last["label"].to_numpy().astype(np.float64)
    fixed = np.array([(known or {}).get(name, UNKNOWN) for name in users], dtype=np.float64)
    sure = fixed != UNKNOWN
    spam, right = _estimate(user, reporter, said, fixed, len(people))
    count = np.bincount(reporter, minlength=len(people))
    a, b = right + PRIOR[0], count - right + PRIOR[1]
    from scipy.stats import beta

    reporters = pl.DataFrame(
        {
            "reporter_id": people,
            "trust": a / (a + b),
            "low": beta.ppf(0.025, a, b),
            "high": beta.ppf(0.975, a, b),
            "reports": count,
            "checked": np.bincount(reporter, weights=sure[user], minlength=len(people)).astype(int),
        }
    ).sort("trust", "reporter_id")
    settled = np.maximum(spam, 1 - spam) >= CERTAIN
    reports = np.bincount(user, minlength=len(users))
    accounts = pl.DataFrame(
        {"user_id": users, "spam": spam, "reports": reports, "label": (spam >= 0.5).astype(np.int8)}
    ).with_columns(pl.when(pl.Series(settled)).then("label"))
    return Consensus(accounts, reporters)


def apply_feedback(table: Table, found: Consensus) -> Table:
    """Fill blank labels of a table from reports, and overrule labels that reports contradict.

    A label of the table is overruled only by at least two reporters who agree with certainty.
    """
    settled = found.accounts.filter(pl.col("label").is_not_null())
    rows = pl.DataFrame({"user_id": table.ids, "old": table.labels}).join(
        settled, "user_id", how="left", maintain_order="left"
    )
    blank = (rows["old"] == UNKNOWN) & rows["label"].is_not_null()
    against = (~blank & (rows["label"] != rows["old"]) & (rows["reports"] >= WITNESSES)).fill_null(
        value=False
    )
    new = rows.select(
        pl.when(pl.Series(blank | against)).then("label").otherwise("old").cast(pl.Int8)
    )
    note = (
        f"Feedback: {blank.sum():,} blank labels filled, {against.sum():,} labels overruled; "
        f"{found.accounts.height - settled.height:,} reported accounts are not settled."
    )
    return Table(
        table.ids, new.to_series().to_numpy(), table.X, table.columns, (*table.notes, note)
    )


def _numbers(names: pl.Series) -> tuple[list[str], NDArray[np.int64]]:
    """Distinct names in order, and the place of each row's name among them."""
    distinct = names.unique().sort()
    return distinct.to_list(), names.rank("dense").to_numpy().astype(np.int64) - 1


def _estimate(
    user: NDArray[np.int64],
    reporter: NDArray[np.int64],
    said: NDArray[np.float64],
    fixed: NDArray[np.float64],
    people: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Probability of spam per account by its reports, and reports that are right per reporter.

    An account with a certain label counts with that label when reporters are judged.
    """
    sure = fixed != UNKNOWN
    votes = np.bincount(user, weights=said) / np.bincount(user)
    spam = np.where(sure, fixed, votes)
    right: NDArray[np.float64] = np.zeros(people)
    told = spam
    count = np.bincount(reporter, minlength=people)
    for _ in range(ROUNDS):
        agree = np.where(said == 1, spam[user], 1 - spam[user])
        right = np.bincount(reporter, weights=agree, minlength=people).astype(np.float64)
        trust = (right + PRIOR[0]) / (count + sum(PRIOR))
        # Who is mostly wrong counts for nothing: turning the reports round could be played upon.
        worth = np.maximum(np.log(trust / (1 - trust)), 0)
        weight = worth[reporter] * (2 * said - 1)
        odds = np.bincount(user, weights=weight)
        told = 1 / (1 + np.exp(-odds))
        new = np.where(sure, fixed, told)
        if np.abs(new - spam).max(initial=0.0) < 1e-9:
            break
        spam = new
    return told, right
