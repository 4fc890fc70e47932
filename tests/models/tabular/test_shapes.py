from __future__ import annotations

import math

import pytest

from ingest.errors import SettingsError
from models.tabular.shapes import KINDS, load_preset, presets


def test_presets_ship() -> None:
    assert presets() == ("gig-platform", "plain", "tweets")


def test_every_column_can_be_said() -> None:
    preset = load_preset("gig-platform")
    assert len(preset.columns) == 51
    assert preset.hypothetical
    for column in preset.columns.values():
        assert column.kind in KINDS
        for value in (0.0, 1.0, 3.0, math.nan):
            assert column.say(value)


def test_codes_become_words() -> None:
    column = load_preset("gig-platform").column("X9")
    assert column.say(28) == "account level Top Rated Seller"
    assert column.say(99) == "account level 99"
    assert load_preset("gig-platform").column("X15").say(0) == "not: has a profile picture"


def test_a_column_without_entry_is_plain() -> None:
    assert load_preset("plain").column("height").say(1.5) == "height is 1.5"


def test_an_unknown_preset_names_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="did you mean 'gig-platform'"):
        load_preset("gig-platforms")
