"""Figures for Prometheus: how many, how long, how much; by route and status, never by participant or id.

With several workers they are added up over files in the folder PROMETHEUS_MULTIPROC_DIR, which `serve` makes.
"""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """Those of one application."""

    def __init__(self) -> None:
        """A registry of its own, so that several applications may stand in one process."""
        self._registry = CollectorRegistry()
        labels = ("method", "route")
        self._requests = Counter(
            "central_requests", "Requests that were answered.", (*labels, "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "central_request_seconds", "Until the answer was sent.", labels, registry=self._registry, buckets=SECONDS
        )
        self._in = Counter(
            "central_received_bytes", "Bytes of bodies of requests.", ("route",), registry=self._registry
        )
        self._out = Counter("central_sent_bytes", "Bytes of bodies of answers.", ("route",), registry=self._registry)
        self._submissions = Counter(
            "central_submissions", "Envelopes that were accepted for the first time.", registry=self._registry
        )
        self._no_room = Counter(
            "central_no_room",
            "Refused because something is full: the drive, or what one participant may keep (kept, waiting).",
            ("of",),
            registry=self._registry,
        )
        self._failures = Counter("central_failures", "Answers 500: faults of the service.", registry=self._registry)
        self.running = Gauge(
            "central_requests_running",
            "Requests that are being answered.",
            registry=self._registry,
            multiprocess_mode="livesum",
        )

    def answered(self, method: str, route: str, status: int, *, seconds: float, received: int, sent: int) -> None:
        """Count one request; bytes of both bodies."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)
        self._in.labels(route).inc(received)
        self._out.labels(route).inc(sent)
        if status == 500:
            self._failures.inc()

    def accepted(self) -> None:
        """Count an envelope that is new."""
        self._submissions.inc()

    def no_room(self, of: str) -> None:
        """Count a refusal. `of`: kept, waiting (central/room.py), drive."""
        self._no_room.labels(of).inc()

    def text(self) -> bytes:
        """In Prometheus' text format, of all workers."""
        if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)
