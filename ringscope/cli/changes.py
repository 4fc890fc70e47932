"""`ringscope changes`: what is new since another run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..safetext import visible
from .options import Format, FormatOption, RunOption, TopOption

if TYPE_CHECKING:
    from ..run import Run

_EVENTS = ("night", "ring_id", "event", "others", "size_before", "size", "cause")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(changes)


def changes(
    run: RunOption,
    since: Annotated[
        str | None,
        typer.Option(metavar="RUN", help="Earlier run, or its name in the store; the one before."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="PAGE", help="Write the page of changes, an HTML file."),
    ] = None,
    top: TopOption = 40,
    form: FormatOption = Format.TABLE,
) -> None:
    """Tell what changed since another run.

    Shows what happened to each ring, with its cause, and accounts whose risk moved.

    With --format csv it prints the events of rings.

    Example: ringscope changes --store store

    Example: ringscope changes --store store --since 2026-05-01 --out changes.html

    Example: ringscope changes --run out2 --since out1
    """
    from ..export.place import place
    from ..nightly.changes import changes as tell
    from ..nightly.changes_page import changes_page, model_sentence, summary
    from ..nightly.model import model_told
    from ..nightly.story import run_frames
    from ..run import Run
    from .printing import show_json

    after = Run.open(run)
    before = _earlier(after, since)
    found = tell(
        run_frames(before) if before else None,
        run_frames(after),
        since=_name(before) if before else None,
        run=_name(after),
        model=model_told(before, _name(after), night)
        if (night := after.manifest.get("night")) and (before is None or "night" in before.manifest)
        else None,
    )
    if out:
        place(out, changes_page(found).encode())
    if form is Format.JSON:
        show_json(found)
        return
    if form is Format.TABLE:
        typer.echo(visible(_headline(found, summary(found))))
        if told := model_sentence(found):
            typer.echo(visible(told))
    _show(found, form, top)
    if out:
        typer.echo(f"page: {out}", err=form is not Format.TABLE)


def _headline(found: dict[str, Any], told: str) -> str:
    since = f"since {found['since']}" if found["since"] else "the first run"
    return f"{found['run']} {since}: {told}"


def _earlier(after: Run, since: str | None) -> Run | None:
    """The run to compare with: as named, else the one before in the store; None: there is none."""
    from ..run import Run

    siblings = after.folder.resolve().parent
    if since is None:
        previous = after.manifest.get("night", {}).get("previous")
        return Run.open(siblings / previous) if previous else None
    named = siblings / since
    return Run.open(named if (named / "manifest.json").is_file() else Path(since))


def _name(run: Run) -> str:
    return run.folder.resolve().name


def _show(found: dict[str, Any], form: Format, top: int) -> None:
    import polars as pl

    from .printing import show

    rows = [
        {"ring_id": ring["ring_id"], **event} for ring in found["rings"] for event in ring["events"]
    ]
    text = dict.fromkeys(("night", "ring_id", "event", "others", "cause"), pl.String)
    events = pl.DataFrame(rows, schema_overrides=text, infer_schema_length=None)
    if events.is_empty():
        events = pl.DataFrame(schema=dict.fromkeys(_EVENTS, pl.String))
    show(
        events.select(_EVENTS).head(top or len(events)), form, f"Rings ({len(events)} events)",
        spare=("size_before",),
    )  # fmt: skip
    if form is Format.TABLE and found["accounts"]["moved"]:
        moved = [
            {
                "account_id": row["account_id"],
                "ring_id": row["ring_id"],
                "risk_before": row["risk_before"],
                "risk": row["risk"],
                "moved_by": "; ".join(_fact(fact) for fact in row["moved_by"]),
            }
            for row in found["accounts"]["moved"][: top or None]
        ]
        frame = pl.DataFrame(moved, schema_overrides={"ring_id": pl.String})
        many = found["accounts"]["moved_in_all"]
        show(frame, form, f"Accounts whose risk moved ({many})", spare=("risk_before",))


def _fact(fact: dict[str, Any]) -> str:
    return f"{fact['adds']:+.1f} {fact['says'] or fact['was']}"
