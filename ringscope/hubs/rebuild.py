"""The linkage graph of a finished run, put together again from its tables."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph import Linkage, kinds

from ..run import Run


def rebuilt(run: Run) -> Linkage:
    """Put the linkage graph of a run together.

    What the run folder does not hold stays blank: popularity, components and communities. How
    specific the wording of a template is follows from the strongest link that it makes.
    """
    numbers = run.frame("accounts").select("account_id").with_row_index("account")
    evidence = run.frame("evidence")
    identifiers = (
        run.frame("identifiers")
        .sort("kind", "value")
        .with_row_index("identifier")
        .join(_specificity(evidence), ["kind", "value"], "left", maintain_order="left")
        .with_columns(popularity=pl.lit(None, pl.Float64))
    )
    place = identifiers.select("identifier", "kind", "value")
    known = evidence.join(place, ["kind", "value"], "left", maintain_order="left")
    for end, column in (("a", "account_a"), ("b", "account_b")):
        known = known.join(numbers.rename({"account_id": column, "account": end}), column)
    links = run.frame("links")
    for end, column in (("a", "account_a"), ("b", "account_b")):
        links = links.join(numbers.rename({"account_id": column, "account": end}), column)
    sightings = run.frame("sightings").join(place, ["kind", "value"]).join(numbers, "account_id")
    nobody = np.zeros(numbers.height, dtype=np.int32)
    return Linkage(
        accounts=numbers.height,
        identifiers=identifiers,
        sightings=sightings.select(
            "account", "identifier", "kind", "first_seen", "last_seen", "count"
        ).sort("account", "identifier"),
        hubs=run.frame("hubs"),
        templates=run.frame("templates"),
        evidence=known.select(
            "a", "b", "identifier", "kind", "weight", "first_seen", "last_seen"
        ).sort("a", "b", "kind", "identifier"),
        links=links.select("a", "b", "weight", "kinds").sort("a", "b"),
        component=nobody,
        community=nobody,
    )


def risks_of(run: Run) -> NDArray[np.float64]:
    """Risk per account, in the order of the accounts; shape (accounts,)."""
    risks = run.frame("scores").select("account_id", "risk")
    ordered = (
        run.frame("accounts").select("account_id").join(risks, "account_id", maintain_order="left")
    )
    return ordered["risk"].to_numpy().astype(np.float64)


def specificity_of(identifiers: pl.DataFrame) -> pl.DataFrame:
    """Identifiers whose wording is known to be specific: identifier, specificity."""
    return identifiers.select("identifier", "specificity").drop_nulls()


def _specificity(evidence: pl.DataFrame) -> pl.DataFrame:
    worded = {name: kind.weight for name, kind in kinds().items() if kind.rarity == "wording"}
    return (
        evidence.filter(pl.col("kind").is_in(list(worded)))
        .group_by("kind", "value")
        .agg(pl.col("weight").max())
        .with_columns(
            specificity=pl.col("weight") / pl.col("kind").replace_strict(worded, default=1.0)
        )
        .select("kind", "value", pl.col("specificity").clip(0, 1))
    )
