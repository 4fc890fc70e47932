"""Save a stack to a folder and load it again, without pickles.

Forests go through skops with a fixed list of the types that may be loaded, boosted trees as
LightGBM's text, networks as safetensors, everything else as JSON. `manifest.json` holds the
SHA-256 of every file; a file that was altered is refused.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import RunError

from .bases import FittedBase, StackSettings
from .boosted import Boosted
from .calibration import Calibrator
from .forest import Forest
from .gnn_settings import GnnSettings
from .own_view import OwnView
from .phrasing import Phrasing
from .sealed import FORMAT, check_seal, seal, write_json
from .skops_files import dump_skops
from .stack import Stack
from .stacker import Stacker
from .standardise import Scale

if TYPE_CHECKING:
    from .gnn_training import Gnn

TRUSTED = ["sklearn.tree._tree.Tree"]
"""The only type beyond skops' own list that a saved forest needs."""


def save_stack(stack: Stack, folder: Path) -> None:
    """Write a stack to a folder, which must be new or empty.

    What the stack says about the accounts that it was fitted on (`risk`, `out_of_fold`, ...) is
    part of the run and not of the model, and is not saved.

    Raises
    ------
    RunError
        If the folder holds something.
    """
    _make_new(folder)
    models = {
        name: [_save_model(model, folder, f"{name}-{i}") for i, model in enumerate(fitted)]
        for name, fitted in stack.models.items()
    }
    description = {
        "format": FORMAT,
        "columns": list(stack.columns),
        "models": models,
        "stacker": asdict(stack.stacker),
        "settings": asdict(stack.settings),
        "notes": list(stack.notes),
    }
    write_json(folder / "stack.json", description)
    seal(folder)


def load_stack(folder: Path) -> Stack:
    """Read a stack; it predicts bit for bit what the saved one did.

    Raises
    ------
    RunError
        If a file is missing, was altered or added, or has another format.
    """
    check_seal(folder)
    description = json.loads((folder / "stack.json").read_text("utf-8"))
    models = {
        name: tuple(_load_model(entry, folder) for entry in entries)
        for name, entries in description["models"].items()
    }
    stacker = description["stacker"]
    curve = stacker["calibrator"]
    calibrator = Calibrator(
        curve["slope"], curve["offset"], tuple(curve["knots"]), tuple(curve["levels"])
    )
    settings = description["settings"]
    settings["bases"] = tuple(settings["bases"])
    settings["gnn"] = GnnSettings(**settings["gnn"])
    return Stack(
        columns=tuple(description["columns"]),
        models=models,
        stacker=Stacker(tuple(stacker["weights"]), stacker["offset"], calibrator),
        settings=StackSettings(**settings),
        notes=tuple(description["notes"]),
    )


def save_view(view: OwnView, folder: Path) -> None:
    """Write an own view to a folder, which must be new or empty.

    Raises
    ------
    RunError
        If the folder holds something.
    """
    from safetensors.numpy import save_file

    _make_new(folder)
    save_file(vars(view.phrasing), folder / "phrasing.safetensors")
    trees = _save_model(view.trees, folder, "trees")
    write_json(folder / "view.json", {"columns": list(view.columns), "trees": trees})
    seal(folder)


def load_view(folder: Path) -> OwnView:
    """Read an own view.

    Raises
    ------
    RunError
        If a file is missing, was altered or added, or has another format.
    """
    from safetensors.numpy import load_file

    check_seal(folder)
    description = json.loads((folder / "view.json").read_text("utf-8"))
    trees = _load_model(description["trees"], folder)
    if not isinstance(trees, Boosted):
        raise RunError(f"{folder / 'view.json'}: names no boosted trees")
    phrasing = Phrasing(**load_file(folder / "phrasing.safetensors"))
    return OwnView(tuple(description["columns"]), phrasing, trees)


def _make_new(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise RunError(f"{folder}: not empty: give a new folder for the model")


def _save_model(model: FittedBase, folder: Path, stem: str) -> dict[str, Any]:
    if isinstance(model, Boosted):
        names = [f"{stem}.{i}.txt" for i in range(len(model.models))]
        for name, booster in zip(names, model.models, strict=True):
            (folder / name).write_text(booster.model_to_string(), "utf-8")
        return {"type": "boosted", "files": names}
    if not isinstance(model, Forest):
        return _save_gnn(model, folder, stem)
    dump_skops(model.model, folder / f"{stem}.skops")
    return {"type": "forest", "files": [f"{stem}.skops"]}


def _load_model(entry: dict[str, Any], folder: Path) -> FittedBase:
    files = [folder / name for name in entry["files"]]
    if outside := [path for path in files if path.parent != folder or not path.is_file()]:
        raise RunError(f"{outside[0]}: named in stack.json but no file of this model")
    if entry["type"] == "gnn":
        return _load_gnn(entry, files[0])
    if entry["type"] == "boosted":
        import lightgbm

        texts = (path.read_text("utf-8") for path in files)
        return Boosted(tuple(lightgbm.Booster(model_str=text) for text in texts))
    import skops.io

    return Forest(skops.io.load(files[0], trusted=TRUSTED))


def _save_gnn(model: Gnn, folder: Path, stem: str) -> dict[str, Any]:
    from safetensors.numpy import save_file

    tensors = {f"net.{name}": value.numpy() for name, value in model.net.state_dict().items()}
    scale = {f"scale.{name}": value for name, value in vars(model.scale).items()}
    save_file(tensors | scale, folder / f"{stem}.safetensors")
    return {
        "type": "gnn",
        "files": [f"{stem}.safetensors"],
        "kinds": list(model.names[0]),
        "links": list(model.names[1]),
        "settings": asdict(model.settings),
    }


def _load_gnn(entry: dict[str, Any], path: Path) -> Gnn:
    import torch
    from safetensors.numpy import load_file

    from .gnn_training import Gnn, untrained

    tensors = load_file(path)
    scale = Scale(**_part(tensors, "scale."))
    settings = GnnSettings(**entry["settings"])
    kinds, links = tuple(entry["kinds"]), tuple(entry["links"])
    net = untrained(scale.width, (kinds, links), settings)
    state = _part(tensors, "net.")
    net.load_state_dict({name: torch.from_numpy(value) for name, value in state.items()})
    return Gnn(net.eval(), scale, (kinds, links), settings)


def _part(tensors: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
