"""What Prometheus reads at /metrics."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

from engine.serve.api import Event

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5)
_LONG = (0.5, 1, 2, 3, 4, 6, 10, 20, 60, 180, 600)


class Metrics:
    """Counters and histograms of one service; times are in seconds."""

    def __init__(self) -> None:
        disable_created_metrics()
        self.registry = registry = CollectorRegistry()
        self._waiting = Gauge("penguess_drawings_waiting", "in the queue", registry=registry)
        self._running = Gauge("penguess_drawings_running", "being painted", registry=registry)
        self._ended = Counter(
            "penguess_drawings", "over, by their last event", ["outcome"], registry=registry
        )
        self._refused = Counter(
            "penguess_refusals", "requests refused, by reason", ["code"], registry=registry
        )
        self._drawing = Histogram(
            "penguess_drawing_seconds",
            "from request to finished drawing",
            registry=registry,
            buckets=_LONG,
        )
        self._first = Histogram(
            "penguess_first_preview_seconds",
            "from request to the first painted step shown",
            registry=registry,
            buckets=(*_SECONDS, 10, 30),
        )
        self._previews = Counter("penguess_previews", "sent", registry=registry)
        self._step = Histogram(
            "penguess_step_seconds", "of all drawings", registry=registry, buckets=_SECONDS
        )
        self._stage = Counter(
            "penguess_step_stage_seconds", "where steps spend it", ["stage"], registry=registry
        )
        self._steps = Counter("penguess_drawing_steps", "of all drawings", registry=registry)
        self._answer = Histogram(
            "penguess_answer_seconds",
            "of guesses, captions and embeddings, from request to answer",
            ["kind"],
            registry=registry,
            buckets=_SECONDS,
        )

    def queue(self, waiting: int, running: int) -> None:
        self._waiting.set(waiting)
        self._running.set(running)

    def ended(self, event: Event, seconds: float) -> None:
        self._ended.labels(event.type).inc()
        if event.type == "finished":
            self._drawing.observe(seconds)

    def preview(self, seconds: float, first: bool) -> None:
        self._previews.inc()
        if first:
            self._first.observe(seconds)

    def stepped(self, drawings: int, seconds: float, stages: Mapping[str, float]) -> None:
        self._step.observe(seconds)
        self._steps.inc(drawings)
        for stage, spent in stages.items():
            self._stage.labels(stage).inc(spent)

    def answered(self, kind: str, seconds: float) -> None:
        self._answer.labels(kind).observe(seconds)

    def refused(self, code: str) -> None:
        self._refused.labels(code).inc()

    def text(self) -> bytes:
        """The exposition format of Prometheus."""
        return generate_latest(self.registry)
