# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # First rings
#
# From tables to a ring that you can explain, in six steps: plant a small world, analyse it, list the
# rings, take one apart, look at its graph, and compare with what was planted. It takes a minute or two.
#
# This file is a notebook kept as text: Jupyter with jupytext and VS Code open it as it is, and
# `python notebooks/01_first_rings.py` runs it from top to bottom.

# %%
import tempfile
from pathlib import Path

import networkx as nx
import pandas as pd

from ringscope import analyze
from ringscope.demo import write_world
from ringscope.evaluate import evaluate

pd.set_option("display.max_colwidth", 80, "display.max_columns", None, "display.width", 160)
scratch = tempfile.TemporaryDirectory()  # goes away with this notebook
home = Path(scratch.name)

# %% [markdown]
# ## 1. A world with planted rings
#
# A made-up marketplace: accounts with logins, messages, events and payments. A few are in spam rings; many
# more are families, offices, campuses and cafes whose members share addresses and devices too. One account
# in ten has a label, and one label in 25 is wrong. `docs/demo-world.md` describes it all.

# %%
world = home / "world"
write_world(world, accounts=5000, seed=7)

# %% [markdown]
# What ringscope reads is a folder of plain tables. Only `account_id` is required; `docs/input.md` lists
# the rest. `truth.csv` is for judging the result at the end: a run never reads it.

# %%
sorted(path.name for path in world.iterdir())

# %%
pd.read_csv(world / "accounts.csv").head()

# %%
pd.read_csv(world / "logins.csv").head()

# %% [markdown]
# ## 2. The analysis
#
# One call links the accounts, scores them, finds the rings and writes a run folder. The same input,
# settings and seed give the same result.

# %%
run = analyze(world, out=home / "run")
run.manifest["counts"]["output"]

# %% [markdown]
# ## 3. The rings
#
# Every table comes as a pandas frame. `risk` is the mean risk of the members. `surprise` is minus the
# decimal logarithm of the chance that so many accounts share so much by accident: at 6, one in a million.
# `status` is *ring* for those that are certain enough to act on, *suspected* for the others, and
# `innocent_reading` is what a reviewer should rule out first. We begin with the rings that are least like
# chance.

# %%
columns = ["ring_id", "status", "size", "risk", "surprise", "reading", "innocent_reading"]
rings = run.rings().sort_values(["status", "surprise"], ascending=[True, False])
rings[columns].head(10)

# %% [markdown]
# ## 4. One ring, explained
#
# The first one: why it is a ring, in one sentence.

# %%
ring = run.ring(rings.ring_id.iloc[0])
ring.facts["why"]

# %% [markdown]
# Its members. A *core* member stays in the ring when identifiers are taken away at random; a *fringe*
# member hangs on by less.

# %%
ring.members[["account_id", "role", "stability", "joined", "risk"]].head(10)

# %% [markdown]
# What they share. `members` is how many of the ring use it, `accounts` how many use it at all: the closer
# the two, the more it tells. An identifier with the treatment *cap* is shared by so many that it links
# nobody.

# %%
ring.identifiers.head(10)

# %% [markdown]
# Why does the model think that the first of them is spam? Each reason is a fact that moved its score.

# %%
first = ring.members.account_id[0]
run.account(first).facts["reasons"].split("; ")

# %% [markdown]
# And why does it belong with the second one? `why` answers for any two accounts, also over others.

# %%
why = run.why(first, ring.members.account_id[1])
why.sentence

# %%
why.shared[["kind", "value", "accounts", "weight", "days_apart"]]

# %% [markdown]
# ## 5. The ring as a graph
#
# `to_networkx` gives a ring, or the whole run, as a NetworkX graph: nodes with risk and role, edges with
# weight and kinds.

# %%
graph = run.to_networkx(ring.facts["ring_id"])
{
    "accounts": graph.number_of_nodes(),
    "links": graph.number_of_edges(),
    "pairs that are linked": round(nx.density(graph), 2),
}

# %% [markdown]
# Who holds it together? `links` counts an account's links inside the ring, `weight` adds them up. Without
# a *cut vertex* the ring would fall into pieces: a good place to start an investigation, and to doubt
# whether the pieces belong together.

# %%
held = ring.members.set_index("account_id")[["role", "risk"]]
held["links"] = pd.Series(dict(graph.degree()))
held["weight"] = pd.Series(dict(graph.degree(weight="weight")))
held["cut vertex"] = held.index.isin(list(nx.articulation_points(graph)))
held.sort_values("weight", ascending=False).head(10)

# %% [markdown]
# ## 6. Against the truth
#
# In a planted world we can look the answer up. First this ring: which true rings are its members of?
# (A blank `ring` is an account outside all rings.)

# %%
truth = pd.read_csv(world / "truth.csv")
members = ring.members.merge(truth, on="account_id")
members.groupby(["spam", "ring", "kind"], dropna=False).size().rename("members").reset_index()

# %% [markdown]
# Then the run as a whole. `innocents_per_1000` is what ringscope guards first: honest accounts placed in a
# ring, per 1,000. `ring_precision` is high when rings hold nobody else, `ring_recall` when they are
# complete. Figures of single accounts are over those that carried no label.

# %%
found = evaluate(run, world / "truth.csv")
pd.Series(found.figures).round(3)

# %% [markdown]
# How many rings of each kind are there, and which share of them was found?

# %%
found.found_by_kind.to_pandas()

# %% [markdown]
# Without a truth, the run's own figures are what to trust: measured on labelled accounts that the models
# had not seen, with no ring on both sides.

# %%
run.metrics().get("headline", "no labels: nothing to measure against")

# %% [markdown]
# ## What to try next
#
# - Be bolder or more careful: `from ringscope import Settings`, then
#   `analyze(world, Settings.of({"rings": {"max_innocents_per_1000": 5.0}}))`.
# - Make it harder: `write_world(..., rotation=0.8)` lets rings change four in five of their identifiers.
# - Take the labels away and see what chance and shared things alone find:
#   `analyze({"accounts": accounts.drop(columns="label"), "logins": logins})`, with pandas frames.
# - Open `report.html` in the run folder: all of this as one page for people who do not write Python.
# - Your own data: `docs/input.md` says what the tables may look like, `docs/how-it-works.md` what happens
#   to them.
