"""The nightly job: from tonight's data to a new current run, or to the old one untouched."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest import Tables
from ingest.errors import RunError, SettingsError
from ingest.kept import Kept

from .. import analysis, manifest
from ..context import Context
from ..hubs import policy_frame
from ..progress import Progress
from ..run import Run
from ..settings import Settings
from ..store import Store, held
from ..store.health import note_health
from ..store.kept import load_kept, save_kept
from ..store.log import logged
from ..store.retention import prune
from ..store.tables import append_rows, stored_tables
from .canaries import canaries
from .decisions import Decisions, read_decisions
from .model import RETRAIN_EVERY, choose, digest_of, model_told
from .notes import note_night, read_note, warnings_of
from .past import Past
from .summary import Outcome, summary_line

if TYPE_CHECKING:
    import polars as pl


KEEP = 30
"""Runs that a store keeps."""
_LOG = logging.getLogger("ringscope.nightly")


@dataclass(frozen=True)
class Night:
    """What a night is told.

    Attributes
    ----------
    data
        Folder of tables, or frames by name; None: what the store keeps, with tonight's decisions.
    append
        Whether `data` holds only what is new.
    date
        The night; today (UTC) if None.
    saved_model
        Score with the standing model of the store, whatever the schedule of training says.
    retrain
        Train a model, whatever the schedule says.
    retrain_every
        Nights after which a new model is trained.
    keep
        Runs to keep.
    strict
        Whether warnings of the watch keep the run from becoming the current one.
    canaries
        Whether rings are planted in a shadow copy, to see how many would be found.
    """

    data: Any = None
    append: bool = False
    date: date | None = None
    saved_model: bool = False
    retrain: bool = False
    retrain_every: int = RETRAIN_EVERY
    keep: int = KEEP
    strict: bool = False
    canaries: bool = True


def nightly(
    folder: str | Path,
    night: Night,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Run one night.

    The run is a function of tonight's data, settings, seed, model, decisions and of the run
    before. If the current run was made of just that tonight, it stays and nothing is computed.

    Parameters
    ----------
    folder
        The store; made if it is not there.
    night, settings
        What to do.
    progress
        Who is told about the steps.

    Raises
    ------
    StoreHeld
        Another job works in the store.
    InputError
        The data cannot be read as the contract asks.
    RunError
        The store is damaged, or the disk refuses. The current run stays what it was.
    """
    if night.keep < 1:
        raise SettingsError(f"keep = {night.keep}; keep one run at least")
    if night.retrain_every < 1:
        raise SettingsError(f"retrain_every = {night.retrain_every}; give one night at least")
    if night.retrain and night.saved_model:
        raise SettingsError("train or score with the saved model: not both")
    store = Store.make(folder)
    started = time.perf_counter()
    with held(store.lock, "ringscope nightly"):
        day = _day(store, night)
        with logged(store.logs / f"{day.isoformat()}.log"):
            try:
                done = _run(store, replace(night, date=day), settings, progress or Progress())
            except Exception as error:
                note_health(store.health, "failed", str(error) or type(error).__name__)
                _LOG.error("%s", error)
                raise
            done = replace(done, seconds=time.perf_counter() - started)
            note_night(store, done)
            line = summary_line(done)
            _LOG.info("%s", line)
            good = "" if done.held_back else done.run.folder.name
            state = "held back" if done.held_back else "ok"
            note_health(store.health, state, line, run=good, warnings=done.warnings)
    return done


def _day(store: Store, night: Night) -> date:
    """The date of the night; never before that of the current run, whatever the clock says."""
    day = night.date or datetime.now(UTC).date()
    current = store.current()
    if current is None:
        return day
    last = date.fromisoformat(current[:10])
    if day < last:
        _LOG.warning("the night of %s comes after that of %s: taken for it", day, last)
    return max(day, last)


def _run(store: Store, night: Night, settings: Settings | None, progress: Progress) -> Outcome:
    store.mend()
    settings = settings or settings_of(store)
    before = store.run() if store.current() else None
    with progress.step("input"):
        tables, added = _tables(store, night, settings)
        if added:
            progress.note(", ".join(f"{rows:,} new {name}" for name, rows in added.items()))
    day = night.date or datetime.now(UTC).date()
    decisions = read_decisions(store, day, before)
    facts = {"date": day.isoformat(), **decisions.facts}
    made_of = _made_of(tables, settings, facts)
    standing = _same(store, before, made_of, night)
    kept = load_kept(store)
    if standing:
        outcome = Outcome(run=standing, before=before, made=False)
    else:
        name = store.next_name(day)
        labelled = Context(verdicts=decisions.verdicts).labelled(tables, settings.verdicts)
        chosen = choose(store, night, before, labelled, settings)
        _LOG.info("model: %s", chosen.why if chosen.model else f"trained: {chosen.why}")
        previous = before.folder.name if before else None
        facts |= {**chosen.facts, "previous": previous, "key": _key(made_of, previous)}
        context = replace(context_of(decisions, before, name, facts), kept=kept)
        run = analysis.analyze(
            tables, settings, store.runs / name, model=chosen.model, progress=progress,
            context=context,
        )  # fmt: skip
        for line in kept.told():
            _LOG.info("%s", line)
        outcome = Outcome(run=run, before=before, made=True)
    outcome = replace(outcome, warnings=warnings_of(store, outcome.run, before))
    if outcome.warnings and night.strict and outcome.run.folder.name != store.current():
        outcome = replace(outcome, held_back=True)
    else:
        store.promote(outcome.run.folder.name)
    if outcome.made:
        save_kept(store, kept)
    if night.canaries:
        policy = policy_frame(decisions.policy)
        outcome = _with_canaries(store, outcome, (tables, kept), settings, policy, progress)
    prune(store, night.keep)
    return outcome


def _with_canaries(
    store: Store,
    outcome: Outcome,
    read: tuple[Tables, Kept],
    settings: Settings,
    policy: pl.DataFrame | None,
    progress: Progress,
) -> Outcome:
    """Plant rings in a shadow copy; the run is finished and stays what it is."""
    known = read_note(store, outcome.run.folder.name).get("canaries")
    if known:
        return replace(outcome, canaries=known)
    models = outcome.run.folder / "models"
    with progress.step("canaries"):
        tables, kept = read
        model = models if models.is_dir() else None
        found = canaries(tables, settings, model, policy, kept.once_more())
        progress.note(str(found["sentence"]))
    return replace(outcome, canaries=found)


def context_of(
    decisions: Decisions, before: Run | None, name: str, facts: Mapping[str, object]
) -> Context:
    """What a run of a store is a function of beside its tables, settings and model."""
    return Context(
        verdicts=decisions.verdicts,
        before=before.frame("ring_members").select("account_id", "ring_id") if before else None,
        policy=policy_frame(decisions.policy),
        tell=Past(before, name, model_told(before, name, facts)).tell,
        facts={"night": dict(facts)},
        lasting=True,
    )


def settings_of(store: Store) -> Settings:
    """The settings file of a store, or the defaults.

    Raises
    ------
    SettingsError
        The file holds what is no setting.
    """
    return Settings.load(store.settings) if store.settings.is_file() else Settings()


def _tables(store: Store, night: Night, settings: Settings) -> tuple[Tables, dict[str, int]]:
    if night.data is None:
        return stored_tables(store), {}
    if night.append:
        return append_rows(store, night.data, settings)
    return analysis.read(night.data, settings), {}


def _made_of(tables: Tables, settings: Settings, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that decides what the run will be, but its model and the run before."""
    return {
        "inputs": dict(tables.sources),
        "settings": settings.deciding(),
        "versions": manifest.versions(),
        **{name: facts[name] for name in ("date", "verdicts", "hub_policy")},
    }


def _key(made_of: Mapping[str, Any], previous: str | None) -> str:
    text = json.dumps({**made_of, "previous": previous}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _same(store: Store, before: Run | None, made_of: Mapping[str, Any], night: Night) -> Run | None:
    """A finished run made of just this: the current one, or one that was not promoted yet."""
    current = before.folder.name if before else ""
    for name in reversed([name for name in store.names() if name >= current]):
        try:
            run = store.run(name)
        except RunError:
            continue
        facts = run.manifest["night"]
        leads_here = name == current or facts["previous"] == (current or None)
        same = facts["key"] == _key(made_of, facts["previous"])
        if leads_here and same and _by_right_model(store, run, night):
            return run
    return None


def _by_right_model(store: Store, run: Run, night: Night) -> bool:
    """Whether a run of this very night was scored by what was asked for now."""
    used = run.manifest["night"]["model"]
    own = store.models / "current"
    if night.retrain:
        return used is None
    return not own.is_dir() or used == digest_of(own.resolve())
