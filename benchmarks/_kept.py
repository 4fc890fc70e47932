"""Figures that outlive a benchmark that is stopped: kept in its JSON file, one by one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MEASURED = (
    "ingest",
    "graph",
    "models",
    "ringscope/demo",
    "benchmarks/_attacks",
    "benchmarks/_switches",
)
"""Folders whose code decides the figures."""

Figures = dict[str, Any]
"""Figures by name, and what else is kept of a measurement."""


class Kept:
    """Figures by the name of what was measured.

    Figures of the same options and the same code are taken from the file; others are measured
    anew, and the file is written after each.

    Parameters
    ----------
    path
        JSON file; None keeps nothing.
    about
        Options that the figures depend on.
    """

    def __init__(self, path: Path | None, about: Mapping[str, Any]) -> None:
        self.path = path
        self.about = {**about, "code": code_digest()}
        self.results: dict[str, Figures] = {}
        if path and path.is_file():
            content = json.loads(path.read_text("utf-8"))
            if content.get("about") == self.about:
                self.results = content["results"]

    def get(self, name: str, measure: Callable[[], Figures]) -> Figures:
        """Figures of one measurement: those that are kept, or new ones."""
        if name not in self.results:
            self.results[name] = measure()
            self.write({})
        return self.results[name]

    def write(self, summary: Mapping[str, Any]) -> None:
        """Write all figures and what they come to; the file is whole at any time."""
        if not self.path:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        content = {"about": self.about, **summary, "results": self.results}
        beside = self.path.with_name(f"{self.path.name}.part")
        beside.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
        beside.replace(self.path)


def code_digest() -> str:
    """Hash of the code that decides the figures: another version measures anew."""
    digest = hashlib.sha256()
    for folder in MEASURED:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".yaml"}:
                digest.update(str(path.relative_to(ROOT)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def spread(values: list[float]) -> tuple[float, float, float]:
    """Mean, least and greatest of some figures; NaN where there is none."""
    known = [value for value in values if value == value]
    if not known:
        return (float("nan"),) * 3
    return sum(known) / len(known), min(known), max(known)


def told(values: list[float]) -> str:
    """The same as text: mean and, of several, the range."""
    mean, low, high = spread(values)
    return f"{mean:.3f}" if len(values) < 2 else f"{mean:.3f} ({low:.2f}-{high:.2f})"
