"""The bot's metrics, for Prometheus at /metrics. The engine has its own, without `bot_`."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

DRAWINGS = Counter("penguess_bot_drawings", "Drawings by how they ended", ["ending"])
IN_FLIGHT = Gauge("penguess_bot_drawings_in_flight", "Drawings under way")
DRAWING_SECONDS = Histogram(
    "penguess_bot_drawing_seconds",
    "From the request to the finished message",
    buckets=(2, 5, 10, 20, 30, 60, 120, 300, 900),
)
FIRST_PREVIEW_SECONDS = Histogram(
    "penguess_bot_first_preview_seconds",
    "From the request to the first preview in the channel",
    buckets=(0.5, 1, 2, 3, 5, 10, 30, 120),
)
EDITS = Counter("penguess_bot_edits", "Edits of messages that come alive, by result", ["result"])
SKIPPED = Counter("penguess_bot_frames_skipped", "Frames replaced before they showed")
ANSWER_SECONDS = Histogram(
    "penguess_bot_answer_seconds",
    "From a request's arrival to the answer in the channel",
    buckets=(0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 3),
)
REFUSALS = Counter("penguess_bot_refusals", "Requests refused, by reason", ["reason"])
ERRORS = Counter("penguess_bot_errors", "Unexpected errors while people were served")
GUESSES = Counter("penguess_bot_guesses", "Pictures looked at")
ENGINE_RESTARTS = Counter("penguess_bot_engine_restarts", "Restarts of the engine")
TASKS = Gauge("penguess_bot_tasks", "Tasks of the event loop that are not done")
