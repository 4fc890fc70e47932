"""Everything that is learned from labels, as one thing to fit, apply, save and load."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph import Linkage
from ingest import RunError, Tables

from .account_features import account_graph, contacts
from .bases import StackSettings
from .contributions import take_apart
from .features import FeatureTable
from .folds import whole_folds
from .gnn_settings import GnnSettings
from .grams import message_grams
from .own_view import OwnView, fit_own_view
from .persistence import load_stack, load_view, save_stack, save_view
from .population import Population, estimate_population, label_error
from .positions import transferable
from .propagated import propagated_risk
from .relational import Firsts, SecondLook, fit_second_look
from .signals import FAMILIES
from .stack import Stack, fit_stack

BASIC = ("tabular", "behaviour", "content", "identity")
OWN = (*BASIC, *FAMILIES)
"""Families that need no link: what a tabular model sees; signals are no food for the network."""
ROUNDS = "rounds.json"

Array = NDArray[np.float64]


class Parts(NamedTuple):
    """Risk of each account by part, all (accounts,), and what moved it.

    Attributes
    ----------
    shown
        The features that contribute, phrasing included.
    contributions
        (accounts, features of `shown`) in log-odds; zeros where nothing was taken apart.
    """

    risk: Array
    tabular: Array
    graph: Array
    propagated: Array
    shown: FeatureTable
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
    view
        What an account shows by itself, taught by the stack.
    second
        The second look, in the light of the own view and of linked accounts.
    population
        From labels to all accounts.
    held_out
        (accounts,) risk of labelled accounts without any label of their group, for honest
        figures; not saved.
    """

    stack: Stack
    tabular: Stack
    view: OwnView
    second: SecondLook
    population: Population
    held_out: Array = field(default_factory=lambda: np.empty(0))

    def predict(self, tables: Tables, linkage: Linkage, features: FeatureTable) -> Parts:
        """Risk of accounts that the models were not fitted on.

        Spectral positions mean something only inside the graph they were made from, so they
        count as missing; labels of the new accounts are used for propagation alone.
        """
        frame = features.frame.select(transferable(features.columns))
        graph = account_graph(tables, linkage)
        parts = self.stack.predict_parts(frame, graph)
        scores = np.column_stack(list(parts.values()))
        grams = message_grams(tables.messages)
        view = self.view.apply(features, grams)
        labels = _labels(tables)
        firsts = Firsts(self.stack.stacker.apply(scores), view, labels)
        risk = self.population.shift(self.second.apply(firsts, contacts(tables, linkage)))
        tabular = self.population.apply(self.tabular.predict(frame, graph))
        folds = np.where(labels >= 0, np.arange(len(labels)) % 5, -1)
        propagated = propagated_risk(linkage, labels, folds).risk
        return Parts(
            risk,
            tabular,
            self.population.apply(_graph_part(parts)),
            propagated,
            *take_apart(self.stack, self.view, self.second, features, grams, risk),
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
        save_view(self.view, folder / "view")
        rest = {"second": asdict(self.second), "population": asdict(self.population)}
        text = json.dumps({**rest, "sha256": _digest(rest)}, indent=1, sort_keys=True) + "\n"
        (folder / ROUNDS).write_text(text, encoding="utf-8")


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
    direct = {c for c in features.columns if features.families[c] in (*BASIC, "graph")}
    stack = fit_stack(
        features.frame, labels, groups, graph, settings, network_features=direct, teach=True
    )
    own = features.frame.select(c for c in features.columns if features.families[c] in OWN)
    alone = StackSettings(bases=("forest",), seed=seed, threads=threads)
    tabular = fit_stack(own, labels, groups, graph, alone)
    whole = whole_folds(groups, stack.folds, seed)
    first = np.where(labels >= 0, stack.risk, stack.without[whole, np.arange(len(labels))])
    grams = message_grams(tables.messages)
    view, odds = fit_own_view(
        features,
        own.columns,
        grams,
        np.vstack([stack.without, stack.risk]),
        labels,
        whole,
        seed=seed,
        threads=threads,
    )
    error = label_error(first, labels)
    second, spam = fit_second_look(
        Firsts(first, odds, labels), stack.folds, contacts(tables, linkage), error
    )
    population = estimate_population(spam.risk, labels, error)
    risk = population.shift(spam.risk)
    propagated = propagated_risk(linkage, labels, stack.folds).risk
    parts = Parts(
        risk,
        population.apply(tabular.risk),
        population.apply(_graph_part(stack.parts)),
        propagated,
        *take_apart(stack, view, second, features, grams, risk),
    )
    return Learned(stack, tabular, view, second, population, spam.held_out), parts


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
    view = load_view(folder / "view")
    return Learned(stack, tabular, view, second, Population(**rest["population"]))


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
