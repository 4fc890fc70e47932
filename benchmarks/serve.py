"""Scoring API under load: milliseconds of single scores, requests a second, memory.

A demo world is analysed, training included, and `ringscope serve` is started over a store with that
run. A load generator, a process of its own, sends one account per request over kept connections
and waits for each answer: half the accounts use a device and an address that the run knows. The
server and the generator share the cores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import psutil

import ringscope
from ringscope.api import Keyring
from ringscope.demo import write_world
from ringscope.store import Store

P99_MS, ACCOUNTS = 25.0, 100_000
"""Milliseconds that 99 of 100 single scores may take, and the accounts that are loaded."""
PATIENCE = 120.0
"""Seconds that the server may take to start."""
WARM = 100
"""Requests before the clock runs."""
BODIES = 2000


def make_run(folder: Path, accounts: int, seed: int) -> None:
    """Write a demo world and analyse it, training included."""
    write_world(folder / "world", accounts=accounts, seed=seed)
    ringscope.analyze(folder / "world", ringscope.Settings(seed=seed), folder / "run")


def make_store(folder: Path, run: Path) -> tuple[Path, str]:
    """A store whose current run is a copy of a run, and a key to score with."""
    store = Store.make(folder / "store")
    night = datetime.now(UTC).date()
    shutil.copytree(run.resolve(), store.runs / night.isoformat())
    store.promote(night.isoformat())
    until = night + timedelta(days=2)
    _, said = Keyring(store).create("benchmark", ("score", "read"), expiry=until, by="benchmark")
    return store.folder, said


def bodies(store: Path, seed: int, *, message: bool) -> list[bytes]:
    """Requests: accounts with fields like those of the run, half of them on known devices."""
    run = ringscope.Run.open(store)
    rng = np.random.default_rng(seed)
    seen, people = run.frame("sightings"), run.frame("accounts")
    known = {kind: seen.filter(kind=kind)["value"] for kind in ("device", "ip")}
    rows = people.sample(BODIES, with_replacement=True, seed=seed)
    texts = run.frame("templates")["example"].sample(BODIES, with_replacement=True, seed=seed)
    made = []
    for number, row in enumerate(rows.iter_rows(named=True)):
        used = {"device": f"new{rng.integers(1 << 40):x}", "ip": f"203.0.113.{rng.integers(256)}"}
        if number % 2 == 0:
            used |= {
                kind: values[int(rng.integers(len(values)))]
                for kind, values in known.items()
                if len(values)
            }
        account = {
            "account_id": f"new-{number}",
            "email": f"{rng.integers(1 << 30):x}.{row['email'] or 'x@mail.example'}",
            "username": f"{row['username'] or 'x'}{rng.integers(1000)}",
            "phone": f"+4915{rng.integers(10**8, 10**9)}",
            "country": row["country"],
            "device_ids": [used["device"]],
            "ips": [used["ip"]],
            "messages": [texts[number]] if message else [],
            "columns": {"photos": int(rng.integers(9)), "listings": int(rng.integers(9)),
                        "rating": float(rng.random()), "channel": "organic"},
        }  # fmt: skip
        made.append(json.dumps({"accounts": [account]}).encode())
    return made


@contextmanager
def serving(store: Path) -> Any:
    """Start `ringscope serve` in a process of its own; gives it, its port and seconds to start."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "ringscope", "serve", "--store", str(store)]
    words += ["--port", str(port), "--rate", "1000000"]
    began = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    try:
        while not ready(port):
            if process.poll() is not None or time.perf_counter() - began > PATIENCE:
                raise SystemExit("the server did not start")
            time.sleep(0.1)
        yield psutil.Process(process.pid), port, time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(20)


def ready(port: int) -> bool:
    """Whether the server says that its run is laid out."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def load(
    port: int, key: str, some: list[bytes], connections: int, seconds: float
) -> dict[str, Any]:
    """Send for some seconds over so many connections; each waits for its answer."""
    return asyncio.run(_load(port, key, some, connections, seconds))


async def _load(
    port: int, key: str, some: list[bytes], connections: int, seconds: float
) -> dict[str, Any]:
    await asyncio.gather(
        *(_client(port, key, some[at::connections], 0.0, WARM // connections + 1)
          for at in range(connections))
    )  # fmt: skip
    began = time.perf_counter()
    found = await asyncio.gather(
        *(_client(port, key, some[at::connections], began + seconds) for at in range(connections))
    )
    passed = time.perf_counter() - began
    spent = np.concatenate([np.array(one) for one in found]) * 1000
    p50, p95, p99 = np.quantile(spent, [0.5, 0.95, 0.99])
    return {
        "connections": connections,
        "requests": len(spent),
        "per_second": len(spent) / passed,
        "p50_ms": p50,
        "p95_ms": p95,
        "p99_ms": p99,
        "most_ms": spent.max(),
    }


async def _client(
    port: int, key: str, some: list[bytes], until: float, at_least: int = 0
) -> list[float]:
    """Seconds of each request of one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        "POST /v1/score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {key}\r\nContent-Length: "
    ).encode()
    spent: list[float] = []
    while len(spent) < at_least or time.perf_counter() < until:
        body = some[len(spent) % len(some)]
        start = time.perf_counter()
        writer.write(head + str(len(body)).encode() + b"\r\n\r\n" + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        if not answer.startswith(b"HTTP/1.1 200"):
            raise SystemExit(answer.decode("latin-1"))
        length = answer.lower().split(b"content-length: ")[1].split(b"\r\n")[0]
        await reader.readexactly(int(length))
        spent.append(time.perf_counter() - start)
    writer.close()
    return spent


def apart(function: Any, *arguments: Any) -> Any:
    """Call in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def measure(run: Path, folder: Path, connections: list[int], seconds: float) -> dict[str, Any]:
    """Everything about one run."""
    before = os.getloadavg()[0]
    store, key = make_store(folder, run)
    kinds = {"fields": False, "fields and a message": True}
    asked = {name: apart(_bodies, store, message) for name, message in kinds.items()}
    rows = []
    with serving(store) as (process, port, start):
        idle = process.memory_info().rss
        for name, some in asked.items():
            for count in connections:
                busy = sum(process.cpu_times()[:2])
                found = apart(load, port, key, some, count, seconds)
                busy = sum(process.cpu_times()[:2]) - busy
                found |= {"sent": name, "cpu_ms": 1000 * busy / (found["requests"] + WARM)}
                rows.append(found)
                show(found)
        memory = process.memory_info().rss
    return {
        "accounts": ringscope.Run.open(store).frame("accounts").height,
        "seconds_until_ready": start,
        "memory_mb": {"ready": idle / 2**20, "after": memory / 2**20},
        "load": rows,
        "cores": os.cpu_count(),
        "load_before": before,
    }


def _bodies(store: Path, message: bool) -> list[bytes]:
    return bodies(store, 7, message=message)


def show(row: dict[str, Any]) -> None:
    """Print one line."""
    print(
        f"{row['sent']:22}{row['connections']:3} connections{row['per_second']:8.0f} a second"
        f"{row['p50_ms']:8.1f} ms median{row['p95_ms']:8.1f} p95{row['p99_ms']:8.1f} p99"
        f"{row['most_ms']:8.1f} most{row['cpu_ms']:8.1f} ms of CPU each",
        flush=True,
    )


def main() -> None:
    """Print the table and write it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--accounts", type=int, default=1000, help="for the figure 100000")
    parser.add_argument("--run", type=Path, help="a run to serve, instead of a new one")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--seconds", type=float, default=3.0, help="of each load")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, help="JSON file to write")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ringscope-serve-") as name:
        folder = Path(name)
        if not options.run:
            apart(make_run, folder, options.accounts, options.seed)
        run = options.run or folder / "run"
        found = measure(run, folder, options.connections, options.seconds)
    best = found["load"][0]
    print(
        f"\n{found['accounts']:,} accounts loaded: ready after {found['seconds_until_ready']:.1f} "
        f"s, {found['memory_mb']['after']:.0f} MB; one connection: p99 {best['p99_ms']:.1f} ms "
        f"(goal with {ACCOUNTS:,} accounts on 2 cores: {P99_MS:.0f} ms); load before: "
        f"{found['load_before']:.1f} on {found['cores']} cores"
    )
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
