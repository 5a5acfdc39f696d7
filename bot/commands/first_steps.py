"""First steps in a server: three things to try, and what would go wrong, with what to do about it.

Posted once when the bot joins a server, and the first page of `/help`. The three buttons are the
commands themselves, called with their defaults.
"""

from __future__ import annotations

import logging
from typing import Any

import discord
from discord import ButtonStyle, ui

from bot.client import Penguess
from bot.commands.draw import draw
from bot.games.pictionary.command import pictionary
from bot.games.telephone.command import telephone
from bot.kit import controls, forms, layout, permissions
from bot.kit.controls import custom_id
from bot.kit.errors import UserError
from bot.kit.feature import Feature
from bot.kit.forms import Filled
from bot.kit.live_message import TROUBLE, MessageView
from bot.kit.untrusted import MAX_PROMPT
from bot.store import server_settings
from bot.texts import Texts
from engine.client import EngineError
from games.telephone.books import Preset

log = logging.getLogger(__name__)

AREA = "steps"

# what a button does -> its emoji
STEPS = {"draw": "🖌️", "play": "🎲", "watch": "📖"}

_GREETED = "greeted:{guild}"  # a note in the database


def buttons(texts: Texts) -> ui.ActionRow[ui.LayoutView]:
    """The three things to try."""
    return controls.row(
        *(
            controls.button(
                AREA, name, texts(f"steps.{name}"), emoji=emoji, style=ButtonStyle.success
            )
            for name, emoji in STEPS.items()
        )
    )


async def use(interaction: discord.Interaction[Penguess], id_: str) -> None:
    """One of the three was pressed. Raises UserError, as the commands do."""
    match controls.what(id_):
        case "draw":
            texts = Texts.of(interaction, private=True)
            prompt: ui.TextInput[Any] = ui.TextInput(
                custom_id="prompt", max_length=MAX_PROMPT, placeholder=texts("steps.example")
            )
            label: ui.Label[Any] = ui.Label(text=texts("steps.prompt"), component=prompt)
            await forms.show(interaction, custom_id(AREA, "draw"), texts("steps.draw"), label)
        case "play":
            await pictionary.callback(interaction)  # pyright: ignore[reportCallIssue]
        case "watch":
            await telephone.callback(interaction, preset=Preset.SELF_PLAY.value)  # pyright: ignore[reportCallIssue]
        case _:
            raise UserError("forms.unknown")


async def fill(interaction: discord.Interaction[Penguess], form: Filled) -> None:
    """What to draw was sent off."""
    await draw.callback(interaction, form.texts.get("prompt", ""))  # pyright: ignore[reportCallIssue]


# -- what would go wrong


async def hurdles(
    client: Penguess,
    texts: Texts,
    channel: object,
    lacks: tuple[str, ...] | None = None,
    *,
    passing: bool = True,
) -> list[str]:
    """What people would stumble over in a channel, each with the one thing to do about it.

    lacks: the permissions that the bot lacks there, where Discord has said so. passing: also what
    may be over in a minute.
    """
    found: list[str] = []
    missing = permissions.missing_in(channel) if lacks is None else lacks
    guild = (
        channel.guild if isinstance(channel, discord.abc.GuildChannel | discord.Thread) else None
    )
    names = permissions.listed(texts, missing)
    match channel:
        case discord.Thread() if channel.is_private() and channel.me is None:
            found.append(texts("steps.no_thread"))
        case discord.Thread() if missing:
            key = "steps.no_permission_thread"
            found.append(texts(key, permissions=names, channel=channel.parent_id))
        case discord.abc.GuildChannel(id=id_) if missing:
            found.append(texts("steps.no_permission", permissions=names, channel=id_))
        case _:
            pass
    if passing and not await _engine_ready(client):
        found.append(texts("steps.engine_away"))
    if client.pad.address is None:
        found.append(texts("steps.no_address"))
    if guild is not None:
        server = await server_settings.of(client.store, guild.id)
        if not client.intents.message_content:
            found.append(texts("steps.chat_off"))
        elif client.open_games.services.hearing.withheld:
            found.append(texts("steps.chat_withheld"))
        elif not server.chat:
            found.append(texts("steps.chat_off_here"))
        elif not permissions.may_take_away_in(channel):
            name = permissions.listed(texts, (permissions.TAKING_AWAY,))
            found.append(texts("steps.chat_lacks", permission=name))
    return found


async def _engine_ready(client: Penguess) -> bool:
    try:
        return await client.engine.ready()
    except EngineError:
        return False


# -- the greeting


async def greet(client: Penguess, guild: discord.Guild) -> None:
    """Say hello in a server where the bot may write, once, however often it comes."""
    note = _GREETED.format(guild=guild.id)
    if await client.store.note(note) is not None:
        return
    channel = _place(guild)
    if channel is None:
        log.info("a server has no channel to say hello in", extra={"server": guild.id})
        return
    await client.store.put_note(note, str(channel.id))
    server = await server_settings.of(client.store, guild.id)
    page = await _greeting(client, Texts(server.language_for(guild)), channel)
    try:
        await channel.send(view=page.view)
    except TROUBLE as error:
        log.info("the greeting was not posted", extra={"reason": str(error)})


async def _greeting(client: Penguess, texts: Texts, channel: discord.TextChannel) -> MessageView:
    parts: list[Any] = [ui.TextDisplay(texts("steps.hello")), buttons(texts)]
    # The page stays: an engine that still starts would be told of for ever.
    if found := await hurdles(client, texts, channel, passing=False):
        parts.append(ui.TextDisplay("\n".join([texts("steps.hurdles"), *found])))
    return layout.framed(parts, layout.BUSY)


def _place(guild: discord.Guild) -> discord.TextChannel | None:
    """The system channel, else the first one, in which the bot may post."""
    channels = sorted(guild.text_channels, key=lambda one: (one.position, one.id))
    first = [guild.system_channel] if guild.system_channel is not None else []
    return next((one for one in (*first, *channels) if not permissions.missing_in(one)), None)


FEATURE = Feature(presses={f"panel:{AREA}": use}, forms={f"panel:{AREA}": fill}, joined=greet)
