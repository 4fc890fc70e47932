"""`ringscope key`: who may use the API, for what and until when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import typer

from ..safetext import visible
from .nightly import DAY, StoreOption
from .options import Format, FormatOption
from .verdict import WhoOption, WhyOption

group = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Keys of the API: who may use it, for what and until when.",
)


class Scope(StrEnum):
    """What a key may do."""

    READ = "read"
    SCORE = "score"
    DECIDE = "decide"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="key")


@group.command()
def create(
    owner: Annotated[
        str, typer.Argument(metavar="OWNER", help="Who will use it; decisions carry this name.")
    ],
    store: StoreOption,
    scope: Annotated[list[Scope], typer.Option("--scope", help="What it may do; repeat.")],
    who: WhoOption,
    expires: Annotated[
        datetime | None,
        typer.Option(formats=DAY, metavar="DAY", help="First day on which it no longer holds."),
    ] = None,
) -> None:
    """Make a key and print it, once: the store keeps only a hash of it.

    It holds for 90 days if no day is given.

    Example: ringscope key create sign-up-service --scope score --store store

    Example: ringscope key create anna --scope read --scope decide --store store
    """
    from ..api.keys import DAYS, Keyring
    from ..store import Store

    until = expires.date() if expires else datetime.now(UTC).date() + timedelta(days=DAYS)
    scopes = tuple(str(one) for one in scope)
    made, said = Keyring(Store.open(store)).create(owner, scopes, expiry=until, by=who)
    typer.echo(said)
    typer.echo(
        visible(f"key {made.id} of {made.owner}: {', '.join(made.scopes)} until {made.expiry}; ")
        + "it is not shown again",
        err=True,
    )


@group.command("list")
def list_(store: StoreOption, form: FormatOption = Format.TABLE) -> None:
    """List the keys: who has one, for what, until when; never the keys themselves.

    Example: ringscope key list --store store
    """
    import polars as pl

    from ..api.keys import Keyring
    from ..store import Store
    from .printing import show

    today = datetime.now(UTC).date()
    columns = ("key", "owner", "scopes", "state", "created", "expiry", "by", "revoked")
    rows = [
        {
            "key": key.id,
            "owner": key.owner,
            "scopes": ";".join(key.scopes),
            "state": key.state(today),
            "created": key.created[:10],
            "expiry": key.expiry,
            "by": key.by,
            "revoked": key.revoked,
        }
        for key in Keyring(Store.open(store)).keys().values()
    ]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String))
    show(frame, form, f"Keys ({len(rows)})")


@group.command()
def revoke(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Its id, as the list shows it.")],
    store: StoreOption,
    who: WhoOption,
    why: WhyOption = "",
) -> None:
    """Revoke a key at once, also in an app that runs.

    Example: ringscope key revoke 1a2b3c4d --store store --why "laptop lost"
    """
    from ..api.keys import Keyring
    from ..store import Store

    ended = Keyring(Store.open(store)).revoke(key, by=who, why=why)
    typer.echo(visible(f"key {ended.id} of {ended.owner} is revoked"))
