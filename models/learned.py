"""Everything that is learned from labels, as one thing to fit, apply, save and load."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from graph import Linkage
from ingest import Tables
from ingest.read_once import of_messages

from .account_features import account_graph, around, contacts
from .bases import StackSettings
from .boosted import Boosted
from .calibration import mean_risk
from .contributions import take_apart
from .features import FeatureTable
from .features.frames import in_account_order
from .folds import unheard, whole_folds
from .grams import Grams, message_grams
from .memory import Memory, Recalled, graph_digest, load_memory, memorise, save_memory
from .own_view import OwnView, fit_own_view
from .persistence import (
    load_stack,
    load_ties,
    load_views,
    save_stack,
    save_ties,
    save_views,
)
from .phrasing import phrased, phrasing_digest
from .population import Population, estimate_population, label_error
from .positions import READ_BY_TREES, readers, transferable
from .propagated import propagated_risk
from .relational import Contacts, Firsts, SecondLook, fit_second_look, second_features
from .rounds import load_rounds, save_rounds
from .signals import FAMILIES
from .stack import Stack, fit_stack
from .standing import graph_base, score_standing
from .ties import fit_ties, link_patterns, ties

BASIC = ("tabular", "behaviour", "content", "identity")
OWN = (*BASIC, *FAMILIES)
"""Families that need no link: what a tabular model sees; signals are no food for the network."""
ROUNDS = "rounds.json"
BOOSTED_WITH_PLACES, ROUNDS_WITH_PLACES = len(READ_BY_TREES), 3
"""Boosted trees, and rounds of the kernel machine, to average where spectral positions are given:
many weak columns to draw from."""

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
    views
        What an account shows by itself, taught by the stack: without each fold, then by all.
    ties
        What links tell: likewise; empty without links.
    seconds
        The second look, in the light of the own view and of linked accounts: likewise.
    population
        From labels to all accounts.
    memory
        Which accounts were learned from, and in which fold.
    held_out
        (accounts,) risk of labelled accounts without any label of their group, for honest
        figures; not saved.
    """

    stack: Stack
    tabular: Stack
    views: tuple[OwnView, ...]
    ties: tuple[Boosted, ...]
    seconds: tuple[SecondLook, ...]
    population: Population
    memory: Memory
    held_out: Array = field(default_factory=lambda: np.empty(0))

    def predict(self, tables: Tables, linkage: Linkage, features: FeatureTable) -> Parts:
        """Risk of accounts, known ones and new ones.

        An account that was learned from is scored by the models that have not seen its fold, so
        the data of the training gets the risks that it got then. Spectral positions mean something
        only inside the graph they were made from: they count as missing in any other. Labels of
        other accounts are heard by the second look and spread over links; the own label enters
        nowhere.
        """
        network = contacts(tables, linkage)
        features = self._comparable(features, tables, network)
        graph = account_graph(tables, linkage)
        known = self.memory.recall(tables.accounts["account_id"], linkage.community)
        labels = _labels(tables)
        asked = features.frame, graph, known.own
        with ThreadPoolExecutor(1) as pool:
            nobody = np.zeros_like(known.free)
            tabular = pool.submit(score_standing, self.tabular, *asked, known.own, nobody)
            stack = score_standing(self.stack, *asked, known.whole, known.free)
            alone = tabular.result()
        phrased = self._phrased(tables)
        view = self._view(features, phrased, known)
        patterns = link_patterns(linkage, tables.accounts["created_at"])
        near = around(network, linkage, ties(patterns, self.ties, known.whole))
        risk = self._second(Firsts(stack.risk, view, labels), near, known)
        propagated = propagated_risk(linkage, labels, np.where(labels >= 0, known.spread, -1)).risk
        return Parts(
            risk,
            self.population.apply(alone.risk),
            self.population.apply(stack.graph),
            propagated,
            *take_apart(self.stack, self.views[-1], self.seconds[-1], features, phrased[-1], risk),
        )

    def _comparable(
        self, features: FeatureTable, tables: Tables, network: csr_matrix
    ) -> FeatureTable:
        """Leave out what means something else in tonight's graph than in that of the training."""
        kept = transferable(features.columns)
        if len(kept) == len(features.columns):
            return features
        same = graph_digest(tables.accounts["account_id"], network) == self.memory.graph
        return features if same else features.only(kept)

    def _phrased(self, tables: Tables) -> list[Array]:
        """What each view says of the wording of every account, (accounts, 3) each."""
        keys = self.views[0].phrasing.keys
        return _phrased(self.views, tables, lambda rows: message_grams(rows, keys=keys))

    def _view(self, features: FeatureTable, phrased: list[Array], known: Recalled) -> Array:
        """Log-odds of the own view that was not taught by the account's fold."""
        odds = np.zeros(len(known.whole))
        folds = (*range(self.memory.count), -1)
        for fold, view, said in zip(folds, self.views, phrased, strict=True):
            rows = np.flatnonzero(known.whole == fold)
            odds[rows] = view.apply(features, said, rows)
        return odds

    def _second(self, firsts: Firsts, near: Contacts, known: Recalled) -> Array:
        """Risk after the second look that has not seen the labels of the account's fold."""
        seen = second_features(firsts, near)
        spam = self.seconds[-1].of(seen)
        for fold, second in enumerate(self.seconds[:-1]):
            spam[known.own == fold] = second.of(seen[known.own == fold])
        return self.population.shift(spam)

    def save(self, folder: Path) -> None:
        """Write all models into a new folder.

        Raises
        ------
        RunError
            The folder holds something.
        """
        save_stack(self.stack, folder / "stack")
        save_stack(self.tabular, folder / "tabular")
        save_views(self.views, folder / "view")
        save_memory(self.memory, folder / "memory")
        save_ties(self.ties, folder / "ties")
        save_rounds(self.seconds, self.population, folder / ROUNDS)


def _phrased(
    views: Sequence[OwnView], tables: Tables, grams: Callable[[pl.DataFrame], Grams]
) -> list[Array]:
    """What each view says of the wording of every account, (accounts, 3) each."""
    sayings = [view.phrasing for view in views]
    name = f"phrased-{phrasing_digest(sayings)}"
    frames = of_messages(tables, (name,), lambda rows: {name: phrased(sayings, grams(rows))})
    found = in_account_order(frames[name], tables.accounts.height)
    return np.split(found.fill_null(float("nan")).to_numpy(), len(sayings), axis=1)


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
    placed = transferable(features.columns) != features.columns
    settings = StackSettings(
        bases=("forest", "boosted", "kernel", "gnn"),
        boosted_seeds=BOOSTED_WITH_PLACES if placed else 1,
        kernel_rounds=ROUNDS_WITH_PLACES if placed else 1,
        seed=seed,
        threads=threads,
    )
    direct = [c for c in features.columns if features.families[c] in (*BASIC, "graph")]
    reads = readers(features.columns) or {"gnn": (direct,)}
    stack = fit_stack(features.frame, labels, groups, graph, settings, reads=reads, teach=True)
    own = features.frame.select(c for c in features.columns if features.families[c] in OWN)
    alone = StackSettings(bases=("forest",), seed=seed, threads=threads)
    tabular = fit_stack(own, labels, groups, graph, alone)
    whole = whole_folds(groups, stack.folds, seed)
    first = np.where(labels >= 0, stack.risk, stack.without[whole, np.arange(len(labels))])
    free = unheard(groups, labels)
    first[free] = mean_risk(stack.without[:, free])
    grams = message_grams(tables.messages)
    teachers = np.vstack([stack.without, stack.risk])
    taught = fit_own_view(
        features, own.columns, grams, teachers, labels, whole, seed=seed, threads=threads
    )
    error = label_error(first, labels)
    views = (*taught.by_fold, taught.view)
    said = _phrased(views, tables, lambda _: grams)[-1]
    network = contacts(tables, linkage)
    patterns = link_patterns(linkage, tables.accounts["created_at"])
    told = fit_ties(patterns, first, whole, seed=seed, threads=threads)
    near = around(network, linkage, ties(patterns, told, whole))
    second, spam = fit_second_look(Firsts(first, taught.odds, labels), stack.folds, near, error)
    population = estimate_population(spam.risk, labels, error, _judged(tables))
    risk = population.shift(spam.risk)
    propagated = propagated_risk(linkage, labels, stack.folds).risk
    parts = Parts(
        risk,
        population.apply(tabular.risk),
        population.apply(stack.parts[graph_base(stack.parts)]),
        propagated,
        *take_apart(stack, taught.view, second, features, said, risk),
    )
    ids = tables.accounts["account_id"]
    learned = Learned(
        stack,
        tabular,
        views,
        told,
        (*spam.by_fold, second),
        population,
        memorise(ids, whole, labels, groups, graph_digest(ids, network)),
        spam.held_out,
    )
    return learned, parts


def load_learned(folder: Path) -> Learned:
    """Read saved models.

    Raises
    ------
    RunError
        A file is missing or was altered.
    """
    stack, tabular = load_stack(folder / "stack"), load_stack(folder / "tabular")
    seconds, population = load_rounds(folder / ROUNDS)
    views, ties = load_views(folder / "view"), load_ties(folder / "ties")
    memory = load_memory(folder / "memory")
    return Learned(stack, tabular, views, ties, seconds, population, memory)


def _labels(tables: Tables) -> NDArray[np.int8]:
    return tables.accounts["label"].fill_null(-1).to_numpy().astype(np.int8)


def _judged(tables: Tables) -> NDArray[np.bool_]:
    """(accounts,) whose label is a verdict."""
    judged = np.zeros(tables.accounts.height, dtype=bool)
    if tables.judged is not None:
        judged[tables.judged["account"].to_numpy()] = True
    return judged
