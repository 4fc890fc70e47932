"""Save a table model to a folder and load it again, without pickles.

scikit-learn's estimators go through skops with a fixed list of types; LightGBM, XGBoost and
CatBoost keep their own formats. A manifest holds the SHA-256 of every file.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from ingest.errors import RunError

from ..boosted import Boosted
from ..calibration import Calibrator
from ..sealed import check_seal, make_new, seal, write_json
from ..skops_files import dump_skops
from .estimators import Build, LightGbm
from .extras import need
from .fitting import TableModel
from .grouping import Grouping, Products
from .prepare import Preparation
from .thresholds import Threshold

TRUSTED = [
    "sklearn._loss.link.LogitLink",
    "sklearn._loss.link.Interval",
    "sklearn._loss.loss.HalfBinomialLoss",
    "sklearn._loss._loss.CyHalfBinomialLoss",
    "sklearn.linear_model._sgd_fast.Log",
    "sklearn.model_selection._split.StratifiedKFold",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.tree._tree.Tree",
    "sklearn.utils._bunch.Bunch",
]
"""Types beyond skops' own list that a saved estimator may hold."""
DESCRIPTION = "model.json"
FILES = {"boosted": "estimator.txt", "xgboost": "estimator.ubj", "catboost": "estimator.cbm"}
SKOPS = "estimator.skops"


def save_model(
    model: TableModel, folder: Path, *, extra: Callable[[Path], None] = lambda _folder: None
) -> None:
    """Write a model to a folder, which must be new or empty.

    Parameters
    ----------
    extra
        Writes further files that belong to the model, before the folder is sealed.

    Raises
    ------
    RunError
        The folder holds something.
    """
    make_new(folder)
    file = folder / FILES.get(model.kind, SKOPS)
    if model.kind == "boosted":
        file.write_text(model.estimator.boosted.models[0].model_to_string(), "utf-8")
    elif model.kind in FILES:
        model.estimator.save_model(str(file))
    else:
        dump_skops(model.estimator, file)
    write_json(folder / DESCRIPTION, _description(model))
    extra(folder)
    seal(folder)


def load_model(folder: Path) -> TableModel:
    """Read a model; it scores bit for bit as the saved one did.

    Raises
    ------
    RunError
        A file is missing, was altered or added, or has another format.
    SettingsError
        The model needs a library that is not installed.
    """
    check_seal(folder)
    found = json.loads((folder / DESCRIPTION).read_text("utf-8"))
    if found.get("what") != "table model":
        raise RunError(f"{folder}: is no model of a table; train one with ringscope train")
    curve = found["calibrator"]
    return TableModel(
        name=found["name"],
        kind=found["kind"],
        estimator=_estimator(found["kind"], folder),
        columns=tuple(found["columns"]),
        preparation=_preparation(found),
        calibrator=Calibrator(
            curve["slope"], curve["offset"], tuple(curve["knots"]), tuple(curve["levels"])
        ),
        threshold=Threshold(**found["threshold"]),
        notes=tuple(found["notes"]),
    )


def _description(model: TableModel) -> dict[str, Any]:
    ready = model.preparation
    scale = ready.scale if isinstance(ready, Products) else ready
    grouping = {"grouping": _plain(ready.grouping)} if isinstance(ready, Products) else {}
    return {
        "what": "table model",
        "name": model.name,
        "kind": model.kind,
        "columns": list(model.columns),
        "preparation": _plain(scale),
        **grouping,
        "calibrator": asdict(model.calibrator),
        "threshold": model.threshold._asdict(),
        "notes": list(model.notes),
    }


def _plain(parts: Preparation | Grouping) -> dict[str, Any]:
    return {
        name: np.asarray(v).tolist() if name != "members" else v for name, v in vars(parts).items()
    }


def _preparation(found: dict[str, Any]) -> Preparation | Products:
    scale = {name: np.array(value, np.float32) for name, value in found["preparation"].items()}
    if "grouping" not in found:
        return Preparation(**scale)
    groups = found["grouping"]
    grouping = Grouping(
        members=tuple(tuple(group) for group in groups["members"]),
        falls=np.array(groups["falls"], dtype=np.bool_),
        **{name: np.array(groups[name], np.float64) for name in ("median", "low", "span")},
    )
    return Products(grouping, Preparation(**scale))


def _estimator(kind: str, folder: Path) -> Any:
    file = folder / FILES.get(kind, SKOPS)
    if not file.is_file():
        raise RunError(f"{folder}: holds no {file.name}: train the model again")
    if kind == "boosted":
        import lightgbm

        found = LightGbm(Build(seed=0, threads=1, honest_per_spam=1.0, options={}))
        found.boosted = Boosted((lightgbm.Booster(model_str=file.read_text("utf-8")),))
        return found
    if kind in FILES:
        library = need(kind)
        estimator = library.XGBClassifier() if kind == "xgboost" else library.CatBoostClassifier()
        estimator.load_model(str(file))
        if kind == "xgboost":
            estimator.set_params(n_jobs=1)
        return estimator
    import skops.io

    return skops.io.load(file, trusted=TRUSTED)
