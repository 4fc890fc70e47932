"""What leaves the tool, opened by an office program: formulas of strangers stay text."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from html import unescape
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ringscope import Run
from ringscope.case import case_packet
from ringscope.cli import app
from ringscope.csvsafe import to_csv
from ringscope.export import TABLES, workbook
from ringscope.newcomers import prepare_run, score_batch

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

RING = "R-00000001"
STARTS = (
    "=",
    "+",
    "-",
    "@",
    " =",
    "\t=",
    "\r=",
    "\n=",
    "＝",
    "＋",
    "－",
    "＠",
    "'=",
    "''+",
    "\u200b=",
)
BODIES = (
    "1+1", "SUM(A1:A9)", "cmd|' /C calc'!A0", 'HYPERLINK("https://evil.example","x")',
    'WEBSERVICE("https://evil.example")', "IMPORTXML(1)", 'DDE("cmd";"/C calc";"1")',
    "{1+1}", 'INDIRECT("A1")',
)  # fmt: skip


@pytest.fixture
def payloads() -> list[str]:
    """Formulas of all sorts."""
    return [f"{start}{body}" for start in STARTS for body in BODIES]


@pytest.fixture
def opened(tmp_path: Path) -> Path:
    """A folder for files that LibreOffice is to open."""
    folder = tmp_path / "opened"
    folder.mkdir()
    return folder


def office(folder: Path) -> dict[str, str]:
    """Each file of a folder as LibreOffice reads it, as flat XML."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if not program:
        if os.environ.get("CI") == "true":
            pytest.fail("no LibreOffice on this machine, and CI has to run these tests")
        pytest.skip("no LibreOffice on this machine")
    files = sorted(folder.iterdir())
    profile = (folder.parent / "profile").as_uri()
    words = [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "fods"]
    out = folder.parent / "read"
    subprocess.run(
        [*words, "--outdir", out, *files], check=True, capture_output=True, timeout=400
    )  # fmt: skip
    found = {file.name: out / f"{file.stem}.fods" for file in files}
    return {name: path.read_text(encoding="utf-8") for name, path in found.items()}


def texts(flat: str) -> set[str]:
    """Cells that are text, without the marks and white space that a reader does not see."""
    cells = re.findall(
        r'<table:table-cell[^>]*office:value-type="string"[^>]*>(.*?)</table:table-cell>',
        flat,
        re.S,
    )
    return {bare(unescape(re.sub(r"<[^>]+>", " ", cell))) for cell in cells}


def bare(text: str) -> str:
    return "".join(text.split()).lstrip("'")


def test_no_table_that_leaves_the_tool_holds_a_formula(
    hostile_run: Run, finished: Run, payloads: list[str], opened: Path
) -> None:
    tables = {name: hostile_run.frame(name) for name in TABLES}
    (opened / "whole.xlsx").write_bytes(workbook(tables))
    for name, frame in tables.items():
        (opened / f"csv-{name}.csv").write_text(to_csv(frame), encoding="utf-8")
    for name, data in case_packet(hostile_run, RING).files.items():
        if name.endswith(".csv"):
            (opened / f"packet-{name}").write_bytes(data)
    rows = [{"account_id": text, "email": text, "device_id": text} for text in payloads]
    scores = score_batch(prepare_run(finished), rows, lambda _: None)
    (opened / "scores.csv").write_text(to_csv(scores), encoding="utf-8")
    read = office(opened)
    assert len(read) > 15
    for name, flat in read.items():
        assert "table:formula" not in flat, name
        assert "xlink:href" not in flat, name
    for name in ("whole.xlsx", "csv-accounts.csv", "packet-accounts.csv"):
        shown = texts(read[name])
        # It takes CSV for text of one byte a letter unless it is told otherwise.
        told = [text for text in payloads if text.isascii() or name.endswith("xlsx")]
        assert [text for text in told if bare(text) not in shown] == [], name


def test_what_the_commands_write_holds_no_formula(finished: Run, tmp_path: Path) -> None:
    """The account =HYPERLINK(1) of the small platform, through the command line."""
    opened = tmp_path / "opened"
    opened.mkdir()

    def call(*words: object) -> None:
        result = CliRunner().invoke(app, [str(word) for word in words])
        assert result.exit_code == 0, result.output

    call("export", finished.folder, "--format", "xlsx", "--out", opened / "a.xlsx")
    call("export", finished.folder, "--format", "csv", "--out", tmp_path / "b.zip")
    call("case", RING, "--run", finished.folder, "--out", tmp_path / "c.zip")
    for packed in ("b.zip", "c.zip"):
        with zipfile.ZipFile(tmp_path / packed) as files:
            for name in files.namelist():
                if name.endswith(".csv"):
                    (opened / f"{packed[0]}-{name}").write_bytes(files.read(name))
    for file in finished.folder.glob("*.csv"):
        shutil.copy(file, opened / f"run-{file.name}")
    read = office(opened)
    assert [name for name, flat in read.items() if "table:formula" in flat] == []
    assert "=HYPERLINK(1)" in texts(read["a.xlsx"])
    assert "=HYPERLINK(1)" in texts(read["b-scores.csv"])
