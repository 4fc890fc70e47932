"""From the tables of a run to the nodes and relationships of the graph, as frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from ingest import InputError, clean_addresses

from ..kinds import kinds
from . import model

FLAGS = "extra_labels"
"""Column of a node frame: its extra labels, joined by `:`."""

START, END = "start_key", "end_key"
"""Columns of a relationship frame: the keys of the nodes that it joins."""

END_LABEL = "end_label"
"""Column of a relationship frame whose ends are of several sorts: the label of the end."""

NOTHING = "-"
"""Stands for a blank in a list of texts: Neo4j's lists hold no nulls, its import no blanks."""

_NO_EVENTS = pl.DataFrame(
    schema={
        "ring_id": pl.String,
        "event": pl.String,
        "cause": pl.String,
        "size_before": pl.UInt32,
    }
)
_LONGEST_NAME = 40


@dataclass(frozen=True)
class Elements:
    """All that is written, sorted by key.

    Attributes
    ----------
    nodes
        Label -> frame of the label's columns and `FLAGS`.
    relationships
        Type -> frame of `START`, `END`, `END_LABEL` where ends differ, and the type's columns.
    decisions
        Verdicts in force, those about what is not there too.
    """

    nodes: Mapping[str, pl.DataFrame]
    relationships: Mapping[str, pl.DataFrame]
    decisions: tuple[str, ...] = ()

    def counts(self) -> dict[str, int]:
        """Rows per label and type."""
        return {name: frame.height for name, frame in [*self.nodes.items(),
                                                       *self.relationships.items()]}  # fmt: skip


def elements(frames: Mapping[str, pl.DataFrame], *, flag: float) -> Elements:
    """Make the graph of a run.

    Parameters
    ----------
    frames
        The run's tables: accounts, scores, rings, ring_members, links, evidence, sightings,
        identifiers, templates, hubs; of a store's run also ring_events, those of its own night,
        and verdicts (`model.VERDICTS`).
    flag
        Risk in [0, 1] from which an account has the label HighRisk.

    Raises
    ------
    InputError
        The run has a kind of identifier that `graph/kinds.yaml` lacks.
    """
    _check_kinds(frames["identifiers"])
    verdicts = frames.get("verdicts", pl.DataFrame(schema=model.VERDICTS))
    identifiers = {kind.label: _identifiers(frames, kind.name) for kind in kinds().values()}
    subnets = _subnets(identifiers[kinds()["ip"].label])
    found = {
        "Account": _accounts(frames, flag),
        **identifiers,
        "Subnet": subnets.select(value=END, name=END).unique().with_columns(_no_flags()),
        "Ring": _rings(frames["rings"], frames.get("ring_events", _NO_EVENTS)),
    }
    joined = {kind.relationship: _sightings(frames, kind.name) for kind in kinds().values()}
    joined |= {
        "IN_SUBNET": subnets,
        "MEMBER_OF": frames["ring_members"].rename({"account_id": START, "ring_id": END}),
        "LINKED": _links(frames["links"], frames["evidence"]),
        "DECIDED": _decided(verdicts, found),
    }
    return Elements(
        {
            label: found[label].select(*node.columns, FLAGS).sort(node.key)
            for label, node in model.nodes().items()
        },
        {
            name: joined[name]
            .select(START, END, *([] if one.end else [END_LABEL]), *one.columns)
            .sort(START, END, maintain_order=True)
            for name, one in model.relationships().items()
        },
        tuple(verdicts["decision"].unique().sort()),
    )


def _check_kinds(identifiers: pl.DataFrame) -> None:
    unknown = sorted(set(identifiers["kind"].unique()) - set(kinds()))
    if unknown:
        raise InputError(
            f"identifiers: the kind {unknown[0]!r} is not in graph/kinds.yaml; run again with this "
            "version"
        )


def _no_flags() -> pl.Expr:
    return pl.lit("").alias(FLAGS)


def _percent(column: str) -> pl.Expr:
    """A risk as text, e.g. 97%; null if there is none."""
    return (pl.col(column) * 100).round(0).cast(pl.Int64).cast(pl.String) + "%"


def _accounts(frames: Mapping[str, pl.DataFrame], flag: float) -> pl.DataFrame:
    joined = frames["accounts"].join(frames["scores"], "account_id", "left")
    high = pl.when(pl.col("risk") >= flag).then(pl.lit(model.HIGH_RISK))
    action = pl.col("action").replace_strict(model.ACTIONS, default=None, return_dtype=pl.String)
    return joined.with_columns(
        # The Browser cuts long captions at the end: the risk has to stand first.
        pl.concat_str(_percent("risk"), "account_id", separator=" ", ignore_nulls=True).alias(
            "name"
        ),
        pl.col("reasons").str.split("; "),
        pl.concat_str(action, high, separator=":", ignore_nulls=True).alias(FLAGS),
    )


def _rings(rings: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    happened = (
        events.with_columns(pl.col("cause").fill_null(NOTHING))
        .sort("ring_id", "event", "cause")
        .group_by("ring_id", maintain_order=True)
        .agg(events="event", causes="cause", size_before=pl.col("size_before").max())
    )
    status = pl.col("status").replace_strict(model.STATUSES, default=None, return_dtype=pl.String)
    return rings.join(happened, "ring_id", "left").with_columns(
        pl.concat_str("ring_id", _percent("risk"), separator=" ", ignore_nulls=True).alias("name"),
        pl.col("link_kinds").str.split(";"),
        status.fill_null("").alias(FLAGS),
    )


def _identifiers(frames: Mapping[str, pl.DataFrame], kind: str) -> pl.DataFrame:
    hubs = frames["hubs"].select(
        "kind", "value", *(pl.col(c).alias(f"hub_{c}") for c in _HUB_COLUMNS)
    )
    found = frames["identifiers"].filter(kind=kind).join(hubs, ["kind", "value"], "left")
    capped = pl.col("treatment").is_in(["cap", "ignore"])
    text = pl.col("value")
    if kind == "template":
        words = frames["templates"].select("example", "messages", value="template")
        found = found.join(words, "value", "left")
        text = pl.coalesce(pl.col("example").str.slice(0, _LONGEST_NAME), "value")
    return found.with_columns(
        name=pl.format("{} ({})", text, "accounts"),
        **{FLAGS: pl.when(capped).then(pl.lit(f"CappedHub:{model.HUB}")).otherwise(pl.lit(""))},
    )


_HUB_COLUMNS = ("reason", "share", "who", "when", "expiry")


def _sightings(frames: Mapping[str, pl.DataFrame], kind: str) -> pl.DataFrame:
    return frames["sightings"].filter(kind=kind).rename({"account_id": START, "value": END})


def _subnets(addresses: pl.DataFrame) -> pl.DataFrame:
    subnets = clean_addresses(addresses["value"])["subnet"]
    return addresses.select(pl.col("value").alias(START), subnets.alias(END)).drop_nulls()


def _links(links: pl.DataFrame, evidence: pl.DataFrame) -> pl.DataFrame:
    pair = ["account_a", "account_b"]
    times = [pl.col(c).dt.to_string("iso:strict") for c in ("first_seen", "last_seen")]
    lists = (
        evidence.with_columns(times)
        .with_columns(pl.col("value", "first_seen", "last_seen").fill_null(NOTHING))
        .sort(*pair, "kind", "value")
        .group_by(pair, maintain_order=True)
        .agg(
            evidence_kinds="kind",
            evidence_values="value",
            evidence_shared_by=pl.col("shared_by").fill_null(0).cast(pl.Int64),
            evidence_weights="weight",
            evidence_first_seen="first_seen",
            evidence_last_seen="last_seen",
        )
    )
    return (
        links.join(lists, pair, "left")
        .with_columns(pl.col("kinds").str.split(";"))
        .rename(dict(zip(pair, (START, END), strict=True)))
    )


def _decided(verdicts: pl.DataFrame, found: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Verdicts as far as the account and what they were about are there."""
    named = verdicts.rename({"account_id": START, "about_label": END_LABEL, "about": END})
    there = [
        found[label].select(pl.lit(label).alias(END_LABEL), pl.col(node.key).alias(END))
        for label, node in model.nodes().items()
    ]
    accounts = found["Account"].select(pl.col("account_id").alias(START))
    return named.join(accounts, START, "semi").join(pl.concat(there), [END_LABEL, END], "semi")
