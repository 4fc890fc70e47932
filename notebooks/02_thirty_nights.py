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
# # Thirty nights
#
# A team runs ringscope every night and acts on the difference. Here thirty nights are played: accounts
# arrive, rings are born, grow, rotate what they share, merge, split, fall asleep and wake, and people
# confirm or reject three rings a night. Then we read the rings' life stories and compare them with what
# was planned. It takes five to ten minutes.
#
# This file is a notebook kept as text: Jupyter with jupytext and VS Code open it as it is, and
# `python notebooks/02_thirty_nights.py` runs it from top to bottom.

# %%
import json
import tempfile
from pathlib import Path

import polars as pl

from ringscope import Settings
from ringscope.demo.judge import judge
from ringscope.demo.nights import make_nights
from ringscope.demo.play import play

pl.Config(tbl_rows=100, tbl_width_chars=160, fmt_str_lengths=110, tbl_hide_dataframe_shape=True)
scratch = tempfile.TemporaryDirectory()  # goes away with this notebook
store = Path(scratch.name) / "store"

# %% [markdown]
# ## 1. The plan
#
# A made-up marketplace whose last thirty nights are planned ring by ring. `turn` is the night on which a
# ring merges with its partner, splits from it or falls asleep, `until` the night on which it wakes.

# %%
world = make_nights(accounts=2400, seed=7)
print(world.plan)

# %% [markdown]
# Each night sees everything up to its end and nothing else: a full snapshot that grows.

# %%
for night in (0, 10, 20, 29):
    tables = world.night(night)
    print(f"{world.end(night):%d %B}", {name: frame.height for name, frame in tables.items()})

# %% [markdown]
# ## 2. The nights
#
# `play` runs the nightly job in a store: models are trained every third night and score in between, rings
# keep their ids, and verdicts are obeyed from the next night on.

# %%
runs = []
for run in play(world, store, settings=Settings(), reviews=3, train_every=3):
    runs.append(run)
    counts = run.manifest["counts"]
    print(run.folder.name, counts["input"]["accounts"], "accounts,", counts["rings"])

# %% [markdown]
# ## 3. What changed tonight
#
# Every run holds `changes.json` and `changes.html`; `ringscope changes --store STORE` prints them. Here is
# what happened to rings on the night of the first planned split.

# %%
night = world.plan.filter(pl.col("plot") == "splits")["turn"].min()
changes = json.loads((runs[night].folder / "changes.json").read_text("utf-8"))
print(changes["run"], "since", changes["since"], changes["events"])
for ring in changes["rings"]:
    for event in ring["events"]:
        print(f"{ring['ring_id']}  {event['event']:9} {event['cause']}")

# %% [markdown]
# A risk that moved says which facts moved it, in log-odds: +0.7 doubles the odds.

# %%
for account in changes["accounts"]["moved"][:3]:
    print(f"{account['account_id']}: {account['risk_before']:.2f} -> {account['risk']:.2f}")
    for fact in account["moved_by"]:
        print(f"    {fact['adds']:+.1f} {fact['says'] or fact['was']}")

# %% [markdown]
# ## 4. Life stories
#
# The history of the last run holds everything that ever happened. These are the lives of the planned
# rings as they were told, under the ids by which they were known at the time.

# %%
found = judge(world, runs)
numbers = {run.folder.name: night for night, run in enumerate(runs)}
history = (
    runs[-1]
    .frame("ring_events")
    .filter(pl.col("event") != "status")
    .with_columns(number=pl.col("night").replace_strict(numbers, return_dtype=pl.Int64))
)
known_as = found.places.group_by("ring", "ring_id").agg(
    first=pl.col("night").min(), last=pl.col("night").max()
)
for ring, plot, turn, until, partner in world.plan.iter_rows():
    turns = {"merges": f"with {partner} on night {turn}", "splits": f"from {partner} on night {turn}"}
    turns |= {"sleeps": f"from night {turn} to night {until}"}
    print(f"\n{ring}: {plot} {turns.get(plot, '')}")
    story = (
        history.join(known_as.filter(pl.col("ring") == ring), "ring_id")
        .filter(pl.col("number").is_between(pl.col("first"), pl.col("last") + 1))
        .sort("number", "ring_id", maintain_order=True)
    )
    for event in story.head(10).iter_rows(named=True):
        others = f" with {event['others']}" if event["others"] else ""
        told = f"{event['event']}{others} ({event['size_before']} -> {event['size']})"
        print(f"  {event['number']:3} {event['ring_id']} {told}: {event['cause']}")

# %% [markdown]
# ## 5. Told and planned
#
# Merges, splits, sleep and waking: on which night each was planned, on which it was told of just these
# rings, with which cause, and whether accounts of both rings really used the identifier that is named.

# %%
print(found.turns)

# %% [markdown]
# How long did it take from a ring's third account until the ring was listed (`seen`) and until it was
# certain enough to be called a ring (`called`)? Nights count from 0.

# %%
print(found.delays)

# %% [markdown]
# And all in figures. `id_kept` is the share of ring-nights on which a ring has the id under which it was
# last found; the one change that a planned merge or split asks for does not count.

# %%
for name, figure in found.figures.items():
    print(f"{name:22} {figure:.3f}")

# %%
assert found.figures["id_kept"] >= 0.95
assert found.figures["merged_told"] == found.figures["merged_planned"]
assert found.figures["split_told"] == found.figures["split_planned"]
assert found.figures["nights_until_seen"] <= 2

# %% [markdown]
# ## What to try next
#
# - `make_nights(seed=8)` plans other lives; `benchmarks/nights.py --seeds 7 8 9` plays several worlds.
# - `play(..., reviews=0)` shows the nights without people.
# - Open `changes.html` of any run in the store: the same as one page for people.
