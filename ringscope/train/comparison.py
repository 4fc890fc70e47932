"""The page that compares models: one table, the curves of the best, and what the costs say."""

from __future__ import annotations

from collections.abc import Sequence

from models.tabular.compare import Result
from models.tabular.shapes import Preset
from models.tabular.table import Table

from .charts import Axis, Line, bars, lines
from .page import Grid, Page, Picture, Section

DRAWN = 6
"""Models whose curves are drawn: the best by average precision."""
OWN = ("accuracy", "precision", "recall", "f1")


def comparison_page(
    results: Sequence[Result], table: Table, preset: Preset, *, seed: int, threads: int
) -> Page:
    """Lay out the results of a comparison, best average precision on validation rows first."""
    ranked = ranking(results)
    best = ranked[0]
    rows = len(table.ids)
    spam = int((table.labels == 1).sum())
    return Page(
        title=f"{preset.title}: {len(results)} model{'s' if len(results) > 1 else ''}",
        meta=f"table {table.fingerprint}, seed {seed}, {threads} thread{'s' * (threads > 1)}",
        headline=[
            (best.title, "best by validation", f"average precision {best.validation_ap:.3f} there"),
            (f"{best.figures['average_precision']:.3f}", "average precision", "on test rows"),
            (f"{best.figures['roc_auc']:.3f}", "ROC AUC", "on test rows"),
            (f"{best.figures['chosen_f1']:.3f}", "F1", f"from risk {best.threshold:.3f} on"),
            (f"{rows:,}", "rows", f"{spam:,} spam ({spam / rows:.2%})"),
        ],
        summary=[
            "Models are fitted on 60 % of the rows, calibrated and given a threshold on 20 %, and "
            "judged on the other 20 %, which nothing else has seen; each part has the same share "
            "of spam. Synthetic spam (SMOTE) is made from training rows only."
        ],
        sections=[
            _figures(ranked),
            _decisions(ranked),
            _curves(ranked[:DRAWN]),
            _importances(best, preset),
        ],
    )


def ranking(results: Sequence[Result]) -> list[Result]:
    """Models by average precision on validation rows, best first."""
    return sorted(results, key=lambda one: (-one.validation_ap, one.name))


def _figures(ranked: list[Result]) -> Section:
    columns = [
        "model", "balance", "avg. precision", "ROC AUC", "doc. AUC", "Brier", "calib. error",
        "threshold", "precision", "recall", "F1", "fit s", "score s", "MB",
    ]  # fmt: skip
    rows = [
        [
            one.title, one.balance, one.figures["average_precision"], one.figures["roc_auc"],
            one.published["roc_auc"], one.figures["brier"], one.figures["calibration_error"],
            one.threshold, one.figures["chosen_precision"], one.figures["chosen_recall"],
            one.figures["chosen_f1"], one.fit_seconds, one.score_seconds,
            one.bytes / 1e6,
        ]
        for one in ranked
    ]  # fmt: skip
    notes = [f"{one.title}: {note}." for one in ranked for note in one.notes]
    text = [
        "Precision, recall and F1 at the threshold chosen on validation rows "
        f"({ranked[0].threshold_why}). Doc.: what the source document printed on its own data."
    ]
    return Section(
        "All models", "best average precision on validation rows first", text + notes,
        [Grid(columns, rows, marked=0, places={"fit s": 1, "score s": 2, "MB": 2})],
    )  # fmt: skip


def _decisions(ranked: list[Result]) -> Section:
    columns = ["model", *OWN, *(f"doc. {name}" for name in OWN)]
    columns += [f"cal. {name}" for name in OWN[1:]]
    rows = [
        [one.title]
        + [one.figures[f"own_{name}"] for name in OWN]
        + [one.published[name] for name in OWN]
        + [one.figures[f"half_{name}"] for name in OWN[1:]]
        for one in ranked
    ]
    text = (
        "Where each model decides for spam by itself (.5 of its own score, as in the source "
        "document; its figures: doc.), and from a calibrated risk of .5 on (cal.)."
    )
    return Section("At .5", "own decisions beside the document's", [text], [Grid(columns, rows)])


def _curves(best: list[Result]) -> Section:
    unit = Axis("recall", 0, 1), Axis("precision", 0, 1)
    nobody = max((point[1] for one in best for point in one.curves["cost"][:1]), default=1.0)
    cost = Axis("threshold", 0, 1), Axis("cost per row", 0, 2 * nobody)
    return Section(
        "Curves",
        f"of the best {len(best)}" if len(best) > 1 else "",
        pictures=[
            Picture("Precision over recall", lines(_series(best, "precision_recall"), *unit)),
            Picture(
                "ROC",
                lines(
                    _series(best, "roc"),
                    Axis("honest rows accused (share)", 0, 1),
                    Axis("recall", 0, 1),
                    diagonal=True,
                ),
            ),
            Picture(
                "Calibration",
                lines(
                    _series(best, "calibration"),
                    Axis("risk", 0, 1),
                    Axis("share of spam", 0, 1),
                    diagonal=True,
                ),
                "on the dashed line risk means what it says",
            ),
            Picture(
                "Cost of mistakes",
                lines(_series(best, "cost"), *cost),
                "per row, by threshold; if no costs are given, a missed spammer counts as ten "
                "false alarms",
            ),
        ],
    )


def _series(results: list[Result], curve: str) -> list[Line]:
    return [Line(one.title, one.curves[curve]) for one in results]


def _importances(best: Result, preset: Preset) -> Section:
    if not best.importances:
        text = f"{best.title} does not say which columns it decides by."
        return Section("What the best model decides by", text=[text])
    items = []
    for key, share in list(best.importances.items())[:20]:
        name = preset.column(key).name
        items.append((key if name == key else f"{key} {name}", share, f"{share:.3f}"))
    said = ["Names of columns are hypothetical."] if preset.hypothetical else []
    drawn = bars(items, label="Importance by column")
    return Section(
        "What the best model decides by", text=said, pictures=[Picture(best.title, drawn)]
    )
