"""What the members of each ring share, as rows to print."""

from __future__ import annotations

from typing import Any

import polars as pl

from ..words import day_column
from .messages import masked

ROWS = 40


def evidence_rows(shared: pl.DataFrame, templates: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """The strongest `ROWS` shared identifiers of each ring as rows to print, by ring_id.

    A template is shown with a masked example of its messages: its id says nothing to a reader.
    """
    examples = templates.select(
        pl.lit("template").alias("kind"),
        pl.col("template").alias("value"),
        masked("example").alias("example"),
    )
    rows = (
        shared.group_by("ring_id", maintain_order=True)
        .head(ROWS)
        .join(examples, on=["kind", "value"], how="left", maintain_order="left")
        .with_columns(day_column("first_seen"), day_column("last_seen"))
    )
    return {
        str(ring): part.to_dicts()
        for (ring,), part in rows.partition_by("ring_id", as_dict=True).items()
    }
