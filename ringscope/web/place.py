"""What the app shows: the current run of a store, or one run that nobody can decide on."""

from __future__ import annotations

import logging
from pathlib import Path
from threading import Lock, Thread

from ingest.errors import RingscopeError, SettingsError

from ..newcomers import Known, prepare_run, warm_up
from ..run import Run
from ..store import Store
from .reading import Reading

_LOG = logging.getLogger("ringscope.web")


class Place:
    """A store, or one run.

    Parameters
    ----------
    store
        Folder of a store; its current run is shown, also after it changes.
    run
        Folder of a run, to be looked at only.

    Raises
    ------
    SettingsError
        Neither or both are given.
    RunError
        There is no such store or run.
    """

    def __init__(self, *, store: Path | None = None, run: Path | None = None) -> None:
        if (store is None) == (run is None):
            raise SettingsError("give one of --store STORE and --run RUN")
        self.store = Store.open(store) if store else None
        self._lock = Lock()
        self._preparing = Lock()
        self._known: Known | None = None
        self._reading = Reading(Run.open(run) if run else self._newest())

    @property
    def writable(self) -> bool:
        """Whether decisions can be written down."""
        return self.store is not None

    def reading(self) -> Reading:
        """The current run, opened once; another one as soon as the store points to it."""
        if self.store is not None:
            name = self.store.current()
            with self._lock:
                if name != self._reading.run.folder.name:
                    self._reading = Reading(self._newest())
        return self._reading

    @property
    def prepared(self) -> str:
        """Name of the run that new accounts are compared with; blank until one is prepared."""
        return self._known.name if self._known else ""

    def known(self) -> Known:
        """The current run, prepared for new accounts; while a newer one is prepared, the old."""
        run = self.reading().run
        found = self._known
        if found is None:
            with self._preparing:
                self._known = self._known or _laid_out(run)
                return self._known
        if found.name != run.folder.resolve().name and self._preparing.acquire(blocking=False):
            Thread(target=self._renew, args=(run,), daemon=True).start()
        return found

    def _renew(self, run: Run) -> None:
        try:
            self._known = _laid_out(run)
        except RingscopeError:
            _LOG.exception("the new run cannot be prepared; the one before stays in use")
        finally:
            self._preparing.release()

    def deciding(self) -> Store:
        """The store to decide in.

        Raises
        ------
        SettingsError
            The app shows a single run.
        """
        if self.store is None:
            raise SettingsError("this app shows one run; start it with --store to decide")
        return self.store

    def _newest(self) -> Run:
        if self.store is None:
            raise SettingsError("no store")
        return self.store.run()


def _laid_out(run: Run) -> Known:
    known = prepare_run(run)
    warm_up(known)
    return known
