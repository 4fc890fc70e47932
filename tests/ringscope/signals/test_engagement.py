from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from ingest import InputError
from ringscope.cli import app
from ringscope.signals import detect_engagement
from ringscope.simulate import write_engagement


def write(folder: Path, labelled: float) -> Path:
    write_engagement(
        folder, users=120, length=168, fake_ratio=0.4, seed=9, labelled=labelled, strength=2.0
    )
    return folder


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("made") / "series", 0.0)


def test_what_is_written(series: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = CliRunner().invoke(app, ["signals", "engagement", str(series), "--out", str(out)])
    assert done.exit_code == 0, done.output
    names = ["engagement.csv", "report.html", "waves.csv", "windows.csv"]
    assert sorted(path.name for path in out.iterdir()) == names
    found = pl.read_csv(out / "engagement.csv")
    assert found.columns == ["account_id", "score", "windows"]
    assert found.height == 120
    assert found["score"].is_between(0, 1).all()
    windows = pl.read_csv(out / "windows.csv")
    counted = found.filter(pl.col("windows") != "")["windows"].str.split(";").list.len().sum()
    assert counted == windows.height
    assert "ranks of oddness" in (out / "report.html").read_text("utf-8")


@pytest.mark.slow
def test_labels_train_models_that_are_judged_out_of_fold(tmp_path: Path) -> None:
    found = detect_engagement(write(tmp_path / "series", 1.0), tmp_path / "out")
    assert found.models is not None
    auroc = dict(found.models.select("model", "auroc").rows())
    assert auroc["together"] > 0.8
    truth = pl.read_csv(tmp_path / "series" / "truth.csv")
    joined = found.scores.join(truth, on="account_id")
    means = joined.group_by("fake").agg(pl.col("score").mean()).sort("fake")["score"]
    assert means[1] > means[0] + 0.2


def test_bad_input_is_one_clear_error(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "accounts.csv").write_text("account_id\na\n")
    with pytest.raises(InputError, match="no engagement table"):
        detect_engagement(data, tmp_path / "out")
    (data / "engagement.csv").write_text("account_id,ts,views\na,2026-01-01,5\na,2026-01-02,-3\n")
    with pytest.raises(InputError, match="bad"):
        detect_engagement(data, tmp_path / "out")
    (data / "engagement.csv").write_text("account_id,ts,views\na,2026-01-01,5\na,2026-01-02,3\n")
    with pytest.raises(InputError, match="48 steps"):
        detect_engagement(data, tmp_path / "out")


@pytest.mark.parametrize("constant", ["all", "most"])
def test_constant_series(tmp_path: Path, constant: str) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "accounts.csv").write_text("account_id\na\nb\nc\n")
    moments = [(name, hour) for name in "abc" for hour in range(60)]
    rows = [f"{n},{1_700_000_000 + 3_600 * h},7,0\n" for n, h in moments]
    if constant == "most":
        rows[130] = rows[130].replace(",7,", ",8,")
    (data / "engagement.csv").write_text(f"account_id,ts,views,likes\n{''.join(rows)}")
    if constant == "all":
        with pytest.raises(InputError, match="constant"):
            detect_engagement(data, tmp_path / "out")
        return
    found = detect_engagement(data, tmp_path / "out")
    assert found.scores["windows"].to_list() == ["", "", ""]
    alike = found.scores.filter(pl.col("account_id") != "c")["score"]
    assert alike[0] == alike[1]
    assert "0 accounts are labelled fake" in found.how
