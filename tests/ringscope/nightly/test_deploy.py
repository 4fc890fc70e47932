"""The schedules that ship call commands as they are."""

from __future__ import annotations

import configparser
import os
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from ringscope.cli import app

DEPLOY = Path(__file__).parents[3] / "deploy"


def parsed(words: list[str]) -> dict[str, Any]:
    """What the command line makes of some words; a wrong option or argument raises."""
    group: Any = get_command(app)
    assert words[0] == "ringscope"
    name, command, rest = group.resolve_command(None, words[1:])
    given: dict[str, Any] = command.make_context(name, rest).params
    return given


@pytest.fixture(autouse=True)
def places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA", "/srv/ringscope/data")
    monkeypatch.setenv("STORE", "/srv/ringscope/store")


def section(text: str, name: str) -> configparser.SectionProxy:
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(text)
    return unit[name]


def test_the_systemd_service_runs_a_strict_night_and_the_timer_makes_up_for_missed_ones() -> None:
    service = section((DEPLOY / "ringscope-nightly.service").read_text(), "Service")
    words = shlex.split(os.path.expandvars(service["ExecStart"]))
    given = parsed(["ringscope", *words[1:]])
    assert given["strict"]
    assert (str(given["data"]), str(given["store"])) == (
        "/srv/ringscope/data",
        "/srv/ringscope/store",
    )
    assert service["SuccessExitStatus"] == "75"
    assert service["ReadWritePaths"] == str(given["store"])
    timer = section((DEPLOY / "ringscope-nightly.timer").read_text(), "Timer")
    assert timer["Persistent"] == "true"


def test_the_crontab_runs_the_night_and_asks_for_its_age() -> None:
    text = (DEPLOY / "ringscope.cron").read_text()
    lines = [line for line in text.splitlines() if re.match(r"\d", line)]
    nightly, health = (line.split(maxsplit=6)[6].split(" 2>")[0].split(" > ")[0] for line in lines)
    given = parsed(shlex.split(os.path.expandvars(nightly.removeprefix("nice "))))
    assert given["strict"]
    assert parsed(shlex.split(os.path.expandvars(health)))["max_age"] == 26


def test_the_compose_services_run_the_night_and_its_health() -> None:
    services = yaml.safe_load((DEPLOY / "compose.nightly.yml").read_text())["services"]
    assert parsed(services["nightly"]["command"])["strict"]
    kind, *words = services["health"]["healthcheck"]["test"]
    assert kind == "CMD"
    assert parsed(words)["max_age"] == 26
    for service in services.values():
        assert service["network_mode"] == "none"
        assert any(volume.endswith(":/data:ro") for volume in service["volumes"])
