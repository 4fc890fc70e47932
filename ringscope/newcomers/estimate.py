"""What links say of accounts that are not in the graph yet.

The identifiers of a newcomer are looked up among those of the run, and every account that uses one
of them is linked to it as `graph.links` would. The estimate is the mean risk of the linked
accounts by link weight, drawn towards the mean risk of all accounts by as much as one full link
weighs. It is what the graph alone says: no model is asked, and nothing else that the newcomer does
counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from graph.hubs import SILENT
from graph.kinds import kinds
from graph.links import gather_evidence, link_accounts
from graph.sightings import Sightings, find_sightings
from ingest import Tables

from ..evidence.naming import called, listed
from ..run import Run
from ..words import count, percent

PRIOR = 1.0
"""Link weight with which the mean of all accounts counts."""
NAMED = 3
USE = ["kind", "value", "first_seen", "last_seen"]
_TEXTS = {
    "messages": ("template",),
    "bursts": ("burst",),
}


@dataclass(frozen=True)
class Newcomers:
    """What links say of new accounts.

    Attributes
    ----------
    scores
        account_id, estimate (in [0, 1]), linked (accounts), rings ("R-1;R-2", those of linked
        accounts, the strongest first), says; in the order of account ids.
    links
        newcomer, account_id, weight, kinds, risk, ring_id; strongest first.
    shared
        newcomer, kind, value, accounts (that use it), treatment, links (whether it links).
    """

    scores: pl.DataFrame
    links: pl.DataFrame
    shared: pl.DataFrame


def _nobody(columns: Sequence[str]) -> pl.DataFrame:
    """Sightings of kinds that are found in whole runs only: none."""
    schema: dict[str, Any] = {"account": pl.UInt32, "ts": pl.Datetime("us")}
    return pl.DataFrame(schema=schema | dict.fromkeys(columns, pl.String))


def last_moment(run: Run) -> datetime:
    """The last moment that a run saw; the time at which newcomers are taken to be seen."""
    last = run.frame("sightings")["last_seen"].max()
    return last if isinstance(last, datetime) else datetime(2000, 1, 1)


def estimate(run: Run, tables: Tables) -> Newcomers:
    """Link new accounts to those of a run.

    Parameters
    ----------
    run
        The run.
    tables
        The new accounts, cleaned (see `newcomer_tables`).
    """
    empty = {name: _nobody(columns) for name, columns in _TEXTS.items()}
    seen = find_sightings(tables, empty)
    new = seen.rows.drop("kind").join(
        seen.identifiers.select("identifier", "kind", "value"), "identifier"
    )
    ids = tables.accounts["account_id"]
    known = run.frame("identifiers").select("kind", "value", "accounts", "treatment")
    shared = (
        new.select(pl.lit(ids).gather("account").alias("newcomer"), "kind", "value")
        .join(known, ["kind", "value"])
        .sort("newcomer", "kind", "value")
    )
    links = _links(run, tables, new, shared)
    return Newcomers(_scores(run, ids, links, shared), links, _judged(shared))


def _links(run: Run, tables: Tables, new: pl.DataFrame, shared: pl.DataFrame) -> pl.DataFrame:
    """Links between newcomers and accounts of the run, weighed as in the run."""
    useful = shared.filter(~pl.col("treatment").is_in(list(SILENT)))
    values = useful.select("kind", "value").unique()
    mine = new.join(values, ["kind", "value"], "semi")
    uses = mine.select(USE).unique().sort(USE).with_row_index("use")
    evidence, names = _evidence(run, uses)
    numbered = mine.join(uses, USE, nulls_equal=True).select(a="account", use="use")
    found = numbered.join(evidence.rename({"a": "use"}), "use").select(
        "a", (pl.col("b") - uses.height + tables.accounts.height).alias("b"), "kind", "weight"
    )
    ids = tables.accounts["account_id"]
    risks = run.frame("scores").select("account_id", "risk", "ring_id")
    return (
        link_accounts(found)
        .select(
            pl.lit(ids).gather("a").alias("newcomer"),
            pl.lit(names).gather(pl.col("b") - len(ids)).alias("account_id"),
            "weight",
            "kinds",
        )
        .join(risks, "account_id", "left")
        .sort("newcomer", "weight", "account_id", descending=[False, True, False])
    )


def _evidence(run: Run, uses: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """What each use of an identifier is worth with each account that the run saw with it.

    Each use stands for one newcomer alone with the known accounts: an identifier is no more
    popular for being in many rows of a batch.

    Returns
    -------
    evidence
        a (row of `uses`), b (`uses.height` + place in the second result), kind, weight.
    names
        The known accounts.
    """
    sights = run.frame("sightings").join(uses.select("use", "kind", "value"), ["kind", "value"])
    names = sights["account_id"].unique().sort()
    known = pl.DataFrame({"account_id": names}).with_row_index("account", offset=uses.height)
    identifier = pl.col("use").cast(pl.UInt32).alias("identifier")
    rows = pl.concat(
        [
            uses.select(
                identifier, pl.col("use").cast(pl.UInt32).alias("account"), *USE[:1], *USE[2:]
            ),
            sights.join(known, "account_id").select(
                identifier, pl.col("account").cast(pl.UInt32), *USE[:1], *USE[2:]
            ),
        ]
    )
    counted = rows.group_by("identifier").agg(accounts=pl.col("account").n_unique())
    identifiers = (
        uses.select(identifier, *USE)
        .join(counted, "identifier")
        .with_columns(pl.col("accounts").cast(pl.UInt32))
        .sort("identifier")
    )
    signups = known.join(run.frame("accounts"), "account_id", "left", maintain_order="left")
    nobody = pl.Series([None] * uses.height, dtype=pl.Datetime("us"))
    created = pl.concat([nobody.alias("created_at"), signups["created_at"]])
    nothing = pl.DataFrame(schema={"identifier": pl.UInt32, "specificity": pl.Float64})
    sightings = Sightings(identifiers, rows.sort("account", "identifier"))
    evidence, _ = gather_evidence(sightings, created, nothing)
    across = (pl.col("a") < uses.height) & (pl.col("b") >= uses.height)
    return evidence.filter(across).select("a", "b", "kind", "weight"), names


def _scores(run: Run, ids: pl.Series, links: pl.DataFrame, shared: pl.DataFrame) -> pl.DataFrame:
    base = run.frame("scores").select(pl.col("risk").mean()).item() or 0.0
    weight, risk = pl.col("weight"), pl.col("risk").fill_null(base)
    by_account = links.group_by("newcomer").agg(
        estimate=(PRIOR * base + (weight * risk).sum()) / (PRIOR + weight.sum()),
        linked=pl.len().cast(pl.Int64),
        rings=pl.col("ring_id").replace("", None).drop_nulls().unique(maintain_order=True),
    )
    found = (
        pl.DataFrame({"account_id": ids})
        .join(by_account.rename({"newcomer": "account_id"}), "account_id", "left")
        .with_columns(
            pl.col("estimate").fill_null(base).round(6),
            pl.col("linked").fill_null(0),
            pl.col("rings").list.join(";").fill_null(""),
        )
        .sort("account_id")
    )
    told = dict(shared.group_by("newcomer", maintain_order=True).agg(
        pl.struct("kind", "value", "accounts", "treatment")
    ).iter_rows())  # fmt: skip
    says = [_says(row, told.get(row["account_id"], [])) for row in found.iter_rows(named=True)]
    return found.with_columns(says=pl.Series(says, dtype=pl.String))


def _says(row: dict[str, object], shared: Sequence[dict[str, object]]) -> str:
    """What links say of one newcomer, in words."""
    if not shared:
        return "nothing of it is known here: the graph says nothing"
    telling = [one for one in shared if one["treatment"] not in SILENT]
    if not row["linked"]:
        hubs = len(shared) - len(telling)
        why = "what it shares are hubs" if hubs == len(shared) else "the uses lie too far apart"
        return f"no link: {why}"
    named = [called(str(one["kind"]), str(one["value"])) for one in telling[:NAMED]]
    more = f" and {len(telling) - NAMED} more" if len(telling) > NAMED else ""
    linked = row["linked"] if isinstance(row["linked"], int) else 0
    share = row["estimate"] if isinstance(row["estimate"], float) else None
    rings = f"; they are in {str(row['rings']).replace(';', ', ')}" if row["rings"] else ""
    return (
        f"{percent(share)} by its links: {count(linked, 'account')} through {listed(named)}{more}"
        f"{rings}"
    )


def _judged(shared: pl.DataFrame) -> pl.DataFrame:
    known = pl.col("kind").is_in(list(kinds()))
    return shared.with_columns(links=known & ~pl.col("treatment").is_in(list(SILENT)))
