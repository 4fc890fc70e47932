"""Write the tables of docs/evaluation.md from the figures that the benchmarks left in docs/figures.

Each table stands between `<!-- name -->` and `<!-- end -->`; the words around them are kept.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from markupsafe import Markup

from ringscope.train.charts import Axis, Line, lines

DOCS = Path(__file__).parent
FIGURES = {
    "average_precision": "AP", "ring_f1": "ring F1", "rings_found": "rings found",
    "innocents_per_1000": "innocents", "calibration_error": "calibration error",
}  # fmt: skip
ATTACKED = {
    "members_placed": "members in rings", "ring_f1": "ring F1", "average_precision": "AP",
    "innocents_per_1000": "innocents",
}  # fmt: skip
LOST = {"average_precision": "AP", "ring_f1": "ring F1", "rings_found": "rings found"}
TEAMS = (5, 10, 20, 50)
STYLE = (
    "text{font:11px sans-serif;fill:#566173}.end{text-anchor:end}.mid{text-anchor:middle}"
    ".grid{stroke:#dde2e9}.rule{stroke:#7a8290;stroke-dasharray:4 4;fill:none}"
    ".line{fill:none;stroke-width:2}.s0{stroke:#0a7bbd}.s1{stroke:#d55e00}.s2{stroke:#0f9d75}"
)
COLOURS = ("#0a7bbd", "#d55e00", "#0f9d75")
NOT_YET = "Not measured yet."

Content = dict[str, Any]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    body = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(["| " + " | ".join(head) + " |", "|" + " --- |" * len(head), *body])


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Mean and range."""
    return _three((fmean(values), min(values), max(values)), digits)


def runs_of(content: Content) -> dict[str, list[Content]]:
    """Results by world, the baseline left out."""
    found: dict[str, list[Content]] = defaultdict(list)
    for name, figures in content["results"].items():
        world, _, what = name.rpartition(", ")
        if what != "naive":
            found[world].append(figures)
    return dict(found)


def is_demo(world: str) -> bool:
    """Whether a world is one of the demo's."""
    return world.startswith("seed ")


def worlds(content: Content) -> str:
    """Figures per world, and demo worlds beside the others."""
    runs = runs_of(content)
    digits = {"innocents_per_1000": 1, "calibration_error": 3}

    def cells(values: list[Content]) -> list[str]:
        return [spread([one[name] for one in values], digits.get(name, 2)) for name in FIGURES]

    rows = [[world, str(len(found)), *cells(found)] for world, found in runs.items()]
    for title, demo in (("all others' worlds", False), ("all demo worlds", True)):
        inside = [found for world, found in runs.items() if is_demo(world) == demo]
        means = [{n: fmean(one[n] for one in found) for n in FIGURES} for found in inside]
        if len(means) > 1:
            rows.append([f"**{title}**", str(len(means)), *cells(means)])
    return table(["world", "runs", *FIGURES.values()], rows)


def review(content: Content) -> str:
    """Share of guilty rings among those that a team reviews in a day, and rings found by it."""
    rows = []
    for world, found in runs_of(content).items():
        by_team = [{rings: rest for rings, *rest in one["review"]} for one in found]
        cells = []
        for team in TEAMS:
            guilty = [one[team][0] for one in by_team if team in one]
            rings = [one[team][1] for one in by_team if team in one]
            cells.append(f"{fmean(guilty):.2f}, {fmean(rings):.0f}" if guilty else "–")
        rows.append([world, *cells])
    return table(["world", *(f"{team} a day" for team in TEAMS)], rows)


def by_kind(content: Content) -> str:
    """Share of true rings found, by kind, in demo worlds and others."""
    counts: dict[tuple[str, bool], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for world, found in runs_of(content).items():
        for one in found:
            for kind, (rings, share) in one["by_kind"].items():
                both = counts[kind, is_demo(world)]
                both[0] += rings / len(found)
                both[1] += rings * share / len(found)
    kinds = sorted({kind for kind, _ in counts})
    rows = []
    for kind in kinds:
        pairs = [counts.get((kind, demo), [0.0, 0.0]) for demo in (False, True)]
        cells = [f"{hits / rings:.2f} of {rings:.0f}" if rings else "–" for rings, hits in pairs]
        rows.append([kind.replace("_", " "), *cells])
    return table(["ring kind", "others' worlds", "demo worlds"], rows)


def missed(content: Content) -> str:
    """What became of the rings that were not found, with an example each."""
    counts: dict[str, float] = defaultdict(float)
    examples: dict[str, str] = {}
    for world, found in runs_of(content).items():
        for one in found:
            for outcome, (rings, says) in one["missed"].items():
                counts[outcome] += rings / len(found)
                examples.setdefault(outcome, f"{world}: {says}")
    ordered = sorted(counts, key=lambda outcome: -counts[outcome])
    rows = [[name, f"{counts[name]:.0f}", examples[name]] for name in ordered]
    return table(["outcome", "rings", "an example"], rows)


def harmed(content: Content) -> str:
    """Honest accounts in a ring, by what they truly are, per 1,000 of them."""
    counts: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for found in runs_of(content).values():
        for one in found:
            for kind, pair in one["harmed"].items():
                for place, value in enumerate(pair):
                    counts[kind][place] += value / len(found)
    worst = sorted(counts, key=lambda kind: -counts[kind][1] / counts[kind][0])
    rows = [
        [kind.replace("_", " "), f"{counts[kind][0]:,.0f}", f"{counts[kind][1]:.1f}",
         f"{1000 * counts[kind][1] / counts[kind][0]:.1f}"]
        for kind in worst
        if counts[kind][1]
    ]  # fmt: skip
    return table(["truly", "accounts", "in a ring", "per 1,000"], rows)


def calibration(content: Content) -> str:
    """Risk beside the share of spam, over all worlds; drawn as well."""
    sums: dict[float, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for found in runs_of(content).values():
        for one in found:
            for start, accounts, risk, spam in one["calibration"]:
                for place, value in enumerate((accounts, accounts * risk, accounts * spam)):
                    sums[start][place] += value / len(found)
    points = [(r / n, s / n, n) for _, (n, r, s) in sorted(sums.items())]
    unit, share = Axis("risk", 0, 1), Axis("share of spam", 0, 1)
    line = Line("all worlds", [(risk, spam) for risk, spam, _ in points])
    draw("calibration", lines([line], unit, share, diagonal=True), ["share of spam by risk"])
    rows = [[f"{risk:.2f}", f"{spam:.2f}", f"{accounts:,.0f}"] for risk, spam, accounts in points]
    drawn = "![share of spam by risk](images/calibration.svg)\n\n"
    return drawn + table(["mean risk", "share of spam", "accounts"], rows)


def evasion(content: Content) -> str:
    """Figures before and after each attack; rotation is drawn as well."""
    found = content["table"]
    points: dict[str, list[tuple[float, float]]] = {name: [] for name in list(ATTACKED)[:3]}
    for attack, figures in found.items():
        share = re.fullmatch(r"rotation (\d+)%", attack)
        if share or attack == "before":
            for name, line in points.items():
                line.append((float(share[1]) / 100 if share else 0.0, figures[name][0]))
    series = [Line(ATTACKED[name], sorted(line)) for name, line in points.items()]
    axes = Axis("share of identifiers used only once", 0, 0.8), Axis("figure", 0, 1)
    draw("rotation", lines(series, *axes), [line.name for line in series])
    return "![figures by rotation](images/rotation.svg)\n\n" + variants(content, "attack")


def variants(content: Content, what: str = "labels") -> str:
    """Figures before and after each change, and whether the mark was held in every world."""
    mark, rows = content["mark"], []
    for change, figures in content["table"].items():
        cells = [_three(figures[name], 1 if "innocents" in name else 2) for name in ATTACKED]
        rows.append(
            [change, *cells, "**no**" if figures["innocents_per_1000"][2] > mark else "yes"]
        )
    return table([what, *ATTACKED.values(), f"at most {mark:.0f}"], rows)


def ablation(content: Content) -> str:
    """What is lost without each ingredient, greatest loss of the mean of AP and ring F1 first."""
    found = {name: one for name, one in content["table"].items() if one["part"]}

    def loss(name: str) -> float:
        lost = found[name]["lost"]
        return -float(lost["average_precision"][0] + lost["ring_f1"][0])

    rows = [
        [name, found[name]["part"], *(_three(found[name]["lost"][one], 3) for one in LOST),
         _three(found[name]["figures"]["innocents_per_1000"], 1)]
        for name in sorted(found, key=loss)
    ]  # fmt: skip
    (whole,) = (one["figures"] for one in content["table"].values() if not one["part"])
    cells = [_three(whole[name], 3) for name in LOST]
    rows.insert(0, ["**nothing: the figures**", "", *cells, _three(whole["innocents_per_1000"], 1)])
    return table(
        ["switched off", "part of", *(f"{w} lost" for w in LOST.values()), "innocents"], rows
    )


def chance(content: Content) -> str:
    """Candidates on worlds without any ring, by whom a run suspects."""
    rows = [
        [way.replace("-", " "), str(one["runs"]), f"{one['median']:.1f}", f"{one['highest']:.1f}",
         f"{one['share_above']:.1%}", "yes" if one["share_above"] <= content["mark"] else "**no**"]
        for way, one in content["table"].items()
    ]  # fmt: skip
    mark = f"at most {content['mark']:.0%}"
    return table(["suspected", "runs", "median", "highest", "runs at 6 or more", mark], rows)


def sms(content: Content) -> str:
    """The largest templates of real texts."""
    rows = (
        [_literal(one["example"]), *(str(one[n]) for n in ("messages", "senders")), _share(one)]
        for one in content["largest"]
    )
    return table(["a text of the template", "messages", "senders", "of spam"], rows)


TABLES: dict[str, tuple[str, Callable[[Content], str]]] = {
    "worlds": ("worlds", worlds), "review": ("worlds", review), "by kind": ("worlds", by_kind),
    "missed": ("worlds", missed), "harmed": ("worlds", harmed),
    "calibration": ("worlds", calibration), "labels": ("labels", variants),
    "labels small": ("labels-small", variants), "evasion": ("evasion", evasion),
    "ablation": ("ablation", ablation), "ablation large": ("ablation-large", ablation),
    "ablation later": ("ablation-later", ablation),
    "ablation latest": ("ablation-latest", ablation), "chance": ("chance", chance),
    "sms": ("sms", sms),
}  # fmt: skip
"""Name of a table: the file of figures, and what makes the table of it."""


def draw(name: str, picture: Markup, names: Sequence[str]) -> None:
    """Write a picture that stands by itself, with its names in its corner."""
    svg = str(picture).partition("<p class")[0]
    legend = "".join(
        f'<text x="60" y="{24 + 14 * number}" style="fill:{COLOURS[number]}">{text}</text>'
        for number, text in enumerate(names)
    )
    svg = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" width="640" ', 1)
    svg = svg.replace(">", f"><style>{STYLE}</style>", 1).replace("</svg>", f"{legend}</svg>")
    path = DOCS / "images" / f"{name}.svg"
    path.write_text(svg + "\n", "utf-8")


def _literal(text: str) -> str:
    """Somebody's text as code, in which Markdown finds nothing to do."""
    return "`" + text.replace("`", "'").replace("|", "¦") + "`"


def _share(one: Content) -> str:
    return f"{one['spam']:.0%}"


def _three(figures: Sequence[float], digits: int) -> str:
    mean, low, high = figures
    text = f"{mean:.{digits}f}"
    return text if low == high else f"{text} ({low:.{digits}f} to {high:.{digits}f})"


def main() -> None:
    """Write each table into its place."""
    page = DOCS / "evaluation.md"
    text = page.read_text("utf-8")
    for name, (file, make) in TABLES.items():
        path = DOCS / "figures" / f"{file}.json"
        content = json.loads(path.read_text("utf-8")) if path.is_file() else {}
        made = make(content) if content.get("about") else NOT_YET
        start, end = f"<!-- {name} -->\n", "<!-- end -->"
        before, _, after = text.partition(start)
        text = f"{before}{start}\n{made}\n\n{end}{after.partition(end)[2]}"
    page.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
