"""Which saved model a path means: a model's folder, or a registry and one of its versions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from ingest.errors import RunError
from models.sealed import MANIFEST
from models.tabular.fitting import TableModel
from models.tabular.profile import load_profile
from models.tabular.registry import CURRENT, VERSIONS, Registry
from models.tabular.saving import load_model
from models.tabular.shapes import Preset, load_preset


class Chosen(NamedTuple):
    """A loaded model.

    Attributes
    ----------
    folder
        Where it is saved.
    name
        Version in a registry, else the name of the folder.
    model
        Ready to score.
    preset
        Shape of its table.
    profile
        What its training table looked like.
    """

    folder: Path
    name: str
    model: TableModel
    preset: Preset
    profile: dict[str, Any]


def choose(path: Path, version: str = CURRENT) -> Chosen:
    """Load a model.

    Parameters
    ----------
    path
        Folder of a saved model, or of a registry.
    version
        Version of a registry; the one in use if not given.

    Raises
    ------
    RunError
        The path holds neither, or the model was altered.
    NotFound
        The registry has no such version, or none is in use.
    """
    if (path / VERSIONS).is_dir():
        found = Registry(path).version(version)
        return _load(Registry(path).model(version), found.version)
    if (path / MANIFEST).is_file():
        return _load(path, path.name)
    raise RunError(
        f"{path}: neither a saved model nor a registry of models; ringscope train makes them"
    )


def _load(folder: Path, name: str) -> Chosen:
    model = load_model(folder)
    profile = load_profile(folder)
    return Chosen(folder, name, model, load_preset(str(profile["preset"])), profile)


def training_of(folder: Path) -> dict[str, Any]:
    """What a training folder says of itself.

    Raises
    ------
    RunError
        The folder holds no finished training.
    """
    file = folder / "comparison.json"
    if not file.is_file():
        raise RunError(f"{folder}: holds no finished training; run ringscope train first")
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found
