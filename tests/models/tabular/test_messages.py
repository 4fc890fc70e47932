from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ingest.errors import InputError
from models.signals.tweets import MESSAGE_COLUMNS, PROFILE, USER_COLUMNS
from models.tabular.messages import LabelledMessages, message_table, read_messages
from models.tabular.saving import load_model, save_model
from models.tabular.shapes import load_preset
from models.tabular.table import align
from models.tabular.tweet_models import FIGURES, INPUTS, compare_tweet_models, fit_tweet_model
from models.tabular.why import reasons

WORDS = ["lunch", "rain", "train", "book", "garden", "music", "friend", "paper", "river", "window"]


def tweets(senders: int = 40, each: int = 6, seed: int = 1) -> pl.DataFrame:
    """Senders of which half send nearly the same advertisement again and again."""
    rng = np.random.default_rng(seed)
    rows = []
    for sender in range(senders):
        spam = sender % 2
        for number in range(each):
            words = list(rng.choice(WORDS, rng.integers(3, 9)))
            text = f"BUY cheap FOLLOWERS now http://x.example/{number}" if spam else " ".join(words)
            when = f"2026-01-{1 + number:02} {rng.integers(24):02}:00:00"
            rows.append((f"s{sender:03}", when, text, spam))
    return pl.DataFrame(rows, ["account_id", "ts", "text", "label"], orient="row")


def written(path: Path, frame: pl.DataFrame) -> Path:
    frame.write_csv(path / "messages.csv")
    return path / "messages.csv"


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> LabelledMessages:
    return read_messages(written(tmp_path_factory.mktemp("tweets"), tweets()))


def test_messages_have_sender_label_and_features(messages: LabelledMessages) -> None:
    assert len(messages.labels) == 240
    assert len(np.unique(messages.senders)) == 40
    assert messages.labels.mean() == 0.5
    assert {"upper_case", "user_similarity", "links"} <= set(messages.columns)


def test_the_order_of_rows_is_of_no_consequence(tmp_path: Path, messages: LabelledMessages) -> None:
    other = read_messages(written(tmp_path, tweets().sample(fraction=1, shuffle=True, seed=4)))
    np.testing.assert_array_equal(other.X, messages.X)
    np.testing.assert_array_equal(other.labels, messages.labels)


def test_a_folder_gives_messages_the_label_of_their_account(tmp_path: Path) -> None:
    frame = tweets()
    frame.select("account_id", "ts", "text").write_csv(tmp_path / "messages.csv")
    accounts = frame.group_by("account_id").agg(pl.col("label").first()).sort("account_id")
    blank = accounts.with_columns(
        pl.when(pl.col("account_id") == "s000").then(None).otherwise("label").alias("label")
    )
    blank.write_csv(tmp_path / "accounts.csv")
    found = read_messages(tmp_path)
    assert len(found.labels) == 234
    assert "6 messages without a label" in found.notes[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda f: f.drop("text"), "'text' is missing"),
        (lambda f: f.with_columns(label=pl.lit(0)), "0 messages of 0 senders are labelled 1"),
        (lambda f: f.with_columns(label=pl.lit("x")), "row 1: label is not 0 or 1"),
        (lambda f: f.with_columns(ts=pl.lit("late")), "row 1: ts is no time"),
        (lambda f: f.with_columns(account_id=pl.lit("")), "row 1: account_id is blank"),
        (lambda f: f.head(30), "training needs at least"),
    ],
)
def test_bad_messages_get_one_clear_error(tmp_path: Path, change: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_messages(written(tmp_path, change(tweets())))  # type: ignore[operator]


def test_blank_texts_are_messages_without_words(tmp_path: Path) -> None:
    frame = tweets().with_columns(
        text=pl.when(pl.int_range(pl.len()) % 5 == 0).then(pl.lit("")).otherwise("text")
    )
    assert len(read_messages(written(tmp_path, frame)).labels) == 240


def test_every_model_is_judged_on_every_input(messages: LabelledMessages) -> None:
    found = compare_tweet_models(messages, seed=7, folds=2)
    assert len(found.trials) == 2 * 2 * 5 * len(INPUTS)
    assert {tuple(trial.figures) for trial in found.trials} == {("accuracy", *FIGURES[:3])}
    forest = [t for t in found.trials if t.model == "forest" and t.input == "plain"]
    assert min(trial.figures["f1"] for trial in forest) > 0.95
    for groups in found.groups:
        assert len(groups) <= 11
        assert sorted(name for group in groups for name in group) == sorted(messages.columns)


@pytest.mark.parametrize("name", ["network", "svm", "naive bayes", "knn", "forest"])
@pytest.mark.parametrize("kind", INPUTS)
def test_a_saved_model_scores_other_messages(
    tmp_path: Path, messages: LabelledMessages, name: str, kind: str
) -> None:
    fitted = fit_tweet_model(messages, name, kind, seed=3)
    assert not set(messages.senders[fitted.train]) & set(messages.senders[fitted.validation])
    save_model(fitted.model, tmp_path / "model")
    loaded = load_model(tmp_path / "model")
    others = tweets(senders=20, seed=9).with_columns(account_id="o" + pl.col("account_id"))
    table = message_table(written(tmp_path, others.drop("label")))
    X = align(table, loaded.columns)
    risk = loaded.risk(X)
    np.testing.assert_array_equal(risk, fitted.model.risk(X))
    truth = dict(others.select("account_id", "label").iter_rows())
    spam = np.array([truth[i.split(" ")[0]] for i in table.ids]) == 1
    assert risk[spam].min() > risk[~spam].max(), f"{name} on {kind}"
    told = reasons(loaded, load_preset("tweets"), X[np.argsort(-risk)[:3]])
    assert any(told) == (name == "forest" and kind != "products")


def test_a_table_of_messages_keeps_those_without_label(tmp_path: Path) -> None:
    frame = tweets(senders=4, each=2).with_columns(
        label=pl.when(pl.col("account_id") == "s001").then(pl.col("label"))
    )
    table = message_table(written(tmp_path, pl.concat([frame, frame.head(1)])))
    assert len(table.ids) == 9
    assert table.ids.n_unique() == 9
    assert table.ids.is_sorted()
    assert sorted(table.labels.tolist()) == [-1] * 7 + [1] * 2
    (tmp_path / "messages.csv").write_text("account_id,ts,text\n")
    with pytest.raises(InputError, match="no messages"):
        message_table(tmp_path / "messages.csv")


def test_every_feature_of_messages_has_words() -> None:
    assert set(load_preset("tweets").columns) == {*MESSAGE_COLUMNS, *USER_COLUMNS, *PROFILE}
