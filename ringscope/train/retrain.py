"""Train the model in use anew on today's table, and put it into use only if it is better."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ingest.errors import NotFound, SettingsError
from models.tabular.challenge import Challenge
from models.tabular.fitting import FitSettings
from models.tabular.registry import Registry, Version
from models.tabular.table import read_table
from ringscope.progress import Progress

from .chosen import choose
from .jobs import Plan, train
from .versions import judge_versions, register

FIRST = "lightgbm"
"""Model that a registry without any version begins with."""


class Retrained(NamedTuple):
    """A new version, what it was compared with, and whether it is in use now.

    `challenge` is None where no version was in use before.
    """

    version: Version
    challenge: Challenge | None
    promoted: bool


def retrain(
    source: Path,
    registry: Path,
    out: Path,
    settings: FitSettings,
    *,
    when: str,
    who: str,
    promote: bool = False,
    go_on: bool = False,
    plan: Plan | None = None,
    progress: Progress | None = None,
) -> Retrained:
    """Fit the model of the version in use, with its settings, on a table; register the result.

    The two are compared on rows that neither was fitted on. With `promote` the new version is put
    into use if its average precision is better beyond chance, or if there is none in use.

    Parameters
    ----------
    go_on
        Add trees to the model in use, fitted on this table, instead of fitting it anew; only
        LightGBM can.
    out
        Folder for the training; gone on with if it was stopped, emptied for another table.
    when, who
        Written into the registry.

    Raises
    ------
    InputError, RunError, SettingsError
        As `train`.
    """
    store = Registry(registry)
    try:
        before: Version | None = store.version()
    except NotFound:
        before = None
    plan = plan or Plan(eda=False)
    name = before.name if before else FIRST
    options = dict(before.options) if before else {}
    start = choose(registry, before.version).model if before and go_on else None
    if start and start.kind != "boosted":
        raise SettingsError(
            f"the model {name!r} cannot go on from what it knows, only lightgbm can: leave out "
            "--continue to fit it anew"
        )
    full = replace(settings, options=options, start=start)
    train(source, out, [name], full, plan=plan, force=True, progress=progress)
    note = f"went on from {before.version}" if before and start else "trained anew"
    version = register(out, registry, when=when, note=note, options=options)
    if before is None:
        if promote:
            store.promote(version.version, who=who, when=when, why="first version")
        return Retrained(version, None, promote)
    champion, challenger = choose(registry, before.version), choose(registry, version.version)
    table = plan.change(read_table(source, champion.preset))
    found = judge_versions(
        table, champion, challenger, seed=settings.seed, costs=settings.costs,
        threads=settings.threads,
    )  # fmt: skip
    better = found.differences[0].verdict == "better"
    if promote and better:
        gain = found.differences[0]
        why = f"average precision {gain.difference:+.4f} [{gain.low:+.4f}, {gain.high:+.4f}]"
        store.promote(version.version, who=who, when=when, why=why)
    return Retrained(version, found, promote and better)
