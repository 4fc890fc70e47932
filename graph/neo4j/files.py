"""The files that `neo4j-admin database import full` reads into an empty database."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import polars.selectors as cs

from ingest import InputError

from .elements import END, START, Elements
from .model import STAMP, TIME, Type, nodes, relationships
from .statements import end_groups, flag_groups

ARGUMENTS = "import.args"
"""File with the arguments of the import, one a line, for `neo4j-admin ... @import.args`."""

_ID = "number"
_NUMBER = {START: "start_number", END: "end_number"}

# Control characters that hardly ever stand in text; the first that no list holds parts its items.
_DELIMITERS = tuple(map(chr, (0x1F, 0x1E, 0x1D, 0x1C)))


def write_files(graph: Elements, run: str, folder: Path, *, at: str | None = None) -> None:
    """Write the graph as CSV files, and `ARGUMENTS` beside them.

    Parameters
    ----------
    graph
        What is to be imported.
    run
        Stamp of the run.
    folder
        An empty folder.
    at
        Where the import will find the folder, if that is elsewhere (in a container, whose user
        need not be allowed to write there).

    Raises
    ------
    InputError
        A list holds all characters that could part its items.
    """
    frames = [*graph.nodes.values(), *graph.relationships.values()]
    delimiter = _delimiter(frames)
    place = at or str(folder)
    arguments = [
        f"--array-delimiter=U+{ord(delimiter):04X}",
        "--overwrite-destination=true",
        "--high-parallel-io=on",
    ]
    if at is None:
        # Numbers are record ids, which the pinned server takes as they are.
        arguments += ["--id-type=actual", f"--report-file={folder}/import.report"]
    else:
        arguments.append("--id-type=integer")
    broken = []
    for option, name, header, frame in _sources(graph, run):
        path = folder / name
        _write(frame, header, delimiter, path)
        arguments.append(f'"{option}={place}/{name}"')
        if _has_line_breaks(frame):
            broken.append(f"{place}/{name}")
    if broken:
        arguments += [f'"--multiline-fields={",".join(broken)}"', "--multiline-fields-format=v2"]
    (folder / ARGUMENTS).write_text("\n".join(arguments) + "\n", encoding="utf-8")


def _sources(graph: Elements, run: str) -> list[tuple[str, str, dict[str, str], pl.DataFrame]]:
    """Per file: the option that names it, its name, its header and its rows.

    Nodes are numbered in the order of the files, and relationships name them by number: the
    import has no keys to sort and to look up.
    """
    stamp = pl.lit(run).alias(STAMP)
    found, places, total = [], {}, 0
    for label, node in nodes().items():
        placed = []
        for part, (flags, frame) in enumerate(flag_groups(graph.nodes[label])):
            labels = f"{label}:{flags}" if flags else label
            rows = frame.select(*node.columns, stamp).with_row_index(_ID, total)
            total += rows.height
            placed.append(rows.select(node.key, _ID))
            header = {_ID: ":ID", **_header(node.columns)}
            found.append((f"--nodes={labels}", f"{label}-{part}.csv", header, rows))
        if placed:
            places[label] = pl.concat(placed)
    for name, one in relationships().items():
        for end, frame in end_groups(one, graph.relationships[name]):
            if frame.is_empty():
                continue
            ends = {START: places[one.start], END: places[end]}
            for side, place in ends.items():
                numbers = place.select(pl.nth(0).alias(side), pl.col(_ID).alias(_NUMBER[side]))
                frame = frame.join(numbers, side, "left", maintain_order="left")
            rows = frame.select(*_NUMBER.values(), *one.columns, stamp)
            header = {
                _NUMBER[START]: ":START_ID",
                _NUMBER[END]: ":END_ID",
                **_header(one.columns),
            }
            found.append((f"--relationships={name}", f"{name}-{end}.csv", header, rows))
    return found


def _header(columns: Mapping[str, Type]) -> dict[str, str]:
    return {name: f"{name}:{_type(dtype)}" for name, dtype in columns.items()} | {
        STAMP: f"{STAMP}:string"
    }


def _type(dtype: Type) -> str:
    if isinstance(dtype, pl.List):
        return f"{_type(dtype.inner)}[]"
    if dtype == TIME:
        return "datetime"
    if dtype == pl.String:
        return "string"
    return "double" if dtype == pl.Float64 else "long"


def _write(frame: pl.DataFrame, header: Mapping[str, str], delimiter: str, path: Path) -> None:
    """Write a file: a quoted blank is the empty text, an unquoted one is no value."""
    plain = frame.with_columns(
        cs.datetime().dt.to_string("%Y-%m-%dT%H:%M:%S%.6fZ"),
        cs.list().cast(pl.List(pl.String)).list.join(delimiter),
    )
    plain.rename(dict(header)).write_csv(path, quote_style="non_numeric")


def _delimiter(frames: list[pl.DataFrame]) -> str:
    texts = [
        frame[name].explode().cast(pl.String)
        for frame in frames
        for name, dtype in frame.schema.items()
        if dtype == pl.List(pl.String)
    ]
    for candidate in _DELIMITERS:
        if not any(text.str.contains(candidate, literal=True).any() for text in texts):
            return candidate
    raise InputError(
        "reasons or evidence hold all of the control characters U+001C to U+001F, of which a bulk "
        "import needs one; load without --bulk"
    )


def _has_line_breaks(frame: pl.DataFrame) -> bool:
    texts = frame.select(
        pl.any_horizontal(
            cs.string().str.contains("[\r\n]").any(),
            cs.by_dtype(pl.List(pl.String))
            .list.eval(pl.element().str.contains("[\r\n]"))
            .list.any()
            .any(),
        )
    )
    return bool(texts.item()) if texts.width else False
