"""Playing the nights of a growing world in a store, with people who review a few rings a night."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import polars as pl

from ..nightly.job import Night, nightly
from ..run import Run
from ..settings import Settings
from ..store import Store
from ..verdicts import confirm, reject
from .nights import NightsWorld

REVIEWER = "reviewer"
UNDECIDED = ("ring", "suspected", "contested")


def play(
    world: NightsWorld,
    store: Path,
    *,
    settings: Settings | None = None,
    reviews: int = 3,
    train_every: int = 3,
) -> Iterator[Run]:
    """Play the nights of a world one after the other.

    Parameters
    ----------
    world
        What happens.
    store
        Folder of the store; made if it is not there.
    settings
        Settings of the runs.
    reviews
        Rings that people decide after each night, riskiest first. They know the truth.
    train_every
        Nights after which models are trained anew; in between the last ones score.

    Yields
    ------
    Run
        The run of each night, before the people look at it.
    """
    for night in range(world.nights):
        done = nightly(
            store,
            Night(
                data=world.night(night),
                date=(world.end(night) - timedelta(days=1)).date(),
                saved_model=night % train_every > 0,
                retrain=night % train_every == 0,
                keep=world.nights,
                canaries=False,
            ),
            settings,
        )
        yield done.run
        review(Store.open(store), done.run, world.truth, reviews)


def review(store: Store, run: Run, truth: pl.DataFrame, rings: int) -> None:
    """Confirm or reject the riskiest rings that nobody decided: spam is one of mostly spam."""
    waiting = run.frame("rings").filter(pl.col("status").is_in(UNDECIDED)).head(rings)
    shares = (
        run.frame("ring_members")
        .join(truth.select("account_id", "spam"), "account_id")
        .group_by("ring_id")
        .agg(spam=pl.col("spam").mean())
    )
    chosen = waiting.join(shares, "ring_id", maintain_order="left").select("ring_id", "spam")
    for ring, spam in chosen.iter_rows():
        decide = confirm if spam >= 0.5 else reject
        decide(store, ring, who=REVIEWER, why="the plan says so")
