from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import polars as pl
import pytest
from typer.testing import CliRunner, Result

from ringscope import Run, analysis
from ringscope.cli import app, printing
from ringscope.cli.look import reasons_without
from ringscope.cli.options import Format
from ringscope.cli.reference import page

ROOT = Path(__file__).parents[2]
RING = "R-00000001"
BIDI = "z\u202e9"
FORMULA = "=HYPERLINK(1)"


def call(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "160"})


def fails(code: int, *words: object) -> str:
    """Run a command that must fail with a code; return its one line on stderr."""
    result = call(*words)
    assert result.exit_code == code, result.output
    assert result.stderr.startswith("ringscope: ")
    assert result.stderr.count("\n") == 1, result.stderr
    return result.stderr


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_page_of_commands_is_fresh() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert text == page(), "run: python -m ringscope.cli.reference > docs/commands.md"


@pytest.mark.parametrize("words", [["-h"], ["run", "-h"], ["convert", "-h"], ["--help"]])
def test_help(words: list[str]) -> None:
    result = call(*words)
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: ringscope")


def test_help_starts_at_once_and_loads_nothing_heavy() -> None:
    code = "import sys, ringscope.cli as c; print(sorted({'polars', 'pandas', 'pydantic', 'numpy', "
    code += "'scipy', 'torch', 'ingest', 'graph', 'models'} & set(sys.modules)))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert loaded.stdout == "[]\n"
    # Processor time: what a busy machine does not change.
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "ringscope", "-h"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.5


def test_run_prints_the_top_rings_and_where_the_report_is(platform: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = call("run", platform, "--out", out, "--seed", 3)
    assert result.exit_code == 0, result.output
    assert RING in result.stdout
    assert result.stdout.endswith(f"report: {out / 'report.html'}\n")
    assert [
        line.split()[4] for line in result.stderr.splitlines() if " ringscope INFO " in line
    ] == ["read", "link", "score", "write", "report"]
    assert Run.open(out).manifest["seed"] == 3


def test_run_says_when_no_model_was_trained(platform: Path, tmp_path: Path) -> None:
    reason = {"supervised": False, "reason": "too few labels"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Run, "metrics", lambda _: reason)
        result = call("run", platform, "--out", tmp_path / "out")
    assert "no model was trained: too few labels\n" in result.stdout


def test_run_takes_settings_from_a_file(platform: Path, tmp_path: Path) -> None:
    (tmp_path / "ringscope.toml").write_text("seed = 5\n")
    words = ("run", platform, "--config", tmp_path / "ringscope.toml", "--format", "json")
    result = call(*words, "--out", tmp_path / "out")
    assert json.loads(result.stdout)[0]["ring_id"] == RING
    assert Run.open(tmp_path / "out").manifest["seed"] == 5
    (tmp_path / "ringscope.toml").write_text("sed = 5\n")
    line = fails(2, *words, "--out", tmp_path / "out2")
    assert "did you mean seed?" in line


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_looking_at_rings(finished: Run, form: str) -> None:
    every = call("ring", "--run", finished.folder, "--format", form)
    one = call("ring", RING, "--run", finished.folder, "--format", form)
    assert every.exit_code == one.exit_code == 0
    if form == "json":
        assert json.loads(every.stdout)[0]["size"] == 4
        assert json.loads(one.stdout)["identifiers"][0]["value"] == "d1"
    else:
        assert "device farm" in every.stdout
        assert "fringe" in one.stdout


def test_the_reasons_in_a_ring_leave_out_that_it_is_this_ring() -> None:
    reasons = [f"raises: core member in ring {RING} of 4 (x); new", f"in {RING}", "old", None]
    shown = pl.DataFrame({"reasons": reasons}).select(reasons_without(RING))
    assert shown["reasons"].to_list() == ["new", "", "old", None]


def test_a_narrow_window_keeps_ids_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(printing, "_WIDTH_OF_A_FILE", 50)
    monkeypatch.setenv("COLUMNS", "50")
    row = {"ring_id": RING, "link_kinds": "device;ip", "reading": "word " * 20, "size": 1234567}
    printing.show(pl.DataFrame([row | {"core_size": 3}]), Format.TABLE, spare=("core_size",))
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 50
    assert RING in shown
    assert "1234567" in shown
    assert "device," in shown
    assert "core_size" not in shown


def test_looking_at_an_account(finished: Run) -> None:
    result = call("account", "a3", "--run", finished.folder)
    assert "shares a device\n" in result.stdout
    assert "Linked accounts (4)" in result.stdout
    found = json.loads(call("account", "a3", "--run", finished.folder, "--format", "json").stdout)
    assert [link["account_id"] for link in found["links"]] == ["a0", "a1", "a2", "b0"]
    table = call("account", "a3", "--run", finished.folder, "--format", "csv").stdout
    assert table.splitlines()[0].startswith("kind,value")


def test_why(finished: Run) -> None:
    result = call("why", "b0", "a0", "--run", finished.folder)
    assert "over 1 account: b0 - a3 - a0" in result.stdout
    assert "Step by step" in result.stdout
    found = json.loads(call("why", "a0", "a1", "--run", finished.folder, "--format", "json").stdout)
    assert found["path"] == ["a0", "a1"]
    nothing = call("why", "b0", BIDI, "--run", finished.folder)
    assert nothing.stdout == (
        "Nothing links b0 and z\\u202e9.\n  Of z\\u202e9 no device is known; of b0 there is.\n"
    )
    assert nothing.exit_code == 0


def test_text_of_strangers_is_shown_with_its_tricks_written_out(finished: Run) -> None:
    for form in ("table", "csv", "json"):
        shown = call("account", BIDI, "--run", finished.folder, "--format", form).stdout
        assert "\u202e" not in shown
    path = call("why", "c0", FORMULA, "--run", finished.folder, "--format", "json").stdout
    assert json.loads(path)["path"] == []


def test_evaluate(finished: Run, tmp_path: Path) -> None:
    truth = tmp_path / "truth.csv"
    lines = [f"a{number},1,r1,farm,0" for number in range(4)] + ["b0,0,,,0"]
    truth.write_text("account_id,spam,ring,kind,labelled\n" + "\n".join(lines))
    result = call("evaluate", finished.folder, truth)
    assert "average_precision" in result.stdout
    assert "farm" in result.stdout
    found = json.loads(call("evaluate", finished.folder, truth, "--format", "json").stdout)
    assert found["rings_found"] == 1.0
    assert "no column" in fails(1, "evaluate", finished.folder, platform_file(finished))


def platform_file(run: Run) -> Path:
    return run.folder.parent / "platform" / "accounts.csv"


@pytest.mark.parametrize("form", ["graphml", "gexf", "json", "csv"])
def test_export(finished: Run, tmp_path: Path, form: str) -> None:
    out = tmp_path / "graph"
    result = call("export", finished.folder, "--format", form, "--out", out)
    assert result.stdout == f"wrote {out}: 8 accounts, 8 links\n"
    ring = tmp_path / "ring"
    call("export", finished.folder, "--format", form, "--out", ring, "--ring", RING)
    assert "a3" in ring.read_text(encoding="utf-8")
    assert "b0" not in ring.read_text(encoding="utf-8")
    if form == "graphml":
        assert nx.read_graphml(out).edges["a3", "b0"]["weight"] == 0.333333
    if form == "csv":
        assert ring.read_text().splitlines()[1] == "a0,a1,0.333333,device"
    assert "cannot be written" in fails(
        1, "export", finished.folder, "--format", form, "--out", tmp_path
    )


def test_convert(tmp_path: Path) -> None:
    (tmp_path / "sms").write_text("ham\thello\nspam\twin\n")
    result = call("convert", "sms", tmp_path / "sms", tmp_path / "out")
    assert result.stdout.startswith(f"wrote {tmp_path / 'out'}: 2 accounts, 2 messages")
    assert "cannot be read" in fails(1, "convert", "tolokers", tmp_path / "sms", tmp_path / "out2")


def test_demo(tmp_path: Path) -> None:
    result = call("demo", tmp_path / "world", "--accounts", 500)
    assert result.exit_code == 0, result.output
    assert {"accounts.csv", "truth.csv"} <= set(names(tmp_path / "world"))
    assert "add --force" in fails(1, "demo", tmp_path / "world")


def test_wrong_use_is_one_line_and_code_2(finished: Run, tmp_path: Path) -> None:
    assert "Missing option '--run'" in fails(2, "ring")
    assert "No such command" in fails(2, "rings")
    assert "--format" in fails(2, "ring", "--run", finished.folder, "--format", "xml")
    assert "No such option" in fails(2, "--nothing")


@pytest.mark.parametrize("words", [[], ["convert"]])
def test_a_call_without_a_command_shows_the_help(words: list[str]) -> None:
    result = call(*words)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Usage: {' '.join(['ringscope', *words])} [OPTIONS]")
    assert result.stdout == ""


def test_what_is_not_there_is_one_line_and_code_1(finished: Run, tmp_path: Path) -> None:
    assert "no such run folder" in fails(1, "ring", "--run", tmp_path / "nowhere")
    assert "did you mean" in fails(1, "account", "a9", "--run", finished.folder)
    assert "no ring" in fails(1, "ring", "R-x", "--run", finished.folder)


def test_an_error_shows_its_traceback_only_with_debug(tmp_path: Path) -> None:
    words = ("ring", "--run", tmp_path / "nowhere\n\u202e")
    assert "nowhere\\n\\u202e: no such" in fails(1, *words)
    result = call(*words, "--debug")
    assert result.exit_code == 1
    assert "Traceback" in result.stderr
    assert "RunError" in result.stderr


@pytest.mark.parametrize("words", [(), ("--debug",)])
def test_warnings_of_libraries_are_shown_only_with_debug(
    platform: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    recwarn: pytest.WarningsRecorder,
    words: tuple[str, ...],
) -> None:
    def warns(*_: object) -> None:
        warnings.warn("of a library", UserWarning, stacklevel=1)
        raise KeyError("oops")

    monkeypatch.setattr(analysis, "link", warns)
    warnings.simplefilter("always")
    call("run", platform, "--out", tmp_path / "out", *words)
    assert any("of a library" in str(one.message) for one in recwarn) is bool(words)


def test_an_unforeseen_error_is_one_line_too(
    platform: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise KeyError("oops")

    monkeypatch.setattr(analysis, "link", breaks)
    result = call("run", platform, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith("ringscope: internal error: KeyError: 'oops'")
    assert names(tmp_path) == ["platform"]


def no_accounts(data: Path) -> None:
    (data / "accounts.csv").unlink()


def no_column(data: Path) -> None:
    pl.read_csv(data / "accounts.csv").rename({"account_id": "zzz"}).write_csv(
        data / "accounts.csv"
    )


def no_time(data: Path) -> None:
    pl.read_csv(data / "logins.csv").drop("ts").write_csv(data / "logins.csv")


def empty_file(data: Path) -> None:
    (data / "accounts.csv").write_bytes(b"")


def no_rows(data: Path) -> None:
    (data / "accounts.csv").write_bytes(b"account_id,label\n")


def short_gzip(data: Path) -> None:
    import gzip

    packed = gzip.compress((data / "logins.csv").read_bytes())
    (data / "logins.csv").unlink()
    (data / "logins.csv.gz").write_bytes(packed[:-20])


def broken_rows(data: Path) -> None:
    rows = pl.read_csv(data / "logins.csv", infer_schema=False)
    rows.with_columns(ts=pl.lit("never")).write_csv(data / "logins.csv")


def folder_is_file(data: Path) -> None:
    for path in data.iterdir():
        path.unlink()
    data.rmdir()
    data.write_text("no folder")


def no_folder(data: Path) -> None:
    data.rename(data.with_name("moved"))


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (no_accounts, "accounts"),
        (no_column, "account_id"),
        (no_time, "ts"),
        (empty_file, "accounts.csv"),
        (no_rows, "accounts.csv"),
        (short_gzip, "logins.csv.gz"),
        (broken_rows, "logins.csv"),
        (folder_is_file, "platform"),
        (no_folder, "platform"),
    ],
)
def test_bad_input_is_one_clear_error_and_the_old_run_stays(
    platform: Path, finished: Run, spoil: Callable[[Path], None], named: str
) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in finished.folder.iterdir()}
    spoil(platform)
    result = call("run", platform, "--out", finished.folder, "--force")
    assert result.exit_code == 1, result.output
    line = result.stderr.splitlines()[-1]
    assert line.startswith("ringscope: ")
    assert "internal error" not in line
    assert named in line
    after = {path.name: path.stat().st_mtime_ns for path in finished.folder.iterdir()}
    assert after == before
    assert not list(finished.folder.parent.glob("out.*"))


def test_a_bad_output_is_one_clear_error_before_any_work(
    platform: Path, finished: Run, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("mine")
    assert "add --force" in fails(1, "run", platform, "--out", finished.folder)
    assert "is a file" in fails(1, "run", platform, "--out", tmp_path / "file")
    assert "cannot be written" in fails(1, "run", platform, "--out", tmp_path / "file" / "out")
    assert "no run" in fails(1, "run", platform, "--out", platform, "--force")
    assert "cannot be written" in fails(1, "run", platform, "--out", "/proc/ringscope/out")
    assert names(tmp_path) == ["file", "out", "platform"]


def test_a_disk_that_fills_up_on_the_way_leaves_no_run(
    platform: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        return real(Path("/dev/full") if path.name == "links.parquet" else path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    result = call("run", platform, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "No space left on device" in result.stderr.splitlines()[-1]
    assert names(tmp_path) == ["platform"]


def test_a_real_process_reports_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    command = [sys.executable, "-m", "ringscope", "run", tmp_path / "data"]
    done = subprocess.run(
        [*command, "--out", tmp_path / "out"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert str(tmp_path / "data") in done.stderr
    assert names(tmp_path) == ["data"]


def test_a_real_process_that_is_killed_leaves_the_old_run(platform: Path, finished: Run) -> None:
    out = finished.folder
    waits = "import sys; from ringscope import analysis; from ringscope.cli import main\n"
    waits += "analysis.link = lambda *_: (print('linking', flush=True), sys.stdin.read())\nmain()"
    command = [sys.executable, "-c", waits, "run", str(platform), "--out", str(out), "--force"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "linking\n"
        process.send_signal(signal.SIGKILL)
    left = out.with_name(f"out.tmp-{process.pid}")
    assert left.exists()
    assert len(Run.open(out).scores()) == 8
    assert call("run", platform, "--out", out, "--force").exit_code == 0
    assert not left.exists()
