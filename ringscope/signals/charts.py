"""Charts as SVG that follows the colours of its page: lines, bars, histograms, dots.

Text from the data is escaped. Colours are classes (`c0` to `c7`) of the page's style sheet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from markupsafe import Markup

from ..safetext import visible
from .scales import Scale, span

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 56, 14, 12, 36
BAR, LABEL = 22, 190
LEAST = 0.7
Points = tuple[Sequence[float], Sequence[float]]


@dataclass(frozen=True)
class Look:
    """What all charts with two axes have in common.

    Attributes
    ----------
    x, y
        Words under and beside the axes.
    log_x, log_y, dates
        Logarithmic axes; x in seconds since 1970.
    marks
        Values of x that get a vertical line, by their words.
    windows
        Ranges of x that are shaded.
    square
        Both axes from 0 to 1, as wide as high.
    """

    x: str = ""
    y: str = ""
    log_x: bool = False
    log_y: bool = False
    dates: bool = False
    marks: Mapping[str, float] = field(default_factory=dict)
    windows: Sequence[tuple[float, float]] = ()
    square: bool = False


def lines(series: Mapping[str, Points], look: Look, *, dots: bool = False) -> Markup:
    """Lines (or dots) over common axes, with a legend where there is more than one."""
    xs = [float(v) for x, _ in series.values() for v in x]
    ys = [float(v) for _, y in series.values() for v in y]
    across, up = _scales(look, xs + list(look.marks.values()), ys, zero=not look.log_y)
    drawn = [
        _dots(x, y, across, up, number) if dots else _line(x, y, across, up, number)
        for number, (x, y) in enumerate(series.values())
    ]
    return _frame(Markup().join(drawn), across, up, look, list(series))


def histogram(
    groups: Mapping[str, Sequence[float]], look: Look, *, bins: int = 40, share: bool = False
) -> Markup:
    """Steps of how many values fall where; `share` scales each group to a sum of 1."""
    values = [np.asarray(v, dtype=float) for v in groups.values()]
    kept = [v[np.isfinite(v) & ((v > 0) | (not look.log_x))] for v in values]
    low, high = span(np.concatenate(kept).tolist() if kept else [], log=look.log_x)
    edges = np.geomspace(low, high, bins + 1) if look.log_x else np.linspace(low, high, bins + 1)
    edges[0], edges[-1] = low, high
    counts = [np.histogram(v, edges)[0] / (max(len(v), 1) if share else 1) for v in kept]
    x = np.repeat(edges, 2)[1:-1].tolist()
    heights = [np.repeat(c, 2).tolist() for c in counts]
    across, up = _scales(look, [low, high], [v for h in heights for v in h], zero=not look.log_y)
    if look.log_y:
        up = replace(up, low=LEAST)  # a bar of 1 is seen
    floor = up.low
    drawn = [
        _area(x, [max(v, floor) for v in h], across, up, number) for number, h in enumerate(heights)
    ]
    return _frame(Markup().join(drawn), across, up, look, list(groups))


def bars(
    rows: Mapping[str, Sequence[float]], names: Sequence[str], form: str = "{:,.0f}"
) -> Markup:
    """Horizontal bars: one row per label with a bar per name."""
    greatest = max((v for row in rows.values() for v in row), default=0.0) or 1.0
    each = BAR * len(names) + 8
    room = WIDTH - LABEL - 90
    parts = []
    for place, (label, values) in enumerate(rows.items()):
        top = place * each + 4
        middle = top + BAR * len(names) / 2 + 4
        parts.append(_text(LABEL - 8, middle, label, "end"))
        for number, value in enumerate(values):
            y, length = top + number * BAR, round(room * value / greatest, 1)
            parts.append(
                Markup('<rect class="c{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>').format(
                    number, LABEL, y + 2, max(length, 0.5), BAR - 4
                )
            )
            parts.append(_text(LABEL + length + 6, y + BAR / 2 + 4, form.format(value), "start"))
    return _svg(Markup().join(parts), WIDTH, len(rows) * each + 8) + _legend(names)


def _scales(
    look: Look, xs: Sequence[float], ys: Sequence[float], *, zero: bool
) -> tuple[Scale, Scale]:
    width = HEIGHT + LEFT if look.square else WIDTH
    if look.square:
        return Scale(0, 1, LEFT, width - RIGHT), Scale(0, 1, HEIGHT - BOTTOM, TOP)
    across = Scale(*span(list(xs), log=look.log_x), LEFT, width - RIGHT, look.log_x, look.dates)
    low, high = span(list(ys), log=look.log_y, zero=zero and min(ys, default=0.0) >= 0)
    room = 1.0 if look.log_y or high <= 0 else 1.04
    return across, Scale(low, high * room, HEIGHT - BOTTOM, TOP, look.log_y)


def _frame(inner: Markup, across: Scale, up: Scale, look: Look, names: list[str]) -> Markup:
    """Axes, windows, marks and the legend around what is drawn."""
    parts = []
    for begin, end in look.windows:
        begin, end = (min(max(v, across.low), across.high) for v in (begin, end))
        parts.append(
            Markup('<rect class="window" x="{}" y="{}" width="{}" height="{}"/>').format(
                across(begin), TOP, max(across(end) - across(begin), 2), up.start - TOP
            )
        )
    for value, words in up.ticks(4):
        parts.append(_rule(across.start, up(value), across.end, up(value), "grid"))
        parts.append(_text(LEFT - 6, up(value) + 4, words, "end"))
    for value, words in across.ticks(4 if look.square else 6):
        parts.append(_text(across(value), up.start + 16, words, "middle"))
    parts.append(_rule(across.start, up.start, across.end, up.start, "axis"))
    parts.append(inner)
    for words, value in look.marks.items():
        parts.append(_rule(across(value), TOP, across(value), up.start, "mark"))
        late = across(value) > across.start + 0.85 * (across.end - across.start)
        place, anchor = (across(value) - 4, "end") if late else (across(value) + 4, "start")
        parts.append(_text(place, TOP + 10, words, anchor, "note"))
    parts.append(_text((across.start + across.end) / 2, up.start + 32, look.x, "middle", "name"))
    parts.append(_text(LEFT + 2, TOP - 2, look.y, "start", "name"))
    kind = "square" if look.square else ""
    return _svg(Markup().join(parts), across.end + RIGHT, HEIGHT, kind) + _legend(names)


def _line(x: Sequence[float], y: Sequence[float], across: Scale, up: Scale, number: int) -> Markup:
    points = " ".join(f"{across(a)},{up(b)}" for a, b in zip(x, y, strict=True))
    return Markup('<polyline class="l{}" points="{}"/>').format(number, points)


def _area(x: Sequence[float], y: Sequence[float], across: Scale, up: Scale, number: int) -> Markup:
    points = " ".join(f"{across(a)},{up(b)}" for a, b in zip(x, y, strict=True))
    ends = f"{across(x[-1])},{up.start} {across(x[0])},{up.start}"
    return Markup('<polygon class="a{}" points="{} {}"/>').format(number, points, ends)


def _dots(x: Sequence[float], y: Sequence[float], across: Scale, up: Scale, number: int) -> Markup:
    return Markup().join(
        Markup('<circle class="d{}" cx="{}" cy="{}" r="2"/>').format(number, across(a), up(b))
        for a, b in zip(x, y, strict=True)
    )


def _rule(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(kind, x1, y1, x2, y2)


def _text(x: float, y: float, words: str, anchor: str, kind: str = "") -> Markup:
    return Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>').format(
        kind, round(x, 1), round(y, 1), anchor, visible(words)
    )


def _svg(inner: Markup, width: float, height: float, kind: str = "") -> Markup:
    return Markup('<svg class="{}" viewBox="0 0 {} {}" role="img">{}</svg>').format(
        kind, round(width), round(height), inner
    )


def _legend(names: Sequence[str]) -> Markup:
    if len(names) < 2:
        return Markup()
    items = Markup().join(
        Markup('<span><i class="k{}"></i>{}</span>').format(number, visible(name))
        for number, name in enumerate(names)
    )
    return Markup('<p class="legend">{}</p>').format(items)
