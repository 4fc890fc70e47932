"""How each kind of identifier looks: a colour and a shape, the same in tables and drawings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """Colour and shape of a kind.

    Attributes
    ----------
    colour
        CSS colour that reads on light and on dark ground.
    shape
        Node shape in cytoscape.js.
    points
        The same shape as points of an SVG polygon in a 16 x 16 box.
    """

    colour: str
    shape: str
    points: str


# Colours after Okabe and Ito's set for colour-blind readers; shapes differ as well.
LOOKS: dict[str, Look] = {
    "device": Look("#0a7bbd", "rectangle", "2,2 14,2 14,14 2,14"),
    "ip": Look("#0f9d75", "diamond", "8,1 15,8 8,15 1,8"),
    "subnet": Look("#4aa3d8", "hexagon", "4,2 12,2 16,8 12,14 4,14 0,8"),
    "email": Look("#c4649a", "triangle", "8,1 15,14 1,14"),
    "email_domain": Look("#9b59b6", "pentagon", "8,1 15,6 12,15 4,15 1,6"),
    "phone": Look("#d08c00", "star", "8,0 10,6 16,6 11,10 13,16 8,12 3,16 5,10 0,6 6,6"),
    "instrument": Look("#d55e00", "rhomboid", "0,3 11,3 16,13 5,13"),
    "template": Look("#8a7a1f", "octagon", "5,1 11,1 15,5 15,11 11,15 5,15 1,11 1,5"),
    "burst": Look("#7a8290", "vee", "0,2 8,6 16,2 8,15"),
}
OTHER = Look("#7a8290", "tag", "1,3 11,3 15,8 11,13 1,13")


def look(kind: str) -> Look:
    """The look of a kind; kinds without their own share one."""
    return LOOKS.get(kind, OTHER)
