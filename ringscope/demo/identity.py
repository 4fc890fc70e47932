"""What accounts say of themselves: names, mail, phone, country."""

from __future__ import annotations

import numpy as np
import polars as pl

from . import names
from .clock import Ints
from .draft import Draft
from .wording import draw, either, join, pick, shaped

_ENDINGS = ("com", "net", "eu", "pl", "fr", "nl", "cz", "pt", "ie", "be", "ro", "shop")
_FIRM_PREFIX = {"student": "stud.", "school": "school-"}


def _digits(rng: np.random.Generator, count: int) -> pl.Series:
    """Zero to four digits, as people put them behind a name."""
    length = rng.choice(5, count, p=[0.12, 0.1, 0.4, 0.18, 0.2])
    number = pl.Series(rng.integers(0, 10**9, count) % 10**length).cast(pl.String)
    return number.set(pl.Series(length == 0), "")


def _handles(rng: np.random.Generator, clan: Ints) -> pl.Series:
    """Names as people form them from first name, surname, a nickname and digits."""
    count = len(clan)
    first = draw(rng, names.FIRST_NAMES, count)
    last = pick(names.SURNAMES, clan % len(names.SURNAMES))
    noun = draw(rng, names.NICK_SECOND, count)
    dot = draw(rng, ("", "", ".", "_"), count)
    style = rng.choice(5, count, p=[0.34, 0.2, 0.16, 0.18, 0.12])
    shapes = (
        join(first, dot, last),
        join(last, dot, first),
        join(first.str.head(1), last),
        join(draw(rng, names.NICK_FIRST, count), noun),
        join(first, dot, noun),
    )
    return join(shaped(style, shapes), _digits(rng, count))


def _firms(rng: np.random.Generator, sorts: list[str]) -> pl.Series:
    """Different domain names of firms, schools and people; `sorts` says what each belongs to."""
    count = len(sorts)
    room = len(names.FIRM_FIRST) * len(names.FIRM_SECOND) * len(_ENDINGS)
    pair, ending = np.divmod(rng.permutation(room)[:count], len(_ENDINGS))
    one, two = np.divmod(pair, len(names.FIRM_SECOND))
    return join(
        pl.Series([_FIRM_PREFIX.get(sort, "") for sort in sorts], dtype=pl.String),
        pick(names.FIRM_FIRST, one),
        draw(rng, ("", "", "", "-"), count),
        pick(names.FIRM_SECOND, two),
        ".",
        pick(_ENDINGS, ending),
    )


def _domains(rng: np.random.Generator, draft: Draft) -> pl.Series:
    """The mail domain of each account; people with none given use a provider or their own."""
    usual = draw(rng, list(names.PROVIDERS), draft.size, list(names.PROVIDERS.values()))
    throwaway = rng.random(draft.size) < np.where(draft.spam, 0.06, 0.022)
    usual = either(throwaway, draw(rng, names.DISPOSABLE, draft.size), usual)
    number = draft.domain.copy()
    own = np.flatnonzero((number < 0) & (rng.random(draft.size) < 0.025))
    number[own] = len(draft.own_domains) + np.arange(len(own))
    named = _firms(rng, [*draft.own_domains, *["person"] * len(own)])
    known = pl.Series(number).set(pl.Series(number < 0), None)
    return named.gather(known).zip_with(pl.Series(number >= 0), usual)


def emails(rng: np.random.Generator, draft: Draft) -> pl.Series:
    """Write mail addresses: aliases of one mailbox differ in a tag or in dots; some lack one."""
    owner = draft.mail_owner
    dotted = np.zeros(draft.size, dtype=np.bool_)
    dotted[owner[draft.alias == 2]] = True
    gmail = pl.Series(["gmail.com"]).new_from_index(0, draft.size)
    local = _handles(rng, draft.clan).gather(owner)
    domain = either(dotted, gmail, _domains(rng, draft)).gather(owner)
    fond = (rng.random(draft.size) < 0.045) & (draft.alias == 0)
    tag = join("+", draw(rng, names.TAGS, draft.size), _digits(rng, draft.size))
    local = either((draft.alias == 1) | fond, join(local, tag), local)
    loose = (domain == "gmail.com").to_numpy() & (rng.random(draft.size) < 0.06)
    rows = np.flatnonzero((draft.alias == 2) | loose)
    local = local.scatter(rows, [_dots(rng, text) for text in local.gather(rows)])
    local = either(rng.random(draft.size) < 0.03, local.str.to_uppercase(), local)
    return join(local, "@", domain).set(pl.Series(rng.random(draft.size) < 0.004), None)


def _dots(rng: np.random.Generator, local: str) -> str:
    """Put dots at one to three random places of a mailbox name."""
    plain = local.replace(".", "")
    cuts = rng.choice(np.arange(1, len(plain)), min(int(rng.integers(1, 4)), len(plain) - 1), False)
    return "".join(("." if k in cuts else "") + letter for k, letter in enumerate(plain))


def usernames(rng: np.random.Generator, draft: Draft) -> pl.Series:
    """Write the names that others see; half of the people do not use their surname."""
    clan = np.where(rng.random(draft.size) < 0.5, draft.clan, rng.integers(0, 999, draft.size))
    return _handles(rng, clan)


def countries(rng: np.random.Generator, draft: Draft) -> Ints:
    """Country number per account; a family stays in one, groups and rings mostly do."""
    home = draft.clan % len(names.COUNTRIES)
    together = np.where(draft.group >= 0, draft.group, draft.ring + 7919) % len(names.COUNTRIES)
    alone = (draft.group < 0) & (draft.ring < 0)
    stays = ~alone & (draft.kind != "household") & (rng.random(draft.size) < 0.6)
    return np.where(stays, together, home)


def phones(rng: np.random.Generator, draft: Draft, country: Ints) -> pl.Series:
    """Write phone numbers in the ways people do; a third of the accounts give none."""
    given = draft.phone >= 0
    number = draft.phone.copy()
    number[~given] = draft.new_phones(int((~given).sum()))
    line = rng.permutation(9_000_000)[: draft.numbers] + 1_000_000
    numbers, holder = np.unique(number, return_index=True)
    land = country[holder][np.searchsorted(numbers, number)]
    widest = max(len(row[2]) for row in names.COUNTRIES)
    flat = [start for row in names.COUNTRIES for start in (row[2] * widest)[:widest]]
    first = pick(flat, land * widest + line[number] % widest)
    calling = pick([row[1] for row in names.COUNTRIES], land)
    tail = pl.Series(line[number]).cast(pl.String)
    shapes = (
        join("+", calling, first, tail),
        join("00", calling, first, tail),
        join("+", calling, " ", first, tail.str.head(1), " ", tail.str.slice(1)),
        join("+", calling, "-", first, "-", tail),
    )
    style = rng.choice(4, draft.size, p=[0.72, 0.12, 0.1, 0.06])
    absent = ~given & (rng.random(draft.size) < 0.36)
    return shaped(style, shapes).set(pl.Series(absent), None)
