"""`ringscope neo4j`: a local server, and runs loaded into it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import ForceOption, Format, FormatOption

if TYPE_CHECKING:
    from graph.neo4j import Part

    from ..neo4j import Target
    from ..neo4j.load import Summary
    from ..run import Run

group = typer.Typer(
    name="neo4j", no_args_is_help=True, help="The graph in Neo4j, for investigators."
)
_HIGHEST_PORT = 65535


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group)


@group.command()
def up(
    bolt_port: Annotated[
        int | None,
        typer.Option(min=1, max=_HIGHEST_PORT, metavar="PORT", help="For drivers; first 7687."),
    ] = None,
    http_port: Annotated[
        int | None,
        typer.Option(min=1, max=_HIGHEST_PORT, metavar="PORT", help="Browser; first 7474."),
    ] = None,
    heap: Annotated[
        int | None, typer.Option(min=256, metavar="MB", help="Java heap; first 512.")
    ] = None,
    read_only: Annotated[
        bool | None, typer.Option("--read-only/--writable", help="Whether to refuse every write.")
    ] = None,
) -> None:
    """Start a Neo4j server on this machine, without Docker.

    Needs Java 17 or 21 and Maven, which downloads the server once. It listens on this machine
    only and keeps its data in ~/.local/share/ringscope/neo4j (or RINGSCOPE_NEO4J_HOME). What is
    not given stays as it was at the last start.

    Example: ringscope neo4j up
    """
    from .. import neo4j

    home = neo4j.Home.default()
    given = {
        "bolt_port": bolt_port,
        "http_port": http_port,
        "heap_mb": heap,
        "read_only": read_only,
    }
    wanted = {name: value for name, value in given.items() if value is not None}
    facts = neo4j.up(home, wanted, tell=lambda line: typer.echo(line, err=True))
    typer.echo(f"browser:  {facts.browser}")
    typer.echo(f"drivers:  {facts.uri}")
    typer.echo(f"login:    user neo4j, password in {home.password_file}")
    typer.echo("next:     ringscope neo4j load RUN")


@group.command()
def fetch() -> None:
    """Download the server that `up` starts, if it is not there yet.

    Example: ringscope neo4j fetch
    """
    from ..neo4j.fetch import library, version

    typer.echo(f"Neo4j {version()} is in {library()}")


@group.command()
def load(
    run: Annotated[
        Path, typer.Argument(metavar="RUN", help="Run folder, or store: its current run.")
    ],
    ring: Annotated[
        str | None, typer.Option("--ring", metavar="ID", help="Its members only.")
    ] = None,
    min_risk: Annotated[
        float | None, typer.Option(min=0, max=1, help="Accounts of this risk or more only.")
    ] = None,
    neighbourhood: Annotated[
        int, typer.Option(min=0, metavar="LINKS", help="And accounts this many links around.")
    ] = 0,
    bulk: Annotated[
        bool, typer.Option("--bulk", help="Import into the local server's empty database: faster.")
    ] = False,
    config: Annotated[
        Path | None, typer.Option(help="Settings file with a section [neo4j].")
    ] = None,
    into_foreign: Annotated[
        bool, typer.Option("--into-foreign", help="Load beside data that is not ringscope's.")
    ] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """Write a run into Neo4j; what the database held of other runs goes.

    With the run of a store come the verdicts in force: load again after deciding.

    The server is that of NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE, or of the
    settings file, else the one of `ringscope neo4j up`. The same run again changes nothing; a load
    that was killed is completed by the next.

    With --ring or --min-risk it loads a part: these accounts and all that hangs on them.

    Example: ringscope neo4j load out

    Example: ringscope neo4j load STORE

    Example: ringscope neo4j load out --ring R-1a2b3c4d --neighbourhood 1
    """
    from graph.neo4j import Part
    from ingest.errors import SettingsError

    from ..neo4j.load import load as write
    from ..run import Run

    opened = Run.open(run)
    wanted = Part(ring, min_risk, neighbourhood)
    if wanted.whole and neighbourhood:
        raise SettingsError("--neighbourhood goes with --ring or --min-risk")
    if bulk:
        done = _bulk(opened, wanted)
    else:
        with _bar() as tell:
            done = write(opened, _target(config), wanted, into_foreign=into_foreign, tell=tell)
    _show_written(done, form)
    if form is Format.TABLE:
        _show_link()


def _target(config: Path | None) -> Target:
    from ..neo4j import target
    from ..settings import Settings

    named = (Settings.load(config) if config else Settings()).neo4j
    return target(named.uri, named.user, named.database)


def _bulk(run: Run, wanted: Part) -> Summary:
    from ingest.errors import SettingsError

    from ..neo4j import Home
    from ..neo4j.bulk import load_bulk

    if not wanted.whole:
        raise SettingsError("--bulk loads a whole run; leave out --ring and --min-risk")
    return load_bulk(run, Home.default(), tell=lambda line: typer.echo(line, err=True))


@group.command()
def files(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder.")],
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="Folder to write.")],
    at: Annotated[
        str, typer.Option(metavar="FOLDER", help="Where the server sees that folder.")
    ] = "/import",
    force: ForceOption = False,
) -> None:
    """Write a run as files for `neo4j-admin database import`, and print the command.

    For servers other than that of `ringscope neo4j up`, which `load --bulk` fills. The database
    has to be empty, and is down during the import.

    Example: ringscope neo4j files out --out import
    """
    from ..neo4j.bulk import write_import
    from ..run import Run
    from ..run_folder import writing

    opened = Run.open(run)
    with writing(out, force=force, what="import", mark="import.args") as folder:
        write_import(opened, folder, at=at)
    typer.echo("with the server of docker-compose.yml:")
    typer.echo("  docker compose stop neo4j")
    typer.echo(
        f"  docker compose run --rm --volume {shlex.quote(str(out.resolve()))}:{shlex.quote(at)} "
        f"neo4j neo4j-admin database import full neo4j @{shlex.quote(at)}/import.args"
    )
    typer.echo("  docker compose start neo4j")
    typer.echo(f"then: ringscope neo4j load {shlex.quote(str(run))}")


@contextmanager
def _bar() -> Iterator[Callable[[str, int], None]]:
    """Show on a terminal which label or type is written, and how many rows are done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description:<16}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=None)

        def tell(name: str, rows: int) -> None:
            progress.update(task, description=name, advance=rows)

        yield tell


def _show_written(done: Summary, form: Format) -> None:
    import polars as pl

    from .printing import show

    table = pl.DataFrame(
        [(name, one.created, one.kept, one.removed) for name, one in done.written.items()],
        schema={"what": pl.String, "created": pl.Int64, "kept": pl.Int64, "removed": pl.Int64},
        orient="row",
    )
    show(table, form, f"Run {done.run} is in Neo4j")


def _show_link() -> None:
    """Print where the top ring is drawn, if the server is the local one."""
    from ..browser import deep_link
    from ..browser.start import at_hand
    from ..neo4j import Home, status
    from ..queries import get

    state = status(Home.default())
    values, browser, bolt = at_hand()
    if not state.facts or state.facts.uri != bolt or not values["ring_id"]:
        return
    query = get("ring-picture")
    given = {one.name: values.get(one.name) or one.default for one in query.parameters}
    typer.echo(f"top ring: {deep_link(query.cypher, given, browser, bolt=bolt)}")


@group.command()
def status() -> None:
    """Say whether the local server runs, and where.

    Exit code 1 if it does not answer.

    Example: ringscope neo4j status
    """
    from .. import neo4j

    home = neo4j.Home.default()
    state = neo4j.status(home)
    if state.facts is None or not state.running:
        typer.echo("Neo4j is not running; start it with: ringscope neo4j up")
        raise typer.Exit(1)
    says = "answers" if state.answers else "does not answer (yet)"
    mode = "read-only" if state.facts.read_only else "writable"
    typer.echo(f"Neo4j {says}: process {state.facts.pid}, {state.memory_mb:.0f} MB, {mode}")
    typer.echo(f"browser:  {state.facts.browser}")
    typer.echo(f"drivers:  {state.facts.uri}")
    typer.echo(f"home:     {home.folder}")
    if not state.answers:
        raise typer.Exit(1)


@group.command()
def down() -> None:
    """Stop the local server; its data stays.

    Example: ringscope neo4j down
    """
    from .. import neo4j

    ran = neo4j.down(neo4j.Home.default())
    typer.echo("stopped" if ran else "Neo4j was not running")
