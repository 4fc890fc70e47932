"""How long a store keeps what it no longer needs."""

from __future__ import annotations

import shutil

from ..run_folder import disk_errors
from .layout import Store

KEPT_LOGS = 90


def prune(store: Store, keep: int) -> list[str]:
    """Remove all but the latest runs; the current one and those after it always stay.

    Parameters
    ----------
    store
        The store; the caller holds its lock.
    keep
        Runs to keep, at least 1.

    Returns
    -------
    list
        Names of the removed runs.
    """
    names, current = store.names(), store.current()
    last = names.index(current) if current in names else 0
    old = names[: max(min(len(names) - keep, last), 0)]
    with disk_errors(store.folder):
        for name in old:
            # Renamed first: what is removed half is not taken for a run.
            gone = store.runs / f"{name}.gone"
            (store.runs / name).rename(gone)
            shutil.rmtree(gone)
            (store.nights / f"{name}.json").unlink(missing_ok=True)
        for log in sorted(store.logs.glob("*.log"))[:-KEPT_LOGS]:
            log.unlink()
    return old
