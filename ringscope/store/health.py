"""The health file of a store: how the last night went, and how old the last good run is."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from ingest.errors import RingscopeError

from ..run_folder import disk_errors
from .layout import replace_json

_LOG = logging.getLogger("ringscope.store")


@dataclass(frozen=True)
class Health:
    """How the last night went.

    Attributes
    ----------
    state
        ok, failed, held back (a run was made, and warnings kept it from becoming the current
        one), or unknown (no night yet).
    finished
        When the last night ended; UTC, ISO 8601.
    good_run, good_at
        The last run that became or stayed the current one, and when; blank before the first.
    line
        The summary line of the last night, or its error.
    warnings
        What the watch found, a sentence each.
    """

    state: str = "unknown"
    finished: str = ""
    good_run: str = ""
    good_at: str = ""
    line: str = ""
    warnings: tuple[str, ...] = ()

    def age_hours(self, now: datetime) -> float | None:
        """Hours since the last good run, never below 0; None if there was none."""
        if not self.good_at:
            return None
        return max((now - datetime.fromisoformat(self.good_at)).total_seconds() / 3600, 0.0)


def read_health(path: Path) -> Health:
    """Read a health file; an absent or damaged one tells nothing."""
    try:
        found = json.loads(path.read_bytes())
        return Health(**{**found, "warnings": tuple(found["warnings"])})
    except (OSError, ValueError, TypeError, KeyError):
        return Health()


def note_health(
    path: Path, state: str, line: str, *, run: str = "", warnings: tuple[str, ...] = ()
) -> None:
    """Write how a night went; a disk that refuses this too is only logged.

    Parameters
    ----------
    path
        The health file.
    state, line, warnings
        See `Health`.
    run
        The current run, of a good night.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    before = read_health(path)
    good_run, good_at = (run, now) if run else (before.good_run, before.good_at)
    health = Health(state, now, good_run, good_at, line, warnings)
    try:
        with disk_errors(path):
            replace_json(asdict(health), path)
    except RingscopeError as error:
        _LOG.warning("%s", error)
