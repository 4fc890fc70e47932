from __future__ import annotations

from pathlib import Path
from typing import get_args

import polars as pl
import pytest

from ingest import SettingsError, Tables, check_tables, read_tables
from models.rules import Policy
from ringscope import Settings
from ringscope.analysis import read
from ringscope.rule_inputs import with_rule_inputs
from ringscope.settings import ActionSettings, RuleSettings

FRAMES = {
    "accounts": pl.DataFrame({"account_id": ["a", "b"]}),
    "logins": pl.DataFrame(
        {"account_id": ["a", "b"], "ts": ["2026-01-01"] * 2, "ip": ["198.51.100.4", "192.0.2.1"]}
    ),
}


@pytest.fixture
def tables() -> Tables:
    return read_tables(FRAMES)


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    (tmp_path / "vpn.txt").write_text("192.0.2.0/24\n", encoding="utf-8")
    (tmp_path / "hosting.txt").write_text("# none yet\n", encoding="utf-8")
    (tmp_path / "ringscope.toml").write_text(
        '[rules]\nnetworks = ["vpn.txt", "hosting.txt"]\n[actions]\npolicy = "risk"\n', "utf-8"
    )
    return tmp_path


def test_paths_start_at_the_settings_file_and_a_run_tells_the_hashes(lists: Path) -> None:
    settings = Settings.load(lists / "ringscope.toml")
    assert settings.rules.networks == (lists / "vpn.txt", lists / "hosting.txt")
    read_in = read(FRAMES, settings)
    assert read_in.logins["network_listed"].to_list() == [False, True]
    assert set(read_in.sources) == {"accounts", "logins", "vpn.txt", "hosting.txt"}
    check_tables(read_in)
    assert settings.actions.policy == "risk"
    assert Settings.of(settings.model_dump(mode="json")) == settings


def test_nothing_given_nothing_changed(tables: Tables) -> None:
    assert with_rule_inputs(tables, RuleSettings()) is tables


def test_two_lists_of_one_name_are_refused(tables: Tables, lists: Path) -> None:
    given = RuleSettings(networks=(lists / "vpn.txt", lists / "vpn.txt"))
    with pytest.raises(SettingsError, match=r"two input files are called 'vpn\.txt'"):
        with_rule_inputs(tables, given)


def test_bad_rules_stop_a_run_before_it_starts(tables: Tables, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("version: 1\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="actions is missing"):
        with_rule_inputs(tables, RuleSettings(file=path))


def test_the_policies_of_settings_are_those_of_the_rules() -> None:
    assert get_args(ActionSettings.model_fields["policy"].annotation) == get_args(Policy)


def test_thresholds_have_to_rise() -> None:
    with pytest.raises(SettingsError, match="monitor <= flag <= block"):
        Settings.of({"actions": {"flag": 0.95}})
