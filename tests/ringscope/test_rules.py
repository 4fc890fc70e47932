from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from typer.testing import CliRunner, Result

from ringscope.cli import app


def call(*words: object) -> Result:
    return CliRunner().invoke(
        app, ["rules", *(str(word) for word in words)], env={"COLUMNS": "160"}
    )


def rule(name: str, signal: str, value: float, points: float = 60) -> dict[str, Any]:
    when = {"signal": signal, "op": ">=", "value": value}
    return {"id": name, "points": points, "when": when, "reason": f"{{{signal}:.0f}} others"}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Six accounts; the first four on one device, the first two labelled spam, the last honest."""
    folder = tmp_path / "data"
    folder.mkdir()
    ids = [f"a{i}" for i in range(6)]
    labels = [1, 1, None, 0, None, 0]
    pl.DataFrame({"account_id": ids, "label": labels}).write_csv(folder / "accounts.csv")
    pl.DataFrame(
        {
            "account_id": ids,
            "ts": [f"2026-01-0{i + 1}T00:00:00" for i in range(6)],
            "device_id": ["kit-one"] * 4 + ["own-a", "own-b"],
            "ip": [f"203.0.{113 + (i > 1)}.{i + 1}" for i in range(6)],
        }
    ).write_csv(folder / "logins.csv")
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.yaml"
    rules = [
        rule("device", "shared_device", 3),
        rule("hosting", "listed_network", 0.5, 20),
        rule("travel", "travel_speed", 900),
        rule("asleep", "shared_device", 1) | {"active": False},
    ]
    steps = [{"action": "FLAG_FOR_REVIEW", "above": 50}, {"action": "BLOCK_ACCOUNT", "above": 70}]
    path.write_text(yaml.safe_dump({"version": 1, "actions": steps, "rules": rules}), "utf-8")
    return path


@pytest.fixture
def hosting(tmp_path: Path) -> Path:
    path = tmp_path / "hosting.txt"
    path.write_text("203.0.113.0/24\n", encoding="utf-8")
    return path


def test_check_lists_the_rules_that_ship() -> None:
    result = call("check", "--format", "json")
    assert result.exit_code == 0, result.output
    listed = json.loads(result.stdout)
    assert len(listed) == 19
    assert listed[0]["condition"] == "login_country_changes > 3"


def test_check_says_what_tables_lack(own: Path, data: Path, hosting: Path) -> None:
    words = ["check", own, "--data", data, "--format", "json"]
    lacking = {row["rule"]: row["lacking"] for row in json.loads(call(*words).stdout)}
    missing = "logins.latitude, logins.longitude"
    assert lacking == {
        "device": "", "hosting": "logins.network_listed", "travel": missing, "asleep": "",
    }  # fmt: skip
    with_list = json.loads(call(*words, "--networks", hosting).stdout)
    assert with_list[1]["lacking"] == ""


def test_signals_are_listed_with_their_values(data: Path) -> None:
    listed = {row["signal"]: row for row in json.loads(call("signals", "--format", "json").stdout)}
    assert listed["travel_speed"]["needs"] == "logins.latitude, logins.longitude"
    assert listed["shared_device"]["says"].startswith("Other accounts that logged in on a device")
    words = ["signals", "--data", data, "--format", "json"]
    found = {row["signal"]: row for row in json.loads(call(*words).stdout)}
    device = found["shared_device"]
    assert (device["known"], device["median"], device["q90"]) == (6, 3.0, 3.0)
    assert (found["travel_speed"]["known"], found["travel_speed"]["q99"]) == (0, None)


def test_explain_goes_through_every_rule(own: Path, data: Path, hosting: Path) -> None:
    words = ["explain", "a1", data, "--rules", own, "--networks", hosting]
    found = json.loads(call(*words, "--format", "json").stdout)
    assert (found["points"], found["action"]) == (80.0, "BLOCK_ACCOUNT")
    told = {row["rule"]: (row["holds"], row["points"], row["why"]) for row in found["rules"]}
    assert told["device"] == ("yes", 60.0, "3 others")
    assert told["asleep"] == ("yes", 0.0, "3 others")
    assert told["travel"] == (
        "not known", 0.0, "the input has no logins.latitude, logins.longitude",
    )  # fmt: skip
    table = call(*words)
    assert "BLOCK_ACCOUNT" in table.stdout
    assert "3 others" in table.stdout


def test_simulate_counts_hits_precision_and_overlap(own: Path, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "hits.csv"
    words = ["simulate", data, "--rules", own, "--format", "json"]
    found = json.loads(call(*words).stdout)
    device = found["rules"][0]
    assert (device["hits"], device["spam"], device["honest"]) == (4, 2, 1)
    assert device["precision"] == pytest.approx(2 / 3)
    assert found["overlap"] == [{"rule": "device", "other": "asleep", "both": 4, "share": 1.0}]
    actions = {row["action"]: row["accounts"] for row in found["actions"]}
    assert actions == {"BLOCK_ACCOUNT": 0, "FLAG_FOR_REVIEW": 4, "MONITOR": 0, "none": 2}
    assert call(*words, "--out", out).exit_code == 0
    written = pl.read_csv(out)
    assert written["account_id"].to_list() == ["a0", "a1", "a2", "a3"]
    assert set(written["reasons"]) == {"rule device (+60): 3 others"}


def test_simulate_prints_tables_for_people(own: Path, data: Path) -> None:
    result = call("simulate", data, "--rules", own)
    assert result.exit_code == 0
    for heading in ("Rules", "Overlap (1 pairs)", "Recommended"):
        assert heading in result.stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["check", "none.yaml"], 2, "none.yaml: cannot be read"),
        (["explain", "nobody", "DATA"], 1, "no account 'nobody' in the accounts table"),
        (["simulate", "DATA", "--networks", "none.txt"], 2, "none.txt: cannot be read"),
        (["simulate", "nowhere"], 1, "nowhere"),
    ],
)
def test_bad_use_is_one_line(data: Path, words: list[str], code: int, said: str) -> None:
    result = call(*(data if word == "DATA" else word for word in words))
    assert result.exit_code == code
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
