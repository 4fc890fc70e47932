"""The table of what can be switched off. A new ingredient is a new line here."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from graph.fragments import JOIN

from . import changes as to
from .substitute import Switch

KINDS = ("device", "ip", "email", "email_domain", "phone", "instrument", "template", "burst")
FAMILIES = (
    "tabular", "behaviour", "content", "identity", "graph", "neighbours", "position",
)  # fmt: skip
FEW = 10
"""Accounts that share an identifier at most, where caps are fixed and low."""
NEVER = 10**9
TIMELESS = {"half_life_days": None, "signup_half_life_days": None}

SIGHTINGS = "graph.sightings:find_sightings"
KNOWN_KINDS = "graph.kinds:kinds"
FEATURES = "models.account_features:account_features"
NETWORK = "models.account_features:account_graph"
SECOND = "models.relational:fit_second_look"

LINKAGE = {
    **{f"without {kind} links": {SIGHTINGS: to.unseen(kind)} for kind in KINDS},
    "time does not matter": {KNOWN_KINDS: to.all_kinds(**TIMELESS)},
    "all that is shared is equally rare": {"graph.links:_rarity": to.equally_rare},
    "at most ten accounts per identifier": {KNOWN_KINDS: to.all_kinds(hub_cap=FEW)},
    "all wordings are equally telling": {
        "graph.wording:wording_surprise": to.given(to.same_specificity)
    },
    "stock phrases are not told apart": {
        "graph.phrases:stock_phrases": to.given(lambda found: found.clear())
    },
}
RINGS = {
    "fragments are not joined": {"graph.fragments:join_fragments": to.second_argument},
    "kits of one side do not matter": {"graph.fragments:AGAINST_KIT": lambda _: JOIN},
    "places are like other addresses": {
        "graph.places:own_places": to.given(lambda found: found.clear())
    },
    "habits join nothing": {"graph.alike:join_alike": to.first_argument},
    "no chance test": {"models.ring_doubts:MIN_SURPRISE": lambda _: 0.0},
    "bystanders are members": {"graph.bystanders:drop_bystanders": to.first_argument},
    "hosts are members": {"graph.hosts:drop_hosts": to.first_argument},
    "strays are members": {"graph.bystanders:part_strays": to.first_argument},
    "no orphans are assigned": {"models.orphans:place_orphans": to.first_arguments(2)},
    "two accounts are no ring": {"graph.rings:PAIR": lambda _: 2.0},
    "own labels of a ring unheard": {"models.ring_scores:_borne_out": to.first_argument},
    "ring risk is the plain mean": {"models.ring_scores:_sharpened": to.first_argument},
}
SCORES = {
    **{f"without {family} features": {FEATURES: to.without(family)} for family in FAMILIES},
    "what links tell, dealt to others": {FEATURES: to.given(to.linked_dealt)},
    "without the graph network": {"models.stack:FEWEST_FOR_GNN": lambda _: NEVER},
    "graph network on shuffled edges": {NETWORK: to.given(to.shuffled_graph)},
    "without the kernel machine": {"models.stack:_usable_bases": to.given(to.without_kernel)},
    "without the own view": {SECOND: to.no_view},
    "without the second look": {SECOND: to.no_second_look},
    "what is shared apart does not count": {
        "graph.roofs:shared_apart": to.given(lambda found: found.clear())
    },
    "what links tell is not learned": {
        "models.ties:ties": to.given(lambda told: csr_matrix(told.shape))
    },
    "columns tell who was labelled": {
        "models.label_bias:shared_columns": lambda _: lambda frame, *_: frame.columns
    },
    "labels of linked accounts unheard": {"models.relational:_surplus": to.given(np.zeros_like)},
}

SWITCHES: dict[str, Switch] = {
    name: Switch(part, targets)
    for part, table in (("linkage", LINKAGE), ("rings", RINGS), ("scores", SCORES))
    for name, targets in table.items()
}
"""What is switched off: where, and how."""
