"""`ringscope models`: versions of models, which one is in use, and whether it still fits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import Format, FormatOption, SeedOption, TopOption
from .train import ThreadsOption, costs

if TYPE_CHECKING:
    from models.tabular.challenge import Challenge
    from models.tabular.registry import Change

group = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Versions of trained models: compare, promote, roll back, watch.",
)
RegistryOption = Annotated[
    Path, typer.Option("--registry", metavar="DIR", help="Folder that keeps the versions.")
]
VersionArgument = Annotated[str, typer.Argument(metavar="VERSION", help="Such as v0002.")]
VersionOption = Annotated[
    str, typer.Option("--version", metavar="VERSION", help="The one in use if not given.")
]
WhyOption = Annotated[str, typer.Option("--why", help="Reason, kept in the history.")]
WhoOption = Annotated[str, typer.Option("--who", help="Who decides; the user of this system.")]
TableArgument = Annotated[Path, typer.Argument(metavar="TABLE", help="Table in the same shape.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="models")


def now() -> str:
    """The time, in UTC, for registers."""
    from datetime import UTC, datetime

    return datetime.now(UTC).isoformat(timespec="seconds")


def user(given: str = "") -> str:
    """Who runs this, if nobody else is named."""
    import getpass

    try:
        return given or getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


@group.command("list")
def list_(registry: RegistryOption, form: FormatOption = Format.TABLE) -> None:
    """List the versions, oldest first, and which is in use.

    Example: ringscope models list --registry models
    """
    import polars as pl

    from models.tabular.registry import Registry

    from .printing import show

    store = Registry(registry)
    rows = [
        {
            "version": one.version,
            "use": "in use" if one.version == store.current() else "",
            "created": one.created,
            "model": one.name,
            "table": one.table,
            "average_precision": one.figures["average_precision"],
            "roc_auc": one.figures["roc_auc"],
            "f1": one.figures["chosen_f1"],
            "threshold": one.threshold,
            "note": one.note,
        }
        for one in store.versions()
    ]
    show(pl.DataFrame(rows), form, f"{len(rows)} versions", spare=("table", "note"))


@group.command()
def add(
    training: Annotated[
        Path, typer.Argument(metavar="TRAINING", help="Folder that ringscope train wrote.")
    ],
    registry: RegistryOption,
    model: Annotated[
        str, typer.Option("--model", help="Which; the best on validation rows if not given.")
    ] = "",
    note: Annotated[str, typer.Option("--note", help="What to know about it.")] = "",
) -> None:
    """Register a trained model as the next version; it is not put into use.

    Example: ringscope models add training --registry models --model lightgbm
    """
    from ..train.versions import register as put

    one = put(training, registry, when=now(), model=model, note=note)
    typer.echo(f"{one.version}: {one.name}; next: ringscope models promote {one.version}")


@group.command("show")
def show_(
    version: VersionArgument, registry: RegistryOption, form: FormatOption = Format.TABLE
) -> None:
    """Show what is known of a version.

    Example: ringscope models show v0001 --registry models
    """
    from models.tabular.registry import Registry

    from .printing import show_facts, show_json

    one = Registry(registry).version(version)
    if form is Format.JSON:
        show_json(vars(one))
        return
    top = list(one.importances.items())[:8]
    facts = {k: v for k, v in vars(one).items() if k not in {"figures", "importances", "options"}}
    facts |= {"leans_on": ", ".join(f"{name} {share:.3f}" for name, share in top)}
    facts |= {"options": ", ".join(f"{key} {value}" for key, value in one.options.items())}
    show_facts(facts | dict(one.figures))


@group.command()
def compare(
    first: Annotated[str, typer.Argument(metavar="CHAMPION", help="Such as v0001.")],
    second: Annotated[str, typer.Argument(metavar="CHALLENGER", help="Such as v0002.")],
    registry: RegistryOption,
    on: Annotated[Path, typer.Option("--on", metavar="TABLE", help="Labelled table to judge on.")],
    all_rows: Annotated[
        bool, typer.Option("--all-rows", help="The table is new to both: use every row.")
    ] = False,
    missed: Annotated[float | None, typer.Option(min=0, help="Cost of a missed spammer.")] = None,
    false_alarm: Annotated[
        float | None, typer.Option(min=0, help="Cost of an accused honest account.")
    ] = None,
    seed: SeedOption = 7,
    threads: ThreadsOption = 1,
    form: FormatOption = Format.TABLE,
) -> None:
    """Compare two versions on the same rows, which neither was fitted on.

    The interval is for challenger minus champion, 95 %, over resampled rows.

    Example: ringscope models compare v0001 v0002 --registry models --on accounts.csv
    """
    from models.tabular.table import read_table

    from ..train.chosen import choose
    from ..train.versions import judge_versions

    champion, challenger = choose(registry, first), choose(registry, second)
    found = judge_versions(
        read_table(on, champion.preset), champion, challenger, seed=seed,
        costs=costs(missed, false_alarm), all_rows=all_rows, threads=threads,
    )  # fmt: skip
    show_challenge(found, form)


def show_challenge(found: Challenge, form: Format) -> None:
    """Print a comparison of two models."""
    import polars as pl

    from .printing import show

    rows = [
        {
            "figure": one.figure,
            "champion": one.champion,
            "challenger": one.challenger,
            "difference": one.difference,
            "low": one.low,
            "high": one.high,
            "challenger_is": one.verdict,
        }
        for one in found.differences
    ]
    show(pl.DataFrame(rows), form, f"On {found.rows:,} rows, {found.spam:,} of them spam")
    typer.echo(
        f"{found.only_champion_right:,} rows only the champion decides rightly, "
        f"{found.only_challenger_right:,} only the challenger; chance of such a split between "
        f"equals: {found.chance:.3g}",
        err=form is not Format.TABLE,
    )


@group.command()
def promote(
    version: VersionArgument, registry: RegistryOption, why: WhyOption = "", who: WhoOption = ""
) -> None:
    """Put a version into use.

    Example: ringscope models promote v0002 --registry models --why "better on new rows"
    """
    from models.tabular.registry import Registry

    _say(Registry(registry).promote(version, who=user(who), when=now(), why=why))


@group.command()
def rollback(registry: RegistryOption, why: WhyOption = "", who: WhoOption = "") -> None:
    """Put the version back into use that stood before the current one.

    Example: ringscope models rollback --registry models --why "too many false alarms"
    """
    from models.tabular.registry import Registry

    _say(Registry(registry).rollback(who=user(who), when=now(), why=why))


def _say(change: Change) -> None:
    before = f", before: {change.before}" if change.before else ""
    typer.echo(f"in use: {change.after}{before}")


@group.command()
def history(registry: RegistryOption, form: FormatOption = Format.TABLE) -> None:
    """Show who put which version into use, when and why.

    Example: ringscope models history --registry models
    """
    import polars as pl

    from models.tabular.registry import Registry

    from .printing import show

    store = Registry(registry)
    title = f"Changes of {len(store.versions())} versions"
    show(pl.DataFrame([vars(one) for one in store.history()]), form, title)


@group.command()
def importances(
    registry: RegistryOption, top: TopOption = 20, form: FormatOption = Format.TABLE
) -> None:
    """Show what the versions decide by, one column per version, oldest first.

    Example: ringscope models importances --registry models
    """
    from ..train.versions import importances_over_time
    from .printing import show

    show(importances_over_time(registry, top or 10**6), form, "Importance of columns by version")


@group.command()
def ask(
    values: Annotated[
        list[str], typer.Argument(metavar="COLUMN=VALUE...", help="Columns by key or by name.")
    ],
    model: Annotated[
        Path, typer.Option("--model", metavar="DIR", help="Registry, or folder of a saved model.")
    ],
    version: VersionOption = "current",
    top: TopOption = 10,
    form: FormatOption = Format.TABLE,
) -> None:
    """Score one account by hand: its risk, and what raised and lowered it.

    Columns that are not given are not known. Values are checked against the column dictionary.

    Example: ringscope models ask X19=3600 MessagesSent_Total=240 X24=1 --model models
    """
    from ..train.ask import ask as answer
    from ..train.chosen import choose
    from .printing import show

    chosen = choose(model, version)
    found = answer(chosen, values)
    show(found.columns.head(top) if top else found.columns, form, "What counts most")
    limit = chosen.model.threshold.value
    word = "called spam" if found.called else "not called spam"
    names = "; names of columns are hypothetical" if chosen.preset.hypothetical else ""
    typer.echo(
        f"risk {found.risk:.3f}: {word} (from {limit:.3f} on, {chosen.name}){names}",
        err=form is not Format.TABLE,
    )
