"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How a table is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


RunOption = Annotated[
    Path,
    typer.Option("--run", "--store", metavar="RUN|STORE", help="Run, or store: its current run."),
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to print.")]
TopOption = Annotated[int, typer.Option("--top", min=0, help="Rows to print at most; 0 = all.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace what is there.")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="Seed of all randomness.")]
