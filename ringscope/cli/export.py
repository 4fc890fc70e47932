"""`ringscope export`: a run, or chosen rings of it, as a file for other programs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import polars as pl

    from ..run import Run


class ExportFormat(StrEnum):
    """What other programs read."""

    GRAPHML = "graphml"
    GEXF = "gexf"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    PARQUET = "parquet"
    CYPHER = "cypher"


class Table(StrEnum):
    """Tables that can be exported on their own."""

    RINGS = "rings"
    MEMBERS = "ring_members"
    SCORES = "scores"
    ACCOUNTS = "accounts"
    LINKS = "links"
    EVIDENCE = "evidence"
    SIGHTINGS = "sightings"
    IDENTIFIERS = "identifiers"
    TEMPLATES = "templates"
    HUBS = "hubs"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(export)


def export(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="File to write.")],
    form: Annotated[
        ExportFormat,
        typer.Option("--format", help="json: node-link graph; csv, parquet: one table."),
    ] = ExportFormat.GRAPHML,
    ring: Annotated[
        list[str] | None,
        typer.Option("--ring", metavar="ID", help="Only this ring; may be given again."),
    ] = None,
    table: Annotated[
        Table | None,
        typer.Option("--table", help="For csv, parquet, json: the table (csv, parquet: links)."),
    ] = None,
) -> None:
    """Write a run, or chosen rings of it, for other programs.

    graphml, gexf, json: accounts with risk and ring, and weighted links. csv, parquet: one table;
    all of them if FILE ends in .zip. xlsx: a sheet per table. cypher: a script for Neo4j.

    A file that is there is replaced. No text becomes a formula in a spreadsheet.

    Example: ringscope export out --format xlsx --out rings.xlsx

    Example: ringscope export out --format graphml --ring R-1a2b3c4d --out ring.graphml
    """
    from ..export.place import place
    from ..export.selection import selection
    from ..run import Run

    opened = Run.open(run)
    frames = selection(opened, ring)
    place(out, _bytes(opened, frames, form, table, out))
    accounts, links = frames["scores"].height, frames["links"].height
    typer.echo(f"wrote {out}: {accounts:,} accounts, {links:,} links")


def _bytes(
    run: Run, frames: dict[str, pl.DataFrame], form: ExportFormat, table: Table | None, out: Path
) -> bytes:
    """The file in the form that is asked for."""
    from ..export import archive, cypher_script, table_bytes, workbook

    if form is ExportFormat.XLSX:
        return workbook(frames)
    if form is ExportFormat.CYPHER:
        return cypher_script(frames, title=f"ringscope: graph of {run.folder.name}").encode()
    if form in {ExportFormat.CSV, ExportFormat.PARQUET}:
        if out.suffix == ".zip" and table is None:
            files = {f"{name}.{form}": table_bytes(frames[name], form) for name in frames}
            return archive(files)
        return table_bytes(frames[table or Table.LINKS], form)
    if form is ExportFormat.JSON and table:
        return table_bytes(frames[table], form)
    return _graph(frames, form)


def _graph(frames: dict[str, pl.DataFrame], form: str) -> bytes:
    from graph.export import graph_bytes

    from ..views import linked

    return graph_bytes(linked(frames["scores"], frames["links"]), form)
