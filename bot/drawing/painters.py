"""Who draws: the choices of `/draw`, and what people read."""

from __future__ import annotations

from discord import app_commands

from bot.texts import FALLBACK, Texts, load, named
from engine.paint.options import BASELINES, MORPH, PAINTERS


def _has_name(painter: str) -> bool:
    return f"commands.painter.{painter}" in load(FALLBACK)


def _choice(painter: str) -> app_commands.Choice[str]:
    name = named(f"painter.{painter}") if _has_name(painter) else painter
    return app_commands.Choice(name=name, value=painter)


CHOICES = [_choice(painter) for painter in PAINTERS if painter not in {MORPH, *BASELINES}][:25]
"""Of a command's option; Discord takes 25. One without a name of its own is called as it is."""


def name(texts: Texts, painter: str) -> str:
    """What people read for a painter."""
    return texts(f"commands.painter.{painter}") if _has_name(painter) else painter
