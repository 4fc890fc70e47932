"""Message templates: near-duplicate messages, grouped."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from ingest import normalise_text

from .leaders import lead
from .near import near_pairs, sign
from .words import WordSets, bare_words, word_sets

THRESHOLD = 0.6
"""Weighted Jaccard similarity to the leader from which a text belongs to its template."""
ROUNDS = 3
"""Grouping of texts, then at most two rounds of grouping the groups' common content."""
MAX_CHARACTERS = 4000
"""Characters of a message that count; the rest of a longer message is ignored."""
EXAMPLE_CHARACTERS = 500


@dataclass(frozen=True)
class Templates:
    """Which message belongs to which template.

    Attributes
    ----------
    assignment
        UInt32, aligned to the messages: row number in `templates`, null for a message that is
        unlike every other or has no words.
    templates
        template ("T-" and 8 hex digits), example, messages, accounts (UInt32), first_seen,
        last_seen; sorted by template.
    """

    assignment: pl.Series
    templates: pl.DataFrame


def find_templates(
    messages: pl.DataFrame, *, threshold: float = THRESHOLD, seed: int = 0
) -> Templates:
    """Group near-duplicate messages.

    Texts are normalised (case, look-alike letters, numbers, links, handles), stripped of
    punctuation and compared by their words, rare ones weighing more. Groups form around leaders,
    so boilerplate does not chain unrelated texts together; groups whose common content is alike
    are then joined. A template has two messages or more, of one account or many.

    Parameters
    ----------
    messages
        account (UInt32), ts, text. The order of the rows does not matter.
    threshold
        Smallest similarity of a text to its leader, in [.55, 1].

    Returns
    -------
    Templates
        The id of a template is a hash of what most of its texts have in common: it stays when
        further variants arrive.
    """
    raw = messages.select("text").drop_nulls().unique().sort("text")
    cut = raw["text"].str.slice(0, MAX_CHARACTERS)
    raw = raw.with_columns(words=bare_words(normalise_text(cut))).filter(pl.col("words") != "")
    known = messages.with_row_index("row").join(raw, on="text")
    texts = (
        known.group_by("words")
        .agg(pl.col("account").n_unique().alias("accounts"), pl.len().alias("messages"))
        .sort("accounts", "messages", "words", descending=[True, True, False])
    )
    sets = word_sets(texts["words"])
    label = _grouped(sets, threshold, seed)
    texts = texts.select("words", leader=pl.Series(label, dtype=pl.UInt32))
    known = known.join(texts, on="words")
    table = _summary(known)
    table = table.join(_ids(sets, texts, table["leader"]), on="leader").sort("template")
    numbered = table.select("leader", index=pl.int_range(pl.len(), dtype=pl.UInt32))
    assignment = (
        messages.select(row=pl.int_range(pl.len(), dtype=pl.UInt32))
        .join(known.select("row", "leader").join(numbered, on="leader"), on="row", how="left")
        .sort("row")["index"]
    )
    columns = ["template", "example", "messages", "accounts", "first_seen", "last_seen"]
    return Templates(assignment.rename("template"), table.select(columns))


def _grouped(sets: WordSets, threshold: float, seed: int) -> NDArray[np.int64]:
    """Return the leader of each text.

    Texts are grouped first. What most texts of a group have in common is free of what each one
    changed or left out, so groups, and texts still alone, are then compared by that.
    """
    signatures = sign(sets, seed=seed)
    label = lead(len(signatures.keys), near_pairs(sets, signatures, threshold), seed=seed)
    for _ in range(ROUNDS - 1):
        leaders, size = np.unique(label, return_counts=True)
        order = np.lexsort((leaders, -size))
        leaders, groups = leaders[order], int((size > 1).sum())
        place = np.empty(len(label), dtype=np.int64)
        place[leaders] = np.arange(len(leaders))
        member = place[label]
        profiles = _profiles(sets, member)
        signed = sign(profiles.head(groups), seed=seed)
        signed = signed.followed_by(signatures, leaders[groups:])
        pairs = near_pairs(profiles, signed, threshold, first=groups)
        if not len(pairs.a):
            break
        label = leaders[lead(len(leaders), pairs, seed=seed)[member]]
    return label


def _profiles(sets: WordSets, member: NDArray[np.int64]) -> WordSets:
    """Keep, for each group of texts, the words that at least half of them have."""
    count = np.bincount(member)
    shape = (len(count), len(member))
    groups = sparse.csr_array((1 / count[member], (member, np.arange(len(member)))), shape=shape)
    share = sparse.csr_array(groups @ sets.matrix)
    share.data = (share.data >= 0.5 - 1e-9).astype(np.float64)
    share.eliminate_zeros()
    share.sort_indices()
    return WordSets(share, sets.hashes, sets.weights)


def _summary(known: pl.DataFrame) -> pl.DataFrame:
    """Describe each group of two messages or more."""
    example = (
        known.group_by("leader", "text")
        .len()
        .sort("leader", "len", "text", descending=[False, True, False])
        .group_by("leader", maintain_order=True)
        .agg(pl.col("text").first().str.slice(0, EXAMPLE_CHARACTERS).alias("example"))
    )
    return (
        known.group_by("leader")
        .agg(
            pl.len().cast(pl.UInt32).alias("messages"),
            pl.col("account").n_unique().cast(pl.UInt32).alias("accounts"),
            pl.col("ts").min().alias("first_seen"),
            pl.col("ts").max().alias("last_seen"),
        )
        .filter(pl.col("messages") > 1)
        .join(example, on="leader")
    )


def _ids(sets: WordSets, texts: pl.DataFrame, named: pl.Series) -> pl.DataFrame:
    """Name these groups by a hash of their common words; equal names get the leader's text too."""
    leader = texts["leader"].to_numpy()
    rows = np.flatnonzero(np.isin(leader, named.to_numpy()))
    leaders, member = np.unique(leader[rows], return_inverse=True)
    common = _profiles(WordSets(sets.matrix[rows], sets.hashes, sets.weights), member).matrix
    names: dict[str, int] = {}
    for group, leader in enumerate(leaders):
        columns = common.indices[common.indptr[group] : common.indptr[group + 1]]
        content = np.sort(sets.hashes[columns]).astype("<u8").tobytes()
        name = _name(content)
        if name in names:
            name = _name(content + texts["words"][int(leader)].encode())
        names[name] = int(leader)
    schema = {"leader": pl.UInt32(), "template": pl.String()}
    return pl.DataFrame({"leader": list(names.values()), "template": list(names)}, schema=schema)


def _name(content: bytes) -> str:
    return "T-" + hashlib.blake2b(content, digest_size=4).hexdigest()
