"""`ringscope ring`, `account`, `why`: look at one thing of a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..safetext import visible
from .options import Format, FormatOption, RunOption, TopOption

if TYPE_CHECKING:
    import polars as pl

    from ..evidence import Statement
    from ..run import Run

RING_COLUMNS = (
    "ring_id", "size", "core_size", "risk", "surprise", "status", "reading", "link_kinds",
    "first_seen", "last_seen",
)  # fmt: skip
RING_SPARE = ("core_size", "first_seen", "last_seen")
_TIMES = ("first_seen", "last_seen")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (ring, account, why):
        app.command()(command)


def ring(
    run: RunOption,
    ring_id: Annotated[str | None, typer.Argument(metavar="ID", help="A ring.")] = None,
    top: TopOption = 20,
    form: FormatOption = Format.TABLE,
) -> None:
    """List the rings of a run, or look at one ring.

    One ring shows its facts, its members and what they share.

    With --format csv one ring prints its members.

    Example: ringscope ring --run out

    Example: ringscope ring R-1a2b3c4d --run out
    """
    from ..evidence import ring_evidence
    from .printing import plain, records, show, show_facts, show_json

    opened = _open(run)
    if ring_id is None:
        rings = opened.frame("rings").select(RING_COLUMNS)
        show(rings.head(top or len(rings)), form, f"Rings ({len(rings)})", spare=RING_SPARE)
        return
    found = opened.ring(ring_id, native=True)
    members, shared = found.members, found.identifiers
    if form is Format.JSON:
        show_json(
            plain(found.facts)
            | {"evidence": _told(ring_evidence(opened, ring_id).statements)}
            | {"members": records(members), "identifiers": records(shared)}
            | {"links": records(found.links)}
        )
    elif form is Format.CSV:
        show(members, form)
    else:
        show_facts(found.facts)
        _say(ring_evidence(opened, ring_id).statements)
        members = members.with_columns(reasons_without(ring_id))
        show(
            members.head(top or len(members)), form, f"Members ({len(members)})", spare=("joined",)
        )
        title = f"Shared identifiers ({len(shared)})"
        show(shared.head(top or len(shared)), form, title, spare=_TIMES)


def account(
    account_id: Annotated[str, typer.Argument(metavar="ID", help="An account.")],
    run: RunOption,
    top: TopOption = 20,
    form: FormatOption = Format.TABLE,
) -> None:
    """Look at one account.

    Shows its scores with reasons, its identifiers and the accounts linked to it.

    With --format csv it prints the identifiers.

    Example: ringscope account a000123 --run out
    """
    from ..evidence import account_evidence
    from .printing import plain, records, show, show_facts, show_json

    found = account_evidence(_open(run), account_id)
    seen, links = found.identifiers, found.links
    if form is Format.JSON:
        told = {"evidence": _told(found.statements), "spam_path": list(found.spam_path)}
        tables = {"identifiers": seen, "links": links, "contributions": found.contributions}
        lists = {name: records(table) for name, table in tables.items()}
        show_json(plain(found.facts) | told | lists)
    elif form is Format.CSV:
        show(seen, form)
    else:
        show_facts(found.facts)
        _say(found.statements)
        show(found.contributions.drop("fact"), form, "What moved the score")
        show(seen.head(top or len(seen)), form, f"Identifiers ({len(seen)})", spare=_TIMES)
        show(links.head(top or len(links)), form, f"Linked accounts ({len(links)})")


def why(
    a: Annotated[str, typer.Argument(metavar="A", help="An account.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another account.")],
    run: RunOption,
    form: FormatOption = Format.TABLE,
) -> None:
    """Say what links two accounts.

    Shows all evidence between them, or the shortest path of links.

    With --format csv it prints the evidence along the path.

    Example: ringscope why a000123 a000456 --run out
    """
    from .printing import records, show, show_json

    found = _open(run).why(a, b, native=True)
    if form is Format.JSON:
        show_json(
            {
                "sentence": found.sentence,
                "shared": records(found.shared),
                "path": list(found.path),
                "obstacles": list(found.obstacles),
                "steps": records(found.steps),
            }
        )
    elif form is Format.CSV:
        show(found.steps, form)
    else:
        typer.echo(visible(found.sentence))
        for obstacle in found.obstacles:
            typer.echo(f"  {visible(obstacle)}")
        if len(found.shared):
            spare = ("first_a", "last_a", "first_b", "last_b")
            show(found.shared, form, "What both were seen with", spare=spare)
        if len(found.path) > 2 or len(found.shared) < len(found.steps):
            show(found.steps, form, "Step by step", spare=_TIMES)


def _say(statements: tuple[Statement, ...]) -> None:
    """Print evidence in words, each sentence on its line below its heading."""
    for one in statements:
        typer.echo(f"\n{one.title}")
        for sentence in one.sentences:
            typer.echo(f"  {visible(sentence)}")
    typer.echo()


def _told(statements: tuple[Statement, ...]) -> dict[str, list[str]]:
    return {one.title: list(one.sentences) for one in statements}


def reasons_without(ring_id: str) -> pl.Expr:
    """Reasons without the one that names the ring at which the reader is looking."""
    import polars as pl

    other = ~pl.element().str.contains(ring_id, literal=True)
    return pl.col("reasons").str.split("; ").list.eval(pl.element().filter(other)).list.join("; ")


def _open(folder: Path) -> Run:
    from ..run import Run

    return Run.open(folder)
