"""What a new account shows by itself, by the own view that a run has learned and saved.

A newcomer has a profile, columns and perhaps a first message, but no history. Of the own view's
features only those are filled that one account has without others and without a past; the rest
count as missing. So the view is asked twice, once for the account and once for an account of which
nothing is given, and the difference is what the account's own fields say.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest import RunError
from models.calibration import log_odds
from models.features.words import safe_name
from models.own_view import OwnView
from models.persistence import load_view
from models.phrasing import COLUMNS

from .fields import Fresh
from .names import profile
from .written import written_of

_LOG = logging.getLogger("ringscope.newcomers")


class OwnEvidence:
    """The own view of a run.

    Parameters
    ----------
    view
        As it was saved.
    """

    def __init__(self, view: OwnView) -> None:
        self._view = view
        self._places = {name: place for place, name in enumerate(view.columns)}
        self._levels: dict[str, list[str]] = {}
        for name in view.columns:
            if name.startswith("level_"):
                column = name.removeprefix("level_").partition("=")[0]
                self._levels.setdefault(column, []).append(name)
        self._nothing = float(self._odds(self._blank(1))[0])

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the account table beyond the contract that the view reads, as it names them.

        A name of the input stands here as `models.features.words.safe_name` makes it.
        """
        found = set()
        for name in self._places:
            family, _, rest = name.partition("_")
            if family == "column" and not rest.endswith("_missing"):
                found.add(rest)
            elif family == "level":
                found.add(rest.partition("=")[0])
        return tuple(sorted(found))

    def of(self, fresh: Sequence[Fresh]) -> NDArray[np.float64]:
        """What each account's own fields add to the log-odds of spam, shape (accounts,)."""
        return self._odds(self.seen(fresh)) - self._nothing

    def seen(self, fresh: Sequence[Fresh]) -> NDArray[np.float32]:
        """What the view reads of each account, NaN where that is unknown."""
        seen = self._blank(len(fresh))
        for row, account in enumerate(fresh):
            for name, value in (profile(account) | self._further(account)).items():
                if (place := self._places.get(name)) is not None:
                    seen[row, place] = value
        self._fill_messages(seen, fresh)
        return seen

    def _blank(self, size: int) -> NDArray[np.float32]:
        return np.full((size, len(self._places) + len(COLUMNS)), np.nan, np.float32)

    def _odds(self, seen: NDArray[np.float32]) -> NDArray[np.float64]:
        return log_odds(self._view.trees.predict(seen))

    def _further(self, account: Fresh) -> dict[str, float]:
        """Columns of the account table beyond the contract: numbers, and levels of categories."""
        found: dict[str, float] = {}
        for name, cell in account.further.items():
            safe, text = safe_name(name), (cell or "").strip()
            number = _number(text)
            found[f"column_{safe}"] = number
            found[f"column_{safe}_missing"] = float(math.isnan(number))
            level = f"level_{safe}={safe_name(text)}"
            found |= {flag: float(flag == level) for flag in self._levels.get(safe, ())}
        return found

    def _fill_messages(self, seen: NDArray[np.float32], fresh: Sequence[Fresh]) -> None:
        """What it has written."""
        written = [one.messages for one in fresh]
        if not any(written):
            return
        content, phrased = written_of(written, self._view.phrasing)
        for row, found in enumerate(content):
            for name, value in found.items():
                if (place := self._places.get(name)) is not None:
                    seen[row, place] = value
        seen[:, len(self._places) :] = phrased


def own_evidence(models: Path) -> OwnEvidence | None:
    """The own view among the saved models of a run; None where it has none that can be used.

    One that is damaged or of another version is told by the log: links still say what they say.
    """
    if not (models / "view").is_dir():
        return None
    try:
        return OwnEvidence(load_view(models / "view"))
    except RunError as error:
        _LOG.warning("new accounts are scored by their links alone: %s", error)
        return None


def _number(text: str) -> float:
    """A number as text; NaN where it is none."""
    try:
        found = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        return math.nan
    return found if math.isfinite(found) else math.nan
