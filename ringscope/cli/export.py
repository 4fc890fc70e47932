"""`ringscope export`: the link graph as a file for other programs."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class GraphFormat(StrEnum):
    """What other programs read."""

    GRAPHML = "graphml"
    GEXF = "gexf"
    JSON = "json"
    CSV = "csv"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(export)


def export(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="File to write.")],
    form: Annotated[
        GraphFormat, typer.Option("--format", help="json: node-link; csv: the links alone.")
    ] = GraphFormat.GRAPHML,
    ring: Annotated[str | None, typer.Option("--ring", metavar="ID", help="One ring only.")] = None,
) -> None:
    """Write the link graph for other programs.

    Accounts with risk and ring, and weighted links; the whole run, or one ring.

    A file that is there is replaced.

    Example: ringscope export out --format graphml --out links.graphml
    """
    import polars as pl

    from graph.export import write_graph

    from ..run import Run
    from ..run_folder import disk_errors, write_csv

    opened = Run.open(run)
    graph = opened.to_networkx(ring)
    with disk_errors(out):
        temporary = out.with_name(f"{out.name}.tmp-{os.getpid()}")
        try:
            if form is GraphFormat.CSV:
                inside = pl.Series(list(graph), dtype=pl.String).implode()
                links = opened.frame("links").filter(
                    pl.col("account_a").is_in(inside) & pl.col("account_b").is_in(inside)
                )
                write_csv(links, temporary)
            else:
                write_graph(graph, temporary, form=form)
            temporary.replace(out)
        finally:
            temporary.unlink(missing_ok=True)
    typer.echo(
        f"wrote {out}: {graph.number_of_nodes():,} accounts, {graph.number_of_edges():,} links"
    )
