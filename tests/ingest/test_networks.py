from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address, ip_network
from pathlib import Path

import numpy as np
import pytest

from ingest import SettingsError, mark_networks, read_networks, read_tables
from ingest.networks import Listed

LOGINS = """account_id,ts,ip,device_id
a1,2026-01-01,203.0.113.7,
a2,2026-01-02,203.0.114.7,
a3,2026-01-03,2001:db8:1::9,
a4,2026-01-04,,d1
"""


def test_logins_from_listed_networks(folder: Callable[..., Path], tmp_path: Path) -> None:
    listed = tmp_path / "hosting.txt"
    listed.write_text("# hosting\n203.0.113.0/24  # a centre\n\n2001:db8:1::/48\n", "utf-8")
    tables = read_tables(folder(logins=LOGINS))
    marked = mark_networks(tables, read_networks(listed)).logins
    assert marked["network_listed"].to_list() == [True, False, True, None]
    assert marked.columns == [*tables.logins.columns, "network_listed"]


def test_no_logins_no_marks(folder: Callable[..., Path]) -> None:
    marked = mark_networks(read_tables(folder()), [ip_network("192.0.2.0/24")])
    assert marked.logins.height == 0
    assert "network_listed" in marked.logins.columns


@pytest.mark.parametrize("seed", [1, 2])
def test_listed_equals_asking_every_network(seed: int) -> None:
    rng = np.random.default_rng(seed)
    networks = [
        ip_network((int(rng.integers(2**16)) << 16, int(rng.integers(8, 33))), strict=False)
        for _ in range(40)
    ]
    listed = Listed(networks)
    for number in rng.integers(2**32, size=300).tolist():
        ip = ip_address(number)
        assert (str(ip) in listed) == any(ip in network for network in networks), f"seed {seed}"


@pytest.mark.parametrize(
    ("text", "said"),
    [("192.0.2.0/33\n", "line 1: '192.0.2.0/33' is no network"), ("\xff\xfe", "line 1")],
)
def test_bad_lists(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "list.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        read_networks(path)


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read as a list of networks"):
        read_networks(tmp_path / "none.txt")
