"""How messages are laid out: a coloured frame with texts, pictures and rows of buttons in it.

A layout (Components V2) rather than an embed: pictures are as wide as the column, texts go above
and below them, buttons are inside the frame, and no permission to embed is needed.
docs: https://docs.discord.com/developers/components/reference
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import discord
from discord import ui

from bot.kit.live_message import MessageView

BUSY, DONE, TROUBLED = 0x5B8DEF, 0x3BA55D, 0xD9822B
GATHERING, NOTICE = 0x8E6BD8, 0x9AA4B2

Picture: TypeAlias = tuple[str, bytes]
"""A file's name and bytes."""

_ALT = 1024  # characters, the most that Discord takes
_BAR = 12  # characters


def framed(
    parts: Sequence[ui.Item[Any]],
    colour: int,
    files: tuple[Picture, ...] = (),
    pings: tuple[int, ...] = (),
) -> MessageView:
    """Everything in one frame with a coloured edge. pings: who must act, as in MessageView."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(*parts, accent_colour=colour))
    # Presses are dispatched by the buttons' ids, so discord.py need not keep a view for every
    # message that was ever sent.
    view.stop()
    return MessageView(view, files, pings)


def picture(name: str, alt: str) -> ui.MediaGallery[Any]:
    """An attached picture, as wide as the message."""
    item = discord.MediaGalleryItem(f"attachment://{name}", description=alt[:_ALT])
    return ui.MediaGallery(item)


def texts(lines: Iterable[str]) -> list[ui.Item[Any]]:
    """Lines that are not empty, as one block, if there is any."""
    shown = [line for line in lines if line]
    return [ui.TextDisplay("\n".join(shown))] if shown else []


def notice(text: str) -> MessageView:
    """A few words, for one person as a rule."""
    return framed([ui.TextDisplay(text)], NOTICE)


def panel(text: str, items: Sequence[ui.Item[Any]], colour: int = NOTICE) -> MessageView:
    """Words with rows of buttons and selects below them."""
    return framed([ui.TextDisplay(text), *items], colour)


def bar(share: float, width: int = _BAR) -> str:
    """A share of 1 as a line of blocks."""
    full = round(min(1.0, max(0.0, share)) * width)
    return "▰" * full + "▱" * (width - full)


def percent(share: float) -> int:
    """A share of 1 in whole per cent; certainty is for what is certain."""
    return min(99, max(0, round(100 * share))) if share < 1.0 else 100
