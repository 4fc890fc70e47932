"""Fit many models on one table, judge them on the same rows, and go on where one left off."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import logging
import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ingest.errors import RunError

from ..metrics import average_precision
from ..sealed import check_seal
from .curves import calibration_points, precision_recall, roc
from .figures import figures
from .fitting import FitSettings, TableModel, fit_model
from .profile import save_profile
from .saving import load_model, save_model
from .split import Split, stratified
from .table import Table
from .thresholds import Costs, cost_curve
from .zoo import spec

_LOG = logging.getLogger("ringscope.models")
EVEN = Costs(10.0, 1.0)
"""Costs that the curve is drawn for where none are given: ten false alarms for a missed one."""
LIBRARIES = ("scikit-learn", "lightgbm", "xgboost", "catboost", "imbalanced-learn")


@dataclass(frozen=True)
class Result:
    """What is known of one model after its comparison.

    Attributes
    ----------
    name, title, balance
        Of its `Spec`.
    figures
        See `figures.figures`; on test rows.
    validation_ap
        Average precision on validation rows: what a model may be chosen by.
    threshold, threshold_why
        Risk from which a row is called spam.
    fit_seconds, score_seconds
        Time of fitting with calibration, and of scoring the test rows.
    bytes
        Size of the saved model.
    published
        Figures of the source document.
    curves
        Points of the precision-recall, ROC, calibration and cost curves.
    importances
        Share of each column in the model's decisions, where the model says so.
    notes
        What went otherwise than planned.
    """

    name: str
    title: str
    balance: str
    figures: dict[str, float]
    validation_ap: float
    threshold: float
    threshold_why: str
    fit_seconds: float
    score_seconds: float
    bytes: int
    published: dict[str, float | None]
    curves: dict[str, list[list[float]]] = field(default_factory=dict)
    importances: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def compare(
    table: Table,
    names: Sequence[str],
    folder: Path,
    settings: FitSettings,
    *,
    tell: Callable[[str, Result | None], None] = lambda _name, _result: None,
) -> list[Result]:
    """Fit the named models; those that `folder` holds already for this table are read instead.

    Parameters
    ----------
    table
        Result of `table.labelled`.
    names
        Names of the zoo.
    folder
        Gets `models/<name>/` and `results/<name>.json` per model as soon as it is done.
    tell
        Called with the name before a model is fitted, and with its result after.

    Raises
    ------
    SettingsError
        A model needs a library that is not installed.
    """
    split = stratified(table.ids, table.labels, seed=settings.seed)
    results = []
    for name in names:
        mark = fingerprint(table, name, settings)
        found = _finished(folder, name, mark)
        if found is None:
            tell(name, None)
            found = _one(table, split, name, folder, settings, mark)
        else:
            _LOG.info("%s: done before, read again", name)
        tell(name, found)
        results.append(found)
    return results


def fingerprint(table: Table, name: str, settings: FitSettings) -> str:
    """Hash of all that a result depends on: table, model, settings, versions of libraries."""
    versions = {}
    for library in LIBRARIES:
        try:
            versions[library] = importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:
            versions[library] = "none"
    # The number of threads changes no result.
    start = settings.start.estimator.boosted.models[0].model_to_string() if settings.start else ""
    told = [table.fingerprint, name, settings.seed, settings.costs, settings.options, versions]
    told.append(hashlib.sha256(start.encode()).hexdigest())
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def saved_model(folder: Path, name: str) -> Path:
    """Folder of a saved model of a comparison."""
    return folder / "models" / name


def _finished(folder: Path, name: str, mark: str) -> Result | None:
    """Return a result that is there, whole and of the same table and settings."""
    file = folder / "results" / f"{name}.json"
    if not file.is_file():
        return None
    try:
        found = json.loads(file.read_text("utf-8"))
        check_seal(saved_model(folder, name))
    except (ValueError, RunError):
        return None
    if found.pop("fingerprint", None) != mark:
        return None
    return Result(**found)


def _one(
    table: Table, split: Split, name: str, folder: Path, settings: FitSettings, mark: str
) -> Result:
    kind = spec(name)
    start = time.perf_counter()
    model = fit_model(kind, table, split, settings)
    fitted = time.perf_counter()
    labels = table.labels[split.test]
    raw = model.raw(table.X[split.test], threads=settings.threads)
    risk = model.calibrator.apply(raw)
    scored = time.perf_counter()
    validation = model.risk(table.X[split.validation], threads=settings.threads)

    def keep(target: Path) -> None:
        save_profile(table, split, validation, target, seed=settings.seed, preset=settings.preset)

    size = save_whole(model, saved_model(folder, name), keep)
    result = Result(
        name=name,
        title=kind.title,
        balance=kind.balance,
        figures=figures(labels, raw, risk, model.threshold.value, settings.costs),
        validation_ap=average_precision(table.labels[split.validation], validation),
        threshold=model.threshold.value,
        threshold_why=model.threshold.why,
        fit_seconds=fitted - start,
        score_seconds=scored - fitted,
        bytes=size,
        published=kind.published._asdict(),
        curves={
            "precision_recall": precision_recall(labels, risk),
            "roc": roc(labels, risk),
            "calibration": calibration_points(labels, risk),
            "cost": cost_curve(labels, risk, settings.costs or EVEN),
        },
        importances=importances(model),
        notes=list(model.notes),
    )
    _write(folder / "results" / f"{name}.json", {"fingerprint": mark, **asdict(result)})
    return result


def importances(model: TableModel) -> dict[str, float]:
    """Share of each column in what a model decides by, falling; empty where it does not say.

    Impurity for trees of scikit-learn, gain for boosted trees, size of the weight for linear
    models.
    """
    estimator = model.estimator
    if model.kind == "boosted":
        values = estimator.boosted.models[0].feature_importance("gain")
    elif hasattr(estimator, "feature_importances_"):
        values = estimator.feature_importances_
    elif hasattr(estimator, "coef_"):
        values = np.abs(estimator.coef_).ravel()
    else:
        return {}
    shares = np.asarray(values, dtype=np.float64) / max(float(np.sum(values)), 1e-12)
    order = np.argsort(-shares, kind="stable")
    return {model.columns[i]: round(float(shares[i]), 6) for i in order}


def save_whole(model: TableModel, target: Path, keep: Callable[[Path], None]) -> int:
    """Save a model and what `keep` adds; the folder takes its name when it is whole.

    Returns
    -------
    int
        Bytes of the saved model.
    """
    temporary = target.with_name(f"{target.name}.tmp-{os.getpid()}")
    shutil.rmtree(temporary, ignore_errors=True)
    save_model(model, temporary, extra=keep)
    shutil.rmtree(target, ignore_errors=True)
    temporary.rename(target)
    return sum(path.stat().st_size for path in target.iterdir())


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.tmp-{os.getpid()}")
    temporary.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    temporary.replace(path)


def reload(folder: Path, name: str) -> TableModel:
    """Load one model of a comparison."""
    return load_model(saved_model(folder, name))
