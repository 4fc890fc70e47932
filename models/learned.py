"""Everything that is learned from labels, as one thing to fit, apply, save and load."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from graph import Linkage
from ingest import RunError, Tables

from .account_features import account_graph, contacts
from .bases import StackSettings
from .features import FeatureTable
from .gnn_settings import GnnSettings
from .persistence import load_stack, save_stack
from .population import Population, estimate_population
from .positions import transferable
from .propagated import propagated_risk
from .relational import SecondLook, fit_second_look
from .stack import Stack, fit_stack

OWN = ("tabular", "behaviour", "content", "identity")
"""Families that need no link: what a tabular model sees."""
EXPLAINED = 0.1
"""Risk from which an account's score is taken apart; the rest gets one plain sentence."""
MOST_EXPLAINED = 3000
ROUNDS = "rounds.json"

Array = NDArray[np.float64]


class Parts(NamedTuple):
    """Risk of each account by part, all (accounts,), and (accounts, features) contributions."""

    risk: Array
    tabular: Array
    graph: Array
    propagated: Array
    contributions: Array


@dataclass(frozen=True)
class Learned:
    """Fitted models.

    Attributes
    ----------
    stack
        On all features.
    tabular
        A random forest on the account's own columns alone.
    second
        The second look, in the light of linked accounts.
    population
        From labels to all accounts.
    """

    stack: Stack
    tabular: Stack
    second: SecondLook
    population: Population

    def predict(self, tables: Tables, linkage: Linkage, features: FeatureTable) -> Parts:
        """Risk of accounts that the models were not fitted on.

        Spectral positions mean something only inside the graph they were made from, so they
        count as missing; labels of the new accounts are used for propagation alone.
        """
        frame = features.frame.select(transferable(features.columns))
        graph = account_graph(tables, linkage)
        parts = self.stack.predict_parts(frame, graph)
        scores = np.column_stack(list(parts.values()))
        risk = self._finished(self.stack.stacker.apply(scores), tables, linkage)
        tabular = self.population.apply(self.tabular.predict(frame, graph))
        labels = _labels(tables)
        folds = np.where(labels >= 0, np.arange(len(labels)) % 5, -1)
        propagated = propagated_risk(linkage, labels, folds).risk
        return Parts(
            risk,
            tabular,
            self.population.apply(_graph_part(parts)),
            propagated,
            _contributions(self.stack, frame, features, risk),
        )

    def save(self, folder: Path) -> None:
        """Write all models into a new folder.

        Raises
        ------
        RunError
            The folder holds something.
        """
        save_stack(self.stack, folder / "stack")
        save_stack(self.tabular, folder / "tabular")
        rest = {"second": asdict(self.second), "population": asdict(self.population)}
        text = json.dumps({**rest, "sha256": _digest(rest)}, indent=1, sort_keys=True) + "\n"
        (folder / ROUNDS).write_text(text, encoding="utf-8")

    def _finished(self, first: Array, tables: Tables, linkage: Linkage) -> Array:
        return self.population.apply(self.second.apply(first, contacts(tables, linkage)))


def learn(
    tables: Tables, linkage: Linkage, features: FeatureTable, *, seed: int, threads: int
) -> tuple[Learned, Parts]:
    """Fit all models, cross-fitted by community, and score every account.

    Raises
    ------
    TooFewLabels
        There is too little to learn from.
    """
    labels = _labels(tables)
    groups = linkage.community.astype(np.int64)
    graph = account_graph(tables, linkage)
    settings = StackSettings(
        bases=("forest", "boosted", "gnn"), gnn=GnnSettings(), seed=seed, threads=threads
    )
    direct = {c for c in features.columns if features.families[c] in (*OWN, "graph")}
    stack = fit_stack(features.frame, labels, groups, graph, settings, network_features=direct)
    own = features.frame.select(c for c in features.columns if features.families[c] in OWN)
    alone = StackSettings(bases=("forest",), seed=seed, threads=threads)
    tabular = fit_stack(own, labels, groups, graph, alone)
    network = contacts(tables, linkage)
    second, risk = fit_second_look(stack.risk, labels, stack.folds, network)
    population = estimate_population(risk, labels)
    risk = population.apply(risk)
    propagated = propagated_risk(linkage, labels, stack.folds).risk
    parts = Parts(
        risk,
        population.apply(tabular.risk),
        population.apply(_graph_part(stack.parts)),
        propagated,
        _contributions(stack, features.frame, features, risk),
    )
    return Learned(stack, tabular, second, population), parts


def load_learned(folder: Path) -> Learned:
    """Read saved models.

    Raises
    ------
    RunError
        A file is missing or was altered.
    """
    stack, tabular = load_stack(folder / "stack"), load_stack(folder / "tabular")
    rest = _read_rounds(folder / ROUNDS)
    second = SecondLook(tuple(rest["second"]["weights"]), rest["second"]["offset"])
    return Learned(stack, tabular, second, Population(**rest["population"]))


def _read_rounds(path: Path) -> dict[str, Any]:
    try:
        rest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{path}: missing or damaged: train the model again") from error
    if rest.pop("sha256", None) != _digest(rest):
        raise RunError(f"{path}: altered since it was saved: train the model again")
    return rest


def _digest(rest: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def _labels(tables: Tables) -> NDArray[np.int8]:
    return tables.accounts["label"].fill_null(-1).to_numpy().astype(np.int8)


def _graph_part(parts: Mapping[str, Array]) -> Array:
    """The graph network's score; the boosted trees' where there were too few labels for it."""
    return parts["gnn"] if "gnn" in parts else parts["boosted"]


def _contributions(stack: Stack, frame: pl.DataFrame, features: FeatureTable, risk: Array) -> Array:
    """Take apart the scores of risky accounts; the columns are those of `features`."""
    rows = np.flatnonzero(risk >= EXPLAINED)
    rows = rows[np.argsort(-risk[rows], kind="stable")][:MOST_EXPLAINED]
    total = np.zeros((len(risk), len(features.columns)), dtype=np.float64)
    if len(rows):
        place = {name: i for i, name in enumerate(features.columns)}
        known = np.array([i for i, name in enumerate(stack.columns) if name in place])
        columns = np.array([place[stack.columns[i]] for i in known])
        total[np.ix_(rows, columns)] = stack.contributions(frame[rows])[:, known]
    return total
