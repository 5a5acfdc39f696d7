"""What a part of the bot brings along: commands, buttons, forms and web pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import discord
from aiohttp import web
from discord import ui

from bot.kit.forms import Filled

Press: TypeAlias = Callable[[discord.Interaction[Any], str], Awaitable[None]]
"""Answers the use of a button or select; the text is its id."""

Fill: TypeAlias = Callable[[discord.Interaction[Any], Filled], Awaitable[None]]
"""Answers a form that was sent off."""

Routes: TypeAlias = Callable[[Any, web.Application], None]
"""Adds pages to the bot's web server; the first argument is the bot.client.Penguess."""


Joined: TypeAlias = Callable[[Any, discord.Guild], Awaitable[None]]
"""Does what is to be done in a new server; the first argument is the bot.client.Penguess."""


Hear: TypeAlias = Callable[[discord.Message], Awaitable[None]]
"""Does what is to be done about a person's message that mentions the bot, or was written to it."""


class Background(Protocol):
    """What goes on by itself, whether or not somebody asks."""

    async def begin(self) -> None:
        """The bot starts; it is not connected yet."""
        ...

    async def close(self) -> None:
        """The bot stops."""
        ...

    def lost(self, *, channel: int | None = None, guild: int | None = None) -> None:
        """A channel or a server is gone, or closed to the bot."""
        ...

    async def forget(self, person: int) -> None:
        """Somebody has their data deleted, and is left out of what is under way."""
        ...


@dataclass(frozen=True, slots=True)
class Feature:
    """A part of the bot, as the client joins it.

    commands: of the command tree. items: buttons and selects that survive a restart. presses and
    forms: handlers by how an id begins, such as `draw` or `panel:help`; the longest one counts.
    background, hears: made once, of the bot.client.Penguess.
    """

    commands: tuple[Any, ...] = ()
    items: tuple[type[ui.DynamicItem[Any]], ...] = ()
    presses: Mapping[str, Press] = field(default_factory=dict[str, Press])
    forms: Mapping[str, Fill] = field(default_factory=dict[str, Fill])
    routes: Routes | None = None
    joined: Joined | None = None
    background: Callable[[Any], Background] | None = None
    hears: Callable[[Any], Hear] | None = None
