"""What a night came to: one line for schedulers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..run import Run


@dataclass(frozen=True)
class Outcome:
    """What a night came to.

    Attributes
    ----------
    run
        The run of the night.
    before
        The run that was current before; None on the first night.
    made
        Whether the run was computed; if not, it was there already.
    held_back
        Whether warnings keep it from being the current run.
    warnings
        What the watch found, a sentence each.
    canaries
        Report of the planted rings, see `canaries.canaries`; empty if none were planted.
    seconds
        How long the night took.
    """

    run: Run
    before: Run | None
    made: bool
    held_back: bool = False
    warnings: tuple[str, ...] = ()
    canaries: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0


def summary_line(outcome: Outcome) -> str:
    """One line of `name=value`, which tells a scheduler and a person the same."""
    counts: dict[str, Any] = outcome.run.manifest["counts"]
    rings: dict[str, int] = counts["rings"]
    state = "held-back" if outcome.held_back else "done" if outcome.made else "unchanged"
    facts = {
        "run": outcome.run.folder.name,
        "accounts": counts["input"]["accounts"],
        **{status: rings.get(status, 0) for status in ("ring", "confirmed", "contested")},
        **{status: rings.get(status, 0) for status in ("suspected", "rejected")},
        "conflicts": conflicts_in(outcome.run),
        "warnings": len(outcome.warnings),
        "model": _model(outcome.run),
        "seconds": f"{outcome.seconds:.1f}",
    }
    if outcome.canaries.get("planted"):
        facts["canaries"] = f"{outcome.canaries['found']}/{outcome.canaries['planted']}"
    told = " ".join(f"{name}={value}" for name, value in facts.items())
    return f"nightly {state}: {told}"


def _model(run: Run) -> str:
    """Which model scored: one that the night trained, the standing one, or none."""
    if not (run.folder / "models").is_dir():
        return "none"
    return "trained" if run.manifest["night"]["model"] is None else "standing"


def conflicts_in(run: Run) -> int:
    """How many contradictions of verdicts a run shows."""
    if "verdicts.json" not in run.manifest["files"]:
        return 0
    told = json.loads((run.folder / "verdicts.json").read_bytes())
    return len(told["conflicts"]) + len(told["tonight"])
