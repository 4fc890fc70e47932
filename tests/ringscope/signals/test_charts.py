from __future__ import annotations

import math
from xml.etree import ElementTree

import pytest

from ringscope.signals.charts import Look, bars, histogram, lines
from ringscope.signals.scales import Scale, span

SVG = "{http://www.w3.org/2000/svg}"


def parsed(chart: str) -> ElementTree.Element:
    text = str(chart)
    svg = text[: text.index("</svg>") + 6].replace("<svg", f'<svg xmlns="{SVG[1:-1]}"', 1)
    return ElementTree.fromstring(svg)  # noqa: S314 - written by the line above


def test_a_line_goes_from_corner_to_corner() -> None:
    chart = parsed(lines({"a": ([0, 10], [0, 1])}, Look()))
    points = chart.find(f"{SVG}polyline")
    assert points is not None
    first, last = (tuple(map(float, p.split(","))) for p in points.get("points", "").split())
    assert first[0] < last[0]
    assert first[1] > last[1]


def test_text_from_data_is_escaped() -> None:
    evil = '<script>alert("x")</script>'
    for chart in (
        bars({evil: [1.0]}, [evil, "b"]),
        lines({evil: ([0], [1]), "b": ([1], [2])}, Look(x=evil, marks={evil: 0.5})),
        histogram({evil: [1, 2, 3], "b": [1]}, Look()),
    ):
        assert "<script" not in chart


def test_windows_and_marks_stay_on_the_paper() -> None:
    look = Look(windows=[(-5, 2), (8, 99)], marks={"here": 5})
    chart = parsed(lines({"a": (range(11), range(11))}, look))
    for window in chart.findall(f"{SVG}rect"):
        assert float(window.get("x", "nan")) >= 56
        assert float(window.get("x", "nan")) + float(window.get("width", "nan")) <= 640


@pytest.mark.parametrize("values", [[], [math.nan], [3.0], [0.0, 0.0], [-1.0, 5.0]])
def test_odd_values_make_a_chart(values: list[float]) -> None:
    assert "<svg" in histogram({"a": values}, Look())
    assert "<svg" in histogram({"a": values}, Look(log_x=True, log_y=True))
    assert "<svg" in bars({"a": [0.0]}, ["n"])


def test_ticks_are_round_and_inside() -> None:
    assert [words for _, words in Scale(0, 10, 0, 100).ticks()] == ["0", "2", "4", "6", "8", "10"]
    assert [words for _, words in Scale(1, 1_000, 0, 1, log=True).ticks()] == [
        "1", "10", "100", "1k",
    ]  # fmt: skip
    days = Scale(1_551_484_800, 1_551_484_800 + 4 * 86_400, 0, 1, dates=True)
    assert [words for _, words in days.ticks()] == ["2 Mar", "3 Mar", "4 Mar", "5 Mar", "6 Mar"]
    assert span([5.0, 7.0], log=True) == (1.0, 10.0)
