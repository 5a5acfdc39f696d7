"""What drawings and games work with: opened by whoever runs the bot, and closed there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.pictures.renderer import Renderer
from bot.store.database import Store
from engine.client import EngineClient


@dataclass(frozen=True, slots=True)
class Services:
    """clock: seconds from anywhere, for everything that has a deadline. steps: of descent for one
    drawing; None leaves them to the engine. keep_days: for which drawings and albums are kept
    where a server set no other number. now: seconds since the epoch, for days and weeks."""

    store: Store
    engine: EngineClient
    renderer: Renderer
    clock: Callable[[], float]
    steps: int | None
    keep_days: int
    now: Callable[[], float] = field(default=time.time, kw_only=True)
