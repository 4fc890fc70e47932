"""One training: read a table, look at it, fit models, write the pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from models.tabular.compare import Result, compare
from models.tabular.fitting import FitSettings
from models.tabular.search import Found
from models.tabular.selection import Selection, keep_columns, select_columns
from models.tabular.shapes import load_preset
from models.tabular.table import Table, labelled, read_table
from ringscope.progress import Progress
from ringscope.run_folder import disk_errors

from .comparison import comparison_page, ranking
from .eda import eda_page
from .files import claim, write_page, write_text
from .page import Page, Section, markdown
from .tuning import search_section, searched, selection_section


@dataclass(frozen=True)
class Plan:
    """What a training does beside fitting models.

    Attributes
    ----------
    eda
        Write the page on the table.
    trials
        Settings to try per model before it is fitted; 0 takes the usual ones.
    select
        Fit on the fewest columns that judge as well.
    change
        Applied to the table as read, before rows without a label are left out.
    """

    eda: bool = True
    trials: int = 0
    select: bool = False
    change: Callable[[Table], Table] = lambda table: table


@dataclass(frozen=True)
class Training:
    """A finished training.

    Attributes
    ----------
    folder
        Where everything was written.
    table
        The rows that were trained on and judged with.
    results
        By average precision on validation rows, best first.
    found
        Result of the search of settings by model.
    selection
        Result of the choice of columns, if one was made.
    """

    folder: Path
    table: Table
    results: list[Result]
    found: dict[str, Found] = field(default_factory=dict)
    selection: Selection | None = None

    @property
    def best(self) -> Result:
        """The model with the highest average precision on validation rows."""
        return self.results[0]


def train(
    source: Path,
    out: Path,
    names: Sequence[str],
    settings: FitSettings,
    *,
    plan: Plan | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> Training:
    """Train on a table and write `eda.html`, `comparison.html` and `.md`, and the models.

    A training that was stopped goes on where it was: models of the same table and settings that
    are done are not fitted again.

    Parameters
    ----------
    source
        File with the table.
    out
        Folder to write; may hold an unfinished or finished training of the same table.
    names
        Models of the zoo.
    force
        Start anew in a folder that holds the training of another table.

    Raises
    ------
    InputError
        The table cannot be read or learned from.
    RunError
        `out` holds something else, or the disk refuses.
    SettingsError
        An unknown preset or model, or a library is missing.
    """
    plan, steps = plan or Plan(), progress or Progress()
    preset = load_preset(settings.preset)
    with steps.step("read"):
        start = settings.start
        table = labelled(
            plan.change(read_table(source, preset)), keep=start.columns if start else ()
        )
        steps.note(f"{len(table.ids):,} rows, {len(table.columns)} columns")
    with disk_errors(out):
        claim(out, {"preset": settings.preset, "table": table.fingerprint}, force=force)
    if plan.eda:
        with steps.step("look"):
            page = eda_page(table, preset, seed=settings.seed, threads=settings.threads)
            write_page(page, out / "eda.html")
    selection = None
    if plan.select:
        with steps.step("columns"):
            selection = select_columns(table, seed=settings.seed, threads=settings.threads)
            table = keep_columns(table, selection.columns)
            steps.note(f"{len(selection.columns)} kept")
    results, found = _compare(table, names, out, settings, plan, steps)
    done = Training(out, table, ranking(results), found, selection)
    _write(done, settings)
    return done


def _compare(
    table: Table,
    names: Sequence[str],
    out: Path,
    settings: FitSettings,
    plan: Plan,
    steps: Progress,
) -> tuple[list[Result], dict[str, Found]]:
    """One step per model, so that a watcher sees how far it is."""
    results: list[Result] = []
    found: dict[str, Found] = {}
    for number, name in enumerate(names, start=1):
        with steps.step(f"{number}/{len(names)} {name}"), disk_errors(out):
            options = settings
            if plan.trials:
                search = searched(name, table, out, settings, plan.trials, steps)
                if search:
                    found[name] = search
                    options = replace(settings, options=search.options)
            result = compare(table, [name], out, options)[0]
            ap, auc = result.figures["average_precision"], result.figures["roc_auc"]
            steps.note(f"average precision {ap:.3f}, ROC AUC {auc:.3f}")
        results.append(result)
    return results, found


def _write(done: Training, settings: FitSettings) -> None:
    """Write the page of the comparison, its Markdown and its figures."""
    preset = load_preset(settings.preset)
    page = comparison_page(
        done.results, done.table, preset, seed=settings.seed, threads=settings.threads
    )
    more: list[Section] = []
    if done.selection:
        more.append(selection_section(done.selection, preset))
    if done.found:
        more.append(search_section(done.found))
    page = _with(page, more)
    write_page(page, done.folder / "comparison.html")
    write_text(markdown(page), done.folder / "comparison.md")
    plain = {
        "preset": settings.preset,
        "seed": settings.seed,
        "table": done.table.fingerprint,
        "notes": done.table.notes,
        "options": {name: found.options for name, found in done.found.items()},
        "columns": done.table.columns,
        "models": [asdict(one) for one in done.results],
    }
    write_text(json.dumps(plain, indent=1) + "\n", done.folder / "comparison.json")


def _with(page: Page, more: list[Section]) -> Page:
    return replace(page, sections=[*page.sections, *more])
