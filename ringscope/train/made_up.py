"""Write made-up training tables."""

from __future__ import annotations

import os
from pathlib import Path

from ingest.errors import RunError, SettingsError
from models.tabular.generator import gig_table
from ringscope.run_folder import disk_errors, write_csv, write_parquet

WRITERS = {".csv": write_csv, ".parquet": write_parquet}


def write_gig_table(
    path: Path, *, rows: int, seed: int, drift: float = 0.0, force: bool = False
) -> int:
    """Write a table of `models.tabular.generator.gig_table`; returns its spam rows.

    Raises
    ------
    RunError
        The file is there and `force` is not given, or the disk refuses.
    SettingsError
        The file name ends in neither .csv nor .parquet.
    """
    if path.suffix not in WRITERS:
        raise SettingsError(f"{path}: give a name that ends in {' or '.join(WRITERS)}")
    if path.exists() and not force:
        raise RunError(f"{path}: is there already; add --force to replace it")
    frame = gig_table(rows, seed=seed, drift=drift)
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{path.name}.tmp-{os.getpid()}")
        try:
            WRITERS[path.suffix](frame, temporary)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    return int(frame["label"].sum())
