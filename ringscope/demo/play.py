"""Playing nights of a growing world: analyse, review a few rings, let the verdicts teach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from ingest import read_tables

from .. import analysis, output
from ..nightly.story import with_history
from ..settings import Settings
from .nights import NightsWorld

Frames = dict[str, pl.DataFrame]


@dataclass
class Reviewers:
    """People who look at a few rings a night and know the truth.

    Attributes
    ----------
    truth
        account_id, spam.
    a_night
        Rings that they decide per night, riskiest first.
    verdicts
        ring_id -> whether it was confirmed.
    labels
        account_id -> label that follows from the verdicts.
    """

    truth: pl.DataFrame
    a_night: int
    verdicts: dict[str, bool] = field(default_factory=dict)
    labels: dict[str, int] = field(default_factory=dict)

    def review(self, run: Frames) -> None:
        """Decide the riskiest rings that have no verdict yet; a ring is spam if most members are."""
        waiting = run["rings"].filter(~pl.col("ring_id").is_in(list(self.verdicts)))
        chosen = waiting.head(self.a_night).select("ring_id")
        members = run["ring_members"].join(chosen, "ring_id").join(self.truth, "account_id")
        for (ring,), part in members.group_by("ring_id", maintain_order=True):
            spam = part["spam"].to_numpy()
            self.verdicts[str(ring)] = bool(spam.mean() >= 0.5)
            self.labels |= dict(zip(part["account_id"], spam.tolist(), strict=True))

    def teach(self, accounts: pl.DataFrame) -> pl.DataFrame:
        """Put the labels that follow from verdicts into the accounts."""
        said = pl.col("account_id").replace_strict(self.labels, default=None, return_dtype=pl.Int64)
        return accounts.with_columns(label=pl.coalesce(said, "label"))


def play(
    world: NightsWorld,
    scratch: Path,
    *,
    settings: Settings | None = None,
    reviews: int = 3,
    train_every: int = 3,
) -> Iterator[Frames]:
    """Play the nights of a world one after the other.

    Parameters
    ----------
    world
        What happens.
    scratch
        Folder for the models.
    settings
        Settings of the runs.
    reviews
        Rings that people decide per night.
    train_every
        Nights after which models are trained anew; in between the last ones score.

    Yields
    ------
    dict
        Frames of each night's run, with its history; `night` is the number of the night.
    """
    settings = settings or Settings()
    people = Reviewers(world.truth.select("account_id", "spam"), reviews)
    before: Frames | None = None
    for night in range(world.nights):
        data = world.night(night)
        data["accounts"] = people.teach(data["accounts"])
        tables = read_tables(data)
        linkage = analysis.link(tables, settings)
        models = scratch / f"models-{night - night % train_every:02d}"
        scores = analysis.score(tables, linkage, settings, models if models.exists() else None)
        if not models.exists():
            scores.save(models)
        before = with_history(output.frames(tables, linkage, scores), before, f"{night:02d}")
        people.review(before)
        yield before
