"""Versions of models in a folder: which there are, which is in use, and who changed that when."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest.errors import NotFound, RunError

from ..sealed import check_seal

HISTORY, CURRENT, VERSIONS = "history.jsonl", "current", "versions"


@dataclass(frozen=True)
class Version:
    """A registered model.

    Attributes
    ----------
    version
        v0001, v0002, …
    created
        When it was registered, ISO 8601 in UTC.
    name, preset
        Model of the zoo, and shape of its table.
    table
        Fingerprint of the table that it was trained on.
    figures
        Figures on test rows of that table.
    threshold
        Risk from which a row is called spam.
    importances
        Share of each column in its decisions.
    options
        Settings of the estimator that a search found.
    note
        What somebody wrote about it.
    """

    version: str
    created: str
    name: str
    preset: str
    table: str
    figures: Mapping[str, float]
    threshold: float
    importances: Mapping[str, float]
    options: Mapping[str, Any]
    note: str


@dataclass(frozen=True)
class Change:
    """A change of the model in use: from one version (blank: none) to another."""

    when: str
    who: str
    before: str
    after: str
    why: str


@dataclass(frozen=True)
class Registry:
    """A folder of versions; `current` is a symbolic link to the one in use."""

    folder: Path

    def add(self, model: Path, about: Mapping[str, Any]) -> Version:
        """Copy a saved model in as the next version; it is not put into use.

        Parameters
        ----------
        model
            Folder of a saved model.
        about
            The fields of `Version` but for `version`.

        Raises
        ------
        RunError
            The folder is no whole model.
        """
        check_seal(model)
        with self._locked():
            last = max((int(one.version[1:]) for one in self.versions()), default=0)
            found = Version(version=f"v{last + 1:04d}", **about)
            target = self.folder / VERSIONS / found.version
            temporary = target.with_name(f"{target.name}.tmp-{os.getpid()}")
            shutil.rmtree(temporary, ignore_errors=True)
            shutil.copytree(model, temporary / "model")
            text = json.dumps(asdict(found), indent=1) + "\n"
            (temporary / "about.json").write_text(text, "utf-8")
            temporary.rename(target)
        return found

    def versions(self) -> list[Version]:
        """All versions, oldest first.

        Raises
        ------
        NotFound
            The folder is no registry.
        """
        if not (self.folder / VERSIONS).is_dir():
            raise NotFound(
                f"{self.folder}: no registry of models; ringscope train --registry makes one"
            )
        files = sorted((self.folder / VERSIONS).glob("v*/about.json"))
        return [
            Version(**json.loads(file.read_text("utf-8")))
            for file in files
            if file.parent.name[1:].isdigit()
        ]

    def version(self, name: str = CURRENT) -> Version:
        """One version by name, or the one in use.

        Raises
        ------
        NotFound
            There is no such version, or none is in use.
        """
        wanted = self.current() if name == CURRENT else name
        known = {one.version: one for one in self.versions()}
        if wanted is None:
            raise NotFound(
                f"{self.folder}: no version is in use; put one into use with "
                "ringscope models promote"
            )
        if wanted not in known:
            there = ", ".join(known) or "none"
            raise NotFound(f"{self.folder}: no version {wanted!r}; there are: {there}")
        return known[wanted]

    def model(self, name: str = CURRENT) -> Path:
        """Folder of the saved model of a version."""
        return self.folder / VERSIONS / self.version(name).version / "model"

    def current(self) -> str | None:
        """Name of the version in use."""
        link = self.folder / CURRENT
        return link.readlink().name if link.is_symlink() else None

    def promote(self, name: str, *, who: str, when: str, why: str = "") -> Change:
        """Put a version into use.

        Raises
        ------
        NotFound
            There is no such version.
        RunError
            It is in use already, or its files were altered.
        """
        wanted = self.version(name).version
        with self._locked():
            return self._use(wanted, who=who, when=when, why=why)

    def rollback(self, *, who: str, when: str, why: str = "") -> Change:
        """Put the version back into use that was in use before the current one.

        Raises
        ------
        NotFound
            The folder is no registry.
        RunError
            There was none before.
        """
        self.versions()
        with self._locked():
            before = self._before()
            if not before:
                raise RunError(f"{self.folder}: no version was in use before this one")
            return self._use(before, who=who, when=when, why=why or "rollback")

    def history(self) -> list[Change]:
        """All changes of the version in use, oldest first; none where there is no registry."""
        file = self.folder / HISTORY
        lines = file.read_text("utf-8").splitlines() if file.is_file() else []
        return [Change(**json.loads(line)) for line in lines]

    def _before(self) -> str:
        """The version that stood before the current one when that first came into use."""
        current = self.current()
        return next((one.before for one in self.history() if one.after == current), "")

    def _use(self, name: str, *, who: str, when: str, why: str) -> Change:
        before = self.current() or ""
        if name == before:
            raise RunError(f"{self.folder}: {name} is in use already")
        check_seal(self.model(name))
        change = Change(when, who, before, name, why)
        link = self.folder / f"{CURRENT}.tmp-{os.getpid()}"
        link.unlink(missing_ok=True)
        link.symlink_to(Path(VERSIONS) / name)
        link.replace(self.folder / CURRENT)
        with (self.folder / HISTORY).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(change)) + "\n")
        return change

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Let one writer in at a time."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / VERSIONS).mkdir(exist_ok=True)
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)
