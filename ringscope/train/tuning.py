"""Before models are fitted: search of settings and choice of columns, with their sections."""

from __future__ import annotations

import json
from pathlib import Path

from models.tabular.compare import fingerprint
from models.tabular.fitting import FitSettings
from models.tabular.search import SPACES, Found, search
from models.tabular.selection import Selection
from models.tabular.shapes import Preset
from models.tabular.table import Table
from ringscope.progress import Progress

from .charts import Axis, Line, lines
from .files import write_text
from .page import Grid, Picture, Section


def searched(
    name: str, table: Table, out: Path, settings: FitSettings, trials: int, steps: Progress
) -> Found | None:
    """Search the settings of a model, or read what an earlier search of the same found.

    None for a model whose settings cannot be searched.
    """
    if name not in SPACES:
        return None
    file = out / "search" / f"{name}.json"
    mark = {"mark": fingerprint(table, name, settings), "trials": trials}
    if file.is_file():
        there = json.loads(file.read_text("utf-8"))
        if {key: there.get(key) for key in mark} == mark:
            tried = [(options, value) for options, value in there["tried"]]
            return Found(there["options"], there["value"], there["usual"], tried)
    found = search(name, table, trials=trials, seed=settings.seed, threads=settings.threads)
    steps.note(f"search: {found.usual:.3f} to {found.value:.3f}")
    plain = {"options": found.options, "value": found.value, "usual": found.usual}
    write_text(json.dumps(mark | plain | {"tried": found.trials}, indent=1) + "\n", file)
    return found


def search_section(found: dict[str, Found]) -> Section:
    """What each search found, and how the best value grew."""
    rows: list[list[object]] = []
    series = []
    for name, one in found.items():
        said = ", ".join(f"{key} {value:.4g}" for key, value in one.options.items())
        rows.append([name, len(one.trials), one.usual, one.value, said or "the usual ones"])
        best, grown = one.usual, []
        for number, (_, value) in enumerate(one.trials, start=1):
            best = max(best, value)
            grown.append([float(number), best])
        series.append(Line(name, grown))
    values = [value for line in series for _, value in line.points]
    axes = (
        Axis("trials", 1, max(len(one.trials) for one in found.values())),
        Axis("average precision", min(values) * 0.98, max(values) * 1.01),
    )
    columns = ["model", "trials", "usual settings", "best found", "settings"]
    return Section(
        "Search of settings",
        text=[
            "Average precision by three-fold cross-validation inside the training rows. The usual "
            "settings stay where no trial was better."
        ],
        grids=[Grid(columns, rows)],
        pictures=[Picture("Best so far", lines(series, *axes))],
    )


def selection_section(found: Selection, preset: Preset) -> Section:
    """Which columns were kept, and what fewer of them would cost."""
    steps = sorted(found.steps)
    values = [value for _, value in steps]
    axes = (
        Axis("columns", 0, steps[-1][0]),
        Axis("average precision", min(values) * 0.95, max(values) * 1.02),
    )
    drawn = lines([Line("validation", [[float(n), value] for n, value in steps])], *axes)
    names = ", ".join(f"{key} {preset.column(key).name}" for key in found.columns)
    text = [
        f"Kept: {len(found.columns)} columns, the fewest that judge validation rows as well as the "
        f"best number of them (loss {found.loss:.4f}): {names}."
    ]
    text += [f"{left} says the same as {kept} and was left out." for left, kept in found.twins]
    return Section(
        "Choice of columns", text=text, pictures=[Picture("What fewer columns cost", drawn)]
    )
