"""Scraper detection alone: from a folder of tables to suspects, master table and report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ingest import InputError, Tables, read_tables
from models.signals.scrapers import scraper_facts

from ..run_folder import write_csv, writing
from . import scraper_tables as made
from .scraper_report import scraper_report

PRESET = "event-logs"
"""The document's four files; found by themselves in a folder that has no accounts table."""


@dataclass(frozen=True)
class Found:
    """What was found: suspects, rules, and the rows of the files where they are the document's."""

    suspects: pl.DataFrame
    rules: pl.DataFrame
    counts: pl.DataFrame | None


def detect_scrapers(
    data: Path, out: Path, *, preset: str | None = None, force: bool = False
) -> Found:
    """Find scrapers and write `scrapers.csv`, `master.csv`, `rules.csv` and `report.html`.

    Parameters
    ----------
    data
        Folder with the input tables, or with the document's files.
    out
        Folder to write.
    preset
        `event-logs` for the document's files, or a preset of column names.
    force
        Replace an earlier result.

    Raises
    ------
    InputError
        The input cannot be read, or it has no events.
    RunError
        The output is taken or cannot be written.
    """
    tables, counts = _read(data, preset)
    if not tables.events.height:
        raise InputError(f"{data}: no events; scrapers show in events of types such as search")
    facts = scraper_facts(tables)
    suspects = made.suspects_table(tables, facts)
    rules = made.rules_table(tables, facts)
    with writing(out, force=force, what="scraper report", mark="scrapers.csv") as folder:
        write_csv(made.master_frame(tables, facts), folder / "master.csv")
        write_csv(rules, folder / "rules.csv")
        page = scraper_report(tables, facts, counts)
        (folder / "report.html").write_text(page, encoding="utf-8")
        write_csv(suspects, folder / "scrapers.csv")
    return Found(suspects, rules, counts)


def _read(data: Path, preset: str | None) -> tuple[Tables, pl.DataFrame | None]:
    if preset is None and any(data.glob("signup.*")) and not any(data.glob("accounts.*")):
        preset = PRESET
    tables = read_tables(data, preset=preset)
    if tables.logs is not None and tables.logs.height == 1:
        raise InputError(f"{data}: signup alone; add call.tsv, search.tsv or message.tsv")
    return tables, tables.logs
