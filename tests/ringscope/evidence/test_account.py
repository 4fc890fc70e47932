from __future__ import annotations

import networkx as nx
import numpy as np
import polars as pl

from ringscope import Run
from ringscope.evidence import account_evidence
from ringscope.evidence.paths import FARTHEST, Paths


def test_the_score_by_part_and_its_reasons(finished: Run) -> None:
    found = account_evidence(finished, "a1")
    parts = {part.title: part.value for part in found.parts}
    assert parts["Risk"] == parts["Its own columns"] == found.facts["risk"]
    assert parts["Its ring"] == 0.875
    assert parts["Over links"] is None
    assert "It is a core member of ring R-00000001." in found.statements[0].sentences


def test_the_nearest_known_spam_with_its_path(finished: Run) -> None:
    found = account_evidence(finished, "b0")
    assert found.spam_path == ("b0", "a3", "a0")
    assert found.statements[1].sentences == (
        "a0 is labelled spam and linked over 1 account.",
        "b0 and a3 share device d2.",
        "a3 and a0 share device d1.",
    )


def test_an_account_that_nothing_links_says_so(finished: Run) -> None:
    found = account_evidence(finished, "c0")
    assert found.spam_path == ()
    assert found.statements[1].sentences == ("No account that is labelled spam is near by links.",)


def test_the_nearest_target_is_that_of_networkx() -> None:
    for seed in range(40):
        rng = np.random.default_rng(seed)
        graph = nx.gnm_random_graph(25, 30, seed=seed)
        names = {node: f"n{node:02}" for node in graph}
        rows = [(names[min(e)], names[max(e)], float(rng.random() + 0.1)) for e in graph.edges]
        links = pl.DataFrame(rows, schema=["account_a", "account_b", "weight"], orient="row")
        targets = [names[n] for n in rng.choice(25, size=3, replace=False).tolist()]
        walk = Paths(links)
        for node in graph:
            hops = nx.single_source_shortest_path_length(graph, node, cutoff=FARTHEST)
            near = [hops[t] for t in hops if names[t] in targets and t != node]
            path = walk.nearest(names[node], targets)
            assert len(path) == (min(near) + 1 if near else 0), f"seed {seed}, {node}"
            if path:
                assert path[0] == names[node], f"seed {seed}"
                assert path[-1] in targets, f"seed {seed}"
