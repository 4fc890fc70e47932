from __future__ import annotations

import polars as pl

from ingest import username_pattern, username_skeleton


def test_look_alikes_share_a_skeleton() -> None:
    names = pl.Series(["Emma.Silva5696", "еmmа_silva", "ＥＭＭＡ silva", "em\u200bmaSilva1"])
    assert set(username_skeleton(names)) == {"emmasilva"}


def test_a_name_without_letters_has_no_skeleton() -> None:
    assert username_skeleton(pl.Series(["777", "...", None])).to_list() == [None] * 3


def test_names_of_one_generator_share_a_pattern() -> None:
    names = pl.Series(["emma.silva5696", "jo.wu0012", "x_1"])
    assert username_pattern(names).to_list() == ["a.a9999", "a.a9999", "a_9"]
