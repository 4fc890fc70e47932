"""`ringscope feedback`: what people report, and how far each reporter is to be trusted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import Format, FormatOption, TopOption

group = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Reports of people on accounts, and how far to trust them.",
)
StoreOption = Annotated[
    Path, typer.Option("--feedback", metavar="DIR", help="Folder that keeps the reports.")
]
KnownOption = Annotated[
    Path | None,
    typer.Option("--table", metavar="TABLE", help="Table whose labels judge the reporters."),
]
PresetOption = Annotated[str, typer.Option("--preset", help="Shape of that table.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="feedback")


@group.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="user_id, label, reporter_id; maybe ts, note.")
    ],
    store: StoreOption,
) -> None:
    """Add reports to a folder of feedback.

    A label is 1 for spam that was missed and 0 for an honest account that was accused. A file
    with one bad row adds nothing.

    Example: ringscope feedback import reports.csv --feedback feedback
    """
    from ..train.reports import import_feedback

    done = import_feedback(file, store)
    typer.echo(
        f"{store}: {done.new:,} new reports, {done.known:,} known before; {done.total:,} in all"
    )


@group.command()
def reporters(
    store: StoreOption,
    table: KnownOption = None,
    preset: PresetOption = "gig-platform",
    top: TopOption = 20,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show reporters, the least trusted first.

    Trust is the share of reports that are right, judged by the labels of a table, if one is
    given, and by what other reporters say.

    Example: ringscope feedback reporters --feedback feedback --table accounts.csv
    """
    from ..train.reports import judge
    from .printing import show

    found = judge(store, table, preset).reporters
    show(found.head(top) if top else found, form, f"Reporters ({len(found):,} in all)")


@group.command()
def accounts(
    store: StoreOption,
    table: KnownOption = None,
    preset: PresetOption = "gig-platform",
    top: TopOption = 20,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show reported accounts, the likeliest spam first.

    The label is blank where the reports do not settle it.

    Example: ringscope feedback accounts --feedback feedback
    """
    from ..train.reports import judge
    from .printing import show

    found = judge(store, table, preset).accounts.sort("spam", "user_id", descending=[True, False])
    show(found.head(top) if top else found, form, f"Accounts ({len(found):,} in all)")
