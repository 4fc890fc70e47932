"""A finished run, opened for reading."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import polars as pl

from ingest.errors import RunError

from . import csvsafe, manifest

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

    from .evidence.why import Why
    from .views import Account, Ring

_TIME = pl.Datetime("us")
# Tables that exist as CSV only, with the types of their columns.
CSV_TABLES: dict[str, dict[str, Any]] = {
    "ring_members": {
        "ring_id": pl.String,
        "account_id": pl.String,
        "role": pl.String,
        "stability": pl.Float64,
        "joined": _TIME,
        "confidence": pl.Float64,
    },
    "hubs": {
        "kind": pl.String,
        "value": pl.String,
        "accounts": pl.UInt32,
        "treatment": pl.String,
        "reason": pl.String,
        "share": pl.Float64,
        "who": pl.String,
        "when": _TIME,
        "expiry": _TIME,
    },
}


class Run:
    """One analysis, read from its folder; the files are loaded at first use.

    Tables come as pandas, or as Polars with `native=True`.

    Parameters
    ----------
    folder
        The run folder.
    facts
        Its manifest. `Run.open` reads and checks it; a run that is still being written, whose
        report is drawn from its other files, has none on disk yet.

    Examples
    --------
    >>> run = Run.open("out")  # doctest: +SKIP
    >>> run.rings().head()  # doctest: +SKIP
    """

    def __init__(self, folder: Path, facts: Mapping[str, Any]) -> None:
        self.folder = folder
        self.manifest = facts
        self._frames: dict[str, pl.DataFrame] = {}

    @classmethod
    def open(cls, folder: str | Path) -> Self:
        """Open a finished run, or the current run of a store.

        Raises
        ------
        RunError
            No run is there, it was not finished, or files are missing.
        """
        path = Path(folder)
        if (path / "store.json").is_file():
            path = path / "current"
        if path.is_symlink():
            # The pointer of a store may move on while this run is read.
            path = path.resolve()
        return cls(path, manifest.read(path))

    def __repr__(self) -> str:
        return f"Run({str(self.folder)!r})"

    def scores(self, *, native: bool = False) -> pd.DataFrame | pl.DataFrame:
        """Risk, ring, action and reasons per account, highest risk first."""
        return self._out("scores", native)

    def rings(self, *, native: bool = False) -> pd.DataFrame | pl.DataFrame:
        """The rings, highest risk first."""
        return self._out("rings", native)

    def members(self, *, native: bool = False) -> pd.DataFrame | pl.DataFrame:
        """Which account is in which ring: role, stability, and the confidence of orphans."""
        return self._out("ring_members", native)

    def links(self, *, native: bool = False) -> pd.DataFrame | pl.DataFrame:
        """Weighted links between accounts."""
        return self._out("links", native)

    def evidence(self, *, native: bool = False) -> pd.DataFrame | pl.DataFrame:
        """The shared identifiers behind each link."""
        return self._out("evidence", native)

    def ring(self, ring_id: str, *, native: bool = False) -> Ring:
        """One ring: its facts, members, shared identifiers and links.

        Raises
        ------
        NotFound
            The run has no such ring; the message names near misses.
        """
        from .views import ring

        return ring(self, ring_id, native=native)

    def account(self, account_id: str, *, native: bool = False) -> Account:
        """One account: its scores, identifiers and linked accounts.

        Raises
        ------
        NotFound
            The run has no such account; the message names near misses.
        """
        from .views import account

        return account(self, account_id, native=native)

    def why(self, a: str, b: str, *, native: bool = False) -> Why:
        """All that connects two accounts: shared identifiers, or the shortest path of links.

        Raises
        ------
        NotFound
            The run has no such account; the message names near misses.
        """
        from .evidence.why import why

        return why(self, a, b, native=native)

    def to_networkx(self, ring: str | None = None) -> nx.Graph[str]:
        """The link graph as NetworkX, whole or of one ring.

        Nodes are account ids with their scores; edges carry `weight` and `kinds`.

        Raises
        ------
        NotFound
            The run has no such ring.
        """
        from .views import to_networkx

        return to_networkx(self, ring)

    def frame(self, name: str) -> pl.DataFrame:
        """Any table of the run by file name without ending, as Polars.

        Raises
        ------
        RunError
            The file is missing or was changed since the run was written.
        """
        if name not in self._frames:
            if name in CSV_TABLES:
                data = self._bytes(f"{name}.csv")
                self._frames[name] = csvsafe.from_csv(data, CSV_TABLES[name])
            else:
                self._frames[name] = pl.read_parquet(io.BytesIO(self._bytes(f"{name}.parquet")))
        return self._frames[name]

    def metrics(self) -> dict[str, Any]:
        """The honest held-out figures; empty where the input had no labels."""
        found: dict[str, Any] = json.loads(self._bytes("metrics.json"))
        return found

    def _out(self, name: str, native: bool) -> pd.DataFrame | pl.DataFrame:
        return give(self.frame(name), native=native)

    def _bytes(self, name: str) -> bytes:
        """Read a file and check it against the manifest."""
        path = self.folder / name
        try:
            data = path.read_bytes()
        except OSError as error:
            raise RunError(f"{path}: cannot be read ({error.strerror}); run again") from error
        known = self.manifest.get("files", {}).get(name)
        if known and hashlib.sha256(data).hexdigest() != known["sha256"]:
            raise RunError(f"{path}: changed since the run was written; run again")
        return data


def give(frame: pl.DataFrame, *, native: bool) -> pd.DataFrame | pl.DataFrame:
    """Return a frame as pandas, or as it is with `native`."""
    return frame if native else frame.to_pandas()
