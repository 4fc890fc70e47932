"""One training: read a table, look at it, fit models, write the pages."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ingest.errors import RunError
from models.tabular.compare import Result, compare
from models.tabular.fitting import FitSettings
from models.tabular.shapes import load_preset
from models.tabular.table import Table, labelled, read_table
from ringscope.progress import Progress
from ringscope.run_folder import disk_errors

from .comparison import comparison_page, ranking
from .eda import eda_page
from .page import Page, html, markdown

MARK = "training.json"


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
    """

    folder: Path
    table: Table
    results: list[Result]

    @property
    def best(self) -> Result:
        """The model with the highest average precision on validation rows."""
        return self.results[0]


def train(
    source: Path,
    preset_name: str,
    out: Path,
    names: Sequence[str],
    settings: FitSettings,
    *,
    force: bool = False,
    eda: bool = True,
    progress: Progress | None = None,
    change: Callable[[Table], Table] = lambda table: table,
) -> Training:
    """Train on a table and write `eda.html`, `comparison.html` and `.md`, and the models.

    A training that was stopped goes on where it was: models of the same table and settings that
    are done are not fitted again.

    Parameters
    ----------
    source
        File with the table.
    preset_name
        Shape of the table.
    out
        Folder to write; may hold an unfinished or finished training of the same table.
    names
        Models of the zoo.
    force
        Start anew in a folder that holds the training of another table.
    eda
        Whether to write the page on the table.
    change
        Applied to the table as read, before rows without a label are left out.

    Raises
    ------
    InputError
        The table cannot be read or learned from.
    RunError
        `out` holds something else, or the disk refuses.
    SettingsError
        An unknown preset or model, or a library is missing.
    """
    steps = progress or Progress()
    preset = load_preset(preset_name)
    with steps.step("read"):
        table = labelled(change(read_table(source, preset)))
        steps.note(f"{len(table.ids):,} rows, {len(table.columns)} columns")
    with disk_errors(out):
        claim(out, {"preset": preset_name, "table": table.fingerprint}, force=force)
    if eda:
        with steps.step("look"):
            page = eda_page(table, preset, seed=settings.seed, threads=settings.threads)
            write_page(page, out / "eda.html")
    results = ranking(_compare(table, names, out, settings, steps))
    page = comparison_page(results, table, preset, seed=settings.seed, threads=settings.threads)
    write_page(page, out / "comparison.html")
    write_text(markdown(page), out / "comparison.md")
    found = {"preset": preset_name, "seed": settings.seed, "table": table.fingerprint}
    plain = found | {"notes": table.notes, "models": [asdict(one) for one in results]}
    write_text(json.dumps(plain, indent=1) + "\n", out / "comparison.json")
    return Training(out, table, results)


def write_page(page: Page, path: Path) -> None:
    """Write a page as HTML; readers see the old or the new file, never half of one."""
    write_text(html(page), path)


def write_text(text: str, path: Path) -> None:
    """Write a file that takes its name when it is whole.

    Raises
    ------
    RunError
        The disk refuses.
    """
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{path.name}.tmp-{os.getpid()}")
        try:
            temporary.write_bytes(text.encode())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def _compare(
    table: Table, names: Sequence[str], out: Path, settings: FitSettings, steps: Progress
) -> list[Result]:
    """One step per model, so that a watcher sees how far it is."""
    results: list[Result] = []
    for number, name in enumerate(names, start=1):
        with steps.step(f"{number}/{len(names)} {name}"), disk_errors(out):
            found = compare(table, [name], out, settings)
            ap, auc = found[0].figures["average_precision"], found[0].figures["roc_auc"]
            steps.note(f"average precision {ap:.3f}, ROC AUC {auc:.3f}")
        results += found
    return results


def claim(out: Path, mine: Mapping[str, object], *, force: bool) -> None:
    """Take a folder for a training; refuse one that holds anything else.

    Parameters
    ----------
    mine
        What the training is of; a folder that holds a training of the same goes on.
    force
        Empty a folder that holds the training of something else.

    Raises
    ------
    RunError
        The folder holds something else.
    """
    mark = out / MARK
    if mark.is_file():
        try:
            there = json.loads(mark.read_text("utf-8"))
        except ValueError:
            there = None
        if there == mine:
            return
        if not force:
            raise RunError(
                f"{out}: holds the training of another table; choose another folder, or --force "
                "to replace it"
            )
        shutil.rmtree(out)
    elif out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise RunError(f"{out}: holds files that are no training; choose an empty or new folder")
    out.mkdir(parents=True, exist_ok=True)
    mark.write_text(json.dumps(mine) + "\n", "utf-8")
