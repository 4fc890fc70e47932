"""Work that takes longer than a person waits for a page: in a thread, with progress."""

from __future__ import annotations

import logging
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from ingest.errors import NotFound, RingscopeError, SettingsError

_LOG = logging.getLogger("ringscope.web")
KEPT = 20
"""Finished jobs that are kept; the oldest goes first."""
AT_ONCE = 2
"""Jobs that may run at the same time."""

Tell = Callable[[float], None]


@dataclass
class Job:
    """One piece of work.

    Attributes
    ----------
    name
        Secret enough not to be guessed.
    done
        Part that is done, in [0, 1].
    error
        What went wrong, in words; blank if nothing did.
    result
        The finished file.
    """

    name: str
    done: float = 0.0
    error: str = ""
    result: bytes | None = None

    @property
    def running(self) -> bool:
        """Whether it is still at work."""
        return self.result is None and not self.error


class Jobs:
    """The jobs of one app, in memory: they end with it."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, work: Callable[[Tell], bytes]) -> Job:
        """Begin a job.

        Parameters
        ----------
        work
            Makes the file; told how to say how far it is.

        Raises
        ------
        SettingsError
            Too many run already.
        """
        with self._lock:
            if sum(job.running for job in self._jobs.values()) >= AT_ONCE:
                raise SettingsError(f"{AT_ONCE} batches run already; wait until one is done")
            job = Job(secrets.token_urlsafe(16))
            self._jobs[job.name] = job
            while len(self._jobs) > KEPT:
                self._jobs.popitem(last=False)
        threading.Thread(target=_run, args=(job, work), daemon=True).start()
        return job

    def get(self, name: str) -> Job:
        """A job by name.

        Raises
        ------
        NotFound
            There is none, or it is gone.
        """
        with self._lock:
            if name not in self._jobs:
                raise NotFound("no such batch; the app may have been started again since")
            return self._jobs[name]


def _run(job: Job, work: Callable[[Tell], bytes]) -> None:
    def tell(done: float) -> None:
        job.done = min(max(done, 0.0), 1.0)

    try:
        result = work(tell)
    except RingscopeError as error:
        job.error = str(error)
    except Exception:  # noqa: BLE001 - a thread has nobody above it who could be told
        _LOG.exception("a batch failed")
        job.error = "something went wrong here; the log says what"
    else:
        job.done, job.result = 1.0, result
