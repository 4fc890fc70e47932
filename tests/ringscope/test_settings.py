from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ingest import SettingsError
from ringscope import Settings
from ringscope.settings import defaults

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"
ROW = re.compile(r"^\| `([\w.]+)` \| `([^`]*)` \| (.+) \|$", re.MULTILINE)


def load(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "ringscope.toml"
    path.write_text(text, encoding="utf-8")
    return Settings.load(path)


def test_a_file_overrides_defaults_and_options_override_the_file(tmp_path: Path) -> None:
    path = tmp_path / "ringscope.toml"
    path.write_text(
        'seed = 3\n[columns.accounts]\nuser_id = "account_id"\n[ingest]\nmax_bad_share = 0.5\n'
    )
    settings = Settings.load(path, seed=4, preset=None)
    assert settings.seed == 4
    assert settings.columns == {"accounts": {"user_id": "account_id"}}
    assert settings.ingest.max_bad_share == 0.5
    assert settings.threads == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sede = 3", r"unknown setting sede; did you mean seed\?"),
        ("[ingest]\nmax_bad_shar = 0.1", r"ingest\.max_bad_shar; did you mean ingest\.max_bad"),
        ("[ingst]\nx = 1", r"unknown setting ingst; did you mean ingest\?"),
        ("seed = 'many'", "seed = 'many': Input should be a valid integer"),
        ("[ingest]\nmax_bad_share = 3", r"ingest\.max_bad_share = 3: Input should be less"),
        ("seed = -1\nthreads = -1", r"seed = -1: .* \(and 1 more\)"),
        ("seed = ", "not valid TOML"),
    ],
)
def test_errors_name_the_file_the_setting_and_what_is_near(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        load(tmp_path, text)
    assert str(caught.value).startswith(str(tmp_path / "ringscope.toml"))
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml: cannot be read"):
        Settings.load(tmp_path / "none.toml")


def test_every_setting_stands_in_the_manual_with_its_default() -> None:
    documented = {name: default for name, default, _ in ROW.findall(PAGE.read_text("utf-8"))}
    assert documented == {name: as_written(default) for name, default in defaults()}


def as_written(default: object) -> str:
    """A default as the page shows it: as one would write it in the file."""
    if default is None:
        return "not set"
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple):
        return json.dumps(default)
    return f'"{default}"' if isinstance(default, str) else str(default)
