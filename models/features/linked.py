"""Graph features: what an account shares, with how many, and the group it sits in.

No label is used. Features of identifiers are per kind (`device.most`), features of the Leiden
community around the account start with `group`.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from graph import Linkage, kinds
from ingest import Tables

WORDS = {
    "*.most": "its most used {name} has {count:.0f} accounts",
    "*.least": "its least used {name} has {count:.0f} accounts",
    "*.typical": "accounts per {name} of it: {count:.1f}",
    "*.worth": "what it shares by {name} adds up to {value:.2f} (1 is one rare identifier)",
    "*.strongest": "its strongest link by {name} is worth {value:.2f}",
    "*.partners": "it shares a rare {name} with {count:.0f} accounts",
    "apart.strongest": "what it shares with one account under another roof is rated {value:.1f}",
    "apart.total": "what it shares with accounts under other roofs is rated {count:.1f} in all",
    "wording.information": "its rarest wording has {value:.0f} digits of chance",
    "wording.specificity": "it sent a template that nobody writes by chance (rated {value:.0%})",
    "wording.senders": "a specific template of it was sent by {count:.0f} accounts",
    "group.size": "it sits in a group of {count:.0f} linked accounts",
    "group.links": "its group has {count:.0f} links",
    "group.density": "{value:.0%} of the pairs in its group are linked",
    "group.worth": "the links of its group weigh {count:.1f} in all",
    "group.span": "its group signed up within {span}",
    "group.devices": "its group uses {value:.1f} devices per account",
    "group.addresses": "its group uses {value:.1f} addresses per account",
    "group.share_*": "{value:.0%} of the link weight in its group comes from {name}",
}
"""Sentence per feature; counts are stored as log(1 + count), times as log(1 + seconds)."""


def linked_features(tables: Tables, linkage: Linkage) -> pl.DataFrame:
    """Describe what each account shares and the community around it.

    Returns
    -------
    DataFrame
        Float32, one row per account in account order; null where a kind does not occur.
    """
    own = pl.DataFrame({"account": np.arange(linkage.accounts, dtype=np.uint32)})
    parts = [
        _identifiers(linkage),
        _partners(linkage),
        _apart(linkage),
        _wording(linkage),
        _groups(tables, linkage),
    ]
    for part in parts:
        own = own.join(part, "account", "left", maintain_order="left")
    shares = [c for c in own.columns if c.endswith((".worth", ".strongest", ".partners", ".total"))]
    return own.with_columns(pl.col(shares).fill_null(0)).drop("account").cast(pl.Float32)


def _identifiers(linkage: Linkage) -> pl.DataFrame:
    """How many accounts the identifiers of an account have, per kind."""
    used = linkage.sightings.join(
        linkage.identifiers.select("identifier", "accounts"), "identifier"
    )
    figures = used.group_by("account", "kind").agg(
        pl.col("accounts").max().log1p().alias("most"),
        pl.col("accounts").min().log1p().alias("least"),
        pl.col("accounts").mean().log1p().alias("typical"),
    )
    return _by_kind(figures, linkage, ("most", "least", "typical"))


def _partners(linkage: Linkage) -> pl.DataFrame:
    """What an account's evidence is worth, per kind."""
    evidence = linkage.evidence.sort("a", "b", "kind", "weight")
    ends = pl.concat(
        [
            evidence.select("kind", "weight", account="a", other="b"),
            evidence.select("kind", "weight", account="b", other="a"),
        ]
    )
    figures = ends.group_by("account", "kind", maintain_order=True).agg(
        pl.col("weight").sum().alias("worth"),
        pl.col("weight").max().alias("strongest"),
        pl.col("other").n_unique().log1p().alias("partners"),
    )
    return _by_kind(figures, linkage, ("worth", "strongest", "partners"))


def _apart(linkage: Linkage) -> pl.DataFrame:
    """What an account shares with others without sharing a place with them."""
    ends = pl.concat([linkage.apart.select("worth", account=end) for end in ("a", "b")])
    return ends.group_by("account").agg(
        pl.col("worth").max().alias("apart.strongest"),
        pl.col("worth").sort().sum().log1p().alias("apart.total"),
    )


def _wording(linkage: Linkage) -> pl.DataFrame:
    names = linkage.identifiers.filter(pl.col("kind") == "template")
    rated = names.select("identifier", "accounts", template="value").join(
        linkage.templates.select("template", "information", "specificity"), "template"
    )
    senders = pl.col("specificity") * pl.col("accounts")
    return (
        linkage.sightings.join(rated, "identifier")
        .group_by("account")
        .agg(
            pl.col("information").max().alias("wording.information"),
            pl.col("specificity").max().alias("wording.specificity"),
            senders.max().log1p().alias("wording.senders"),
        )
    )


def _groups(tables: Tables, linkage: Linkage) -> pl.DataFrame:
    """The community of each account; null for accounts on their own."""
    place = pl.DataFrame(
        {"account": np.arange(linkage.accounts, dtype=np.uint32), "group": linkage.community}
    ).with_columns(created=tables.accounts["created_at"])
    place = place.filter(pl.len().over("group") > 1)
    size = place.group_by("group").agg(
        pl.len().alias("n"),
        (pl.col("created").max() - pl.col("created").min())
        .dt.total_seconds()
        .log1p()
        .alias("group.span"),
    )
    inner = _inner(linkage.links, place)
    links = inner.group_by("group", maintain_order=True).agg(
        pl.len().alias("links"), pl.col("weight").sum().alias("worth")
    )
    pairs = pl.col("n") * (pl.col("n") - 1) / 2
    figures = size.join(links, "group", "left").select(
        "group",
        "group.span",
        pl.col("n").log1p().alias("group.size"),
        pl.col("links").fill_null(0).log1p().alias("group.links"),
        (pl.col("links").fill_null(0) / pairs).alias("group.density"),
        pl.col("worth").fill_null(0).log1p().alias("group.worth"),
    )
    figures = figures.join(_variety(place, linkage), "group", "left")
    figures = figures.join(_shares(place, linkage), "group", "left")
    return place.select("account", "group").join(figures, "group").drop("group")


def _inner(pairs: pl.DataFrame, place: pl.DataFrame) -> pl.DataFrame:
    """Keep the pairs inside one group, with its number."""
    ends = place.select("account", "group")
    return (
        pairs.join(ends.rename({"account": "a"}), "a")
        .join(ends.rename({"account": "b", "group": "group_b"}), "b")
        .filter(pl.col("group") == pl.col("group_b"))
        .sort("a", "b")
    )


def _variety(place: pl.DataFrame, linkage: Linkage) -> pl.DataFrame:
    """Different devices and addresses per account of a group."""
    names = {"device": "group.devices", "ip": "group.addresses"}
    used = linkage.sightings.filter(pl.col("kind").is_in(list(names))).join(place, "account")
    distinct = used.group_by("group", "kind").agg(pl.col("identifier").n_unique().alias("used"))
    wide = distinct.pivot("kind", on_columns=list(names), index="group", values="used")
    size = place.group_by("group").len("n")
    return (
        size.join(wide, "group", "left")
        .with_columns((pl.col(k) / pl.col("n")).alias(name) for k, name in names.items())
        .select("group", *names.values())
    )


def _shares(place: pl.DataFrame, linkage: Linkage) -> pl.DataFrame:
    """Share of each kind in a group's evidence."""
    inner = _inner(linkage.evidence, place)
    worth = inner.sort("a", "b", "kind", "weight").group_by("group", "kind", maintain_order=True)
    summed = worth.agg(pl.col("weight").sum())
    summed = summed.with_columns(pl.col("weight") / pl.col("weight").sum().over("group"))
    names = _kinds(linkage)
    wide = summed.pivot("kind", on_columns=names, index="group", values="weight")
    return wide.select("group", *(pl.col(k).fill_null(0).alias(f"group.share_{k}") for k in names))


def _by_kind(figures: pl.DataFrame, linkage: Linkage, names: tuple[str, ...]) -> pl.DataFrame:
    """One column per kind and figure: `device.most`."""
    told = _kinds(linkage)
    wide = figures.pivot("kind", on_columns=told, index="account", values=list(names))
    return wide.rename({f"{n}_{k}": f"{k}.{n}" for n in names for k in told})


def _kinds(linkage: Linkage) -> list[str]:
    """Kinds that have columns, in their order."""
    seen = set(linkage.sightings["kind"].unique())
    return [name for name, kind in kinds().items() if kind.always or name in seen]
