"""Text out of bytes: encoding found out, NULs removed, line ends made equal."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

import polars as pl

_PIECE_BYTES = 64 * 2**20
_HANDLER = "ringscope.windows-1252"


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that are not UTF-8 as Windows-1252, or Latin-1 where that has a hole."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    text = wrong.decode("cp1252", errors="ignore")
    return (text if len(text) == len(wrong) else wrong.decode("latin-1")), error.end


codecs.register_error(_HANDLER, _as_windows)


@dataclass(frozen=True)
class Decoded:
    """Lines of a text file and what had to be mended to get them."""

    lines: pl.Series
    encoding: str
    nuls: int

    def notes(self, name: str) -> list[str]:
        """Say in words what was mended, one sentence each."""
        found = []
        if self.encoding != "utf-8":
            found.append(f"{name} was read as {self.encoding}.")
        if self.nuls:
            found.append(f"{name} held {self.nuls} NUL characters, which were removed.")
        return found


def decode_lines(data: bytes) -> Decoded:
    """Split bytes of unknown encoding into lines.

    UTF-8 (with or without mark) and UTF-16 are recognised. Bytes that are not UTF-8 are read as
    Windows-1252, each on its own, so a file of mixed encodings keeps its good lines.
    """
    encoding = _encoding(data)
    if encoding.startswith("utf-16"):
        data = data.decode(encoding, errors="replace").encode("utf-8")
    else:
        data = data.removeprefix(codecs.BOM_UTF8)
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            data = data.decode("utf-8", errors=_HANDLER).encode("utf-8")
            encoding = "utf-8 with Windows-1252 where that failed"
    nuls = data.count(b"\0")
    data = data.replace(b"\0", b"").replace(b"\r\n", b"\n")
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    return Decoded(_split(data), encoding, nuls)


def _encoding(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = data[:4096]
    half = len(head) // 2
    if half and head[1::2].count(0) > 0.8 * half and head[0::2].count(0) < 0.2 * half:
        return "utf-16-le"
    if half and head[0::2].count(0) > 0.8 * half and head[1::2].count(0) < 0.2 * half:
        return "utf-16-be"
    return "utf-8"


def _split(data: bytes) -> pl.Series:
    """Split at line feeds, piece by piece: one Polars string holds less than 4 GiB."""
    pieces = []
    start = 0
    while start < len(data):
        stop = data.find(b"\n", start + _PIECE_BYTES)
        stop = len(data) if stop < 0 else stop
        piece = pl.Series([data[start:stop]], dtype=pl.Binary).cast(pl.String)
        pieces.append(piece.str.split("\n").explode())
        start = stop + 1
    return pl.concat(pieces) if pieces else pl.Series([], dtype=pl.String)
