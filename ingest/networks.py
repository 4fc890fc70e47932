"""Networks that a user lists (VPN, hosting), and which logins came from them."""

from __future__ import annotations

import dataclasses
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_address, ip_network
from pathlib import Path

import polars as pl

from .errors import SettingsError
from .tables import Tables

Networks = Sequence[IPv4Network | IPv6Network]
LARGEST_FILE = 64 * 2**20
"""Bytes of a list."""


def read_networks(path: Path) -> list[IPv4Network | IPv6Network]:
    """Read a list: a network (192.0.2.0/24) or an address a line; `#` begins a comment.

    Raises
    ------
    SettingsError
        The file cannot be read, or a line is no network.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise SettingsError(f"{path}: over {LARGEST_FILE // 2**20} MiB; no list of networks is")
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read as a list of networks ({error})") from error
    found = []
    for number, line in enumerate(lines, 1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        try:
            found.append(ip_network(text, strict=False))
        except ValueError:
            raise SettingsError(
                f"{path}: line {number}: {text[:60]!r} is no network (192.0.2.0/24) or address"
            ) from None
    return found


def mark_networks(tables: Tables, networks: Networks) -> Tables:
    """Say of each login whether its address is in one of the networks.

    Returns
    -------
    Tables
        With the column `network_listed` (Boolean, null without address) at the end of logins.
    """
    listed = Listed(networks)
    ips = tables.logins["ip"].drop_nulls().unique()
    marks = pl.DataFrame({"ip": ips, "network_listed": [ip in listed for ip in ips.to_list()]})
    marks = marks.cast({"ip": pl.String, "network_listed": pl.Boolean})
    logins = tables.logins.join(marks, "ip", "left", maintain_order="left")
    return dataclasses.replace(tables, logins=logins)


class Listed:
    """Addresses of listed networks, to be asked with `in`; takes the logarithm of their number."""

    def __init__(self, networks: Iterable[IPv4Network | IPv6Network]) -> None:
        given = list(networks)
        self._spans = {
            version: [
                (int(network[0]), int(network[-1]))
                for network in collapse_addresses(n for n in given if n.version == version)  # type: ignore[type-var]
            ]
            for version in (4, 6)
        }

    def __contains__(self, address: str) -> bool:
        """Whether an address, as ingest writes it, is in one of the networks."""
        ip = ip_address(address)
        spans = self._spans[ip.version]
        place = bisect_right(spans, (int(ip), 2**128))
        return place > 0 and int(ip) <= spans[place - 1][1]
