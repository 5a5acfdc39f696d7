"""The composition root: which features and games the bot has, and how it is put together."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.activity import routes as activity
from bot.client import Penguess
from bot.commands import (
    at_table,
    collage,
    draw,
    first_steps,
    guess,
    leaderboard,
    morph,
    privacy,
    queue,
    settings,
    sketch,
    words,
)
from bot.commands import help as help_
from bot.config import Config
from bot.games.albums import gallery
from bot.games.daily import daily_words, weekly_recap
from bot.games.registry import KINDS
from bot.kit.controls import Control
from bot.kit.feature import Feature
from bot.pictures.renderer import Renderer
from bot.services import Services
from bot.store.database import Store
from engine.client import EngineClient

FEATURES = (
    draw.FEATURE,
    guess.FEATURE,
    morph.FEATURE,
    sketch.FEATURE,
    collage.FEATURE,
    words.FEATURE,
    settings.FEATURE,
    queue.FEATURE,
    first_steps.FEATURE,
    help_.FEATURE,
    privacy.FEATURE,
    leaderboard.FEATURE,
    at_table.FEATURE,
    gallery.FEATURE,
    daily_words.FEATURE,
    weekly_recap.FEATURE,
    Feature(routes=activity.join),
    Feature(items=(Control,)),
)


def penguess(
    config: Config,
    store: Store,
    engine: EngineClient,
    renderer: Renderer,
    clock: Callable[[], float] = time.monotonic,
    now: Callable[[], float] = time.time,
) -> Penguess:
    """The bot, not connected yet. clock: seconds from anywhere, for every deadline.
    now: seconds since the epoch, for days and weeks."""
    services = Services(store, engine, renderer, clock, config.steps, config.keep_days, now=now)
    return Penguess(config, services, KINDS, FEATURES)
