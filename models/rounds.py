"""What comes after the first scores, in one sealed JSON file: second looks and the population."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ingest import RunError

from .population import Population
from .relational import SecondLook


def save_rounds(seconds: Sequence[SecondLook], population: Population, path: Path) -> None:
    """Write second looks and the population, with a hash of both."""
    rest = {"seconds": [asdict(one) for one in seconds], "population": asdict(population)}
    text = json.dumps({**rest, "sha256": _digest(rest)}, indent=1, sort_keys=True) + "\n"
    path.write_text(text, encoding="utf-8")


def load_rounds(path: Path) -> tuple[tuple[SecondLook, ...], Population]:
    """Read second looks and the population.

    Raises
    ------
    RunError
        The file is missing or was altered.
    """
    try:
        rest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{path}: missing or damaged: train the model again") from error
    if rest.pop("sha256", None) != _digest(rest):
        raise RunError(f"{path}: altered since it was saved: train the model again")
    seconds = tuple(SecondLook(tuple(one["weights"]), one["offset"]) for one in rest["seconds"])
    return seconds, Population(**rest["population"])


def _digest(rest: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()
