"""The page on a table before any model: what there is to learn from, and what to mind."""

from __future__ import annotations

import numpy as np

from models.tabular.explore import STRONG, Exploration, explore
from models.tabular.shapes import Preset
from models.tabular.table import Table

from .charts import Axis, bars, histogram, points
from .page import Grid, Page, Picture, Section

SHOWN = 12
"""Columns whose distributions are open; the others are folded away."""


def eda_page(table: Table, preset: Preset, *, seed: int, threads: int = 1) -> Page:
    """Explore a labelled table and lay the findings out."""
    found = explore(table, seed=seed, threads=threads)
    rows = found.spam + found.honest
    gaps = sum(found.missing.values())
    headline = [
        (f"{rows:,}", "rows", "with a label"),
        (f"{len(table.columns)}", "columns", "that vary"),
        (f"{found.spam / rows:.2%}", "spam", f"{found.spam:,} rows"),
        (f"{gaps:,}", "missing cells", f"in {len(found.missing)} columns"),
        (f"{len(found.pairs)}", "strong pairs", f"correlation of {STRONG} or more"),
    ]
    return Page(
        title=f"{preset.title}: the table",
        meta=f"table {table.fingerprint}, seed {seed}",
        headline=headline,
        summary=_summary(found, preset),
        sections=[
            _balance(found, table),
            _pairs(found, preset),
            _importances(found, preset),
            _distributions(found, preset),
            _components(found),
        ],
    )


def _summary(found: Exploration, preset: Preset) -> list[str]:
    said = [f"One row in {round((found.spam + found.honest) / found.spam)} is spam."]
    first = next(iter(found.importances))
    said.append(f"The forest leans most on {_name(first, preset)}.")
    if preset.hypothetical:
        said.append(
            "The names of the columns are hypothetical: guesses of the source document that "
            "nobody confirmed."
        )
    return said


def _balance(found: Exploration, table: Table) -> Section:
    rows = found.spam + found.honest
    classes = [
        ["honest", found.honest, found.honest / rows],
        ["spam", found.spam, found.spam / rows],
    ]
    gaps = [[name, count, count / rows] for name, count in found.missing.items()]
    return Section(
        "Classes and gaps",
        text=list(table.notes) or ["No row and no cell had to be mended."],
        grids=[
            Grid(["class", "rows", "share"], classes, digits=4),
            Grid(["column", "missing cells", "share"], gaps, "Missing cells", digits=6),
        ],
    )


def _pairs(found: Exploration, preset: Preset) -> Section:
    rows = [[_name(a, preset), _name(b, preset), value] for a, b, value in found.pairs]
    text = [] if rows else [f"No two columns are correlated by {STRONG} or more."]
    grids = [Grid(["column", "column", "Pearson correlation"], rows)] if rows else []
    return Section("Correlated pairs", f"absolute value of {STRONG} or more", text, grids)


def _importances(found: Exploration, preset: Preset) -> Section:
    names = list(found.importances)
    items = [(_name(n, preset), found.importances[n], f"{found.importances[n]:.3f}") for n in names]
    published = any(preset.column(name).importance for name in names)
    columns = ["column", "importance", "separation"] + (["in the document"] if published else [])
    rows = [
        [_name(name, preset), found.importances[name], found.separation[name]]
        + ([preset.column(name).importance] if published else [])
        for name in names
    ]
    return Section(
        "What tells spam apart",
        text=[
            "Importance: share of a column in the decisions of a forest of 60 trees (mean decrease "
            "of impurity; it favours columns of many values). Separation: chance that the column "
            "is higher for a spam row than for an honest one; .5 says nothing, 0 and 1 say all."
        ],
        grids=[Grid(columns, rows, digits=4)],
        pictures=[Picture("Importance", bars(items[:20], label="Importance by column"))],
    )


def _distributions(found: Exploration, preset: Preset) -> Section:
    pictures = []
    for name in found.importances:
        low, high, honest, spam = found.histograms[name]
        column = preset.column(name)
        title = f"{name} {column.name}" if column.name != name else name
        drawn = histogram(honest, spam, Axis(name, low, high))
        pictures.append(Picture(title, drawn, f"separation {found.separation[name]:.2f}"))
    return Section(
        "Distributions",
        "blue: honest, orange: spam; values above the 99.5 % quantile stand in the last bin",
        pictures=pictures[:SHOWN],
        folded=pictures[SHOWN:],
        fold_title="Columns that say less",
    )


def _components(found: Exploration) -> Section:
    both = np.vstack([found.honest_dots, found.spam_dots])
    low, high = np.quantile(both, [0.002, 0.998], axis=0)
    x, y = (
        Axis(f"component {i + 1} ({found.components[i]:.0%} of the variance)", low[i], high[i])
        for i in range(2)
    )
    drawn = points(found.honest_dots.tolist(), found.spam_dots.tolist(), x, y)
    text = (
        f"The first two principal components of the scaled columns hold {sum(found.components):.0%}"
        " of the variance. Spam that lies apart here is easy; spam among honest rows is not "
        "necessarily hard, since a model sees all columns."
    )
    return Section(
        "Two components", text=[text], pictures=[Picture("blue: honest, orange: spam", drawn)]
    )


def _name(key: str, preset: Preset) -> str:
    name = preset.column(key).name
    return key if name == key else f"{key} {name}"
