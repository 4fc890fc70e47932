"""Save a stack to a folder and load it again, without pickles.

Forests, kernel machines and networks are kept as arrays in safetensors files, boosted trees as
LightGBM's text, everything else as JSON. `manifest.json` holds the SHA-256 of every file; a file
that was altered is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.errors import RunError

from .bases import FittedBase, StackSettings
from .boosted import Boosted
from .calibration import Calibrator
from .crossfit import networks_apart
from .forest import Forest
from .forest_files import load_trees, save_trees
from .gnn_settings import GnnSettings
from .kernel import Kernel
from .normal_scores import NormalScores
from .own_view import OwnView
from .phrasing import Phrasing
from .sealed import check_seal, make_new, seal, write_json
from .stack import Stack
from .stacker import Stacker
from .standardise import Scale

if TYPE_CHECKING:
    from .gnn_training import Gnn

KERNEL = ("points", "lengths", "weights")
"""Arrays of a kernel machine, in its order."""


def save_stack(stack: Stack, folder: Path) -> None:
    """Write a stack to a folder, which must be new or empty.

    What the stack says about the accounts that it was fitted on (`risk`, `out_of_fold`, ...) is
    part of the run and not of the model, and is not saved.

    Raises
    ------
    RunError
        If the folder holds something.
    """
    make_new(folder)
    models = _save_models(stack.models, folder, "")
    # Networks are never fitted on all labels: those without each fold are all there are.
    apart = {name: fitted for name, fitted in stack.by_fold.items() if name != "gnn"}
    description = {
        "columns": list(stack.columns),
        "models": models,
        "by_fold": _save_models(apart, folder, "-without"),
        "stacker": asdict(stack.stacker),
        "stackers": [asdict(stacker) for stacker in stack.stackers],
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
    models = _load_models(description["models"], folder)
    apart = _load_models(description["by_fold"], folder)
    folds = len(description["stackers"])
    settings = description["settings"]
    settings["bases"] = tuple(settings["bases"])
    settings["gnn"] = GnnSettings(**settings["gnn"])
    return Stack(
        columns=tuple(description["columns"]),
        models=models,
        stacker=_stacker(description["stacker"]),
        settings=StackSettings(**settings),
        notes=tuple(description["notes"]),
        by_fold={name: apart.get(name) or _handed(models[name], folds) for name in models},
        stackers=tuple(_stacker(entry) for entry in description["stackers"]),
    )


def _handed(networks: tuple[FittedBase, ...], folds: int) -> tuple[FittedBase, ...]:
    return tuple(networks[i] for i in networks_apart(np.arange(folds)))


def _stacker(entry: dict[str, Any]) -> Stacker:
    curve = entry["calibrator"]
    calibrator = Calibrator(
        curve["slope"], curve["offset"], tuple(curve["knots"]), tuple(curve["levels"])
    )
    return Stacker(tuple(entry["weights"]), entry["offset"], calibrator)


def save_views(views: Sequence[OwnView], folder: Path) -> None:
    """Write own views of the same columns and grams to a folder, which must be new or empty.

    Raises
    ------
    RunError
        If the folder holds something.
    """
    from safetensors.numpy import save_file

    make_new(folder)
    weights = np.stack([view.phrasing.weights for view in views])
    arrays = {"keys": views[0].phrasing.keys, "weights": weights}
    save_file(arrays, folder / "phrasing.safetensors")
    trees = [_save_model(view.trees, folder, f"trees-{i}") for i, view in enumerate(views)]
    write_json(folder / "view.json", {"columns": list(views[0].columns), "trees": trees})
    seal(folder)


def save_view(view: OwnView, folder: Path) -> None:
    """Write one own view to a folder, see `save_views`."""
    save_views((view,), folder)


def load_view(folder: Path) -> OwnView:
    """Read the own view that all accounts taught, see `load_views`."""
    return load_views(folder)[-1]


def load_views(folder: Path) -> tuple[OwnView, ...]:
    """Read own views, in the order in which they were saved.

    Raises
    ------
    RunError
        If a file is missing, was altered or added, or has another format.
    """
    from safetensors.numpy import load_file

    check_seal(folder)
    description = json.loads((folder / "view.json").read_text("utf-8"))
    columns = tuple(description["columns"])
    phrasing = load_file(folder / "phrasing.safetensors")
    views = []
    for weights, entry in zip(phrasing["weights"], description["trees"], strict=True):
        trees = _load_boosted(entry, folder, "view.json")
        views.append(OwnView(columns, Phrasing(phrasing["keys"], weights), trees))
    return tuple(views)


def save_ties(ties: Sequence[Boosted], folder: Path) -> None:
    """Write what links tell to a folder, which must be new or empty.

    Raises
    ------
    RunError
        If the folder holds something.
    """
    make_new(folder)
    entries = [_save_model(trees, folder, f"ties-{i}") for i, trees in enumerate(ties)]
    write_json(folder / "ties.json", {"trees": entries})
    seal(folder)


def load_ties(folder: Path) -> tuple[Boosted, ...]:
    """Read what links tell, in the order in which it was saved.

    Raises
    ------
    RunError
        If a file is missing, was altered or added, or has another format.
    """
    check_seal(folder)
    entries = json.loads((folder / "ties.json").read_text("utf-8"))["trees"]
    return tuple(_load_boosted(entry, folder, "ties.json") for entry in entries)


def _save_models(
    models: Mapping[str, Sequence[FittedBase]], folder: Path, suffix: str
) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [_save_model(model, folder, f"{name}{suffix}-{i}") for i, model in enumerate(fitted)]
        for name, fitted in models.items()
    }


def _load_models(
    entries: Mapping[str, list[dict[str, Any]]], folder: Path
) -> dict[str, tuple[FittedBase, ...]]:
    return {name: tuple(_load_model(one, folder) for one in told) for name, told in entries.items()}


def _save_model(model: FittedBase, folder: Path, stem: str) -> dict[str, Any]:
    if isinstance(model, Boosted):
        names = [f"{stem}.{i}.txt" for i in range(len(model.models))]
        for name, booster in zip(names, model.models, strict=True):
            (folder / name).write_text(booster.model_to_string(), "utf-8")
        return {"type": "boosted", "files": names}
    if isinstance(model, Kernel):
        return _save_kernel(model, folder, stem)
    if not isinstance(model, Forest):
        return _save_gnn(model, folder, stem)
    save_trees(model.model, folder / f"{stem}.safetensors")
    return {"type": "forest", "files": [f"{stem}.safetensors"]}


def _load_model(entry: dict[str, Any], folder: Path) -> FittedBase:
    files = [folder / name for name in entry["files"]]
    if outside := [path for path in files if path.parent != folder or not path.is_file()]:
        raise RunError(f"{outside[0]}: named in stack.json but no file of this model")
    if entry["type"] == "gnn":
        return _load_gnn(entry, files[0])
    if entry["type"] == "kernel":
        return _load_kernel(entry, files[0])
    if entry["type"] == "boosted":
        import lightgbm

        texts = (path.read_text("utf-8") for path in files)
        return Boosted(tuple(lightgbm.Booster(model_str=text) for text in texts))
    return Forest(load_trees(files[0]))


def _load_boosted(entry: dict[str, Any], folder: Path, named_in: str) -> Boosted:
    trees = _load_model(entry, folder)
    if not isinstance(trees, Boosted):
        raise RunError(f"{folder / named_in}: names no boosted trees")
    return trees


def _save_kernel(model: Kernel, folder: Path, stem: str) -> dict[str, Any]:
    from safetensors.numpy import save_file

    arrays = {name: getattr(model, name) for name in KERNEL}
    scores = {f"scores.{name}": value for name, value in vars(model.scores).items()}
    save_file(arrays | scores, folder / f"{stem}.safetensors")
    return {"type": "kernel", "files": [f"{stem}.safetensors"], "prior": model.prior}


def _load_kernel(entry: dict[str, Any], path: Path) -> Kernel:
    from safetensors.numpy import load_file

    arrays = load_file(path)
    scores = NormalScores(**_part(arrays, "scores."))
    return Kernel(scores, **{name: arrays[name] for name in KERNEL}, prior=entry["prior"])


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
