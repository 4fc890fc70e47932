"""Readings: the plainest explanation of what a group shares, and the best innocent one."""

from __future__ import annotations

import polars as pl

from .kinds import kinds

# Reading, what it needs (share of members that share an identifier of the kind, and other figures
# of the group), plainest first. All conditions must hold.
Rules = tuple[tuple[str, pl.Expr], ...]

NONE_FITS = "none fits"
"""The innocent reading of a group that nothing innocent explains."""


def _at_least(kind: str, share: float) -> pl.Expr:
    return pl.col(kind) >= share


READINGS: Rules = (
    ("alias mailboxes", _at_least("email", 0.5)),
    ("catch-all mail domain", _at_least("email_domain", 0.5)),
    ("re-used phone numbers", _at_least("phone", 0.5)),
    ("shared payment instruments", _at_least("instrument", 0.6)),
    ("device farm", _at_least("device", 0.6)),
    ("sign-up burst", _at_least("burst", 0.6)),
    ("proxies with one message kit", _at_least("ip", 0.5) & _at_least("template", 0.5)),
    ("template wave", _at_least("template", 0.5)),
    ("engagement from one supplier", _at_least("engagement_wave", 0.5)),
    ("accounts that act together", _at_least("cotimed", 0.5)),
    ("shared addresses", _at_least("ip", 0.6)),
    ("chain of single shared identifiers", pl.col("kinds_used") >= 2),
    ("related accounts", pl.lit(True)),
)
INNOCENT: Rules = (
    ("household", (pl.col("size") <= 6) & _at_least("ip", 0.6) & (pl.col("template") < 0.3)),
    ("family with one card", (pl.col("size") <= 6) & _at_least("instrument", 0.6)),
    (
        "agency or office on its own machines",
        _at_least("device", 0.6) & _at_least("ip", 0.6) & (pl.col("per_device") >= 3),
    ),
    ("school or cafe with shared machines", _at_least("device", 0.6) & (pl.col("template") < 0.3)),
    ("course that signed up together", _at_least("burst", 0.6) & (pl.col("template") < 0.5)),
    (
        "office, campus or carrier address",
        _at_least("ip", 0.6) & (pl.col("device") < 0.3) & (pl.col("template") < 0.3),
    ),
    ("message text that people copy", _at_least("template", 0.6) & (pl.col("kinds_used") <= 1)),
    (
        "following that one event moves",
        _at_least("engagement_wave", 0.6) & (pl.col("kinds_used") <= 1),
    ),
    ("people who do things together", _at_least("cotimed", 0.6) & (pl.col("kinds_used") <= 1)),
    (
        "second-hand devices or addresses",
        (pl.col("size") <= 6)
        & (pl.max_horizontal("device", "ip") >= 0.5)
        & (pl.max_horizontal("template", "phone", "email", "instrument") < 0.3),
    ),
    (NONE_FITS, pl.lit(True)),
)


def read_groups(
    members: pl.DataFrame, evidence: pl.DataFrame, sightings: pl.DataFrame
) -> pl.DataFrame:
    """Name what each group shares.

    Parameters
    ----------
    members
        ring, account.
    evidence, sightings
        See `Linkage`.

    Returns
    -------
    DataFrame
        ring, reading, innocent_reading, link_kinds ("device;ip", strongest first), then per kind
        the share of members in [0, 1] that share an identifier of it with another member.
    """
    told = coverage(members, evidence)
    devices = (
        sightings.filter(pl.col("kind") == "device")
        .join(members.select("ring", "account"), "account")
        .group_by("ring")
        .agg((pl.len() / pl.col("identifier").n_unique()).alias("per_device"))
    )
    figures = told.join(devices, "ring", "left").with_columns(
        pl.col("per_device").fill_null(0.0),
        kinds_used=pl.sum_horizontal(pl.col(name) >= 0.2 for name in kinds()),
    )
    return figures.select(
        "ring",
        _first(READINGS).alias("reading"),
        _first(INNOCENT).alias("innocent_reading"),
        "link_kinds",
        *kinds(),
    ).sort("ring")


def coverage(members: pl.DataFrame, evidence: pl.DataFrame) -> pl.DataFrame:
    """What the members of each group share: ring, size, per kind the share of members, link_kinds.

    Parameters
    ----------
    members
        ring, account.
    evidence
        See `Linkage`; only that inside a group counts.
    """
    place = members.select("ring", "account")
    inner = (
        evidence.join(place.rename({"account": "a", "ring": "ring_a"}), "a")
        .join(place.rename({"account": "b", "ring": "ring_b"}), "b")
        .filter(pl.col("ring_a") == pl.col("ring_b"))
    )
    ends = pl.concat([inner.select("kind", ring="ring_a", account=end) for end in ("a", "b")])
    size = place.group_by("ring").agg(pl.len().alias("size"))
    shares = (
        ends.group_by("ring", "kind")
        .agg(pl.col("account").n_unique().alias("sharing"))
        .join(size, "ring")
        .with_columns(share=pl.col("sharing") / pl.col("size"))
        .sort("ring", "share", "kind", descending=[False, True, False])
    )
    wide = shares.pivot("kind", on_columns=list(kinds()), index="ring", values="share")
    names = shares.group_by("ring", maintain_order=True).agg(
        pl.col("kind").str.join(";").alias("link_kinds")
    )
    result = size.join(wide, "ring", "left").join(names, "ring", "left")
    return result.with_columns(pl.col("link_kinds").fill_null(""), pl.col(*kinds()).fill_null(0.0))


def _first(rules: Rules) -> pl.Expr:
    """The first reading whose conditions hold."""
    chosen = pl.lit(rules[-1][0])
    for name, holds in reversed(rules[:-1]):
        chosen = pl.when(holds).then(pl.lit(name)).otherwise(chosen)
    return chosen
