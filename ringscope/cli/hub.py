"""`ringscope hub`: people decide on single identifiers, and see before what that would change."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from ..safetext import visible
from .nightly import DAY, StoreOption
from .options import Format, FormatOption
from .verdict import WhoOption

if TYPE_CHECKING:
    import polars as pl

    from ..hubs import PolicyRow

group = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Say which identifiers link nobody, or everybody; the next nightly run obeys.",
)
KindArgument = Annotated[str, typer.Argument(metavar="KIND", help="ip, device, …")]
ValueArgument = Annotated[str, typer.Argument(metavar="VALUE", help="The identifier.")]
ReasonOption = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, for others.")]
ExpiryOption = Annotated[
    datetime | None,
    typer.Option(
        "--expiry", formats=DAY, metavar="DAY", help="First day on which it no longer holds."
    ),
]


class Treatment(StrEnum):
    """What a preview may try."""

    IGNORE = "ignore"
    CAP = "cap"
    ALLOW = "allow"
    EXPIRE = "expire"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="hub")


@group.command()
def ignore(
    kind: KindArgument,
    value: ValueArgument,
    store: StoreOption,
    why: ReasonOption,
    who: WhoOption,
    expiry: ExpiryOption = None,
) -> None:
    """Let an identifier link nobody.

    Example: ringscope hub ignore ip 203.0.113.9 --store store --why "library of Ghent"
    """
    from ..hubs import ignore as decide
    from ..store import Store

    until = expiry.date() if expiry else None
    _said(decide(Store.open(store), kind, value, who=who, reason=why, expiry=until))


@group.command()
def cap(
    kind: KindArgument,
    value: ValueArgument,
    limit: Annotated[
        int,
        typer.Option(
            "--at",
            min=3,
            metavar="N",
            help="Accounts at the same time above which it links nobody.",
        ),
    ],
    store: StoreOption,
    why: ReasonOption,
    who: WhoOption,
    expiry: ExpiryOption = None,
) -> None:
    """Give an identifier a cap of its own instead of that of its kind.

    Example: ringscope hub cap device kiosk-7 --at 8 --store store --why "kiosk in a shop"
    """
    from ..hubs import cap as decide
    from ..store import Store

    until = expiry.date() if expiry else None
    _said(decide(Store.open(store), kind, value, limit, who=who, reason=why, expiry=until))


@group.command()
def allow(
    kind: KindArgument,
    value: ValueArgument,
    store: StoreOption,
    why: ReasonOption,
    who: WhoOption,
    expiry: ExpiryOption = None,
) -> None:
    """Never take an identifier for a hub: whoever shares it is linked.

    Example: ringscope hub allow ip 198.51.100.4 --store store --why "proxy of known spammers"
    """
    from ..hubs import allow as decide
    from ..store import Store

    until = expiry.date() if expiry else None
    _said(decide(Store.open(store), kind, value, who=who, reason=why, expiry=until))


@group.command()
def expire(
    kind: KindArgument,
    value: ValueArgument,
    store: StoreOption,
    who: WhoOption,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, for others.")] = "",
) -> None:
    """End what was decided about an identifier: it is measured again.

    Example: ringscope hub expire ip 203.0.113.9 --store store --why "the library moved"
    """
    from ..hubs import expire as decide
    from ..store import Store

    _said(decide(Store.open(store), kind, value, who=who, reason=why))


@group.command("list")
def list_(
    store: StoreOption,
    every: Annotated[bool, typer.Option("--all", help="Those that no longer hold, too.")] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """List what people decided about identifiers, with the sharing measured now.

    What ringscope capped by itself is in hubs.csv of the run.

    Example: ringscope hub list --store store
    """
    from ..hubs import rows_of, standing
    from ..store import Store
    from .printing import show

    opened = Store.open(store)
    rows = rows_of(opened)
    today = datetime.now(UTC).date()
    holding = standing(rows, today)
    frame = _table(rows if every else holding, holding)
    if opened.current():
        now = opened.run().frame("identifiers").select("kind", "value", accounts_now="accounts")
        frame = frame.join(now, ["kind", "value"], "left", maintain_order="left")
    show(frame, form, f"Hub policy ({len(frame)})", spare=("source", "when"))


@group.command()
def preview(
    treatment: Annotated[Treatment, typer.Argument(metavar="ignore|cap|allow|expire")],
    kind: KindArgument,
    value: ValueArgument,
    store: StoreOption,
    limit: Annotated[int, typer.Option("--at", min=0, metavar="N", help="Of a cap.")] = 0,
    form: FormatOption = Format.TABLE,
) -> None:
    """Say which rings would appear, vanish or change, before anybody decides.

    Links and rings are found again with the risks of the current run; no model is asked.

    Example: ringscope hub preview ignore ip 203.0.113.9 --store store
    """
    from ..hubs import preview as look
    from ..hubs import proposed
    from ..store import Store
    from ..verdicts import in_force, verdicts_of
    from .printing import show

    opened = Store.open(store)
    row = proposed(opened, treatment, kind, value, who="preview", reason="", limit=limit)
    found = look(opened.run(), row, in_force(verdicts_of(opened)))
    before, after = found.links
    typer.echo(
        visible(
            f"{kind} {value}: used by {row.accounts:,} accounts ({row.share:.1%}); "
            f"links {before:,} -> {after:,}"
        ),
        err=form is not Format.TABLE,
    )
    show(found.rings, form, f"Rings that would differ ({len(found.rings)})")


def _table(rows: tuple[PolicyRow, ...], holding: tuple[PolicyRow, ...]) -> pl.DataFrame:
    import polars as pl

    columns = {
        "kind": pl.String, "value": pl.String, "treatment": pl.String, "limit": pl.Int64,
        "holds": pl.String, "reason": pl.String, "who": pl.String, "when": pl.String,
        "expiry": pl.String, "source": pl.String, "accounts": pl.Int64, "share": pl.Float64,
    }  # fmt: skip
    told = [
        (
            row.kind, row.value, row.treatment, row.limit or None,
            "yes" if row in holding else "no", row.reason, row.who, row.when,
            row.expiry, row.source, row.accounts or None, row.share or None,
        )
        for row in rows
    ]  # fmt: skip
    return pl.DataFrame(told, schema=columns, orient="row")


def _said(row: PolicyRow) -> None:
    until = f" until {row.expiry}" if row.expiry else ""
    typer.echo(visible(f"{row.treatment} {row.kind} {row.value}{until}; the next run obeys"))
