"""Phone numbers in E.164."""

from __future__ import annotations

import polars as pl

_MAX_CHARS = 40


def clean_phones(values: pl.Series, countries: pl.Series, region: str | None = None) -> pl.Series:
    """Bring phone numbers to E.164 (`+491711234567`).

    Parameters
    ----------
    values
        Text cells.
    countries
        Two-letter country per cell, or null: where numbers without a country code are from.
    region
        Two-letter country for cells without one.

    Returns
    -------
    String; null where the cell is blank, no possible number, or without any country.
    """
    regions = pl.select(pl.coalesce(countries, pl.lit(region, dtype=pl.String))).to_series()
    cells = pl.DataFrame({"phone": values, "region": regions})
    # the country decides nothing for numbers that carry their country code
    international = pl.col("phone").str.contains(r"^\s*\+")
    cells = cells.with_columns(region=pl.when(~international).then("region"))
    unique = cells.filter(pl.col("phone").is_not_null()).unique()
    found = [_parse(phone, hint) for phone, hint in unique.iter_rows()]
    known = unique.with_columns(clean=pl.Series(found, dtype=pl.String))
    joined = cells.join(
        known, on=("phone", "region"), how="left", nulls_equal=True, maintain_order="left"
    )
    return joined["clean"].alias(values.name)


def _parse(phone: str, region: str | None) -> str | None:
    import phonenumbers

    phone = phone.strip()
    if len(phone) > _MAX_CHARS:
        return None
    if region is None and phone.startswith("00"):
        phone = "+" + phone[2:]
    try:
        number = phonenumbers.parse(phone, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
