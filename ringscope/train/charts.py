"""Pictures as SVG text: bars, lines, histograms and points, in the colours of the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

WIDTH, HEIGHT = 420.0, 260.0
LEFT, BOTTOM, TOP, RIGHT = 48.0, 36.0, 10.0, 10.0
BAR, LABEL, NUMBER = 18.0, 190.0, 70.0


class Axis(NamedTuple):
    """A linear axis with its name: from value `low` to value `high`."""

    name: str
    low: float
    high: float

    def place(self, value: float) -> float:
        """Where a value lies, 0 at the low end and 1 at the high end, cut to the axis."""
        span = (self.high - self.low) or 1.0
        return min(max((value - self.low) / span, 0.0), 1.0)

    def ticks(self) -> list[tuple[float, str]]:
        """Five values with their text."""
        values = [self.low + (self.high - self.low) * i / 4 for i in range(5)]
        return [(value, short(value)) for value in values]


class Line(NamedTuple):
    """A named line through points (x, y)."""

    name: str
    points: Sequence[Sequence[float]]


def short(value: float) -> str:
    """Return a number in few characters."""
    size = abs(value)
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if size >= limit:
            return f"{value / (1e3 if unit == 'k' else limit):.3g}{unit}"
    return f"{value:.3g}"


def bars(items: Sequence[tuple[str, float, str]], *, label: str) -> Markup:
    """Horizontal bars, one per (name, value of at least 0, text beside the bar)."""
    most = max((value for _, value, _ in items), default=0.0) or 1.0
    room = WIDTH - LABEL - NUMBER
    rows = []
    for i, (name, value, text) in enumerate(items):
        y = i * BAR
        rows.append(
            Markup(
                '<text x="{}" y="{}" class="end">{}</text>'
                '<rect x="{}" y="{}" width="{:.1f}" height="{}" class="bar"/>'
                '<text x="{:.1f}" y="{}" class="soft">{}</text>'
            ).format(
                LABEL - 8, y + 13, _cut(name, 30), LABEL, y + 3, room * value / most, BAR - 6,
                LABEL + room * value / most + 6, y + 13, text,
            )
        )  # fmt: skip
    return _svg(Markup("").join(rows), WIDTH, max(len(items), 1) * BAR, label)


def lines(series: Sequence[Line], x: Axis, y: Axis, *, diagonal: bool = False) -> Markup:
    """Lines over two axes; names stand in the legend below."""
    parts = [_frame(x, y)]
    if diagonal:
        parts.append(_path([(x.low, y.low), (x.high, y.high)], x, y, "rule"))
    for number, line in enumerate(series):
        parts.append(_path(line.points, x, y, f"line s{number % 6}"))
    chart = _svg(Markup("").join(parts), WIDTH, HEIGHT, f"{y.name} over {x.name}")
    keys = Markup("").join(
        Markup('<span class="key"><i class="k{}"></i>{}</span>').format(number % 6, line.name)
        for number, line in enumerate(series)
    )
    return chart + Markup('<p class="legend">{}</p>').format(keys) if len(series) > 1 else chart


def histogram(honest: Sequence[float], spam: Sequence[float], x: Axis) -> Markup:
    """Two histograms over the same bins: shares of honest (filled) and spam rows (outlined)."""
    most = max([*honest, *spam], default=0.0) or 1.0
    y = Axis("share of rows", 0.0, most)
    step = (WIDTH - LEFT - RIGHT) / max(len(honest), 1)
    parts = [_frame(x, y)]
    for kind, shares in (("honest", honest), ("spam", spam)):
        for i, share in enumerate(shares):
            tall = (HEIGHT - TOP - BOTTOM) * share / most
            parts.append(
                Markup(
                    '<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" class="h-{}"/>'
                ).format(LEFT + i * step, HEIGHT - BOTTOM - tall, max(step - 1, 1), tall, kind)
            )
    return _svg(Markup("").join(parts), WIDTH, HEIGHT, f"Distribution of {x.name}")


def points(
    honest: Sequence[Sequence[float]], spam: Sequence[Sequence[float]], x: Axis, y: Axis
) -> Markup:
    """Points of honest and of spam rows."""
    parts = [_frame(x, y)]
    for kind, places in (("honest", honest), ("spam", spam)):
        dots = Markup("").join(
            Markup('<circle cx="{:.1f}" cy="{:.1f}" r="1.8"/>').format(*_at(place, x, y))
            for place in places
        )
        parts.append(Markup('<g class="p-{}">{}</g>').format(kind, dots))
    return _svg(Markup("").join(parts), WIDTH, HEIGHT, f"{y.name} against {x.name}")


def _at(point: Sequence[float], x: Axis, y: Axis) -> tuple[float, float]:
    return (
        LEFT + (WIDTH - LEFT - RIGHT) * x.place(point[0]),
        HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * y.place(point[1]),
    )


def _path(places: Sequence[Sequence[float]], x: Axis, y: Axis, look: str) -> Markup:
    text = " ".join("{:.1f},{:.1f}".format(*_at(place, x, y)) for place in places)
    return Markup('<polyline points="{}" class="{}"/>').format(text, look)


def _frame(x: Axis, y: Axis) -> Markup:
    right, base = WIDTH - RIGHT, HEIGHT - BOTTOM
    parts = []
    for value, text in x.ticks():
        place = _at((value, y.low), x, y)[0]
        parts.append(
            Markup('<text x="{:.1f}" y="{}" class="tick mid">{}</text>').format(
                place, base + 14, text
            )
        )
    for value, text in y.ticks():
        place = _at((x.low, value), x, y)[1]
        parts.append(
            Markup(
                '<line x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}" class="grid"/>'
                '<text x="{}" y="{:.1f}" class="tick end">{}</text>'
            ).format(LEFT, right, place, place, LEFT - 5, place + 4, text)
        )
    parts.append(
        Markup('<text x="{:.1f}" y="{}" class="tick mid">{}</text>').format(
            (LEFT + right) / 2, HEIGHT - 5, x.name
        )
    )
    return Markup("").join(parts)


def _svg(inside: Markup, width: float, height: float, label: str) -> Markup:
    return Markup(
        '<svg viewBox="0 0 {:g} {:g}" role="img" aria-label="{}" class="chart">{}</svg>'
    ).format(width, height, label, inside)


def _cut(text: str, most: int) -> Markup:
    return escape(text if len(text) <= most else f"{text[: most - 1]}…")
