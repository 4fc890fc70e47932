"""A store: immutable runs, the pointer to the current one, and what people decided.

```text
STORE/
  store.json        says that this is a store
  current           symbolic link to the run folder that counts
  runs/             one folder per run, named after its night: 2026-05-14, 2026-05-14-02
  verdicts.jsonl    people's decisions on rings        (journal)
  hubs.jsonl        people's decisions on identifiers  (journal)
  keys.jsonl        keys of the API, as hashes         (journal)
  audit/            who looked at what and decided what, a file a day
  tables/           cleaned rows, for nights that bring only what is new
  kept/             what was computed of accounts and identifiers, so that it is computed once
  models/           saved models to score with
  nights/           what watch and canaries said of each run
  logs/             one log per night
  health.json       how the last night went
  lock              who works here now
```
"""

from __future__ import annotations

import json
import os
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Self

from ingest.errors import RunError

from ..run import Run
from ..run_folder import MANIFEST, disk_errors, fsync, write_json
from .journal import Journal

FORMAT = 1
MARK = "store.json"
_RUN = re.compile(r"\d{4}-\d{2}-\d{2}(-\d{2,})?")


class Store:
    """The places in a store; see the text above.

    Parameters
    ----------
    folder
        The store. `Store.open` and `Store.make` check it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runs = folder / "runs"
        self.tables = folder / "tables"
        self.models = folder / "models"
        self.kept = folder / "kept"
        self.nights = folder / "nights"
        self.logs = folder / "logs"
        self.health = folder / "health.json"
        self.lock = folder / "lock"
        self.settings = folder / "ringscope.toml"
        self.verdicts = Journal(folder / "verdicts.jsonl")
        self.hubs = Journal(folder / "hubs.jsonl")

    @classmethod
    def open(cls, folder: str | Path) -> Self:
        """Open a store that is there.

        Raises
        ------
        RunError
            It is not.
        """
        path = Path(os.path.abspath(folder))  # noqa: PTH100 - a link to a store may be moved
        try:
            found = json.loads((path / MARK).read_bytes())
        except (OSError, ValueError):
            raise RunError(
                f"{path}: no store; make one with: ringscope nightly DATA --store {path}"
            ) from None
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise RunError(f"{path / MARK}: not a store of format {FORMAT}; use another version")
        return cls(path)

    @classmethod
    def around(cls, run: Run) -> Self | None:
        """Open the store that a run is in; None if it is in none.

        Raises
        ------
        RunError
            The store is of another version.
        """
        runs = Path(os.path.abspath(run.folder)).parent  # noqa: PTH100 - as above
        inside = runs.name == "runs" and (runs.parent / MARK).is_file()
        return cls.open(runs.parent) if inside else None

    @classmethod
    def make(cls, folder: str | Path) -> Self:
        """Open a store, or make one in a new or empty folder.

        Raises
        ------
        RunError
            The folder holds something else, or the disk refuses.
        """
        path = Path(os.path.abspath(folder))  # noqa: PTH100 - as above
        if (path / MARK).exists():
            return cls.open(path)
        store = cls(path)
        with disk_errors(path):
            # A maker that was stopped leaves some of its own folders and no mark.
            parts = (store.runs, store.tables, store.models, store.nights, store.logs)
            ours = {*parts, store.lock}
            if path.exists() and set(path.iterdir()) - ours - {path / f"{MARK}.new"}:
                raise RunError(f"{path}: holds files that are no store; choose a new folder")
            for part in parts:
                part.mkdir(parents=True, exist_ok=True)
            replace_json({"format": FORMAT}, path / MARK)
        return store

    def names(self) -> list[str]:
        """Names of the finished runs, the oldest first."""
        if not self.runs.is_dir():
            return []
        names = (path.name for path in self.runs.iterdir() if (path / MANIFEST).is_file())
        return sorted(name for name in names if _RUN.fullmatch(name))

    def current(self) -> str | None:
        """Name of the current run; None before the first.

        Raises
        ------
        RunError
            The pointer leads nowhere.
        """
        link = self.folder / "current"
        if not link.is_symlink():
            return None
        target = link.readlink()
        if not (self.folder / target / MANIFEST).is_file():
            raise RunError(
                f"{link}: points to {target}, which is no run; point it to a folder in {self.runs}"
            )
        return target.name

    def run(self, name: str | None = None) -> Run:
        """Open a run of the store; the current one if no name is given.

        Raises
        ------
        RunError
            There is no such run, or it is damaged.
        """
        wanted = name or self.current()
        if wanted is None:
            raise RunError(
                f"{self.folder}: no run yet; make one with: ringscope nightly DATA --store "
                f"{self.folder}"
            )
        if not _RUN.fullmatch(wanted) or not (self.runs / wanted).is_dir():
            known = ", ".join(self.names()[-3:]) or "none"
            raise RunError(f"{self.folder}: no run {wanted!r}; the latest are: {known}")
        return Run.open(self.runs / wanted)

    def next_name(self, night: date) -> str:
        """Name of a further run of a night."""
        taken = set(self.names())
        name, turn = night.isoformat(), 1
        while name in taken:
            turn += 1
            name = f"{night.isoformat()}-{turn:02d}"
        return name

    def promote(self, name: str) -> None:
        """Make a run the current one: in one step, so that a reader sees the old or the new."""
        with disk_errors(self.folder):
            new = self.folder / f"current.new-{os.getpid()}"
            new.unlink(missing_ok=True)
            new.symlink_to(Path("runs") / name)
            new.replace(self.folder / "current")
            fsync(self.folder)

    def mend(self) -> None:
        """Remove what jobs that died left behind; only whoever holds the lock may do so."""
        with disk_errors(self.folder):
            for left in [*self.runs.glob("*.tmp-*"), *self.runs.glob("*.gone")]:
                shutil.rmtree(left)
            for left in [*self.folder.glob("current.new-*"), *self.folder.glob("*.json.new")]:
                left.unlink()


def replace_json(value: dict[str, object], path: Path) -> None:
    """Write a JSON file so that a reader sees the old or the new one, and sync it."""
    new = path.with_name(f"{path.name}.new")
    write_json(value, new)
    fsync(new)
    new.replace(path)
    fsync(path.parent)
