"""Structured logs: a message and named values, as text for people or as JSON for programs."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

from engine.web_limits import Sparing

# What every record carries; the rest came in by `extra` and is shown.
_OWN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Text(logging.Formatter):
    """`23:13:44 INFO bot.drawing.job: finished drawing=12 seconds=8.1`"""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the base's name
        pairs = (f" {key}={json.dumps(value, default=str)}" for key, value in _extra(record))
        return super().formatMessage(record) + "".join(pairs)


class Json(logging.Formatter):
    """An object a line: time (seconds since the epoch), level, logger, message, and the values."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "time": round(record.created, 3),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry |= dict(_extra(record))
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False, default=str)


def _extra(record: logging.LogRecord) -> list[tuple[str, Any]]:
    """What the caller named; libraries that put something of their own into every record, as Ray
    does, begin its name with an underscore."""
    named = ((key, value) for key, value in vars(record).items() if key not in _OWN)
    return [(key, value) for key, value in named if not key.startswith("_")]


def set_up(level: str, form: str) -> None:
    """Log to standard error from `level` on, in the form `text` or `json`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json() if form == "json" else Text())
    handler.addFilter(Sparing())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # discord.py and aiohttp tell at `info` what only their developers want to know.
    for noisy in ("discord", "aiohttp", "asyncio"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, getattr(logging, level.upper())))
