"""How messages of games are laid out: a coloured frame with texts, a picture and buttons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import discord
from discord import ui

from bot.cards import page
from bot.live_message import Page

LOBBY, PLAYING, OVER, NOTICE = 0x8E6BD8, 0x5B8DEF, 0x3BA55D, 0x9AA4B2
_ALT = 1024  # characters, the most that Discord takes


def picture(name: str, alt: str) -> ui.MediaGallery[Any]:
    """An attached picture, as wide as the message."""
    item = discord.MediaGalleryItem(f"attachment://{name}", description=alt[:_ALT])
    return ui.MediaGallery(item)


def texts(lines: Iterable[str]) -> list[ui.Item[Any]]:
    """Lines that are not empty, as one block, if there is any."""
    shown = [line for line in lines if line]
    return [ui.TextDisplay("\n".join(shown))] if shown else []


def note(text: str) -> Page:
    """A few words, for one person as a rule."""
    return page([ui.TextDisplay(text)], NOTICE, ())


def panel(text: str, items: Sequence[ui.Item[Any]], colour: int = NOTICE) -> Page:
    """Words with rows of buttons and selects below them."""
    return page([ui.TextDisplay(text), *items], colour, ())
