"""The walk from tonight's top ring to a decision: what the Browser guide is made of."""

from __future__ import annotations

from dataclasses import dataclass

from ..queries import get
from .links import filled


@dataclass(frozen=True)
class Step:
    """One page of the guide.

    Attributes
    ----------
    title, words
        What to do, and why.
    questions
        Ids of the questions that it asks.
    commands
        What the reader types in a terminal.
    """

    title: str
    words: str
    questions: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()


STEPS = (
    Step(
        "Choose a ring",
        "Begin with what is new tonight; without a nightly store, with the rings of highest risk. "
        "Red accounts are those of high risk, blue ones may be honest, grey things are hubs that "
        "say nothing.",
        ("triage-new-rings", "triage-top-rings", "triage-picture"),
    ),
    Step(
        "See the ring",
        "The ring in the middle, its members around it, and what they share at the outside. The "
        "number at an identifier is how many accounts use it in all: small numbers are evidence.",
        ("ring-picture",),
    ),
    Step(
        "Read the evidence",
        "Who is in it, and what ties them? Compare members with accounts in the second answer: if "
        "nearly all users of an identifier are members, it belongs to the ring.",
        ("ring-members", "ring-evidence", "ring-timeline"),
    ),
    Step(
        "Rule out the innocent explanation",
        "A household, an office, a class or a carrier leaves traces too. Look for honest labels, "
        "for members tied by one thing only, and for members whose tie is weak.",
        ("ring-held-by", "ring-weakest-members", "quality-honest-in-rings"),
    ),
    Step(
        "Take the strongest identifier away",
        "If the ring falls to pieces without one identifier, everything depends on whether that "
        "one is innocent. If it stays whole, no single mistake made it.",
        ("ring-without-identifier", "identifier-picture"),
    ),
    Step(
        "Look around it",
        "Who is linked to it but not in it, and which other rings share its things?",
        ("ring-neighbours", "ring-overlaps"),
    ),
    Step(
        "Look at one account",
        "Before acting on a person, look at the person: its surroundings, its timeline, its way to "
        "known spam.",
        ("account-picture", "account-why", "account-timeline", "account-path-to-spam"),
    ),
    Step(
        "Decide",
        "Write down what you decided and why, in a terminal; the next night obeys. A decision on "
        "one identifier (a shared place) is better than one on many people.",
        ("feedback-verdicts",),
        (
            'ringscope verdict confirm {ring_id} --why "one device, one wording"',
            'ringscope verdict reject {ring_id} --why "a household"',
        ),
    ),
)


def runnable(name: str) -> str:
    """A question as a page of the guide runs it: keys as parameters, defaults in their place."""
    query = get(name)
    defaults = {p.name: p.default for p in query.parameters if p.default is not None}
    return filled(query.cypher.strip(), defaults)


def keys() -> tuple[str, ...]:
    """Parameters that the reader sets once for the whole guide, such as the ring."""
    names = [name for step in STEPS for name in step.questions]
    return tuple(
        dict.fromkeys(p.name for name in names for p in get(name).parameters if p.default is None)
    )
