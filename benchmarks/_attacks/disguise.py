"""Attacks with other people's identifiers: camouflage, a hub for two rings, framing."""

from __future__ import annotations

import numpy as np
import polars as pl

from ingest import Tables

from .tables import accounts_of, changed, ring_members

PASSERS_BY = 20
"""Honest accounts that use an injected hub too."""
FRAMED = 0.05
"""Share of honest accounts that are framed, by so many members of one ring each."""
FRAMERS = 3
TRIES = 6
"""Honest logins that are drawn for each copy: those before the member's sign-up are left out."""
COPIED = 3
"""Logins of a framed account that each framer copies, and payments with its instruments."""


def camouflage(
    tables: Tables, truth: pl.DataFrame, rng: np.random.Generator, *, count: int
) -> Tables:
    """Let each ring member log in from the addresses of so many honest accounts as well.

    The logins are copies of honest ones, at the same second, from the member's own device.
    """
    members, logins = ring_members(tables, truth)["account"], tables.logins
    honest = logins.filter(logins["account"].is_in(accounts_of(tables, truth, 0).implode()))
    tries = TRIES * count
    picked = honest[rng.integers(0, max(honest.height, 1), len(members) * tries)]
    guests = picked.with_columns(account=members.gather(np.repeat(np.arange(len(members)), tries)))
    visits = _after_sign_up(guests, tables).filter(pl.int_range(pl.len()).over("account") < count)
    return changed(tables, logins=pl.concat([logins, _from_own_device(visits, logins)]))


def shared_hub(tables: Tables, truth: pl.DataFrame, rng: np.random.Generator) -> Tables:
    """Join rings two by two: all members of both use one address on one day, as others do.

    The largest ring is joined to the next, and so on.
    """
    members = ring_members(tables, truth)
    sizes = members.group_by("ring").len().sort("len", "ring", descending=[True, False])
    created = tables.accounts["created_at"].fill_null(tables.logins["ts"].min())
    honest = accounts_of(tables, truth, 0)
    visits = []
    for number, first in enumerate(range(0, sizes.height - 1, 2)):
        pair = sizes["ring"][first : first + 2]
        crew = members.filter(pl.col("ring").is_in(pair.implode()))["account"]
        day = created.gather(crew).max()
        there = honest.filter(created.gather(honest) <= day)
        passers = rng.choice(there.to_numpy(), min(PASSERS_BY, len(there)), replace=False)
        users = np.concatenate([crew.to_numpy(), passers]).astype(np.uint32)
        seconds = pl.Series(rng.integers(0, 86_400, len(users)))
        subnet = f"91.{number // 250}.{number % 250}"
        visits.append(
            pl.select(
                account=pl.Series(users),
                ts=pl.lit(day, pl.Datetime("us")) + pl.duration(seconds=seconds),
                ip=pl.lit(f"{subnet}.77"),
                subnet=pl.lit(f"{subnet}.0/24"),
                ip_scope=pl.lit("public"),
            )
        )
    rows = [_from_own_device(frame, tables.logins) for frame in visits]
    return changed(tables, logins=pl.concat([tables.logins, *rows]))


def frame_honest(tables: Tables, truth: pl.DataFrame, rng: np.random.Generator) -> Tables:
    """Let ring members use what honest accounts use, so that those look like members.

    One honest account in twenty is framed by three members of one ring: they copy logins of it,
    device and address at the same second, and pay with its instruments.
    """
    members = ring_members(tables, truth)
    rings = members.group_by("ring", maintain_order=True).agg("account").sort("ring")
    honest = accounts_of(tables, truth, 0).to_numpy()
    victims = np.sort(rng.choice(honest, round(FRAMED * len(honest)), replace=False))
    chosen = rng.choice(len(rings), len(victims)) if len(rings) else []
    pairs: list[tuple[int, int]] = []
    for victim, ring in zip(victims.tolist(), chosen, strict=False):
        crew = rings["account"][int(ring)].to_numpy()
        framers = rng.choice(crew, min(FRAMERS, len(crew)), replace=False)
        pairs += [(victim, int(framer)) for framer in framers]
    schema = {"account": pl.UInt32, "framer": pl.UInt32}
    framing = pl.DataFrame(pairs, schema=schema, orient="row")
    frames = {}
    for name in ("logins", "payments"):
        frame: pl.DataFrame = getattr(tables, name)
        seen = frame.join(framing, "account", maintain_order="left")
        known = _after_sign_up(seen.rename({"account": "victim", "framer": "account"}), tables)
        copied = known.filter(pl.int_range(pl.len()).over("victim", "account") < COPIED)
        frames[name] = pl.concat([frame, copied.select(frame.columns)])
    return changed(tables, **frames)


def _after_sign_up(rows: pl.DataFrame, tables: Tables) -> pl.DataFrame:
    """Leave out what would come before the sign-up of its account."""
    created = pl.lit(tables.accounts["created_at"]).gather("account")
    return rows.filter((pl.col("ts") >= created).fill_null(True))


def _from_own_device(visits: pl.DataFrame, logins: pl.DataFrame) -> pl.DataFrame:
    """The logins with one device of the account's own; what they do not say is blank."""
    own = logins.group_by("account").agg(pl.col("device_id", "user_agent").sort().first())
    bare = visits.drop("device_id", "user_agent", strict=False)
    whole = bare.join(own, "account", "left", maintain_order="left")
    lacking = [pl.lit(None, logins.schema[c]).alias(c) for c in logins.columns if c not in whole]
    return whole.with_columns(lacking).select(logins.columns)
