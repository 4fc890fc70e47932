"""IP addresses: one way to write each, its subnet and its scope."""

from __future__ import annotations

import ipaddress

import polars as pl

_V4 = r"^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?::\d{1,5})?$"

_SCOPES_V4 = {
    "private": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
    "loopback": ("127.0.0.0/8",),
    "link_local": ("169.254.0.0/16",),
    "carrier": ("100.64.0.0/10",),
    "multicast": ("224.0.0.0/4",),
    "reserved": (
        "0.0.0.0/8",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "240.0.0.0/4",
    ),
}

SCOPES = ("public", *_SCOPES_V4)
"""Where an address is good: `carrier` is shared address space behind a carrier's NAT (RFC 6598)."""


def clean_addresses(values: pl.Series) -> pl.DataFrame:
    """Clean IP addresses.

    Parameters
    ----------
    values
        Text cells; a port, brackets and a zone are cut off.

    Returns
    -------
    Frame of ip (canonical; IPv4 in IPv6 becomes IPv4), subnet (/24 or /48) and ip_scope (one of
    `SCOPES`); null where the cell is blank or not an address.
    """
    unique = values.drop_nulls().unique()
    text = unique.str.strip_chars()
    other = text.filter(text.str.contains(":", literal=True) & ~text.str.contains(_V4)).to_list()
    canonical = {cell: _canonical_v6(cell) for cell in other}
    if canonical:
        text = text.replace(canonical)
    known = pl.concat([_version_four(unique, text), _version_six(unique, text)])
    cells = pl.DataFrame({"key": values})
    return cells.join(known, on="key", how="left", maintain_order="left").drop("key")


def _version_four(unique: pl.Series, text: pl.Series) -> pl.DataFrame:
    parts = text.str.extract_groups(_V4).struct.unnest()
    parts.columns = ["a", "b", "c", "d"]
    names = pl.col("a", "b", "c", "d")
    # a leading zero is octal to some programs and decimal to others
    good = pl.all_horizontal(
        ~names.str.contains(r"^0\d"), names.cast(pl.UInt32, strict=False) <= 255
    ).fill_null(False)
    number = pl.lit(0, dtype=pl.UInt32)
    for name in "abcd":
        number = number * 256 + pl.col(name).cast(pl.UInt32)
    scope = pl.lit("public")
    for label, networks in _SCOPES_V4.items():
        for network in map(ipaddress.IPv4Network, networks):
            first, last = int(network.network_address), int(network.broadcast_address)
            scope = pl.when(number.is_between(first, last)).then(pl.lit(label)).otherwise(scope)
    return (
        parts.insert_column(0, unique.alias("key"))
        .filter(good)
        .select(
            "key",
            ip=pl.format("{}.{}.{}.{}", "a", "b", "c", "d"),
            subnet=pl.format("{}.{}.{}.0/24", "a", "b", "c"),
            ip_scope=scope,
        )
    )


def _version_six(unique: pl.Series, text: pl.Series) -> pl.DataFrame:
    rows = []
    for key, cell in zip(unique.to_list(), text.to_list(), strict=True):
        if cell and ":" in cell and "." not in cell:
            address = ipaddress.IPv6Address(cell)
            subnet = ipaddress.IPv6Network((address, 48), strict=False)
            rows.append((key, cell, str(subnet), _scope_v6(address)))
    names = ("key", "ip", "subnet", "ip_scope")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _canonical_v6(cell: str) -> str | None:
    """Return the short form of an IPv6 address, or of the IPv4 address that it carries."""
    if len(cell) > 80:
        return None
    bare = cell.partition("]")[0].removeprefix("[").partition("%")[0]
    try:
        address = ipaddress.IPv6Address(bare)
    except ValueError:
        return None
    return str(address.ipv4_mapped or address)


def _scope_v6(address: ipaddress.IPv6Address) -> str:
    if address.is_loopback:
        return "loopback"
    if address.is_link_local:
        return "link_local"
    if address.is_multicast:
        return "multicast"
    if address in ipaddress.IPv6Network("fc00::/7"):
        return "private"
    return "public" if address.is_global else "reserved"
