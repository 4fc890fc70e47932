"""What accounts say of themselves: id, name, mail, phone, country."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from . import names
from .clock import Ints
from .draft import Draft

Words = NDArray[np.str_]
_ALPHABET = np.array(list("abcdefghjkmnpqrstuvwxyz23456789"))


def tokens(rng: np.random.Generator, count: int, length: int, prefix: str = "") -> pl.Series:
    """Draw `count` different tokens of `length` characters whose order says nothing."""
    letters = rng.integers(0, len(_ALPHABET), (int(count * 1.01) + 20, length))
    drawn = pl.DataFrame({str(k): _ALPHABET[letters[:, k]] for k in range(length)})
    text = drawn.select(pl.concat_str([pl.lit(prefix), pl.all()]).alias("token"))["token"]
    return text.unique(maintain_order=True).head(count)


def _pick(rng: np.random.Generator, words: tuple[str, ...], at: Ints | int) -> Words:
    """One word per entry: by random draw for a count, by number (modulo) for an array."""
    number = rng.integers(0, len(words), at) if isinstance(at, int) else at % len(words)
    return np.array(words)[number]


def _join(*parts: Words | str) -> Words:
    """Concatenate text arrays element by element."""
    series = [pl.lit(p) if isinstance(p, str) else pl.Series(p) for p in parts]
    return pl.select(pl.concat_str(series)).to_series().to_numpy().astype(np.str_)


def _digits(rng: np.random.Generator, count: int) -> Words:
    """Zero to four digits, as people put them behind a name."""
    length = rng.choice(5, count, p=[0.12, 0.1, 0.4, 0.18, 0.2])
    number = rng.integers(0, 10**9, count) % 10**length
    return np.where(length == 0, "", number.astype(np.str_))


def _handles(rng: np.random.Generator, clan: Ints) -> Words:
    """Names as people form them from first name, surname, a nickname and digits."""
    count = len(clan)
    first, last = _pick(rng, names.FIRST_NAMES, count), _pick(rng, names.SURNAMES, clan)
    nick = _join(_pick(rng, names.NICK_FIRST, count), _pick(rng, names.NICK_SECOND, count))
    dot = rng.choice(["", ".", "_", ""], count)
    short = first.astype("U1")
    style = rng.choice(5, count, p=[0.34, 0.2, 0.16, 0.18, 0.12])
    shapes = (
        _join(first, dot, last),
        _join(last, dot, first),
        _join(short, last),
        nick,
        _join(first, dot, _pick(rng, names.NICK_SECOND, count)),
    )
    return _join(np.select([style == k for k in range(5)], shapes, ""), _digits(rng, count))


def _domains(rng: np.random.Generator, draft: Draft) -> Words:
    """The mail domain of each account; people with none given use a provider."""
    providers = np.array(list(names.PROVIDERS))
    domain = rng.choice(providers, draft.size, p=np.array(list(names.PROVIDERS.values())))
    throwaway = rng.random(draft.size) < np.where(draft.spam, 0.06, 0.022)
    domain[throwaway] = rng.choice(names.DISPOSABLE, int(throwaway.sum()))
    own = rng.random(draft.size) < 0.025
    spare = int(own.sum())
    ending = np.array(["com", "net", "eu", "pl", "fr", "nl", "cz", "pt", "ie", "be", "ro", "shop"])
    count = len(draft.own_domains) + spare
    pair = rng.permutation(len(names.FIRM_FIRST) * len(names.FIRM_SECOND) * len(ending))[:count]
    firm, tail = np.divmod(pair, len(ending))
    one, two = np.divmod(firm, len(names.FIRM_SECOND))
    hyphen = rng.choice(["", "-"], count, p=[0.75, 0.25])
    name = _join(
        np.array(names.FIRM_FIRST)[one], hyphen, np.array(names.FIRM_SECOND)[two], ".", ending[tail]
    )
    sort = np.array([*draft.own_domains, *["firm"] * spare])
    name = np.where(sort == "student", _join("stud.", name), name)
    name = np.where(sort == "school", _join("school-", name), name)
    domain = domain.astype(name.dtype if name.dtype > domain.dtype else domain.dtype)
    domain[own] = name[len(draft.own_domains) :]
    given = draft.domain >= 0
    domain[given] = name[draft.domain[given]]
    return domain


def emails(rng: np.random.Generator, draft: Draft) -> pl.Series:
    """Write mail addresses: aliases of one mailbox differ in a tag or in dots; some lack one."""
    local, domain = _handles(rng, draft.clan), _domains(rng, draft)
    owner = draft.mail_owner
    dotted = np.unique(owner[draft.alias == 2])
    domain[dotted] = "gmail.com"
    local, domain = local[owner], domain[owner]
    fond = (rng.random(draft.size) < 0.045) & (draft.alias == 0)
    tagged = (draft.alias == 1) | fond
    tag = _join("+", _pick(rng, names.TAGS, draft.size), _digits(rng, draft.size))
    local = np.where(tagged, _join(local, tag), local).astype("U80")
    loose = (domain == "gmail.com") & (rng.random(draft.size) < 0.06)
    for account in np.flatnonzero((draft.alias == 2) | loose):
        local[account] = _dots(rng, str(local[account]))
    capital = rng.random(draft.size) < 0.03
    text = _join(local, "@", domain)
    text = np.where(capital, np.char.capitalize(text), text)
    return pl.Series(text).set(pl.Series(rng.random(draft.size) < 0.004), None)


def _dots(rng: np.random.Generator, local: str) -> str:
    """Put dots at one to three random places of a mailbox name."""
    plain = local.replace(".", "")
    cuts = rng.choice(np.arange(1, len(plain)), min(int(rng.integers(1, 4)), len(plain) - 1), False)
    return "".join(("." if k in cuts else "") + letter for k, letter in enumerate(plain))


def usernames(rng: np.random.Generator, draft: Draft) -> pl.Series:
    """Write the names that others see; half of the people do not use their surname."""
    clan = np.where(rng.random(draft.size) < 0.5, draft.clan, rng.integers(0, 999, draft.size))
    return pl.Series(_handles(rng, clan))


def countries(rng: np.random.Generator, draft: Draft) -> Ints:
    """Country number per account; a family and a ring mostly stay in one."""
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
    _, holder = np.unique(number, return_index=True)
    land = country[holder][np.searchsorted(number[holder], number)]
    widest = max(len(row[2]) for row in names.COUNTRIES)
    prefixes = np.array([(row[2] * widest)[:widest] for row in names.COUNTRIES])
    first = prefixes[land, line[number] % widest]
    calling = np.array([row[1] for row in names.COUNTRIES])[land]
    tail = line[number].astype(np.str_)
    style = rng.choice(4, draft.size, p=[0.72, 0.12, 0.1, 0.06])
    shapes = (
        _join("+", calling, first, tail),
        _join("00", calling, first, tail),
        _join("+", calling, " ", first, " ", tail),
        _join("+", calling, "-", first, "-", tail),
    )
    text = np.select([style == k for k in range(4)], shapes, "")
    absent = ~given & (rng.random(draft.size) < 0.36)
    return pl.Series(text).set(pl.Series(absent), None)
