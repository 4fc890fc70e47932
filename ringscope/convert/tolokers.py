"""Tolokers (Platonov et al., 2023): accounts with features, and who worked on tasks with whom."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest.errors import InputError

from ..run_folder import write_csv, write_parquet, writing

_MOST_BYTES = 1 << 30
_ARRAYS = ("node_features", "node_labels", "edges", "train_masks")


def convert(
    npz: Path, out: Path, *, mask: int | None = None, force: bool = False
) -> dict[str, int]:
    """Write accounts, edges and truth.

    Account ids are `w` and the row number; edges are stored once each, of kind `co_work`.

    Parameters
    ----------
    npz
        `tolokers.npz` of yandex-research/heterophilous-graphs.
    out
        Folder to write.
    mask
        Which of the stored training masks (0 to 9) keeps its labels; None keeps all.
    force
        Replace an earlier conversion.

    Returns
    -------
    dict
        Rows per table.

    Raises
    ------
    InputError
        The file is not that data set.
    RunError
        The output is taken or cannot be written.
    """
    features, labels, ends, masks = _load(npz)
    ids = pl.Series("account_id", [f"w{row:05d}" for row in range(len(labels))])
    labelled = masks[mask] if mask is not None else np.ones(len(labels), dtype=bool)
    truth = pl.DataFrame(
        {
            "account_id": ids,
            "spam": labels.astype(np.int8),
            "ring": pl.Series([None] * len(ids), dtype=pl.String),
            "kind": pl.Series([None] * len(ids), dtype=pl.String),
            "labelled": labelled.astype(np.int8),
        }
    )
    names = [f"feature_{column}" for column in range(features.shape[1])]
    accounts = truth.select(
        "account_id", label=pl.when(pl.col("labelled") == 1).then("spam")
    ).hstack(pl.DataFrame(features, schema=names))
    edges = pl.DataFrame({"src": ids.gather(ends[:, 0]), "dst": ids.gather(ends[:, 1])})
    with writing(out, force=force, what="conversion", mark="truth.csv") as folder:
        write_csv(accounts, folder / "accounts.csv")
        write_parquet(edges.with_columns(kind=pl.lit("co_work")), folder / "edges.parquet")
        write_csv(truth, folder / "truth.csv")
    return {"accounts": len(accounts), "edges": len(edges)}


def _load(
    npz: Path,
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Read the four arrays; sizes are checked before anything is unpacked."""
    try:
        with zipfile.ZipFile(npz) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MOST_BYTES:
                raise InputError(f"{npz}: unpacks to more than 1 GiB; this is not tolokers.npz")
        with np.load(npz, allow_pickle=False) as arrays:
            features, labels, edges, masks = (arrays[name] for name in _ARRAYS)
    except KeyError as error:
        raise InputError(f"{npz}: {error.args[0]}; this is not tolokers.npz") from error
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(f"{npz}: cannot be read as an npz file ({error})") from error
    count = len(labels)
    if features.ndim != 2 or edges.ndim != 2 or edges.shape[1] != 2 or len(features) != count:
        raise InputError(f"{npz}: the arrays do not fit together; this is not tolokers.npz")
    if masks.shape[1:] != (count,) or (edges.size and not 0 <= edges.min() <= edges.max() < count):
        raise InputError(f"{npz}: masks or edges name accounts that are not there")
    return features, labels, edges, masks
