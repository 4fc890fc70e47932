"""Who accounts say they are and from where they log in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import pytest

from ingest import Tables
from models.features import identity_features

Make = Callable[..., Tables]
START = datetime(2026, 3, 2, 10)


def test_user_names(make_tables: Make) -> None:
    names = ["anna12", "bert99", "carl.k7", "aaaa", None, "4711"]
    accounts = [{"username": name, "username_skeleton": name and name[:1]} for name in names]
    frame = identity_features(make_tables(accounts=accounts))
    assert frame["username.length"].to_list() == [6, 6, 7, 4, None, 4]
    assert frame["username.letters_digits"].to_list() == [1, 1, 0, 0, None, 0]
    assert frame["username.separator"].to_list() == [0, 0, 1, 0, None, 0]
    assert frame["username.digit_share"][0] == pytest.approx(1 / 3)
    assert frame["username.entropy"][3] == 0
    assert frame["username.entropy"][1] == pytest.approx(np.log2(6) - 2 / 6)
    others = [np.log1p(1), np.log1p(1), 0, 0, None, 0]
    assert frame["username_shape.others"].to_list() == pytest.approx(others)
    looks = [np.log1p(1), 0, 0, np.log1p(1), None, 0]
    assert frame["username_skeleton.others"].to_list() == pytest.approx(looks)


def test_mail_and_user_name_together(make_tables: Make) -> None:
    pairs = [
        ("Anna.Klein77@x.example", "annaklein77"),
        ("anna+shop@x.example", "bobo"),
        ("zz9@y.example", None),
        (None, "anna"),
        ("1@y.example", "1"),
    ]
    accounts = [
        {"email": mail, "username": name, "email_domain": mail and mail.split("@")[1]}
        for mail, name in pairs
    ]
    frame = identity_features(make_tables(accounts=accounts))
    assert frame["email_name.similarity"].to_list() == [1, 0, None, None, None]
    assert frame["email_name.same_number"].to_list() == [1, 0, None, None, 1]
    assert frame["email_name.digits"].to_list() == [2, 0, 1, None, 1]
    assert frame["email_tag"].to_list() == [0, 1, 0, None, 0]
    assert frame["email_domain.others"].to_list() == pytest.approx(
        [np.log(2)] * 3 + [None, np.log(2)]
    )


def test_sign_ups_around(make_tables: Make) -> None:
    hours = [0, 0.5, 5, 30]
    accounts = [{"created_at": START + timedelta(hours=h)} for h in hours] + [{}]
    frame = identity_features(make_tables(accounts=accounts))
    assert np.expm1(frame["sign_ups.same_hour"].drop_nulls()).to_list() == pytest.approx(
        [1, 1, 0, 0]
    )
    assert np.expm1(frame["sign_ups.same_day"].drop_nulls()).to_list() == pytest.approx(
        [2, 2, 2, 0]
    )
    assert frame["sign_ups.same_day"][4] is None


def test_logins(make_tables: Make) -> None:
    rows = [
        ("1.1.1.1", "public", "d1", "firefox"),
        ("1.1.1.1", "public", "d1", "chrome"),
        ("10.0.0.1", "private", "d2", "chrome"),
        ("192.0.2.1", "loopback", None, None),
        ("192.0.2.1", "carrier", None, None),
    ]
    logins = [
        {"account": 1, "ts": START, "ip": ip, "subnet": ip[:3], "ip_scope": scope}
        | {"device_id": device, "user_agent": agent}
        for ip, scope, device, agent in rows
    ]
    frame = identity_features(make_tables(accounts=[{}, {}], logins=logins))
    expected = {
        "ips.distinct": np.log1p(3),
        "ips.subnets": np.log1p(3),
        "ips.per_login": 0.6,
        "ip_scope.private": 0.2,
        "ip_scope.carrier": 0.2,
        "ip_scope.reserved": 0.2,
        "devices.distinct": np.log1p(2),
        "devices.top_share": 2 / 3,
        "user_agents.distinct": np.log1p(2),
        "user_agents.per_device": 1.5,
    }
    for column, value in expected.items():
        assert frame[column].to_list() == [None, pytest.approx(value)], column
