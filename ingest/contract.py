"""The input contract: the seven tables, their columns and what each column holds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column of an input table.

    Attributes
    ----------
    name
        Name in the contract.
    kind
        What the cells hold; decides how they are cleaned (see `ingest.cells`).
    required
        A row without a valid cell here is refused, a table without the column is an error.
    aliases
        Names that other systems use for it: only for hints in error messages.
    """

    name: str
    kind: str
    required: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableSpec:
    """One input table.

    Attributes
    ----------
    name
        Name of the table and its file.
    columns
        Columns that the clean table always has.
    one_of
        Names of columns of which at least one must be there, in the table and in each row.
    further
        Optional columns that few platforms keep: the clean table has them where the input does.
    """

    name: str
    columns: tuple[Column, ...]
    one_of: tuple[str, ...] = ()
    further: tuple[Column, ...] = ()

    def column(self, name: str) -> Column:
        """Return the column with this contract name (KeyError if there is none)."""
        return {column.name: column for column in self.columns}[name]

    @property
    def names(self) -> tuple[str, ...]:
        """Contract names of the columns that the clean table always has, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def known(self) -> tuple[str, ...]:
        """All contract names in order, those of further columns last."""
        return self.names + tuple(column.name for column in self.further)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the required columns."""
        return tuple(column.name for column in self.columns if column.required)


_USER = (
    "user_id",
    "user",
    "uid",
    "userid",
    "account",
    "customer_id",
    "member_id",
    "id",
    "sender_id",
)
_TIME = ("timestamp", "time", "datetime", "date", "created_at", "event_time", "at")


def _account() -> Column:
    return Column("account_id", "account", required=True, aliases=_USER)


def _ts(required: bool = True) -> Column:
    return Column("ts", "time", required=required, aliases=_TIME)


ACCOUNTS = TableSpec(
    "accounts",
    (
        Column("account_id", "id", required=True, aliases=_USER),
        Column(
            "created_at", "time", aliases=("signup_ts", "registered_at", "signup_date", "joined")
        ),
        Column("email", "email", aliases=("mail", "email_address", "e_mail")),
        Column(
            "username", "username", aliases=("user_name", "login", "handle", "nickname", "name")
        ),
        Column("phone", "phone", aliases=("phone_number", "mobile", "msisdn", "tel")),
        Column("country", "country", aliases=("country_code", "region")),
        Column("label", "label", aliases=("is_spam", "spam", "target", "y", "class", "banned")),
    ),
)

LOGINS = TableSpec(
    "logins",
    (
        _account(),
        _ts(),
        Column("ip", "ip", aliases=("ip_address", "remote_addr", "client_ip")),
        Column("device_id", "device", aliases=("device", "fingerprint", "device_fingerprint")),
        Column("user_agent", "agent", aliases=("ua", "useragent", "agent")),
    ),
    one_of=("ip", "device_id"),
    further=(
        Column("country", "country"),
        Column("latitude", "latitude"),
        Column("longitude", "longitude"),
    ),
)

MESSAGES = TableSpec(
    "messages",
    (
        _account(),
        _ts(),
        Column("text", "text", required=True, aliases=("message", "body", "content", "sms")),
        Column("recipient_id", "id", aliases=("recipient", "to", "receiver_id")),
    ),
)

EVENTS = TableSpec(
    "events",
    (
        _account(),
        _ts(),
        Column("event_type", "token", required=True, aliases=("event", "type", "action")),
        Column("target_id", "id", aliases=("target", "object_id", "item_id")),
    ),
    further=(Column("target_ts", "time"), Column("amount", "count")),
)

PAYMENTS = TableSpec(
    "payments",
    (
        _account(),
        Column("instrument_id", "id", required=True, aliases=("card", "card_hash", "instrument")),
        _ts(required=False),
    ),
)

ENGAGEMENT = TableSpec(
    "engagement",
    (
        _account(),
        _ts(),
        Column("views", "count"),
        Column("likes", "count"),
        Column("comments", "count"),
        Column("shares", "count"),
    ),
    one_of=("views", "likes", "comments", "shares"),
)

EDGES = TableSpec(
    "edges",
    (
        Column("src", "account", required=True, aliases=("source", "from", "account_a", "u")),
        Column("dst", "account", required=True, aliases=("target", "to", "account_b", "v")),
        _ts(required=False),
        Column("kind", "token", aliases=("type", "relation", "label")),
        Column("weight", "count", aliases=("w", "strength", "count")),
    ),
)

TABLES: dict[str, TableSpec] = {
    spec.name: spec for spec in (ACCOUNTS, LOGINS, MESSAGES, EVENTS, PAYMENTS, ENGAGEMENT, EDGES)
}
"""The seven tables by name."""

DERIVED = ("email_mailbox", "email_domain", "email_disposable", "username_skeleton")
"""Columns of the clean accounts table that ingest computes: not to be had as input columns."""
