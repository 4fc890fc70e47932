"""One night in a process of its own, which may die on the way.

`python one_night.py STORE DATA DAY [STEP [append]]`: link and score as the small platform of the
tests does, and kill this process at the given step. A step is anything that is asked of the system
below the store: to open, rename, remove, lock or link. The output is how many steps there were.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
from datetime import date
from pathlib import Path
from typing import Any

from ringscope import analysis
from ringscope.nightly.job import Night, nightly

SMALL = Path(__file__).parents[1] / "conftest.py"


class Steps:
    """Counts the steps and stops at one of them."""

    def __init__(self, store: str, last: int) -> None:
        self.count = 0
        self.last = last
        self.store = store

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Count what is asked of the system (`sys.addaudithook`)."""
        if event == "fcntl.flock" or any(self.store in str(given) for given in arguments):
            self.count += 1
            if self.count == self.last:
                os.kill(os.getpid(), signal.SIGKILL)


def main(store: str, data: str, day: str, last: str = "0", append: str = "") -> None:
    """Run the night."""
    spec = importlib.util.spec_from_file_location("small", SMALL)
    assert spec
    assert spec.loader
    small = importlib.util.module_from_spec(spec)
    sys.modules["small"] = small
    spec.loader.exec_module(small)
    analysis.link, analysis.score = small.small_linkage, small.small_scores
    steps = Steps(store, int(last))
    sys.addaudithook(steps)
    night = Night(data, bool(append), date.fromisoformat(day), canaries=False)
    nightly(store, night)
    sys.stdout.write(f"{steps.count}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
