from __future__ import annotations

from html.parser import HTMLParser

import pytest
from markupsafe import Markup

from ringscope.train.charts import Axis, Line, bars, histogram, lines, points, short
from ringscope.train.page import Grid, Page, Picture, Section, html, markdown

EVIL = "<script>alert(1)</script>"


class Counter(HTMLParser):
    """Counts start tags, and keeps what they load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: dict[str, int] = {}
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.loads += [
            str(v) for k, v in attrs if k in {"src", "href"} and not str(v).startswith("#")
        ]


def page() -> Page:
    drawn = bars([(EVIL, 1.0, EVIL)], label=EVIL)
    grid = Grid([EVIL, "n|m"], [[EVIL, 0.12345], ["a|b", None], ["c", 1234]], places={"n|m": 2})
    section = Section(EVIL, EVIL, [EVIL], [grid], [Picture(EVIL, drawn)], [Picture("x", drawn)])
    return Page(EVIL, EVIL, [(EVIL, EVIL, EVIL)], [EVIL], [section])


def test_text_stays_text_and_nothing_is_loaded() -> None:
    text = html(page())
    found = Counter(text)
    assert found.tags["script"] == 1
    assert found.loads == []
    assert "alert(1)" in text
    assert "default-src &#39;none&#39;" in text


def test_markdown_has_the_tables() -> None:
    text = markdown(page())
    assert "| a\\|b | – |" in text
    assert "| 0.12 |" in text
    assert "| c | 1,234 |" in text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.12345, "0.123"), (1234, "1.23e+03"), (25_000, "25k"), (3_200_000, "3.2M")],
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert short(value) == text


def test_values_outside_an_axis_are_cut() -> None:
    axis = Axis("x", 0, 10)
    assert [axis.place(value) for value in (-5, 5, 50)] == [0, 0.5, 1]
    assert Axis("flat", 1, 1).place(1) == 0


def test_drawings_have_what_they_show() -> None:
    x, y = Axis("x", 0, 1), Axis("y", 0, 1)
    assert lines([Line("a", [[0, 0], [1, 1]]), Line("b", [[0, 1]])], x, y).count("<polyline") == 2
    assert points([[0, 0]] * 3, [[1, 1]] * 2, x, y).count("<circle") == 5
    assert histogram([0.5, 0.5], [1.0, 0.0], x).count("h-honest") == 2
    assert isinstance(bars([], label="none"), Markup)
