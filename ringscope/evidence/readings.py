"""What a reading means, and what tells it from the innocent reading beside it."""

from __future__ import annotations

from dataclasses import dataclass

from graph import NONE_FITS

MEANINGS = {
    "alias mailboxes": "one person signs up again and again with spellings of a few mailboxes",
    "catch-all mail domain": "one owner of a mail domain makes up a new address per account",
    "re-used phone numbers": "the same few numbers confirm account after account",
    "shared payment instruments": "the same cards or wallets pay for many accounts",
    "device farm": "a few devices are used to run many accounts",
    "sign-up burst": "accounts were made in one go, from one network",
    "proxies with one message kit": "addresses are rented and the same texts are sent over them",
    "template wave": "the same unlikely words are sent from many accounts",
    "engagement from one supplier": "their views and likes are delivered by the same jobs",
    "accounts that act together": "one hand or one program moves them all to the same things",
    "shared addresses": "accounts go out through the same addresses at the same times",
    "chain of single shared identifiers": "identifiers are rotated: each joins only a few accounts",
    "related accounts": "accounts hang together by relations that the input states",
}
"""Reading -> what would have happened if it is right."""

CHECKS = {
    "household": "Do the members write to each other's contacts, at hours of one family, with "
    "texts of their own? Then it is a home.",
    "family with one card": "Are the accounts of different age and habit, with texts of their own, "
    "and only the card in common? Then it is a family.",
    "agency or office on its own machines": "Do the accounts work in office hours, from one place, "
    "for different customers? Ask whether the address belongs to a known firm.",
    "school or cafe with shared machines": "Do the accounts also have devices of their own "
    "elsewhere, and different texts? Then the machine stands in a public place.",
    "course that signed up together": "Did they sign up within an hour and then go different ways, "
    "with different texts and devices? Then a teacher or an event brought them.",
    "office, campus or carrier address": "Do they share the address and nothing else? Look up who "
    "owns it; if it is a carrier or campus, allow or cap it in the hub policy.",
    "message text that people copy": "Is the text a joke, a greeting or a form that anybody could "
    "copy, sent by accounts that share nothing else?",
    "following that one event moves": "Did all accounts of their field rise at these hours, by as "
    "much as each is followed? Then a broadcast or a match moved them.",
    "people who do things together": "Do they work, play or learn together at those hours, "
    "and write and pay each for themselves? Then a team, a class or an event brought them there.",
    "second-hand devices or addresses": "Did one account stop before the next one began on the "
    "device or address? Then it was sold or handed on.",
}
"""Innocent reading -> what to look at in order to rule it out."""


@dataclass(frozen=True)
class Readings:
    """The plainest explanation of a ring and the best innocent one, side by side.

    Attributes
    ----------
    reading, meaning
        Name, and what would have happened if it is right.
    innocent, check
        Name and how to rule it out; both blank where nothing innocent fits.
    """

    reading: str
    meaning: str
    innocent: str
    check: str

    def sentences(self) -> tuple[str, ...]:
        """Both readings in words."""
        plain = f"Plainest reading: {self.reading}"
        first = f"{plain}, that is, {self.meaning}." if self.meaning else f"{plain}."
        if not self.innocent:
            return first, "No innocent reading that ringscope knows fits what they share."
        rule = f" {self.check}" if self.check else ""
        return first, f"Innocent reading to rule out first: {self.innocent}.{rule}"


def readings(reading: str | None, innocent: str | None) -> Readings:
    """Explain the two readings of a ring; names that are not known are passed on as they are."""
    plain = reading or "no plain reading"
    other = "" if innocent in (None, NONE_FITS) else str(innocent)
    return Readings(plain, MEANINGS.get(plain, ""), other, CHECKS.get(other, ""))
