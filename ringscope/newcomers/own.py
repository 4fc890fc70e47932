"""What a new account shows by itself, by the own view that a run has learned and saved.

A newcomer has a profile, columns and perhaps a first message, but no history. Of the own view's
features only those are filled that one account has without others and without a past; the rest
count as missing. So the view is asked twice, once for the account and once for an account of which
nothing is given, and the difference is what the account's own fields say.
"""

from __future__ import annotations

import logging
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest import RunError, Tables, empty_table
from models.calibration import log_odds
from models.features import content_features, identity_features, tabular_features
from models.features.words import safe_name
from models.grams import message_grams
from models.own_view import OwnView
from models.persistence import load_view
from models.phrasing import COLUMNS

from .fields import Fresh

_LOG = logging.getLogger("ringscope.newcomers")
AMONG_OTHERS = ("*.others", "sign_ups.*", "country_share", "category_*")
"""Features that compare an account with all others: unknown to one that stands alone."""


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

    def of(self, fresh: Fresh) -> NDArray[np.float64]:
        """What each account's own fields add to the log-odds of spam, shape (accounts,)."""
        return self._odds(self.seen(fresh)) - self._nothing

    def seen(self, fresh: Fresh) -> NDArray[np.float32]:
        """What the view reads of each account, NaN where that is unknown."""
        size = fresh.accounts.height
        seen = self._blank(size)
        for frame in _profiles(fresh):
            for name in frame.columns:
                if name in self._places and not _compares(name):
                    seen[:, self._places[name]] = frame[name].fill_null(float("nan")).to_numpy()
        self._fill_further(seen, fresh.further)
        if fresh.messages.height:
            grams = message_grams(fresh.messages, min_messages=1)
            seen[:, len(self._places) :] = self._view.phrasing.apply(grams, size)
        return seen

    def _blank(self, size: int) -> NDArray[np.float32]:
        return np.full((size, len(self._places) + len(COLUMNS)), np.nan, np.float32)

    def _odds(self, seen: NDArray[np.float32]) -> NDArray[np.float64]:
        return log_odds(self._view.trees.predict(seen))

    def _fill_further(self, seen: NDArray[np.float32], further: pl.DataFrame) -> None:
        """Columns of the account table beyond the contract: numbers, and levels of categories."""
        for name in further.columns:
            safe, cells = safe_name(name), further[name].str.strip_chars()
            if (place := self._places.get(f"column_{safe}")) is not None:
                numbers = cells.cast(pl.Float64, strict=False)
                finite = numbers.fill_null(float("nan")).to_numpy()
                seen[:, place] = np.where(np.isfinite(finite), finite, np.nan)
                if (flag := self._places.get(f"column_{safe}_missing")) is not None:
                    seen[:, flag] = np.isnan(seen[:, place])
            levels = f"level_{safe}="
            flags = [column for column in self._places if column.startswith(levels)]
            named = [levels + safe_name(cell or "") for cell in cells] if flags else []
            for column in flags:
                seen[:, self._places[column]] = [level == column for level in named]


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


def _profiles(fresh: Fresh) -> list[pl.DataFrame]:
    """Features by the same functions as in a run, of accounts without a past."""
    messages = empty_table("messages")
    if fresh.messages.height:
        messages = pl.concat([messages, fresh.messages], how="diagonal")
    tables = Tables(
        accounts=fresh.accounts,
        messages=messages,
        logins=empty_table("logins"),
        events=empty_table("events"),
        payments=empty_table("payments"),
        engagement=empty_table("engagement"),
        edges=empty_table("edges"),
        quarantine=fresh.refused,
    )
    made = [tabular_features(tables), identity_features(tables)]
    return [*made, content_features(tables)] if fresh.messages.height else made


def _compares(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in AMONG_OTHERS)
