"""What drawings are made with: the choices of commands and panels, and what people read."""

from __future__ import annotations

from discord import app_commands

from bot.store.server_settings import ServerSettings
from bot.texts import Texts, named
from engine.paint.options import INKS, Ink

OWN = "own"
"""Stands in a select for the ink that the engine's model takes by itself."""

# The names are spelt out, so that it is seen which texts are in use.
NAMES: dict[str, str] = {
    "marker": "commands.ink.marker",
    "pen": "commands.ink.pen",
    "paint": "commands.ink.paint",
}

CHOICES = [
    app_commands.Choice(name=named("ink.marker"), value="marker"),
    app_commands.Choice(name=named("ink.pen"), value="pen"),
    app_commands.Choice(name=named("ink.paint"), value="paint"),
]
"""Of a command's option."""


def chosen(said: str | None, server: ServerSettings) -> Ink | None:
    """What to draw with where somebody said this, or nothing; None leaves it to the engine."""
    for ink in INKS:
        if ink == said:
            return ink
    return server.ink


def name(texts: Texts, ink: str) -> str:
    """What people read for an ink."""
    return texts(NAMES[ink])
