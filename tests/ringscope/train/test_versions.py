from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from ingest.errors import InputError, NotFound, RunError, SettingsError
from models.tabular.fitting import FitSettings
from models.tabular.latency import measure
from models.tabular.registry import Registry
from models.tabular.shapes import load_preset
from models.tabular.table import align, read_table
from ringscope.train.batch import score_table
from ringscope.train.chosen import choose
from ringscope.train.jobs import Plan, Training
from ringscope.train.made_up import write_gig_table
from ringscope.train.reports import import_feedback, judge, read_feedback
from ringscope.train.retrain import retrain
from ringscope.train.versions import importances_over_time, judge_versions, register

WHEN = "2026-01-01T00:00:00+00:00"
GIG = load_preset("gig-platform")


@pytest.fixture
def registry(training: Training, tmp_path: Path) -> Path:
    folder = tmp_path / "registry"
    register(training.folder, folder, when=WHEN, model="tree")
    register(training.folder, folder, when=WHEN)
    return folder


def test_the_best_model_is_registered_unless_one_is_named(
    registry: Path, training: Training
) -> None:
    names = [one.name for one in Registry(registry).versions()]
    assert names == ["tree", training.best.name]
    with pytest.raises(NotFound, match="no model 'forest'"):
        register(training.folder, registry, when=WHEN, model="forest")
    with pytest.raises(RunError, match="no finished training"):
        register(registry, registry, when=WHEN)


def test_versions_are_judged_on_rows_that_neither_has_seen(registry: Path, gig_file: Path) -> None:
    first, second = choose(registry, "v0001"), choose(registry, "v0002")
    table = read_table(gig_file, GIG)
    with pytest.raises(InputError, match="neither model has seen"):
        judge_versions(table, first, second, seed=1)
    found = judge_versions(table, first, second, seed=1, all_rows=True)
    assert found.rows == 2500
    assert found.differences[0].figure == "average_precision"


def test_importances_stand_beside_each_other(registry: Path) -> None:
    found = importances_over_time(registry, 5)
    assert found.columns == ["column", "v0001", "v0002"]
    assert found.height == 5


def test_every_row_is_scored_with_reasons(registry: Path, gig_file: Path, tmp_path: Path) -> None:
    Registry(registry).promote("v0002", who="ann", when=WHEN)
    chosen = choose(registry)
    out = tmp_path / "scores.csv"
    done = score_table(gig_file, chosen, out, report=tmp_path / "page.html", told=20)
    written = pl.read_csv(out)
    assert written.columns == ["user_id", "risk", "called", "reasons"]
    assert written.height == 2500
    assert written["risk"].is_sorted(descending=True)
    called = written.filter(pl.col("risk") >= chosen.model.threshold.value + 1e-6)
    assert (called["called"] == 1).all()
    assert (written["reasons"].head(20).fill_null("") != "").all()
    assert (written["reasons"].slice(20).fill_null("") == "").all()
    assert done.drift[0].column == "risk"
    assert done.figures["roc_auc"] > 0.8
    assert "hypothetical" in (tmp_path / "page.html").read_text()


def test_scoring_needs_no_labels(registry: Path, gig_file: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.parquet"
    pl.read_csv(gig_file).drop("label").write_parquet(bare)
    done = score_table(bare, choose(registry, "v0001"), tmp_path / "s.parquet")
    assert done.figures == {}
    assert pl.read_parquet(tmp_path / "s.parquet").height == 2500


def test_scoring_says_what_is_wrong(registry: Path, gig_file: Path, tmp_path: Path) -> None:
    chosen = choose(registry, "v0001")
    with pytest.raises(SettingsError, match=r"ends in \.csv or \.parquet"):
        score_table(gig_file, chosen, tmp_path / "scores.xlsx")
    short = tmp_path / "short.csv"
    pl.read_csv(gig_file).drop("X19").write_csv(short)
    with pytest.raises(InputError, match="'X19'"):
        score_table(short, chosen, tmp_path / "scores.csv")
    assert not (tmp_path / "scores.csv").exists()


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path, registry: Path) -> None:
    with pytest.raises(RunError, match="neither a saved model nor a registry"):
        choose(tmp_path / "nothing")
    with pytest.raises(NotFound, match="no version is in use"):
        choose(registry)


def test_an_altered_model_is_refused(registry: Path) -> None:
    file = Registry(registry).model("v0001") / "profile.json"
    file.write_text(file.read_text().replace("0", "1", 1))
    with pytest.raises(RunError, match="altered"):
        choose(registry, "v0001")


def test_latency_is_measured(registry: Path, gig_file: Path) -> None:
    model = choose(registry, "v0002").model
    found = measure(model, align(read_table(gig_file, GIG), model.columns), times=12)
    assert 0 < found.median_ms <= found.p95_ms <= found.p99_ms
    assert found.rows_per_second > 0


def test_retraining_promotes_the_first_and_then_only_the_better(
    gig_file: Path, tmp_path: Path
) -> None:
    large = tmp_path / "large.parquet"
    write_gig_table(large, rows=6000, seed=3)
    registry = tmp_path / "registry"

    def again(table: Path, out: str, *, go_on: bool = False):  # type: ignore[no-untyped-def]
        return retrain(
            table, registry, tmp_path / out, FitSettings(), when=WHEN, who="cron", promote=True,
            go_on=go_on, plan=Plan(eda=False),
        )  # fmt: skip

    first = again(large, "one")
    assert first.promoted
    assert first.challenge is None
    second = again(large, "two")
    assert not second.promoted
    assert second.challenge is not None
    assert second.challenge.differences[0].difference == 0
    assert Registry(registry).current() == "v0001"
    drifted = tmp_path / "drifted.parquet"
    write_gig_table(drifted, rows=6000, seed=4, drift=1.0)
    third = again(drifted, "three", go_on=True)
    assert third.version.note == "went on from v0001"
    assert third.challenge.differences[0].difference > 0
    trees = [choose(registry, v).model.estimator.boosted.models[0] for v in ("v0001", "v0003")]
    assert [one.num_trees() for one in trees] == [500, 650]


def test_only_lightgbm_goes_on(registry: Path, gig_file: Path, tmp_path: Path) -> None:
    Registry(registry).promote("v0001", who="ann", when=WHEN)
    with pytest.raises(SettingsError, match="the model 'tree' cannot go on"):
        retrain(
            gig_file, registry, tmp_path / "out", FitSettings(), when=WHEN, who="ann", go_on=True
        )


def test_feedback_is_kept_once(tmp_path: Path) -> None:
    file, store = tmp_path / "reports.csv", tmp_path / "feedback"
    file.write_text("user_id,label,reporter_id,ts\nu1,1,ann,2026-01-01\nu1,1,bob,2026-01-02\n")
    assert import_feedback(file, store) == (2, 0, 2)
    assert import_feedback(file, store) == (0, 2, 2)
    assert judge(store).accounts["reports"].to_list() == [2]


def test_one_bad_report_adds_nothing(tmp_path: Path) -> None:
    file, store = tmp_path / "reports.csv", tmp_path / "feedback"
    file.write_text("user_id,label,reporter_id\nu1,1,ann\nu2,maybe,ann\n")
    with pytest.raises(InputError, match="row 2: label is not 0 or 1"):
        import_feedback(file, store)
    with pytest.raises(RunError, match="holds no feedback"):
        read_feedback(store)


def test_reporters_are_judged_by_a_table(gig_file: Path, tmp_path: Path) -> None:
    truth = pl.read_csv(gig_file).select("user_id", "label").head(60)
    liar = truth.with_columns(label=1 - pl.col("label"), reporter_id=pl.lit("liar"))
    good = truth.with_columns(reporter_id=pl.lit("good"))
    file = tmp_path / "reports.csv"
    pl.concat([liar, good]).write_csv(file)
    import_feedback(file, tmp_path / "feedback")
    found = judge(tmp_path / "feedback", gig_file).reporters
    assert found["reporter_id"].to_list() == ["liar", "good"]
    assert found["checked"].to_list() == [60, 60]
    assert found["trust"][0] < 0.15 < 0.9 < found["trust"][1]
