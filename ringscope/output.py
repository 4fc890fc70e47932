"""From linkage and scores to the tables of a run folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import polars as pl
import polars.selectors as cs

from graph.linkage import Linkage
from ingest.tables import Tables

from .profile import profile
from .run_folder import write_csv, write_json, write_parquet

# Accounts carry the ring id only of rings that a person should act on or look at.
SHOWN = ("ring", "confirmed", "contested")
_DECIMALS = 6

SCORES = (
    "account_id", "risk", "risk_tabular", "risk_graph", "risk_propagated",
    "ring_id", "ring_role", "action", "reasons",
)  # fmt: skip
RINGS = (
    "ring_id", "size", "core_size", "risk", "reading", "surprise", "link_kinds", "first_seen",
    "last_seen", "labelled_spam", "labelled_honest", "status", "innocent_reading",
    "expected_honest", "why",
)  # fmt: skip
MEMBERS = ("ring_id", "account_id", "role", "stability", "joined", "confidence")
ACCOUNTS = ("account_id", "created_at", "username", "email", "phone", "country", "label")
IDENTIFIERS = ("kind", "value", "accounts", "first_seen", "last_seen", "treatment")
TEMPLATES = ("template", "example", "messages", "accounts", "first_seen", "last_seen")
CONTRIBUTIONS = ("account_id", "fact", "family", "contribution", "says")
RISKS = ("risk", "risk_tabular", "risk_graph", "risk_propagated")
HUBS = ("kind", "value", "accounts", "treatment", "reason", "share", "who", "when", "expiry")


class Scores(Protocol):
    """What scoring gives, with integer accounts and rings."""

    @property
    def accounts(self) -> pl.DataFrame:
        """Per account, in their order: four risks, action, reasons (joined by "; ")."""

    @property
    def rings(self) -> pl.DataFrame:
        """Per ring: ring (row number) and the columns of `RINGS`."""

    @property
    def members(self) -> pl.DataFrame:
        """ring, account, role, stability, joined, confidence; an account is in one ring at most."""

    @property
    def metrics(self) -> Mapping[str, object]:
        """Held-out figures; empty without labels."""

    @property
    def features(self) -> pl.DataFrame:
        """What the models read: one row per account."""

    @property
    def facts(self) -> pl.DataFrame:
        """account, fact, family, contribution, says: what moved each explained score."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What the rules lacked, in words."""

    def save(self, folder: Path) -> None:
        """Save the models into a new folder."""


def frames(tables: Tables, linkage: Linkage, scores: Scores) -> dict[str, pl.DataFrame]:
    """Make the tables of a run: ids for row numbers, fixed columns, fixed order, six decimals.

    Returns
    -------
    dict
        File name without ending -> frame.
    """
    ids = tables.accounts["account_id"]
    made = {
        "scores": _scores(ids, scores),
        "rings": scores.rings.select(RINGS).sort(
            "risk", "size", "ring_id", descending=[True, True, False], nulls_last=True
        ),
        "ring_members": _members(ids, scores),
        "links": _pairs(linkage.links, ids).select("account_a", "account_b", "weight", "kinds"),
        "evidence": _evidence(ids, linkage),
        "sightings": _sightings(ids, linkage),
        "identifiers": linkage.identifiers.select(IDENTIFIERS).sort("kind", "value"),
        "templates": linkage.templates.select(TEMPLATES).sort("template"),
        "accounts": tables.accounts.select(ACCOUNTS),
        "hubs": linkage.hubs.select(HUBS).sort("kind", "value"),
        "quarantine": tables.quarantine.sort("table", "row", "column", "reason"),
        "contributions": _contributions(ids, scores),
        "profile": profile(tables, scores.features, scores.accounts.select(RISKS).to_dict()),
    }
    return {name: _rounded(frame) for name, frame in made.items()}


def write(folder: Path, made: Mapping[str, pl.DataFrame], metrics: Mapping[str, object]) -> None:
    """Write the tables and the metrics into a run folder."""
    for name, frame in made.items():
        if name in {"scores", "rings", "ring_members", "hubs"}:
            write_csv(frame, folder / f"{name}.csv")
        if name not in {"ring_members", "hubs"}:
            write_parquet(frame, folder / f"{name}.parquet")
    write_json(metrics, folder / "metrics.json")


def counts(tables: Tables, made: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """Rows per input table, rows per output table and rings per status, for the manifest."""
    inputs = ("accounts", "logins", "messages", "events", "payments", "engagement", "edges")
    status = made["rings"].group_by("status").len().sort("status")
    return {
        "input": {name: getattr(tables, name).height for name in inputs},
        "output": {name: frame.height for name, frame in made.items()},
        "rings": dict(status.iter_rows()),
    }


def _scores(ids: pl.Series, scores: Scores) -> pl.DataFrame:
    shown = scores.rings.filter(pl.col("status").is_in(SHOWN)).select("ring", "ring_id")
    placed = scores.members.join(shown, "ring").select("account", "ring_id", ring_role="role")
    return (
        scores.accounts.with_columns(
            account_id=ids, account=pl.int_range(pl.len(), dtype=pl.UInt32)
        )
        .join(placed, "account", "left", validate="1:1")
        .select(SCORES)
        .sort("risk", "account_id", descending=[True, False])
    )


def _members(ids: pl.Series, scores: Scores) -> pl.DataFrame:
    return (
        scores.members.join(scores.rings.select("ring", "ring_id"), "ring")
        .with_columns(account_id=_named("account", ids))
        .select(MEMBERS)
        .sort("ring_id", "role", "account_id")
    )


def _contributions(ids: pl.Series, scores: Scores) -> pl.DataFrame:
    named = scores.facts.with_columns(account_id=_named("account", ids))
    return named.select(CONTRIBUTIONS).sort("account_id", maintain_order=True)


def _sightings(ids: pl.Series, linkage: Linkage) -> pl.DataFrame:
    return (
        linkage.sightings.drop("kind")
        .join(linkage.identifiers.select("identifier", "kind", "value"), "identifier")
        .with_columns(account_id=_named("account", ids))
        .select("account_id", "kind", "value", "first_seen", "last_seen", "count")
        .sort("account_id", "kind", "value")
    )


def _evidence(ids: pl.Series, linkage: Linkage) -> pl.DataFrame:
    about = linkage.identifiers.select("identifier", "value", shared_by="accounts")
    found = linkage.evidence.join(about, "identifier", "left")
    return (
        _pairs(found, ids)
        .select(
            "account_a", "account_b", "kind", "value", "shared_by", "weight",
            "first_seen", "last_seen",
        )
        .sort("account_a", "account_b", "kind", "value")
    )  # fmt: skip


def _pairs(frame: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    """Name the two ends of links; the smaller id stands first, as the smaller number does."""
    named = frame.with_columns(account_a=_named("a", ids), account_b=_named("b", ids))
    return named.sort("account_a", "account_b")


def _named(column: str, ids: pl.Series) -> pl.Expr:
    """Account ids for a column of row numbers."""
    return pl.lit(ids).gather(pl.col(column))


def _rounded(frame: pl.DataFrame) -> pl.DataFrame:
    """Six decimals in double precision; null for NaN, no negative zeros: the same everywhere."""
    return frame.with_columns(cs.float().cast(pl.Float64).fill_nan(None).round(_DECIMALS) + 0.0)
