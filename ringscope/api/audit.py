"""Who looked at what and decided what: one line of JSON per request, only ever appended."""

from __future__ import annotations

import json
import logging
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

_LOG = logging.getLogger("ringscope.api")


class Audit:
    """The audit log of a store, a file a day: `STORE/audit/2026-05-14.jsonl`.

    Parameters
    ----------
    folder
        Where the files are; None: lines go to the log of the program alone.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._day, self._handle = "", -1

    def note(self, **facts: object) -> None:
        """Append a line; a disk that refuses is told by the log, and stops nobody."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        # ASCII: no text from strangers can break a line or trick a terminal that shows the file.
        line = json.dumps({"at": at, **facts}, ensure_ascii=True)
        _LOG.info("%s", line)
        if self._folder is None:
            return
        try:
            with self._lock:
                os.write(self._of(at[:10]), line.encode() + b"\n")
        except OSError as error:
            _LOG.error("the audit log cannot be written (%s): %s", error.strerror, line)

    def _of(self, day: str) -> int:
        """The open file of a day."""
        if day != self._day and self._folder is not None:
            self._folder.mkdir(exist_ok=True)
            path = self._folder / f"{day}.jsonl"
            opened = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            if self._handle >= 0:
                os.close(self._handle)
            self._day, self._handle = day, opened
        return self._handle
