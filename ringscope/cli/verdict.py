"""`ringscope verdict`: people decide on rings, and the next run obeys."""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..safetext import visible
from .nightly import DAY, StoreOption
from .options import Format, FormatOption

if TYPE_CHECKING:
    from ..verdicts import Verdict

group = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Decide on rings; the next nightly run obeys.",
)
RingArgument = Annotated[str, typer.Argument(metavar="RING", help="A ring of the current run.")]
WhoOption = Annotated[
    str,
    typer.Option("--who", default_factory=getpass.getuser, help="Who decides.", show_default=False),
]
WhyOption = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, for others.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(group, name="verdict")


@group.command()
def confirm(ring: RingArgument, store: StoreOption, who: WhoOption, why: WhyOption = "") -> None:
    """A ring is one: its status becomes confirmed.

    Its members count as labelled spam in training, unless verdicts.learn is off. Orphans, which
    only the rush of its sign-ups holds, are left out: decide on them one by one.

    Example: ringscope verdict confirm R-1a2b3c4d --store store --why "same kit as in May"
    """
    from ..store import Store
    from ..verdicts import confirm as decide
    from ..verdicts.lookup import orphans_of
    from ..words import count

    opened = Store.open(store)
    orphans = orphans_of(opened.run(), ring)
    _said(decide(opened, ring, who=who, why=why))
    if orphans:
        typer.echo(f"left out, to be decided on one by one: {count(len(orphans), 'orphan')}")


@group.command()
def reject(ring: RingArgument, store: StoreOption, who: WhoOption, why: WhyOption = "") -> None:
    """A ring is none: it stays away.

    It comes back as contested only when more of its evidence is new than verdicts.new_evidence.

    Example: ringscope verdict reject R-1a2b3c4d --store store --why "students of one course"
    """
    from ..store import Store
    from ..verdicts import reject as decide

    _said(decide(Store.open(store), ring, who=who, why=why))


@group.command()
def split(
    ring: RingArgument,
    store: StoreOption,
    accounts: Annotated[
        list[str], typer.Option("--group", metavar="A,B,…", help="Accounts of one part; repeat.")
    ],
    who: WhoOption,
    why: WhyOption = "",
) -> None:
    """A ring is several.

    Accounts of different groups are never in one ring again; the others stay with the group to
    which their links lead. One group is kept apart from all other members.

    Example: ringscope verdict split R-1a2b3c4d --group a1,a2 --group b1,b2,b3 --store store
    """
    from ..store import Store
    from ..verdicts import split as decide

    groups = [[name.strip() for name in part.split(",") if name.strip()] for part in accounts]
    _said(decide(Store.open(store), ring, groups, who=who, why=why))


@group.command("shared-place")
def shared_place(
    store: StoreOption,
    who: WhoOption,
    ring: Annotated[
        str | None, typer.Argument(metavar="RING", help="A ring that shares the place.")
    ] = None,
    place: Annotated[
        list[str] | None,
        typer.Option(metavar="KIND:VALUE", help="The identifier that is a place; repeat."),
    ] = None,
    expiry: Annotated[
        datetime | None,
        typer.Option(formats=DAY, metavar="DAY", help="First day on which it no longer holds."),
    ] = None,
    why: WhyOption = "",
) -> None:
    """What a ring shares is a place: an office, a home, a cafe.

    It links nobody until it expires, after 180 days if no day is given. With a ring alone: the
    devices, addresses and the like that half of it shares.

    Example: ringscope verdict shared-place R-1a2b3c4d --store store --why "library of Ghent"

    Example: ringscope verdict shared-place --place ip:203.0.113.9 --store store --expiry 2027-01-01
    """
    from ..store import Store
    from ..verdicts import shared_place as decide

    places = [named(text) for text in place or ()]
    until = expiry.date() if expiry else None
    _said(decide(Store.open(store), ring, places=places, who=who, why=why, expiry=until))


@group.command("not-linked")
def not_linked(
    a: Annotated[str, typer.Argument(metavar="A", help="An account.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another account.")],
    store: StoreOption,
    who: WhoOption,
    why: WhyOption = "",
) -> None:
    """Two accounts have nothing to do with each other: never in one ring.

    Example: ringscope verdict not-linked a000123 a000456 --store store --why "flatmates"
    """
    from ..store import Store
    from ..verdicts import not_linked as decide

    _said(decide(Store.open(store), a, b, who=who, why=why))


@group.command()
def undo(
    verdict: Annotated[str, typer.Argument(metavar="VERDICT", help="Its name, e.g. v3.")],
    store: StoreOption,
    who: WhoOption,
    why: WhyOption = "",
) -> None:
    """Take a verdict back; an undo may be undone.

    Example: ringscope verdict undo v3 --store store --why "wrong ring"
    """
    from ..store import Store
    from ..verdicts import undo as decide

    _said(decide(Store.open(store), verdict, who=who, why=why))


@group.command("list")
def list_(
    store: StoreOption,
    every: Annotated[
        bool, typer.Option("--all", help="Those that were taken back, and undos, too.")
    ] = False,
    form: FormatOption = Format.TABLE,
) -> None:
    """List the verdicts that stand.

    Example: ringscope verdict list --store store
    """
    import polars as pl

    from ..store import Store
    from ..verdicts import in_force, verdicts_of
    from .printing import show

    found = verdicts_of(Store.open(store))
    shown = found if every else in_force(found)
    columns = ("verdict", "act", "about", "accounts", "who", "when", "why", "expiry")
    rows = [
        (v.name, v.act, _about(v), len(v.accounts), v.who, v.when, v.why, v.expiry) for v in shown
    ]
    types = {name: pl.Int64 if name == "accounts" else pl.String for name in columns}
    show(pl.DataFrame(rows, schema=types, orient="row"), form, f"Verdicts ({len(rows)})")


@group.command()
def conflicts(store: StoreOption, form: FormatOption = Format.TABLE) -> None:
    """List verdicts that contradict each other, or the evidence of the current run.

    Example: ringscope verdict conflicts --store store
    """
    import polars as pl

    from ..store import Store
    from ..verdicts import open_conflicts
    from .printing import show

    found = open_conflicts(Store.open(store))
    rows = [(", ".join(c.verdicts), c.ring_id, c.sentence) for c in found]
    columns = dict.fromkeys(("verdicts", "ring_id", "conflict"), pl.String)
    show(pl.DataFrame(rows, schema=columns, orient="row"), form, f"Conflicts ({len(rows)})")


@group.command("export")
def export_(
    store: StoreOption,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="CSV file to write.")],
) -> None:
    """Write all verdicts as CSV.

    Example: ringscope verdict export --store store --out verdicts.csv
    """
    from ..run_folder import disk_errors
    from ..store import Store
    from ..verdicts import export_csv, verdicts_of

    found = verdicts_of(Store.open(store))
    with disk_errors(out):
        out.write_text(export_csv(found), encoding="utf-8")
    typer.echo(f"wrote {out}: {len(found):,} verdicts")


@group.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV as the export writes it.")],
    store: StoreOption,
) -> None:
    """Add the verdicts of a CSV file.

    Needed: act, who, when. A row that confirms or rejects a ring_id and names no accounts is about
    that ring of the current run. Verdicts that are there already are left out.

    Example: ringscope verdict import verdicts.csv --store store
    """
    from ..store import Store
    from ..verdicts import import_csv

    added, known = import_csv(Store.open(store), file)
    typer.echo(f"added {added:,} verdicts; {known:,} were there already")


def named(text: str) -> tuple[str, str]:
    """Take `kind:value` apart."""
    kind, colon, value = text.partition(":")
    if not colon or not value:
        raise typer.BadParameter(f"{text!r}: write KIND:VALUE, for example ip:203.0.113.9")
    return kind, value


def _about(verdict: Verdict) -> str:
    if verdict.undoes:
        return f"v{verdict.undoes}"
    if verdict.ring_id:
        return verdict.ring_id
    names = [f"{kind}:{value}" for kind, value in verdict.identifiers] or list(verdict.accounts)
    return ", ".join(names)


def _said(verdict: Verdict) -> None:
    typer.echo(visible(f"{verdict.name}: {verdict.act} {_about(verdict)}; the next run obeys"))
