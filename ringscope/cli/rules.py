"""`ringscope rules`: the rule set alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .options import Format, FormatOption, TopOption

if TYPE_CHECKING:
    import polars as pl

    from ingest import Tables
    from models.rules import RuleSet

    from ..settings import Settings

group = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Check rules, explain what they say of an account, simulate them on history.",
)
DataArgument = Annotated[Path, typer.Argument(metavar="DATA", help="Folder with the tables.")]
RulesOption = Annotated[
    Path | None,
    typer.Option("--rules", metavar="FILE", help="Rules to use in place of those that ship."),
]
NetworksOption = Annotated[
    list[Path] | None,
    typer.Option("--networks", metavar="FILE", help="List of VPN or hosting networks; repeatable."),
]
ConfigOption = Annotated[Path | None, typer.Option(help="Settings file (ringscope.toml).")]
PresetOption = Annotated[str | None, typer.Option(help="Column mapping by name.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="rules")


@group.command()
def check(
    rules: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="Rules; those that ship if not given.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option("--data", metavar="DATA", help="Say what these tables lack.")
    ] = None,
    networks: NetworksOption = None,
    config: ConfigOption = None,
    preset: PresetOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Check a file of rules and list what it says.

    With --data it also says which rules cannot be told, because the tables lack their input.

    Example: ringscope rules check rules.yaml --data world
    """
    from ..rules import rule_list
    from .printing import show

    settings, chosen = _opened(rules, networks, config, preset)
    table = rule_list(chosen, _tables(data, settings) if data else None)
    steps = ", ".join(f"{step.action} above {step.above:g}" for step in reversed(chosen.actions))
    shown = for_people(table) if form is Format.TABLE else table
    show(shown, form, f"Rules ({len(chosen.rules)}): {steps} points")


@group.command()
def signals(
    data: Annotated[
        Path | None, typer.Option("--data", metavar="DATA", help="Show values on these tables.")
    ] = None,
    networks: NetworksOption = None,
    config: ConfigOption = None,
    preset: PresetOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """List the signals that rules may compare, with what each needs and says.

    With --data it shows how many accounts have a value, and the median and the 90 % and 99 %
    quantiles: where a limit would cut.

    Example: ringscope rules signals --data world
    """
    from ..rules import signal_list
    from .printing import show

    settings, _ = _opened(None, networks, config, preset)
    table = signal_list(_tables(data, settings) if data else None)
    show(table, form, f"Signals ({len(table)})", spare=("needs",))


@group.command()
def explain(
    account_id: Annotated[str, typer.Argument(metavar="ID", help="An account.")],
    data: DataArgument,
    rules: RulesOption = None,
    networks: NetworksOption = None,
    config: ConfigOption = None,
    preset: PresetOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Say of each rule whether it holds for an account, and why.

    Example: ringscope rules explain a000123 world
    """
    from ..rules import explain as explained
    from .printing import plain, records, show, show_facts, show_json

    settings, chosen = _opened(rules, networks, config, preset)
    found = explained(_tables(data, settings), chosen, account_id)
    if form is Format.JSON:
        show_json(plain(found.facts) | {"rules": records(found.rules)})
        return
    if form is Format.TABLE:
        show_facts(found.facts | {"points": f"{found.facts['points']:g}"})
    shown = for_people(found.rules) if form is Format.TABLE else found.rules
    show(shown, form, spare=("condition",))


@group.command()
def simulate(
    data: DataArgument,
    rules: RulesOption = None,
    run: Annotated[
        Path | None,
        typer.Option("--run", metavar="RUN", help="Combine points with the risks of this run."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the accounts as CSV.")
    ] = None,
    networks: NetworksOption = None,
    config: ConfigOption = None,
    preset: PresetOption = None,
    top: TopOption = 20,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show what rules would do on history, before they are switched on.

    Hits, precision where labels exist, which rules find the same accounts, and the actions; rules
    with `active: false` are shown and give no points. Nothing is ever done to an account.

    Example: ringscope rules simulate world --rules rules.yaml --out hits.csv
    """
    from ..export.place import place
    from ..rules import simulate as simulated
    from ..run import Run
    from .printing import records, show, show_json

    settings, chosen = _opened(rules, networks, config, preset)
    tables = _tables(data, settings)
    found = simulated(tables, chosen, settings.actions, Run.open(run) if run else None)
    if out:
        from ..csvsafe import to_csv

        place(out, to_csv(found.accounts).encode())
    if form is Format.JSON:
        parts = {"rules": found.rules, "overlap": found.overlap, "actions": found.actions}
        show_json({name: records(frame) for name, frame in parts.items()})
    elif form is Format.CSV:
        show(found.rules, form)
    else:
        table = for_people(found.rules).drop("condition")
        show(table, form, "Rules", spare=("recall", "share", "lacking"))
        pairs = found.overlap.head(top or len(found.overlap))
        show(pairs, form, f"Overlap ({len(found.overlap)} pairs)")
        show(found.actions, form, "Recommended")
    if out:
        typer.echo(f"wrote {out}: {len(found.accounts):,} accounts", err=form is not Format.TABLE)


def for_people(table: pl.DataFrame) -> pl.DataFrame:
    """Plain points, and no column `active` where every rule is."""
    import polars as pl

    points = [f"{value:g}" for value in table["points"]]
    shown = table.with_columns(points=pl.Series(points))
    return shown.drop("active") if "active" in shown.columns and shown["active"].all() else shown


def _opened(
    rules: Path | None, networks: list[Path] | None, config: Path | None, preset: str | None
) -> tuple[Settings, RuleSet]:
    """Settings with what the command line says of rules, and the checked rules."""
    from models.rules import load_rules

    from ..settings import Settings

    given: dict[str, Any] = {"preset": preset}
    settings = Settings.load(config, **given) if config else Settings.of({}, **given)
    known = settings.rules
    own = {"file": rules or known.file, "networks": tuple(networks or known.networks)}
    settings = settings.model_copy(update={"rules": known.model_copy(update=own)})
    return settings, load_rules(settings.rules.file)


def _tables(data: Path, settings: Settings) -> Tables:
    from ..analysis import read

    return read(data, settings)
