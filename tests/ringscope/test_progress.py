from __future__ import annotations

import io
import logging

import numpy as np
import pytest
from rich.console import Console

from ringscope.progress import Progress, SafeFormatter
from ringscope.safetext import visible


def test_each_step_is_timed_and_logged_on_one_line(caplog: pytest.LogCaptureFixture) -> None:
    progress = Progress()
    with caplog.at_level(logging.INFO, "ringscope"):
        with progress.step("read"):
            progress.note("3 accounts")
        with progress.step("link"):
            pass
    assert [step.name for step in progress.steps] == ["read", "link"]
    assert all(step.seconds >= 0 and step.peak_mb > 1 for step in progress.steps)
    first, second = caplog.messages
    assert first.startswith("read")
    assert first.endswith("3 accounts")
    assert "accounts" not in second


def test_peak_memory_is_that_of_the_step() -> None:
    progress = Progress()
    with progress.step("small"):
        pass
    with progress.step("large"):
        np.ones(8_000_000).sum()
    small, large = progress.steps
    assert large.peak_mb > small.peak_mb + 40


def test_a_step_that_fails_is_not_recorded() -> None:
    progress = Progress()
    with pytest.raises(ZeroDivisionError), progress.step("read"):
        raise ZeroDivisionError
    assert progress.steps == []


def test_notes_are_shown_without_tricks() -> None:
    out = io.StringIO()
    progress = Progress(Console(file=out, force_terminal=False))
    with progress.step("read"):
        progress.note("[red]x[/red]\u202e\x1b[31m\nforged")
    line = out.getvalue()
    assert "[red]x[/red]\\u202e\\x1b[31m\\nforged" in line
    assert line.count("\n") == 1


def test_a_log_line_stays_one_printable_line() -> None:
    record = logging.makeLogRecord({"msg": "user %s", "args": ("a\nERROR b\u2066\x1b",)})
    assert SafeFormatter("%(message)s").format(record) == "user a\\nERROR b\\u2066\\x1b"


def test_a_traceback_keeps_its_lines() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        _ = 1 / 0
    trace = (caught.type, caught.value, caught.tb)
    record = logging.makeLogRecord({"msg": "failed", "exc_info": trace})
    lines = SafeFormatter("%(message)s").format(record).splitlines()
    assert lines[0] == "failed"
    assert lines[1].startswith("Traceback")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (None, ""),
        ("Zoë 東京 ✓", "Zoë 東京 ✓"),
        ("a\u200bb\u2028\ue000", "a\\u200bb\\u2028\\ue000"),
        (3, "3"),
    ],
)
def test_visible_text(text: object, shown: str) -> None:
    assert visible(text) == shown
