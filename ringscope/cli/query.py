"""`ringscope query`: the library of questions, asked of Neo4j or of a run folder."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..safetext import visible
from .options import Format, FormatOption, TopOption

if TYPE_CHECKING:
    import polars as pl

    from ..queries import Query

group = typer.Typer(
    name="query", no_args_is_help=True, help="Investigators' questions, ready to ask."
)
NameArgument = Annotated[str, typer.Argument(metavar="ID", help="A question of `query list`.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group)


@group.command("list")
def list_(
    category: Annotated[
        str | None, typer.Option("--category", help="Only this one, e.g. triage or ring.")
    ] = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """List the questions.

    Those without a mark under run need the graph in Neo4j; those with one under graph are drawn
    by Neo4j Browser.

    Example: ringscope query list --category triage
    """
    import polars as pl

    from ingest.errors import NotFound

    from ..queries import library
    from .printing import show

    known = list(library().values())
    found = [query for query in known if category in {None, query.category}]
    if not found:
        names = ", ".join(dict.fromkeys(query.category for query in known))
        raise NotFound(f"no category {category!r}; there are {names}")
    rows = [(q.id, q.question, _parameters(q), _mark(q.sql), _mark(q.graph)) for q in found]
    columns = ["id", "question", "parameters", "run", "graph"]
    show(pl.DataFrame(rows, schema=columns, orient="row"), form, f"Questions ({len(found)})")


@group.command()
def show(name: NameArgument, form: FormatOption = Format.TABLE) -> None:
    """Show one question: what it asks, what it needs, and how to read the answer.

    Example: ringscope query show ring-members
    """
    from ..queries import get
    from .printing import show_facts, show_json

    query = get(name)
    if form is Format.JSON:
        show_json(query.model_dump())
        return
    show_facts({"id": query.id, "question": query.question, "about": query.description})
    for parameter in query.parameters:
        default = "" if parameter.default is None else f" [{parameter.default}]"
        typer.echo(f"  {parameter.name} ({parameter.type}){default}: {parameter.meaning}")
    typer.echo("columns")
    for column, meaning in query.columns.items():
        typer.echo(f"  {column}: {meaning}")
    typer.echo(f"reading   {query.reading}\n\n{query.cypher}")
    if query.sql is not None:
        typer.echo(f"On a run folder:\n\n{query.sql}")


@group.command()
def run(
    name: NameArgument,
    values: Annotated[
        list[str] | None, typer.Argument(metavar="NAME=VALUE", help="Values of its parameters.")
    ] = None,
    run_or_store: Annotated[
        Path | None,
        typer.Option(
            "--run",
            "--store",
            metavar="RUN|STORE",
            help="Ask a run, or a store's current run; without it Neo4j is asked.",
        ),
    ] = None,
    top: TopOption = 0,
    form: FormatOption = Format.TABLE,
) -> None:
    """Ask a question.

    Without --run it goes to Neo4j: to NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD and
    NEO4J_DATABASE, else to the server of `ringscope neo4j up`. Nothing is ever written.

    Example: ringscope query run triage-top-rings --run out

    Example: ringscope query run ring-members ring_id=R-1a2b3c4d
    """
    from ..queries import bind, get, pairs
    from .printing import show as show_table

    query = get(name)
    given = bind(query, pairs(values or []))
    answer = _ask(query, given, run_or_store)
    show_table(answer.head(top or len(answer)), form, f"{query.question} ({len(answer)})")
    if form is Format.TABLE:
        typer.echo(visible(f"Reading: {query.reading}"))
    if len(answer) == query.limit > 1:
        typer.echo(f"the first {query.limit:,} rows; there may be more", err=True)


@group.command()
def browser(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Where to serve.")] = 7480,
    address: Annotated[
        str | None, typer.Option("--browser", metavar="URL", help="Address of Neo4j Browser.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Write the files, serve nothing.")
    ] = None,
) -> None:
    """Serve a page of links that open each question in Neo4j Browser, and a guide.

    The guide walks from tonight's top ring to a decision. Both begin with the ring of highest
    risk in the graph. Only this machine can reach them; Ctrl-C ends it.

    Example: ringscope query browser
    """
    from ..browser import make_server
    from ..browser.start import at_hand
    from ..browser.write import write_files

    start, place, bolt = at_hand(address)
    if out is not None:
        for path in write_files(out, start, place, bolt):
            typer.echo(f"wrote {path}")
        return
    server = make_server(start, place, bolt, port)
    here = f"http://localhost:{server.server_address[1]}"
    typer.echo(f"questions:  {here}/")
    typer.echo(f"guide:      {place}?cmd=play&arg={here}/guide.html")
    typer.echo("Ctrl-C ends it")
    with server, contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


def _ask(query: Query, values: dict[str, str | int | float], folder: Path | None) -> pl.DataFrame:
    from ..queries import ask_graph, ask_run

    if folder is not None:
        from ..run import Run

        return ask_run(query, values, Run.open(folder))
    from ..neo4j import connect, target

    where = target()
    with connect(where) as driver:
        return ask_graph(query, values, driver, where.database)


def _parameters(query: Query) -> str:
    """Names of the parameters; those with a default in brackets."""
    words = [p.name if p.default is None else f"[{p.name}]" for p in query.parameters]
    return " ".join(words)


def _mark(value: object) -> str:
    return "yes" if value else ""
