"""Reasons in words: which facts about an account raised or lowered its risk.

Contributions of features that tell the same fact (see `FeatureTable.frame`) are added up, and
the strongest of them speaks for all. An account gets at most `PER_FAMILY` facts of one family, so
that a reader sees different sides of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from .features import FeatureTable
from .features.words import say

AT_LEAST = 3
"""Facts that raise the risk are named up to this number if they are more than noise."""
NOISE = 0.005
"""A fact below this share of all that moved the score is never named."""
SMALLEST = 0.05
"""Beyond `AT_LEAST`, and to lower the risk, a fact has to be this share of all that moved it."""
PER_FAMILY = 2
LOWERING = 2
"""Facts that lower the risk are named up to this number."""
LONGEST = 240
"""Characters of one reason."""

LOW = "low risk: nothing about this account stands out"
NOTHING = "no single fact stands out"
UNSAFE = r"[\p{C}\p{Zl}\p{Zp}]"


def reasons(
    contributions: NDArray[np.floating],
    table: FeatureTable,
    *,
    risk: NDArray[np.floating],
    extra: Sequence[Sequence[str]] | None = None,
    top: int = 5,
    low: float = 0.2,
) -> list[str]:
    """Say in words what counts for each account.

    Parameters
    ----------
    contributions
        (accounts, features): what each feature adds to the score, in the order of
        `table.columns`; above 0 raises the risk. Contributions are finite.
    table
        The features with their families and words.
    risk
        (accounts,) in [0, 1].
    extra
        Per account, sentences that are known from elsewhere (for example about its ring); they
        come first and count towards `top`.
    top
        Most sentences per account.
    low
        Accounts below this risk get one plain sentence.

    Returns
    -------
    list of str
        Per account its sentences, joined by "; ". Each starts with "raises:" or "lowers:" unless
        it is from `extra`. Without control, formatting and bidirectional characters.

    Raises
    ------
    ValueError
        If the shapes do not fit together.
    """
    accounts = table.frame.height
    if contributions.shape != (accounts, len(table.columns)) or risk.shape != (accounts,):
        raise ValueError(
            f"contributions {contributions.shape} and risk {risk.shape} do not fit a table of "
            f"{accounts} accounts and {len(table.columns)} features"
        )
    given = extra if extra is not None else [()] * accounts
    rows = np.flatnonzero(risk >= low)
    told: list[list[str]] = [[] for _ in range(accounts)]
    for row in rows.tolist():
        told[row] = list(given[row])[:top]
    room = np.array([top - len(told[row]) for row in rows.tolist()], dtype=np.int64)
    for row, sentence in _sentences(contributions[rows], table, rows, room):
        told[row].append(sentence)
    return _joined(told, risk >= low)


@dataclass(frozen=True)
class Facts:
    """Columns grouped by what they tell: `columns[starts[i]:starts[i + 1]]` tell fact i.

    `family` numbers the family of each fact.
    """

    columns: NDArray[np.intp]
    starts: NDArray[np.intp]
    family: NDArray[np.intp]


def group_facts(table: FeatureTable) -> Facts:
    """Group the columns of a table by family and fact."""
    keys = [(table.families[c], fact_of(c)) for c in table.columns]
    order = np.array(sorted(range(len(keys)), key=lambda i: (keys[i], i)), dtype=np.intp)
    ordered = [keys[i] for i in order]
    starts = [i for i, key in enumerate(ordered) if i == 0 or key != ordered[i - 1]]
    families = [ordered[i][0] for i in starts]
    return Facts(
        columns=order,
        starts=np.array(starts, dtype=np.intp),
        family=np.unique(families, return_inverse=True)[1],
    )


def fact_of(column: str) -> str:
    """The fact that a column tells: its name up to a dot."""
    return column.partition(".")[0].removesuffix("_missing")


def _sentences(
    contributions: NDArray[np.floating],
    table: FeatureTable,
    rows: NDArray[np.intp],
    room: NDArray[np.int64],
) -> list[tuple[int, str]]:
    """Pairs of account row and sentence, per account in the order in which they are told."""
    if rows.size == 0 or not table.columns:
        return []
    facts = group_facts(table)
    summed = np.add.reduceat(contributions[:, facts.columns], facts.starts, axis=1)
    moved = np.abs(summed).sum(axis=1)
    up = _chosen(summed, facts, moved, AT_LEAST, room)
    down = _chosen(-summed, facts, moved, 0, np.minimum(room - (up >= 0).sum(axis=1), LOWERING))
    picked = np.concatenate([up, down], axis=1)
    place, position = np.nonzero(picked >= 0)
    fact = picked[place, position]
    raises = position < up.shape[1]
    column = speakers(contributions, facts, place, fact, np.where(raises, 1.0, -1.0))
    texts = said(table, rows[place], column)
    prefix = np.where(raises, "raises: ", "lowers: ").tolist()
    spoken = [before + text for before, text in zip(prefix, texts, strict=True)]
    return list(zip(rows[place].tolist(), spoken, strict=True))


def _chosen(
    strength: NDArray[np.floating],
    facts: Facts,
    moved: NDArray[np.floating],
    at_least: int,
    room: NDArray[np.int64],
) -> NDArray[np.intp]:
    """Facts per account, the strongest first, then -1: (accounts, facts)."""
    order = np.argsort(-strength, axis=1, kind="stable")
    value = np.take_along_axis(strength, order, axis=1)
    family = facts.family[order]
    keep = (value > 0) & (value >= NOISE * moved[:, None])
    for one in range(int(facts.family.max()) + 1):
        mine = family == one
        keep &= ~mine | (np.cumsum(mine, axis=1) <= PER_FAMILY)
    rank = np.cumsum(keep, axis=1)
    keep &= (rank <= at_least) | (value >= SMALLEST * moved[:, None])
    keep &= rank <= room[:, None]
    return np.where(keep, order, -1)


def speakers(
    contributions: NDArray[np.floating],
    facts: Facts,
    place: NDArray[np.intp],
    fact: NDArray[np.intp],
    sign: NDArray[np.float64],
) -> NDArray[np.intp]:
    """For each told fact the column that contributed most to it."""
    ends = np.append(facts.starts[1:], facts.columns.size)
    column = np.empty(fact.size, dtype=np.intp)
    for one in np.unique(fact).tolist():
        told = np.flatnonzero(fact == one)
        members = facts.columns[facts.starts[one] : ends[one]]
        own = contributions[np.ix_(place[told], members)] * sign[told, None]
        column[told] = members[own.argmax(axis=1)]
    return column


def said(
    table: FeatureTable, rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> NDArray[np.object_]:
    """Each account's value of a feature in words: the accounts `rows`, the features `columns`."""
    texts = np.empty(rows.size, dtype=object)
    for one in np.unique(columns).tolist():
        told = np.flatnonzero(columns == one)
        name = table.columns[one]
        values = table.frame[name].gather(rows[told]).cast(pl.Float64)
        values = values.fill_null(float("nan")).to_numpy()
        known = np.isfinite(values)
        texts[told[~known]] = f"nothing is known about {name.replace('.', ' ').replace('_', ' ')}"
        texts[told[known]] = say(table.words[name], values[known])
    return texts


def _joined(told: list[list[str]], risky: NDArray[np.bool_]) -> list[str]:
    """One safe string per account."""
    sentences = pl.DataFrame(
        {"told": told, "risky": risky}, schema={"told": pl.List(pl.String), "risky": pl.Boolean}
    ).with_row_index("account")
    told_one = pl.col("told").str.replace_all(r"[\s;]+", " ").str.replace_all(UNSAFE, "")
    joined = (
        sentences.explode("told", empty_as_null=True)
        .with_columns(told_one.str.strip_chars().str.head(LONGEST))
        .group_by("account", maintain_order=True)
        .agg(pl.col("told").drop_nulls().str.join("; "), pl.col("risky").first())
    )
    plain = pl.when("risky").then(pl.lit(NOTHING)).otherwise(pl.lit(LOW))
    text = pl.when(pl.col("told") != "").then("told").otherwise(plain)
    return joined.select(text.alias("told"))["told"].to_list()
