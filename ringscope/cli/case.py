"""`ringscope case`: one ring as a packet to read, hand on and defend."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .options import RunOption


class Redaction(StrEnum):
    """How much a packet names."""

    FULL = "full"
    KEYED = "keyed"
    COUNTS = "counts"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(case)


def case(
    ring: Annotated[str, typer.Argument(metavar="RING", help="A ring.")],
    run: RunOption,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Zip file to write.")],
    redact: Annotated[
        Redaction,
        typer.Option(help="full: names as they are; keyed: tokens; counts: numbers alone."),
    ] = Redaction.FULL,
    key_file: Annotated[
        Path | None,
        typer.Option("--key-file", metavar="FILE", help="For keyed: 16 to 64 secret bytes."),
    ] = None,
) -> None:
    """Pack the case of one ring into a zip file.

    It holds a page that works offline, with the graph, the evidence in words, what would remain
    without each identifier, the timeline and the members; the same as JSON and CSV; the Cypher
    that draws it in Neo4j; the run and a hash of the facts. A file that is there is replaced.

    Example: ringscope case R-1a2b3c4d --run out --out case.zip

    Example: ringscope case R-1a2b3c4d --run out --out case.zip --redact keyed --key-file key
    """
    from ..case import case_packet
    from ..export.place import place
    from ..run import Run

    key = _key(key_file) if key_file else None
    packet = case_packet(Run.open(run), ring, redact=redact, key=key)
    place(out, packet.zipped())
    typer.echo(f"wrote {out}: {len(packet.files)} files, facts {packet.content_hash[:12]}")


def _key(path: Path) -> bytes:
    """Read the key.

    Raises
    ------
    SettingsError
        The file cannot be read.
    """
    from ingest.errors import SettingsError

    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror})") from error
