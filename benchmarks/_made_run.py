"""A made-up finished run of any size, at once: its tables are drawn, nothing is analysed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl

from ringscope import Run, manifest
from ringscope.run_folder import write_csv, write_json, write_parquet

# Identifiers per account and sightings per account, by kind; the shape of a demo world.
SHAPE = {
    "device": (1.5, 1.8),
    "ip": (0.9, 2.3),
    "email": (1.0, 1.0),
    "email_domain": (0.05, 1.0),
    "phone": (0.6, 0.7),
    "instrument": (0.4, 0.5),
    "template": (0.15, 0.6),
}
LINKS = 5
START = datetime(2026, 1, 1)


def times(rng: np.random.Generator, rows: int) -> dict[str, pl.Series]:
    """First and last times, in the first half and the second half of a year."""
    half = 182 * 86_400
    days = {
        "first_seen": rng.integers(0, half, rows),
        "last_seen": rng.integers(half, 2 * half, rows),
    }
    second = pl.lit(START) + pl.duration(seconds=pl.col("s"))
    return {
        name: pl.DataFrame({"s": seconds}).select(second.cast(pl.Datetime("us"))).to_series()
        for name, seconds in days.items()
    }


def frames(accounts: int, seed: int) -> dict[str, pl.DataFrame]:
    """Make the tables of a run that could be."""
    rng = np.random.default_rng(seed)
    ids = pl.Series([f"a{number:08d}" for number in range(accounts)])
    kinds = {kind: max(1, round(accounts * many)) for kind, (many, _) in SHAPE.items()}
    values = {
        kind: pl.Series([value(kind, number) for number in range(many)])
        for kind, many in kinds.items()
    }
    seen = []
    for kind, (_, each) in SHAPE.items():
        rows = round(accounts * each)
        who, what = rng.integers(0, accounts, rows), rng.integers(0, kinds[kind], rows)
        seen.append(
            pl.DataFrame({"account_id": ids.gather(who), "value": values[kind].gather(what)})
            .unique(maintain_order=True)
            .with_columns(kind=pl.lit(kind))
        )
    sightings = pl.concat(seen)
    sightings = sightings.with_columns(
        **times(rng, sightings.height), count=pl.lit(2, pl.UInt32)
    ).select("account_id", "kind", "value", "first_seen", "last_seen", "count")
    identifiers = pl.concat(
        pl.DataFrame({"value": names}).with_columns(kind=pl.lit(kind))
        for kind, names in values.items()
    )
    identifiers = identifiers.with_columns(
        **times(rng, identifiers.height), accounts=pl.lit(2, pl.UInt32), treatment=pl.lit("")
    )
    return people(ids, rng) | linked(ids, values["device"], rng) | {
        "sightings": sightings,
        "identifiers": identifiers.select(
            "kind", "value", "accounts", "first_seen", "last_seen", "treatment"
        ).sort("kind", "value"),
        "templates": identifiers.filter(kind="template").select(
            "accounts", "first_seen", "last_seen", template="value",
            example=pl.lit("hello, look at this offer before it is gone"),
            messages=pl.lit(3, pl.UInt32),
        ),
    }  # fmt: skip


def value(kind: str, number: int) -> str:
    """An identifier's value; addresses are addresses, so that they have subnets."""
    if kind == "ip":
        return f"{11 + number // 2**20}.{number // 4096 % 256}.{number // 16 % 256}.{number % 16}"
    return f"{kind}-{number:09d}"


def people(ids: pl.Series, rng: np.random.Generator) -> dict[str, pl.DataFrame]:
    """Accounts, their scores, and rings of ten of every hundredth."""
    rows = len(ids)
    risk = pl.Series(rng.random(rows).round(6))
    accounts = pl.DataFrame({"account_id": ids}).with_columns(
        created_at=times(rng, rows)["first_seen"],
        username=pl.lit("user of ") + pl.col("account_id"),
        email=pl.col("account_id") + "@mail.example",
        phone=pl.lit(None, pl.String),
        country=pl.lit("PT"),
        label=pl.lit(None, pl.Int8),
    )
    scores = pl.DataFrame({"account_id": ids, "risk": risk}).with_columns(
        risk_tabular="risk", risk_graph="risk", risk_propagated="risk",
        ring_id=pl.lit(None, pl.String), ring_role=pl.lit(None, pl.String),
        action=pl.when(pl.col("risk") > 0.9).then(pl.lit("FLAG")).otherwise(pl.lit("")),
        reasons=pl.lit("raises: shares a device with 4 accounts; low: mailbox of its own"),
    )  # fmt: skip
    member = pl.DataFrame({"account_id": ids[: rows // 10]}).with_row_index("row")
    members = member.select(
        pl.format("R-{}", pl.col("row") // 10).alias("ring_id"), "account_id",
        role=pl.lit("core"), stability=pl.lit(0.9), joined=pl.lit(START, pl.Datetime("us")),
    )  # fmt: skip
    when = pl.lit(START, pl.Datetime("us"))
    rings = members.select("ring_id").unique(maintain_order=True).with_columns(
        size=pl.lit(10, pl.UInt32), core_size=pl.lit(10, pl.UInt32), risk=pl.lit(0.9),
        reading=pl.lit("device farm"), surprise=pl.lit(9.0), link_kinds=pl.lit("device;ip"),
        first_seen=when, last_seen=when, labelled_spam=pl.lit(0, pl.UInt32),
        labelled_honest=pl.lit(0, pl.UInt32), status=pl.lit("ring"),
        innocent_reading=pl.lit("none fits"), expected_honest=pl.lit(1.0), why=pl.lit("ten on one"),
    )  # fmt: skip
    return {"accounts": accounts, "scores": scores, "ring_members": members, "rings": rings}


def linked(ids: pl.Series, devices: pl.Series, rng: np.random.Generator) -> dict[str, pl.DataFrame]:
    """Links with the evidence of one device each, and no hubs."""
    rows = len(ids) * LINKS
    ends = np.sort(rng.integers(0, len(ids), (rows, 2)), axis=1)
    evidence = (
        pl.DataFrame({"account_a": ids.gather(ends[:, 0]), "account_b": ids.gather(ends[:, 1])})
        .with_columns(value=devices.gather(rng.integers(0, len(devices), rows)), **times(rng, rows))
        .filter(pl.col("account_a") != pl.col("account_b"))
        .unique(["account_a", "account_b"], keep="first", maintain_order=True)
        .with_columns(kind=pl.lit("device"), shared_by=pl.lit(4, pl.UInt32), weight=pl.lit(0.75))
    )
    links = evidence.select("account_a", "account_b", "weight", kinds="kind")
    text, when = pl.lit("", pl.String), pl.lit(None, pl.Datetime("us"))
    hubs = evidence.clear().select(
        "kind", "value", accounts="shared_by", treatment=text, reason=text,
        share=pl.lit(0.0), who=text, when=when, expiry=when,
    )  # fmt: skip
    return {"links": links, "evidence": evidence, "hubs": hubs}


def run_of(folder: Path, tables: dict[str, pl.DataFrame]) -> Run:
    """Write a finished run."""
    folder.mkdir()
    for name, frame in tables.items():
        if name in {"hubs", "ring_members"}:
            write_csv(frame, folder / f"{name}.csv")
        else:
            write_parquet(frame, folder / f"{name}.parquet")
    write_json({}, folder / "metrics.json")
    manifest.finish(folder, {"settings": {"actions": {"flag": 0.9}}})
    return Run.open(folder)
