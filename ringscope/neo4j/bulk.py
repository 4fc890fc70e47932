"""A first load at full speed: the server's own import, into the empty database of the local server.

The import works on the files of a database that is not open, so the server stops for it. A process
that dies meanwhile leaves a mark in the home; the next start then begins with an empty database.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from graph.neo4j import Part, Writer, Written, census, check
from graph.neo4j.files import ARGUMENTS, write_files
from ingest.errors import ServerError

from ..run import Run
from . import fetch, server
from .address import connect, target
from .home import DATABASE, Facts, Home
from .load import Summary, graph_of, locked, session_of, stamp
from .tools import java

_MAIN = "org.neo4j.cli.AdminTool"
_HEAP_MB = 1280
"""What the import asks for; the server's own memory is free meanwhile."""


def write_import(run: Run, out: Path, *, at: str | None = None) -> None:
    """Write the files of an import into an empty folder; see `graph.neo4j.files.write_files`."""
    write_files(graph_of(run, Part()), stamp(run), out, at=at)


def load_bulk(run: Run, home: Home, *, tell: Callable[[str], None]) -> Summary:
    """Import a run into the empty database of the local server.

    Parameters
    ----------
    run
        A finished run.
    home
        The server's folder; the server runs before and after.
    tell
        Called with a line for each step.

    Raises
    ------
    ServerError
        The database is not empty, another server is named in the environment, or the import or
        the start after it failed; the database is empty then.
    """
    if os.environ.get("NEO4J_URI"):
        raise ServerError(
            "--bulk works on the local server, but NEO4J_URI names one; load without --bulk, or "
            "write the files with: ringscope neo4j files RUN --out FOLDER"
        )
    where = target()
    facts = home.facts() or Facts()
    with connect(where) as driver, session_of(driver, where) as session:
        found = census(session)
        if found.others or any(found.counts.values()):
            raise ServerError("the database is not empty; load without --bulk")
    folder = home.folder / "import" / "bulk"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tell("writing the files")
    graph = graph_of(run, Part())
    write_files(graph, stamp(run), folder)
    _import(home, facts, folder, tell)
    server.up(home, {}, tell=tell)
    tell("making the constraints")
    with connect(where) as driver, locked(driver, where), session_of(driver, where) as session:
        writer = Writer(session, stamp(run), whole=True, tell=server.silent)
        writer.begin("all")
        writer.constrain()
        check(session, stamp(run), graph, whole=True)
        writer.end()
    return Summary(stamp(run), {name: Written(rows, 0) for name, rows in graph.counts().items()})


def _import(home: Home, facts: Facts, folder: Path, tell: Callable[[str], None]) -> None:
    heap = max(facts.heap_mb, _HEAP_MB)
    command = server.java_command(java(), fetch.library(), heap, _MAIN)
    command += ["database", "import", "full", DATABASE, f"@{folder / ARGUMENTS}"]
    tell("stopping Neo4j")
    server.down(home)
    tell("importing")
    home.write(replace(home.facts() or facts, importing=True))
    done = subprocess.run(  # noqa: S603 - Java with our own jars
        command,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        env={**os.environ, "NEO4J_HOME": str(home.folder), "NEO4J_CONF": f"{home.folder}/conf"},
    )
    if done.returncode:
        server.up(home, {})
        said = [line for line in done.stderr.splitlines() if line.strip()] or ["no message"]
        raise ServerError(
            f"the import failed: {said[0].strip()[:300]}; the database is empty, load without "
            "--bulk"
        )
    home.write(replace(home.facts() or facts, importing=False))
    shutil.rmtree(folder)
