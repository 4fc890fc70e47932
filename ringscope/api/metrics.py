"""Figures for Prometheus, one registry per app."""

from __future__ import annotations

from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Metrics:
    """What is counted.

    Attributes
    ----------
    requests
        By route (its pattern, never the address itself), method and status.
    seconds
        By route.
    refused
        By status: wrong and missing keys, scopes, rate.
    scored
        Accounts, by what asked: score or job.
    accounts, jobs
        Accounts of the run that new ones are compared with; batches at work.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        one: dict[str, Any] = {"namespace": "ringscope", "registry": self.registry}
        self.requests = Counter("http_requests", "Requests", ("route", "method", "status"), **one)
        self.seconds = Histogram(
            "http_request_seconds", "Seconds until the answer", ("route",), buckets=BUCKETS, **one
        )
        self.refused = Counter(
            "refused", "Requests refused by key, scope or rate", ("status",), **one
        )
        self.scored = Counter("scored_accounts", "New accounts scored", ("by",), **one)
        self.accounts = Gauge("run_accounts", "Accounts of the run that scores", **one)
        self.jobs = Gauge("jobs_running", "Batches at work", **one)
        ProcessCollector(registry=self.registry)

    def text(self) -> bytes:
        """All figures in the text format of Prometheus."""
        return generate_latest(self.registry)
