from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from ringscope.cli import app


def typed(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    """Run one command line; exit code, output, errors."""
    with pytest.raises(SystemExit) as left:
        app(list(map(str, words)))
    out, err = capsys.readouterr()
    return int(left.value.code or 0), out, err


def test_from_a_made_up_table_to_scores(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        monkeypatch.setenv(name, "1")
    table, registry, out = tmp_path / "a.csv", tmp_path / "reg", tmp_path / "t"
    assert typed(capsys, "simulate", "gig-platform", table, "--rows", 2000)[0] == 0
    assert typed(capsys, "simulate", "gig-platform", table)[0] == 1
    code, text, err = typed(
        capsys, "train", table, "--out", out, "--compare", "logistic,tree", "--no-eda",
        "--missed", 20, "--false-alarm", 1, "--registry", registry, "--format", "json",
    )  # fmt: skip
    assert code == 0, err
    assert {row["model"] for row in json.loads(text)} == {"logistic", "tree"}
    added = typed(capsys, "models", "add", out, "--registry", registry, "--model", "tree")
    assert added[1].startswith("v0002: tree")
    for version in ("v0001", "v0002"):
        assert typed(capsys, "models", "promote", version, "--registry", registry)[0] == 0
    assert "in use: v0001" in typed(capsys, "models", "rollback", "--registry", registry)[1]
    listed = json.loads(
        typed(capsys, "models", "list", "--registry", registry, "--format", "json")[1]
    )
    assert [row["use"] for row in listed] == ["in use", ""]
    shown = typed(capsys, "models", "show", "v0001", "--registry", registry)[1]
    assert "threshold" in shown
    scores = tmp_path / "s.parquet"
    code, text, err = typed(capsys, "score", table, "--model", registry, "--out", scores)
    assert code == 0, err
    assert pl.read_parquet(scores).height == 2000
    assert "v0001" in typed(capsys, "models", "batches", "--registry", registry)[1]
    broken = tmp_path / "broken.csv"
    broken.write_text("user_id,X1\nu1,3\n")
    assert typed(capsys, "score", broken, "--model", registry, "--out", scores)[0] == 1
    watch = ["models", "health", "--registry", registry]
    assert typed(capsys, *watch, "--errors", 0.5, "--peak-mb", 100_000)[0] == 0
    code, _, err = typed(capsys, *watch, "--failed", 0.2)
    assert code == 1
    assert "failed 0.5 (limit 0.2)" in err
    assert typed(capsys, "models", "importances", "--registry", registry)[0] == 0
    assert "rollback" in typed(capsys, "models", "history", "--registry", registry)[1]
    same = typed(capsys, "models", "drift", table, "--model", registry, "--limit", 0.2)
    assert same[0] == 0, same[2]
    moved = tmp_path / "moved.csv"
    pl.read_csv(table).with_columns(X21=pl.lit(3)).write_csv(moved)
    code, _, err = typed(capsys, "models", "drift", moved, "--model", registry, "--limit", 0.2)
    assert code == 1
    assert "moved 0.2 or more" in err
    slow = typed(
        capsys, "models", "latency", table, "--model", registry, "--times", 10, "--limit", 0
    )
    assert slow[0] == 1
    versus = typed(
        capsys, "models", "compare", "v0001", "v0002", "--registry", registry, "--on", table,
        "--all-rows", "--format", "json",
    )  # fmt: skip
    assert {row["figure"] for row in json.loads(versus[1])} >= {"average_precision", "f1"}


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--preset", "gig"], 2, "no preset 'gig'"),
        (["--compare", "forrest"], 2, "did you mean 'forest'"),
        (["--missed", "3"], 2, "give both --missed and --false-alarm"),
        (["--feedback", "nothing"], 1, "holds no feedback"),
    ],
)
def test_wrong_use_is_one_line(
    gig_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    options: list[str], code: int, said: str,
) -> None:  # fmt: skip
    found = typed(capsys, "train", gig_file, "--out", tmp_path / "out", *options)
    assert found[0] == code
    assert said in found[2]
    assert "Traceback" not in found[2]
    assert not (tmp_path / "out").exists()


def test_feedback_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, store = tmp_path / "r.csv", tmp_path / "feedback"
    file.write_text("user_id,label,reporter_id\nu1,1,ann\nu2,0,bob\n")
    assert "2 new" in typed(capsys, "feedback", "import", file, "--feedback", store)[1]
    assert "ann" in typed(capsys, "feedback", "reporters", "--feedback", store)[1]
    assert "u1" in typed(capsys, "feedback", "accounts", "--feedback", store)[1]


def test_tweets_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ["account_id,ts,text,label"]
    for i in range(120):
        spam, sender = i % 2, i // 4 * 2 + i % 2
        text = f"WIN prize {i} http://win.example/{i}" if spam else f"see you at {i} by the river"
        lines.append(f"s{sender},2026-01-01T{i % 24:02}:00:00,{text},{spam}")
    (tmp_path / "messages.csv").write_text("\n".join(lines) + "\n")
    words = ["train", tmp_path / "messages.csv", "--preset", "tweets", "--out", tmp_path / "out"]
    assert typed(capsys, *words, "--search", 3)[0] == 2
    code, text, err = typed(capsys, *words, "--format", "json")
    assert code == 0, err
    assert len(json.loads(text)) == 30
    assert (tmp_path / "out" / "tweets.html").exists()
    scoring = ["score", tmp_path / "messages.csv", "--model", tmp_path / "out" / "model"]
    scores = tmp_path / "scores.csv"
    code, text, err = typed(capsys, *scoring, "--out", scores, "--report", tmp_path / "page.html")
    assert code == 0, err
    rows = pl.read_csv(scores)
    assert rows.columns == ["message", "risk", "called", "reasons"]
    assert rows.height == 120
    assert rows["called"].sum() == 60
    drift = ["models", "drift", tmp_path / "messages.csv", "--model", tmp_path / "out" / "model"]
    assert typed(capsys, *drift)[0] == 0
