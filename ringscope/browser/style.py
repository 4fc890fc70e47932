"""How the Browser draws the graph: colours by label, captions by property.

The Browser takes colours from labels alone; without a style sheet a node may look like any other
that shares a label with it. The style makes risk and hubs stand out, tells suspected rings from
rings, shows the role on the arrow to the ring and gives each kind of identifier its colour.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from graph.kinds import kinds

Rules = dict[str, dict[str, str]]

_LIGHT, _DARK = "#FFFFFF", "#1F2430"
_OTHER_KIND = ("#B8C4CE", "#8D9BA8", _DARK)
# Fill, border and text of a label. Red is kept for risk; rings are dark, identifiers calm.
_COLOURS: Mapping[str, tuple[str, str, str]] = {
    "Device": ("#7FC8A9", "#4E9E7C", _DARK),
    "IP": ("#9CC4E4", "#5F96C2", _DARK),
    "Subnet": ("#C5DCEC", "#8FB4CF", _DARK),
    "Email": ("#F2C86B", "#CF9F34", _DARK),
    "EmailDomain": ("#F7E0A8", "#D6B964", _DARK),
    "Phone": ("#D9B8E3", "#AE82BE", _DARK),
    "Instrument": ("#F4A97C", "#CC7A48", _DARK),
    "Template": ("#B5C77A", "#889C47", _DARK),
    "SignupBurst": ("#E3B7A0", "#B98567", _DARK),
    "EngagementWave": ("#9AD4D6", "#5BA3A6", _DARK),
    "CotimedActions": ("#A9B8E8", "#6F82C4", _DARK),
}


def rules() -> Rules:
    """Return the style as rules by selector; a later rule wins over an earlier one."""
    labels = [kind.label for kind in kinds().values()]
    return {
        "node": {
            "diameter": "72px",
            **_colours(_OTHER_KIND),
            "border-width": "2px",
            "font-size": "10px",
            "caption": "{name}",
        },
        "relationship": {
            "color": "#A9B4BF",
            "shaft-width": "1px",
            "font-size": "8px",
            "padding": "3px",
            "text-color-external": _DARK,
            "text-color-internal": _LIGHT,
            "caption": "<type>",
        },
        **{
            f"node.{label}": _colours(_COLOURS.get(label, _OTHER_KIND))
            for label in (*labels, "Subnet")
        },
        **{
            f"relationship.{kind.relationship}": {"caption": kind.name.replace("_", " ")}
            for kind in kinds().values()
        },
        "node.Account": _colours(("#5B8DB8", "#3A6A94", _LIGHT)),
        "node.ACTION_MONITOR": _colours(("#E3A3A3", "#C77B7B", _DARK)),
        "node.HighRisk": _colours(("#D64545", "#A32A2A", _LIGHT), "76px"),
        "node.ACTION_BLOCK": _colours(("#A81E2E", "#7A0F1C", _LIGHT), "80px"),
        "node.Hub": _colours(("#8A8F98", "#5D626B", _LIGHT), "90px"),
        "node.Ring": _colours(("#3E3A63", "#232042", _LIGHT), "90px"),
        "node.PossibleRing": _colours(("#7E79A8", "#57528A", _LIGHT), "90px"),
        "node.RejectedRing": _colours(("#B9BDC6", "#8D929C", _DARK), "80px"),
        # The Browser draws every link between accounts that it shows: many, so they stay pale.
        "relationship.LINKED": {"color": "#CFD6DD", "caption": "{kinds}"},
        "relationship.MEMBER_OF": {"color": "#3E3A63", "shaft-width": "2px", "caption": "{role}"},
        "relationship.DECIDED": {"color": "#2E8B57", "shaft-width": "3px", "caption": "{verdict}"},
    }


def grass() -> str:
    """Return the style as a GraSS sheet, the form that `:style` takes from a file."""
    return "\n".join(f"{selector} {{\n{_lines(rule)}}}\n" for selector, rule in rules().items())


def style_command() -> str:
    """Return the command that sets the style, without its colon.

    It is one line without a semicolon, so it can be the value of `browser.post_connect_cmd` in
    `neo4j.conf`: then everybody who opens the Browser sees the colours with no set-up.
    """
    return f"style {json.dumps(rules(), separators=(',', ':'))}"


def _colours(colours: tuple[str, str, str], diameter: str = "") -> dict[str, str]:
    fill, border, text = colours
    rule = {"color": fill, "border-color": border, "text-color-internal": text}
    return {**rule, "diameter": diameter} if diameter else rule


def _lines(rule: Mapping[str, str]) -> str:
    quoted = {name: f"'{value}'" if name == "caption" else value for name, value in rule.items()}
    return "".join(f"  {name}: {value};\n" for name, value in quoted.items())
