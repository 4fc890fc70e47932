from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.stats import spearmanr
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import average_precision_score
from sklearn.model_selection import cross_val_predict

from ingest import SettingsError, read_tables
from ringscope.demo import WorldSummary, make_world, write_world
from ringscope.demo.census import INNOCENT_KINDS, RING_KINDS

SEED = 29
ACCOUNTS = 5000
World = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def world() -> World:
    return make_world(accounts=ACCOUNTS, seed=SEED)


@pytest.fixture(scope="module")
def known(world: World) -> pl.DataFrame:
    """Truth beside the accounts table."""
    accounts = world["accounts"].unique("account_id", keep="first")
    return world["truth"].join(accounts, on="account_id", how="left", validate="1:1")


def written(folder: Path, **options: int) -> tuple[dict[str, bytes], WorldSummary]:
    summary = write_world(folder, accounts=900, **options)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}, summary


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    first, summary = written(tmp_path / "a", seed=SEED)
    again, same = written(tmp_path / "b", seed=SEED)
    other, _ = written(tmp_path / "c", seed=SEED + 1)
    names = ["accounts", "events", "logins", "messages", "payments", "truth"]
    assert list(first) == [f"{name}.csv" for name in names]
    assert (first, summary) == (again, same)
    assert all(first[name] != other[name] for name in first)


def test_the_summary_counts_what_was_written(tmp_path: Path) -> None:
    files, summary = written(tmp_path, seed=SEED)
    truth = pl.read_csv(files["truth.csv"])
    assert truth.height == summary.accounts == 900
    assert truth["spam"].sum() == summary.spam == 54
    assert truth["ring"].drop_nulls().len() == summary.in_rings == 40
    assert truth["ring"].drop_nulls().n_unique() == sum(summary.rings.values())
    assert truth["labelled"].sum() == summary.labelled
    for table, rows in summary.rows.items():
        assert pl.read_csv(files[f"{table}.csv"], infer_schema=False).height == rows


def test_spam_is_rare_and_mostly_in_rings_of_every_kind_and_size(world: World) -> None:
    truth = world["truth"]
    rings = truth.drop_nulls("ring")
    assert truth["spam"].mean() == pytest.approx(0.06, abs=0.001)
    assert rings.height / ACCOUNTS == pytest.approx(0.045, abs=0.001)
    assert rings["spam"].min() == 1
    assert set(rings["kind"]) == set(RING_KINDS)
    honest = set(truth.filter(pl.col("spam") == 0)["kind"])
    assert honest == {*INNOCENT_KINDS, "single"}
    assert set(truth.filter(pl.col("spam") == 1)["kind"]) == {*RING_KINDS, "lone"}
    sizes = rings["ring"].value_counts()["count"].to_numpy()
    assert len(sizes) >= 18, f"seed {SEED}"
    assert sizes.min() == 3
    assert np.median(sizes) < 10 < 40 < sizes.max(), f"seed {SEED}"


def test_large_worlds_hold_rings_of_hundreds() -> None:
    truth = make_world(accounts=20_000, seed=SEED, events_per_account=3)["truth"]
    sizes = truth.drop_nulls("ring")["ring"].value_counts()["count"].to_numpy()
    assert sizes.max() > 150, f"seed {SEED}"


def test_neither_ids_nor_the_order_of_rows_carry_a_hint(world: World) -> None:
    truth = world["truth"]
    spam = dict(truth.select("account_id", "spam").iter_rows())
    by_id = truth.sort("account_id")["spam"].to_numpy()
    orders = {"ids": by_id, "truth": truth["spam"].to_numpy()}
    for name in ("accounts", "logins", "messages", "events", "payments"):
        user = world[name]["account_id"]
        orders[name] = user.replace_strict(spam, default=None).drop_nulls().to_numpy()
    for name, order in orders.items():
        rank = spearmanr(np.arange(len(order)), order).statistic
        assert abs(rank) < 4.5 / np.sqrt(len(order)), f"{name}: {rank:.4f}, seed {SEED}"


def test_labels_are_few_late_and_partly_wrong(known: pl.DataFrame) -> None:
    labelled = known.filter(pl.col("label").is_not_null())
    assert labelled.height == known["labelled"].sum()
    assert 0.08 < labelled.height / ACCOUNTS < 0.13, f"seed {SEED}"
    assert labelled.filter(pl.col("kind") == "slow_aged").height == 0
    wrong = labelled.filter(pl.col("label") != pl.col("spam"))
    assert wrong.height / labelled.height == pytest.approx(0.04, abs=0.001), f"seed {SEED}"
    share = {spam: part["labelled"].mean() for (spam,), part in known.group_by("spam")}
    assert share[1] > 1.3 * share[0], f"seed {SEED}"  # type: ignore[operator]
    young = known.filter(pl.col("created_at").str.head(7) == "2025-07")
    assert young["labelled"].mean() < 0.03, f"seed {SEED}"  # type: ignore[operator]


def test_the_tables_obey_the_contract_but_for_a_little_dirt(tmp_path: Path) -> None:
    summary = write_world(tmp_path, accounts=2000, seed=SEED)
    tables = read_tables(tmp_path)
    assert tables.accounts.height == 2000
    assert len(tables.features) == 8
    assert tables.categories == ("channel",)
    assert 0 < tables.quarantine.height < 0.01 * sum(summary.rows.values()), f"seed {SEED}"
    refused = " ".join(tables.quarantine["reason"].unique())
    assert "time stamp" in refused
    assert "duplicate" in refused
    assert "blank" in refused
    assert set(tables.logins["ip_scope"].drop_nulls()) == {"public"}
    phones = tables.accounts["phone"].drop_nulls()
    assert phones.str.contains(r"^\+\d{9,13}$").all()
    assert tables.accounts["email_disposable"].sum() > 10


def test_account_columns_alone_say_little(known: pl.DataFrame) -> None:
    columns = known.select(pl.col(pl.Int64, pl.Float64)).drop("label", strict=False)
    assert columns.width == 8
    assert all(column.null_count() > 0 for column in columns)
    spam = known["spam"].to_numpy()
    forest = RandomForestClassifier(50, min_samples_leaf=5, random_state=SEED)
    filled = columns.fill_null(strategy="mean").to_numpy()
    risk = cross_val_predict(forest, filled, spam, cv=2, method="predict_proba")[:, 1]
    precision = average_precision_score(spam, risk)
    assert 0.075 < precision < 0.18, f"average precision {precision:.3f}, seed {SEED}"


def test_simple_counts_of_messages_do_not_separate(world: World) -> None:
    text = world["messages"]["text"]
    frame = world["messages"].join(world["truth"], on="account_id")
    spam = frame["spam"].to_numpy()
    simple = {
        "length": frame["text"].str.len_chars(),
        "words": frame["text"].str.count_matches(" "),
        "links": frame["text"].str.count_matches("https?://"),
        "handles": frame["text"].str.count_matches("@"),
        "capitals": frame["text"].str.count_matches("[A-Z]"),
        "points": frame["text"].str.count_matches(r"[!.,;-]"),
    }
    assert not text.str.contains(r"\{\w+\}").any()
    for name, values in simple.items():
        precision = average_precision_score(spam, values.to_numpy())
        assert precision < 0.2, f"{name}: average precision {precision:.3f}, seed {SEED}"


def test_components_of_rare_identifiers_drag_the_honest_in(world: World) -> None:
    truth = world["truth"].with_row_index("row").select("account_id", "row", "spam", "ring")
    parts = [
        world[table].select("account_id", pl.lit(name).alias("kind"), value=name)
        for table, name in (
            ("logins", "ip"),
            ("logins", "device_id"),
            ("payments", "instrument_id"),
            ("accounts", "phone"),
        )
    ]
    used = pl.concat(parts).drop_nulls().unique().join(truth, on="account_id")
    used = used.filter(pl.len().over("kind", "value").is_between(2, 10))
    node = used.select(pl.struct("kind", "value").rank("dense")).to_series().to_numpy() - 1
    size = ACCOUNTS + int(node.max()) + 1
    pairs = (np.ones(used.height), (used["row"].to_numpy(), ACCOUNTS + node.astype(np.int64)))
    found = connected_components(coo_array(pairs, shape=(size, size)), directed=False)[1]
    crowd = np.bincount(found[:ACCOUNTS], minlength=size)[found[:ACCOUNTS]] >= 3
    honest = truth["spam"].to_numpy() == 0
    assert crowd[honest].mean() > 0.4, f"seed {SEED}"
    inside = truth["ring"].is_not_null().to_numpy()
    assert inside[crowd].mean() < 0.15, f"seed {SEED}"


@pytest.mark.parametrize(
    "options",
    [
        {"accounts": 199},
        {"rotation": 1.2},
        {"rotation": -0.1},
        {"events_per_account": 1.0},
        {"spam_share": 0.9},
    ],
)
def test_settings_out_of_range_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(SettingsError, match=next(iter(options))):
        make_world(**options)  # type: ignore[arg-type]


def test_the_number_of_rows_follows_the_asked_mean() -> None:
    world = make_world(accounts=900, seed=SEED, events_per_account=40)
    rows = sum(world[name].height for name in ("logins", "messages", "events"))
    assert rows / 900 == pytest.approx(40, rel=0.05), f"seed {SEED}"


@pytest.mark.parametrize(("seed", "rotation"), [(0, 0.0), (1, 0.5), (2, 1.0)])
def test_small_worlds_can_be_made_with_any_rotation(seed: int, rotation: float) -> None:
    world = make_world(accounts=220, seed=seed, rotation=rotation)
    assert world["truth"]["spam"].sum() == 13, f"seed {seed}"
    assert world["logins"]["account_id"].drop_nulls().n_unique() >= 215, f"seed {seed}"
