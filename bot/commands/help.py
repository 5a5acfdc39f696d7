"""`/help`, with a button for each topic, and `/about`."""

from __future__ import annotations

from typing import Any

import discord
from discord import ButtonStyle, app_commands, ui

from bot.client import Penguess
from bot.commands import first_steps, privacy
from bot.kit import controls, layout, permissions
from bot.kit.feature import Feature
from bot.kit.live_message import MessageView
from bot.store.promises import think
from bot.texts import Texts, named
from engine.client import EngineError
from engine.version import VERSION

AREA = "help"
# topic -> emoji of its button
FIRST = "draw"
TOPICS = {"draw": "🖌️", "guess": "🔍", "games": "🎲", "words": "📜", "server": "🔧"}


@app_commands.command(name=named("help.name"), description=named("help.description"))
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
async def help_(interaction: discord.Interaction[Penguess]) -> None:
    page = await _topic(interaction, FIRST)
    await interaction.response.send_message(view=page.view, ephemeral=True)


@app_commands.command(name=named("about.name"), description=named("about.description"))
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
async def about(interaction: discord.Interaction[Penguess]) -> None:
    await think(interaction, ephemeral=True)
    texts = Texts.of(interaction, private=True)
    client = interaction.client
    try:
        models = ", ".join(model.name for model in await client.engine.models())
    except EngineError:
        models = texts("about.no_engine")
    figures = texts("about.figures", models=models, n=len(client.guilds))
    lines = [
        texts("about.title"),
        texts("about.what"),
        texts("about.how"),
        f"{figures} · {VERSION}",
    ]
    row = controls.row(
        controls.button(AREA, "open", texts("about.help"), emoji="📖"),
        controls.button(privacy.AREA, "open", texts("about.privacy"), emoji="🔒"),
    )
    parts: list[Any] = [ui.TextDisplay("\n".join(lines)), row]
    page = layout.framed(parts, layout.BUSY, ())
    await interaction.edit_original_response(view=page.view)


async def use(interaction: discord.Interaction[Any], custom_id: str) -> None:
    """A button of the help was pressed."""
    what = controls.what(custom_id)
    if what == "open":
        page = await _topic(interaction, FIRST)
        await interaction.response.send_message(view=page.view, ephemeral=True)
    elif what in TOPICS:
        page = await _topic(interaction, what)
        await interaction.response.edit_message(view=page.view)


async def _topic(interaction: discord.Interaction[Penguess], topic: str) -> MessageView:
    texts = Texts.of(interaction, private=True)
    buttons = [
        controls.button(
            AREA,
            name,
            texts(f"help.{name}"),
            emoji=emoji,
            style=ButtonStyle.primary if name == topic else ButtonStyle.secondary,
            disabled=name == topic,
        )
        for name, emoji in TOPICS.items()
    ]
    parts: list[Any] = [ui.TextDisplay(texts(f"help.{topic}_page"))]
    if topic == FIRST:
        parts.append(first_steps.buttons(texts))
    if topic == "server":
        member = interaction.is_guild_integration()
        lacks = permissions.missing(interaction) if member else None
        found = await first_steps.hurdles(interaction.client, texts, interaction.channel, lacks)
        parts += layout.texts([texts("steps.hurdles" if found else "steps.no_hurdles"), *found])
    parts.append(controls.row(*buttons))
    return layout.framed(parts, layout.BUSY, ())


FEATURE = Feature(commands=(help_, about), presses={f"panel:{AREA}": use})
