"""Write made-up data as files in the shape of the source documents."""

from __future__ import annotations

from pathlib import Path

from ..run_folder import write_csv, writing
from .event_log import make_log


def write_log(out: Path, *, accounts: int, seed: int, force: bool = False) -> dict[str, int]:
    """Write signup, call, search and message as TSV, and truth.csv; return rows per file."""
    tables = make_log(accounts, seed)
    truth = tables.pop("truth")
    with writing(out, force=force, what="made-up log", mark="truth.csv") as folder:
        for name, frame in tables.items():
            frame.write_csv(folder / f"{name}.tsv", separator="\t")
        write_csv(truth, folder / "truth.csv")
    return {name: frame.height for name, frame in tables.items()}
