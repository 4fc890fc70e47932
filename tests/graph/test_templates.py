"""Templates: candidates against the exact answer, transformations, odd texts, order."""

from __future__ import annotations

import datetime as dt
import string
from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from scipy import sparse

from graph.leaders import lead
from graph.near import Pairs, near_pairs, sign
from graph.templates import Templates, find_templates
from graph.words import WordSets, bare_words, word_sets

START = dt.datetime(2026, 1, 1)
KIT = (
    "Please deposit the starter fee before noon. Our warehouse partner releases twenty premium "
    "parcels every evening. Couriers near the harbour earn double commission."
)
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "account": pl.UInt32,
    "ts": pl.Datetime("us"),
    "text": pl.String,
}


def frame(texts: Sequence[str | None], accounts: Sequence[int] | None = None) -> pl.DataFrame:
    owners = list(range(len(texts))) if accounts is None else list(accounts)
    times = [START + dt.timedelta(minutes=i) for i in range(len(texts))]
    return pl.DataFrame({"account": owners, "ts": times, "text": list(texts)}, schema=SCHEMA)


def vocabulary(rng: np.random.Generator, size: int) -> list[str]:
    letters = list(string.ascii_lowercase)
    return ["".join(rng.choice(letters, size=7)) for _ in range(size)]


def mutated(rng: np.random.Generator, words: Sequence[str], known: Sequence[str]) -> str:
    kept = [word for word in words if rng.random() > 0.1]
    return " ".join(str(rng.choice(known)) if rng.random() < 0.04 else word for word in kept)


def corpus(
    seed: int, kits: int = 60, variants: int = 8, alone: int = 300
) -> tuple[list[str], list[int]]:
    """Texts of kits with dropped and changed words, and unrelated texts (kit -1)."""
    rng = np.random.default_rng(seed)
    known = vocabulary(rng, 600)
    texts, kit_of = [], []
    for kit in range(kits):
        words = list(rng.choice(known, size=int(rng.integers(10, 30))))
        texts += [mutated(rng, words, known) for _ in range(variants)]
        kit_of += [kit] * variants
    texts += [" ".join(rng.choice(known, size=int(rng.integers(3, 25)))) for _ in range(alone)]
    return texts, kit_of + [-1] * alone


def exact_pairs(sets: WordSets, threshold: float) -> dict[tuple[int, int], float]:
    """All pairs at or above the threshold, by a sparse product."""
    weighted = sets.matrix @ sparse.diags_array(sets.weights.astype(float))
    shared = np.asarray((weighted @ sets.matrix.T).todense())
    size = np.diag(shared)
    jaccard = shared / (size[:, None] + size[None, :] - shared)
    first, second = np.nonzero(np.triu(jaccard >= threshold, 1))
    return {(int(a), int(b)): float(jaccard[a, b]) for a, b in zip(first, second, strict=True)}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("threshold", [0.6, 0.75])
def test_near_pairs_equal_the_exact_answer(seed: int, threshold: float) -> None:
    texts, _ = corpus(seed)
    sets = word_sets(bare_words(pl.Series(texts)).unique().sort())
    wanted = exact_pairs(sets, threshold)
    pairs = near_pairs(sets, sign(sets, seed=seed), threshold)
    got = dict(
        zip(
            zip(pairs.a.tolist(), pairs.b.tolist(), strict=True),
            pairs.similarity.tolist(),
            strict=True,
        )
    )
    assert set(got) <= set(wanted), f"seed {seed}"
    assert len(got) >= 0.98 * len(wanted) > 100, f"seed {seed}"
    assert [got[pair] for pair in got] == pytest.approx([wanted[pair] for pair in got])


def test_rare_words_weigh_more() -> None:
    texts = [f"good morning {i} unique{i}" for i in range(400)]
    sets = word_sets(pl.Series(texts))
    having = np.bincount(sets.matrix.indices)
    assert set(sets.weights[having == 400]) == {1}
    assert set(sets.weights[having == 1]) == {4}


def test_a_repeated_word_counts_once() -> None:
    sets = word_sets(pl.Series(["one two one three", "two", "one two"]))
    assert sets.matrix.toarray() @ sets.matrix.toarray().T == pytest.approx(
        np.array([[3, 1, 2], [1, 1, 1], [2, 1, 2]])
    )


def test_texts_without_words_are_near_nothing() -> None:
    sets = word_sets(pl.Series(["one two", "one two three four"]))
    bare = WordSets(sets.matrix * 0, sets.hashes, sets.weights)
    bare.matrix.eliminate_zeros()
    assert len(near_pairs(bare, sign(bare), 0.6).a) == 0


def test_leaders_do_not_chain() -> None:
    """Items on a line, each like its neighbours: no group reaches past its leader's neighbours."""
    count = 300
    a: NDArray[np.int64] = np.arange(count - 1)
    pairs = Pairs(a, a + 1, np.full(count - 1, 0.6))
    label = lead(count, pairs, seed=3)
    assert np.abs(label - np.arange(count)).max() == 1
    assert (label[label] == label).all()
    assert len(np.unique(label)) <= count // 2


def test_an_item_joins_the_more_similar_leader() -> None:
    pairs = Pairs(
        np.array([0, 0, 0, 3, 4, 4]),
        np.array([1, 2, 3, 4, 5, 6]),
        np.array([1, 1, 0.5, 0.9, 1, 1.0]),
    )
    assert lead(7, pairs).tolist() == [0, 0, 0, 4, 4, 4, 4]


TRANSFORMED = {
    "equal": KIT,
    "capitals": KIT.upper(),
    "look-alike letters": KIT.translate(
        str.maketrans("aeopcx", "\u0430\u0435\u043e\u0440\u0441\u0445")
    ),
    "punctuation": KIT.replace(".", " -").replace(" the ", ", the "),
    "invisible characters": KIT.replace("e", "e\u200b"),
    "synonyms": KIT.replace("Please", "kindly").replace("every", "each"),
    "words left out": KIT.replace(" before noon", "").replace(" premium", "").replace("near ", ""),
    "slot": KIT.replace("twenty", "35"),
    "link added": KIT + " Register at https://one.example/a7f3",
    "handle added": KIT + " Write to @some.body88",
    "sentence omitted": KIT.rsplit(". ", 1)[0] + ".",
    "greeting added": "Hello dear! " + KIT,
}


def background() -> list[str]:
    """Return unrelated texts, so that rarity means something."""
    rng = np.random.default_rng(11)
    known = [*vocabulary(rng, 300), "please", "the", "our", "every", "before"]
    return [" ".join(rng.choice(known, size=15)) for _ in range(300)]


@pytest.mark.parametrize("name", sorted(TRANSFORMED))
def test_one_transformation_stays_in_the_template(name: str) -> None:
    found = find_templates(frame([KIT, TRANSFORMED[name], *background()]))
    first, second = found.assignment[:2].to_list()
    assert first is not None
    assert first == second


def test_all_transformations_make_one_template() -> None:
    texts = sorted(TRANSFORMED.values())
    found = find_templates(frame([*texts, *background()]))
    assert found.assignment[: len(texts)].n_unique() == 1
    assert found.assignment[len(texts) :].null_count() == 300
    assert found.templates["messages"].to_list() == [len(texts)]


@pytest.mark.parametrize("seed", range(3))
def test_planted_kits_are_found(seed: int) -> None:
    texts, kit_of = corpus(seed)
    found = find_templates(frame(texts), seed=seed).assignment.to_list()
    same = np.equal.outer(kit_of, kit_of) & (np.array(kit_of) >= 0)
    label = np.array([-1 - i if t is None else t for i, t in enumerate(found)])
    together = np.equal.outer(label, label)
    np.fill_diagonal(same, val=False)
    np.fill_diagonal(together, val=False)
    assert (together & same).sum() >= 0.95 * same.sum(), f"seed {seed}"
    assert (together & ~same).sum() <= 0.01 * together.sum(), f"seed {seed}"


def test_boilerplate_does_not_chain_unrelated_texts() -> None:
    """Shared opening and closing phrases, own content: kits stay apart."""
    rng = np.random.default_rng(5)
    known = vocabulary(rng, 900)
    contents = [" ".join(rng.choice(known, size=9)) for _ in range(80)]
    texts = [f"good morning dear friend {c} thanks a lot" for c in contents for _ in range(3)]
    found = find_templates(frame(texts))
    assert found.templates.height == 80
    assert found.templates["messages"].to_list() == [3] * 80


def test_a_large_kit_is_one_template() -> None:
    rng = np.random.default_rng(8)
    known = vocabulary(rng, 500)
    words = list(rng.choice(known, size=25))
    texts = [mutated(rng, words, known) for _ in range(600)]
    found = find_templates(frame([*texts, *background()]))
    largest = found.templates["messages"].max()
    assert isinstance(largest, int)
    assert largest >= 540


def by_text(messages: pl.DataFrame, found: Templates) -> list[tuple[object, ...]]:
    named = found.templates.select("template").with_row_index("index")
    return (
        messages.with_columns(index=found.assignment)
        .join(named, on="index", how="left")
        .select("account", "text", "template")
        .sort("account")
        .rows()
    )


def test_order_of_rows_does_not_matter() -> None:
    texts, _ = corpus(2)
    messages = frame(texts)
    plain = find_templates(messages)
    for seed in range(3):
        shuffled = messages.sample(fraction=1, shuffle=True, seed=seed)
        again = find_templates(shuffled)
        assert again.templates.equals(plain.templates)
        assert by_text(shuffled, again) == by_text(messages, plain)


def test_ids_stay_when_other_messages_arrive() -> None:
    texts, _ = corpus(4)
    before = set(find_templates(frame(texts)).templates["template"])
    after = set(find_templates(frame(texts + corpus(77, kits=10)[0])).templates["template"])
    assert len(before & after) >= 0.9 * len(before)


def test_what_a_template_says() -> None:
    texts = ["Buy 5 lamps now", "buy 7 LAMPS now!", "Buy 5 lamps now", "see you", None]
    found = find_templates(frame(texts, accounts=[0, 1, 0, 2, 3]))
    assert found.assignment.to_list() == [0, 0, 0, None, None]
    row = found.templates.row(0, named=True)
    assert row["template"].startswith("T-")
    assert len(row["template"]) == 10
    assert int(row["template"][2:], 16) >= 0
    assert (row["example"], row["messages"], row["accounts"]) == ("Buy 5 lamps now", 3, 2)
    assert (row["first_seen"], row["last_seen"]) == (START, START + dt.timedelta(minutes=2))


@pytest.mark.parametrize(
    ("texts", "groups"),
    [
        ([], []),
        ([None, "", "   ", "!!!", "\x00\x00"], [None] * 5),
        (["hi"], [None]),
        (["hi", "Hi!", "ok"], [0, 0, None]),
        (["\U0001f600\U0001f600", "\U0001f600 \U0001f600", "\U0001f389"], [0, 0, None]),
        (["word " * 20_000, "word " * 20_001, "a" * 100_000], [0, 0, None]),
        (["今天天气很好我们去公园玩", "今天天气很好我们去公园", "完全不同的句子"], [0, 0, None]),
    ],
)
def test_odd_texts(texts: list[str | None], groups: list[int | None]) -> None:
    found = find_templates(frame(texts))
    assert found.assignment.to_list() == groups
    assert found.assignment.dtype == pl.UInt32
    assert found.templates.columns == [
        "template", "example", "messages", "accounts", "first_seen", "last_seen",
    ]  # fmt: skip
    assert found.templates["example"].str.len_chars().max() in (None, *range(501))
