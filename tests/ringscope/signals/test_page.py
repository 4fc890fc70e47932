from __future__ import annotations

import polars as pl

from ringscope.signals.page import Section, render


def test_a_page_escapes_all_and_loads_nothing() -> None:
    evil = "<img src=x onerror=alert(1)>\u202e"
    frame = pl.DataFrame({evil: [evil], "n": [1_234_567], "share": [0.123456], "none": [None]})
    page = render(evil, evil, {evil: evil}, [Section(evil, evil, {}, frame)], evil)
    assert "<img" not in page
    assert "\u202e" not in page
    assert "1,234,567" in page
    assert "0.1235" in page
    assert "default-src &#39;none&#39;" in page
    assert "http" not in page.replace("http-equiv", "")
