"""Why two accounts belong together: everything that they share, or the path between them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import polars as pl

from ingest.errors import NotFound

from ..run import give
from ..views import described, one
from .naming import called
from .obstacles import obstacles
from .paths import paths

if TYPE_CHECKING:
    import pandas as pd

    from ..run import Run

NAMED = 3


@dataclass(frozen=True)
class Why:
    """What connects two accounts.

    Attributes
    ----------
    sentence
        The answer in words.
    shared
        Identifiers that both were seen with: kind, value, accounts (that use it), treatment
        (of a hub), weight (its part in the link; null: none), first_a, last_a, first_b, last_b
        (when each was seen with it), days_apart (0: at the same time), example (of a template).
    path
        Account ids from one to the other along links: two when they are linked directly, more
        when over others, none when nothing links them.
    steps
        The evidence of each link of the path: account_a, account_b, kind, value, shared_by,
        weight, first_seen, last_seen.
    obstacles
        Where they are not linked directly: why not, a sentence for each thing that they share and
        that does not count. Where they are: which of what they share does not count.
    """

    sentence: str
    shared: pd.DataFrame | pl.DataFrame
    path: tuple[str, ...]
    steps: pd.DataFrame | pl.DataFrame
    obstacles: tuple[str, ...]


def why(run: Run, a: str, b: str, *, native: bool = False) -> Why:
    """Find what connects two accounts; see `Run.why`."""
    for account in (a, b):
        one(run.frame("accounts"), "account_id", account, "account")
    if a == b:
        raise NotFound(f"{a!r} is one account; name two")
    shared = _shared(run, a, b)
    path = paths(run).between(a, b)
    steps = between_pairs(run, path)
    return Why(
        sentence=_sentence(a, b, shared, path, steps),
        shared=give(shared, native=native),
        path=path,
        steps=give(steps, native=native),
        obstacles=obstacles(a, b, shared, path, run.frame("sightings")),
    )


def _shared(run: Run, a: str, b: str) -> pl.DataFrame:
    seen = run.frame("sightings")
    times = ["kind", "value", "first_seen", "last_seen"]
    of_a, of_b = (seen.filter(pl.col("account_id") == id_).select(times) for id_ in (a, b))
    low, high = sorted((a, b))
    weights = (
        run.frame("evidence")
        .filter((pl.col("account_a") == low) & (pl.col("account_b") == high))
        .select("kind", "value", "weight")
    )
    apart = pl.max_horizontal("first_a", "first_b") - pl.min_horizontal("last_a", "last_b")
    return (
        of_a.rename({"first_seen": "first_a", "last_seen": "last_a"})
        .join(
            of_b.rename({"first_seen": "first_b", "last_seen": "last_b"}),
            on=["kind", "value"],
        )
        .join(described(run), ["kind", "value"], "left")
        .join(weights, ["kind", "value"], "left")
        .with_columns(
            days_apart=(apart.dt.total_seconds() / 86_400).clip(lower_bound=0).round(1)
        )
        .select(
            "kind", "value", "accounts", "treatment", "weight",
            "first_a", "last_a", "first_b", "last_b", "days_apart", "example",
        )
        .sort("weight", "accounts", "kind", "value", descending=[True, False, False, False],
              nulls_last=True)
    )  # fmt: skip


def between_pairs(run: Run, path: tuple[str, ...]) -> pl.DataFrame:
    """The evidence of each link of a path; see `Why.steps`."""
    pairs = [sorted(pair) for pair in pairwise(path)]
    hops = pl.DataFrame(
        {
            "step": range(len(pairs)),
            "account_a": [low for low, _ in pairs],
            "account_b": [high for _, high in pairs],
        },
        schema={"step": pl.Int64, "account_a": pl.String, "account_b": pl.String},
    )
    return (
        hops.join(run.frame("evidence"), ["account_a", "account_b"], "left")
        .sort("step", "weight", "kind", "value", descending=[False, True, False, False])
        .drop("step")
    )


def sentence_of_steps(path: tuple[str, ...], steps: pl.DataFrame) -> tuple[str, ...]:
    """One sentence per link of a path, with the strongest evidence of the link."""
    said = []
    for near, far in pairwise(path):
        low, high = sorted((near, far))
        here = steps.filter((pl.col("account_a") == low) & (pl.col("account_b") == high))
        names = [called(kind, value) for kind, value in here.select("kind", "value").iter_rows()]
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        said.append(f"{near} and {far} share {', '.join(names[:NAMED])}{more}.")
    return tuple(said)


def _sentence(
    a: str, b: str, shared: pl.DataFrame, path: tuple[str, ...], steps: pl.DataFrame
) -> str:
    """Say it in words."""
    if len(path) == 2:
        kinds = steps.group_by("kind").len().sort("kind")
        what = ", ".join(_count(kind, n) for kind, n in kinds.iter_rows())
        return f"{a} and {b} are linked directly by {what}."
    same = ""
    if len(shared):
        things = "1 identifier" if len(shared) == 1 else f"{len(shared)} identifiers"
        same = f"Both used {things}, but at far times or with too many others to count. "
    if path:
        others = "1 account" if len(path) == 3 else f"{len(path) - 2} accounts"
        return f"{same}{a} and {b} are linked over {others}: {' - '.join(path)}."
    return f"{same}Nothing links {a} and {b}."


def _count(kind: str, n: int) -> str:
    from graph.kinds import kinds

    known = kinds().get(kind)
    if known is None:
        return f"a relation of the input ({kind})"
    return f"{n} shared {known.one if n == 1 else known.many}"
