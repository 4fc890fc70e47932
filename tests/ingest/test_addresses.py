from __future__ import annotations

import ipaddress

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import clean_addresses


def clean(*cells: str | None) -> list[tuple[str | None, ...]]:
    return clean_addresses(pl.Series(cells, dtype=pl.String)).rows()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("8.8.8.8", ("8.8.8.8", "8.8.8.0/24", "public")),
        (" 8.8.8.8:443 ", ("8.8.8.8", "8.8.8.0/24", "public")),
        ("10.1.2.3", ("10.1.2.3", "10.1.2.0/24", "private")),
        ("172.31.0.1", ("172.31.0.1", "172.31.0.0/24", "private")),
        ("127.0.0.1", ("127.0.0.1", "127.0.0.0/24", "loopback")),
        ("100.64.9.9", ("100.64.9.9", "100.64.9.0/24", "carrier")),
        ("169.254.1.1", ("169.254.1.1", "169.254.1.0/24", "link_local")),
        ("224.0.0.1", ("224.0.0.1", "224.0.0.0/24", "multicast")),
        ("203.0.113.7", ("203.0.113.7", "203.0.113.0/24", "reserved")),
        ("255.255.255.255", ("255.255.255.255", "255.255.255.0/24", "reserved")),
        ("::ffff:8.8.8.8", ("8.8.8.8", "8.8.8.0/24", "public")),
        ("::FFFF:0808:0808", ("8.8.8.8", "8.8.8.0/24", "public")),
        (
            "2A00:1450:4001:081b::200e",
            ("2a00:1450:4001:81b::200e", "2a00:1450:4001::/48", "public"),
        ),
        ("[2a00:1450::1]:443", ("2a00:1450::1", "2a00:1450::/48", "public")),
        ("fe80::1%eth0", ("fe80::1", "fe80::/48", "link_local")),
        ("::1", ("::1", "::/48", "loopback")),
        ("fd00::1", ("fd00::1", "fd00::/48", "private")),
        ("2001:db8::1", ("2001:db8::1", "2001:db8::/48", "reserved")),
    ],
)
def test_address_subnet_and_scope(cell: str, expected: tuple[str, ...]) -> None:
    assert clean(cell) == [expected]


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "1.2.3",
        "1.2.3.256",
        "1.2.3.4.5",
        "01.2.3.4",
        "1.2.3.٤",
        "::g",
        ":" * 90,
        "1:2",
        "x:1.2.3.4",
    ],
)
def test_what_is_no_address_becomes_null(cell: str) -> None:
    assert clean(cell) == [(None, None, None)]


@given(st.ip_addresses())
def test_agrees_with_the_standard_library(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    mapped = getattr(address, "ipv4_mapped", None)
    prefix = 24 if address.version == 4 or mapped else 48
    expected = mapped or address
    network = ipaddress.ip_network((expected, prefix), strict=False)
    assert clean(str(address))[0][:2] == (str(expected), str(network))
