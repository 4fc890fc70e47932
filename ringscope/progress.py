"""What a long job is doing: a line per step, with seconds and peak memory."""

from __future__ import annotations

import logging
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .safetext import visible

if TYPE_CHECKING:
    from rich.console import Console

LOGGER = logging.getLogger("ringscope")
_KIB_PER_MB = 1024


@dataclass(frozen=True)
class Step:
    """One finished step: its name, wall-clock seconds and peak resident memory in MiB."""

    name: str
    seconds: float
    peak_mb: float


class Progress:
    """Times the steps of a job and says when each is done.

    Parameters
    ----------
    console
        A terminal to draw a spinner on while a step runs. Without one each step is one line in
        the log `ringscope`.

    Examples
    --------
    >>> progress = Progress()
    >>> with progress.step("read"):
    ...     progress.note("3 accounts")
    >>> [step.name for step in progress.steps]
    ['read']
    """

    def __init__(self, console: Console | None = None) -> None:
        self.steps: list[Step] = []
        self._console = console
        self._notes: list[str] = []

    def note(self, text: str) -> None:
        """Add a few words to the line of the step that runs now."""
        self._notes.append(visible(text))

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what happens inside; a step that fails is not recorded."""
        self._notes.clear()
        _forget_peak()
        start = time.perf_counter()
        with self._console.status(f"{name} …") if self._console else nullcontext():
            yield
        done = Step(name, time.perf_counter() - start, _peak_mb())
        self.steps.append(done)
        self._say(done)

    def _say(self, done: Step) -> None:
        notes = ", ".join(self._notes)
        line = f"{done.name:<9}{done.seconds:7.1f} s {done.peak_mb:7.0f} MB  {notes}".rstrip()
        if self._console:
            self._console.print(line, markup=False, highlight=False)
        else:
            LOGGER.info("%s", line)


class SafeFormatter(logging.Formatter):
    """A log formatter whose every record stays one line of printable text."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a record; a traceback, which is ours, keeps its lines."""
        trace = record.exc_info
        record.exc_info = None
        record.exc_text = None
        line = visible(super().format(record))
        record.exc_info = trace
        return f"{line}\n{self.formatException(trace)}" if trace else line


def _forget_peak() -> None:
    """Start a new high-water mark of memory, where the system (Linux) can."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return


def _peak_mb() -> float:
    """Peak resident memory in MiB: of this step on Linux, else of the process so far."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return int(status.split("VmHWM:")[1].split()[0]) / _KIB_PER_MB
    except (OSError, IndexError):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / _KIB_PER_MB / (_KIB_PER_MB if sys.platform == "darwin" else 1)
