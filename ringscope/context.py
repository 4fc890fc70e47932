"""What a run is a function of beside its input: what people decided, and the run before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import polars as pl

from ingest import Tables
from ingest.kept import Kept

from .settings import VerdictSettings
from .verdicts import Obeyed, Verdict, apart_of, labels_of, obey

Frames = dict[str, pl.DataFrame]
Documents = dict[str, dict[str, Any] | str]
"""What a run folder holds beside tables, by file name: JSON, or text as it is."""


@dataclass(frozen=True)
class Context:
    """Decisions and the past.

    Attributes
    ----------
    verdicts
        Those in force, in the order of the journal.
    before
        account_id, ring_id: members of the rings of the run before; None: there was none.
    policy
        Rows of the hub policy that hold (`graph.ruled.POLICY`); None: nobody decided.
    tell
        Gives rings the ids under which people know them, and adds what the run tells of its past:
        further frames and documents.
    facts
        What the manifest says of all this.
    lasting
        Whether a model that is trained is to score later data too: what means something only
        inside the graph of this run is then no food for it.
    kept
        What was made of rows on earlier nights; what is made now is added. None: nothing.
    """

    verdicts: tuple[Verdict, ...] = ()
    before: pl.DataFrame | None = None
    policy: pl.DataFrame | None = None
    tell: Callable[[Frames, Documents], tuple[Frames, Documents]] | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    lasting: bool = False
    kept: Kept | None = None

    def labelled(self, tables: Tables, settings: VerdictSettings) -> Tables:
        """Let accounts without a label count as spam in confirmed rings, as honest in rejected.

        As far as the settings say so.
        """
        taught = {1: settings.learn, 0: settings.learn_rejected}
        labels = {a: label for a, label in labels_of(self.verdicts).items() if taught[label]}
        if not labels:
            return tables
        said = pl.DataFrame(
            {"account_id": list(labels), "said": list(labels.values())},
            schema={"account_id": pl.String, "said": pl.Int8},
        )
        accounts = tables.accounts.join(said, "account_id", "left", maintain_order="left")
        of_verdict = pl.col("label").is_null() & pl.col("said").is_not_null()
        judged = accounts.select(account=of_verdict.arg_true().cast(pl.UInt32))
        accounts = accounts.with_columns(label=pl.coalesce("label", "said")).drop("said")
        return replace(tables, accounts=accounts, judged=judged)

    def apart(self, tables: Tables) -> pl.DataFrame | None:
        """Rules of who must not be in one ring (`graph.apart.APART`)."""
        return apart_of(self.verdicts, tables.accounts["account_id"])

    def stood(self, tables: Tables) -> pl.DataFrame | None:
        """Rings of the run before by accounts of this one: account, ring."""
        if self.before is None:
            return None
        numbers = tables.accounts.select("account_id").with_row_index("account")
        return numbers.join(self.before, "account_id").select("account", ring="ring_id")

    def finished(self, made: Frames, settings: VerdictSettings) -> tuple[Frames, Documents]:
        """Obey the verdicts, name the rings and tell of the past.

        Returns
        -------
        tuple
            The frames and the documents to write.
        """
        documents: Documents = {}
        if self.verdicts:
            obeyed = obey(made, self.verdicts, new_evidence=settings.new_evidence)
            made = _counted(obeyed.frames)
            documents["verdicts.json"] = _told(obeyed, self.verdicts)
        return self.tell(made, documents) if self.tell else (made, documents)


def _told(obeyed: Obeyed, verdicts: tuple[Verdict, ...]) -> dict[str, Any]:
    """What verdicts did, as the run folder keeps it; ring ids in `in_force` are of their time."""
    return {
        "in_force": [
            {"verdict": v.name, "act": v.act, "ring_id": v.ring_id, "said": v.said}
            for v in verdicts
        ],
        "effects": obeyed.effects,
        "conflicts": [asdict(conflict) for conflict in obeyed.conflicts],
        "tonight": [asdict(conflict) for conflict in obeyed.tonight],
    }


def _counted(frames: Frames) -> Frames:
    """Count labelled members by the labels of the input, not by those that verdicts made."""
    counts = (
        frames["ring_members"]
        .join(frames["accounts"].select("account_id", "label"), "account_id")
        .group_by("ring_id")
        .agg(
            (pl.col("label") == 1).sum().cast(pl.UInt32).alias("spam"),
            (pl.col("label") == 0).sum().cast(pl.UInt32).alias("honest"),
        )
    )
    rings = (
        frames["rings"]
        .join(counts, "ring_id", "left", maintain_order="left")
        .with_columns(
            labelled_spam=pl.coalesce("spam", "labelled_spam"),
            labelled_honest=pl.coalesce("honest", "labelled_honest"),
        )
        .select(frames["rings"].columns)
    )
    return {**frames, "rings": rings}
