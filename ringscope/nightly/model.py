"""Which model scores tonight: the standing one of the store, or one that is trained tonight.

A standing model scores the same data alike every night, so risks move only because accounts do. A
new one is trained on a schedule, and sooner where the old one no longer fits what it is asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest import Tables
from ingest.errors import RunError
from models.sealed import is_current

from .. import manifest
from ..run import Run
from ..settings import Settings
from ..store import Store
from .notes import cautions_since

if TYPE_CHECKING:
    from .job import Night

RETRAIN_EVERY = 7
"""Nights after which a new model is trained."""
CHANGED_LABELS = 0.1
"""Labels that came, went or turned, as a share of those that the model learned: beyond it, it is
trained anew."""
DRIFT = ("levels", "quantiles")
"""Warnings of the watch after which the next night trains."""


@dataclass(frozen=True)
class Choice:
    """What scores tonight.

    Attributes
    ----------
    model
        Folder of the saved model; None: one is trained.
    why
        Why one is trained, or that the standing one is used: one sentence.
    run, date
        Run and night that trained it; both blank for a model that somebody put into the store.
    """

    model: Path | None
    why: str
    run: str = ""
    date: str = ""

    @property
    def facts(self) -> dict[str, Any]:
        """What the manifest says of it."""
        return {
            "model": digest_of(self.model) if self.model else None,
            "training": {"run": self.run, "date": self.date, "why": self.why},
        }


def choose(
    store: Store, night: Night, before: Run | None, tables: Tables, settings: Settings
) -> Choice:
    """Choose the model of the night.

    Parameters
    ----------
    store
        The store.
    night
        What the night was told; its date is known.
    before
        The current run; None on the first night.
    tables
        Tonight's tables with the labels that count, those of verdicts among them.
    settings
        Tonight's settings.

    Raises
    ------
    RunError
        Training is not allowed, and there is no model.
    """
    if night.retrain:
        return Choice(None, "asked for")
    own = store.models / "current"
    if own.is_dir():
        return Choice(own.resolve(), "the model in models/current of the store")
    if before is None or not (before.folder / "models").is_dir():
        if night.saved_model:
            raise RunError(
                f"{store.folder}: no saved model; run a night without --saved-model first"
            )
        return Choice(None, "there was no model yet")
    standing = _standing(before)
    why = "" if night.saved_model else _outdated(store, night, before, standing, tables, settings)
    return Choice(None, why) if why else standing


def model_of(store: Store, before: Run | None) -> Path:
    """The saved model to score with: `models/current` of the store, else that of a run.

    Raises
    ------
    RunError
        There is none.
    """
    own = store.models / "current"
    if own.is_dir():
        return own.resolve()
    if before and (before.folder / "models").is_dir():
        return before.folder / "models"
    raise RunError(f"{store.folder}: no saved model; run a night without --saved-model first")


def digest_of(model: Path) -> str:
    """SHA-256 over the files of a saved model, with their names."""
    files = sorted(path for path in model.rglob("*") if path.is_file())
    lines = [f"{path.relative_to(model).as_posix()} {manifest.sha256(path)}" for path in files]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def trained_in(facts: Mapping[str, Any], run: str) -> tuple[str, str]:
    """Run and date of the training behind a run, from `night` of its manifest."""
    if "training" not in facts:
        return "", ""
    if facts["model"] is None:
        return run, str(facts["date"])
    return str(facts["training"]["run"]), str(facts["training"]["date"])


def model_told(before: Run | None, name: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What changes say of the model of a run: who trained it, whether it is another, and why.

    Parameters
    ----------
    before
        The earlier run; None: there is none.
    name, facts
        Of the later one: its name and `night` of its manifest.
    """
    trained, _ = trained_in(facts, name)
    why = str(facts.get("training", {}).get("why", ""))
    if before is None or not (before.folder / "models").is_dir():
        return {"trained": trained, "changed": False, "why": why}
    earlier = before.manifest["night"]
    same = trained == trained_in(earlier, before.folder.resolve().name)[0]
    if not trained:  # put there by somebody: only its bytes tell
        same = facts.get("model") == earlier.get("model")
    return {"trained": trained, "changed": not same, "why": why}


def _standing(before: Run) -> Choice:
    run, day = trained_in(before.manifest["night"], before.folder.name)
    of = f" of {run}" if run else ""
    return Choice(before.folder / "models", f"the standing model{of}", run, day)


def _outdated(
    store: Store, night: Night, before: Run, standing: Choice, tables: Tables, settings: Settings
) -> str:
    """Why the standing model does no longer do; blank if it does."""
    if not standing.date:
        return "nothing is known of the training of the standing model"
    age = ((night.date or date.min) - date.fromisoformat(standing.date)).days
    if age >= night.retrain_every:
        return f"the standing model is {age} nights old"
    if before.manifest["versions"] != manifest.versions():
        return "versions of libraries changed"
    if before.manifest["settings"] != settings.deciding():
        return "the settings changed"
    memory = before.folder / "models" / "memory"
    if memory.is_dir() and not is_current(memory):
        return "the standing model was saved by another version of ringscope"
    changed = _changed_labels(memory, tables)
    if changed > CHANGED_LABELS:
        return f"{changed:.0%} of the labels changed"
    drifted = [c for c in cautions_since(store, before, standing.run) if c.what in DRIFT]
    if drifted:
        return f"drift since the training: {drifted[0].sentence}"
    return ""


def _changed_labels(memory: Path, tables: Tables) -> float:
    """Labels that differ from those that were learned, as a share of these; 0 if unknown."""
    from models.memory import load_memory

    if not memory.is_dir():
        return 0.0
    labels = tables.accounts["label"].fill_null(-1).to_numpy().astype(np.int8)
    return load_memory(memory).changed(tables.accounts["account_id"], labels)
