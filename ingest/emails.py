"""Email addresses: the mailbox behind the ways to write it, its domain, and throw-away domains."""

from __future__ import annotations

from functools import cache

import polars as pl

_SHAPE = r"^[^\s@\"(),:;<>\[\]\\]{1,64}@[^\s@]{1,253}$"
_DOMAIN = r"^(?:[a-z0-9_](?:[a-z0-9_\-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9\-]{1,59})$"

SAME_MAILBOX = {
    "googlemail.com": "gmail.com",
    "protonmail.com": "proton.me",
    "pm.me": "proton.me",
    "protonmail.ch": "proton.me",
    "yandex.com": "yandex.ru",
    "ya.ru": "yandex.ru",
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
}
"""Domains of one provider that deliver to the same mailbox."""

DOTS_IGNORED = ("gmail.com",)
"""Providers that ignore dots before the @."""


def clean_emails(values: pl.Series) -> pl.DataFrame:
    """Clean email addresses.

    Parameters
    ----------
    values
        Text cells (String).

    Returns
    -------
    Frame of email (lower case, domain in ASCII), email_mailbox (tags and, for Gmail, dots taken
    away, domains of one provider made equal), email_domain and email_disposable (Boolean); null
    where the cell is blank or not an address.
    """
    unique = values.drop_nulls().unique()
    text = unique.str.strip_chars().str.normalize("NFKC").str.to_lowercase()
    text = pl.select(pl.when(text.str.contains(_SHAPE)).then(text)).to_series()
    local = text.str.extract(r"^([^@]+)@")
    domain = _ascii_domains(text.str.extract(r"@([^@]+)$").str.strip_chars_end("."))
    frame = pl.DataFrame({"key": unique, "local": local, "domain": domain})
    home = pl.col("domain").replace(SAME_MAILBOX)
    box = pl.col("local").str.replace(r"^([^+]+)\+.*$", "$1")
    box = (
        pl.when(home.is_in(DOTS_IGNORED))
        .then(box.str.replace_all(".", "", literal=True))
        .otherwise(box)
    )
    known = frame.select(
        "key",
        email=pl.col("local") + "@" + pl.col("domain"),
        email_mailbox=box + "@" + home,
        email_domain=pl.col("domain"),
        email_disposable=_is_disposable(frame["domain"]),
    )
    cells = pl.DataFrame({"key": values})
    return cells.join(known, on="key", how="left", maintain_order="left").drop("key")


def _ascii_domains(domains: pl.Series) -> pl.Series:
    """Return domains in ASCII (IDNA 2008); null where that is not a domain."""
    strange = domains.drop_nulls().unique()
    strange = strange.filter(~strange.str.contains(r"^[\x00-\x7f]*$"))
    ascii_of = {domain: _idna(domain) for domain in strange.to_list()}
    if ascii_of:
        domains = domains.replace(ascii_of)
    return pl.select(pl.when(domains.str.contains(_DOMAIN)).then(domains)).to_series()


def _idna(domain: str) -> str | None:
    import idna

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return None


def _is_disposable(domains: pl.Series) -> pl.Series:
    """Say whether a domain or its parent is on the list of throw-away providers."""
    listed = _disposable_domains()
    parent = domains.str.replace(r"^[^.]+\.", "")
    return domains.is_in(listed) | parent.is_in(listed)


@cache
def _disposable_domains() -> pl.Series:
    from disposable_email_domains import blocklist

    return pl.Series(sorted(blocklist), dtype=pl.String).implode()
