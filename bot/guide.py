"""`/help`, a small guide with a button for each topic, and `/about`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import ButtonStyle, app_commands, ui

from bot import cards, controls, privacy
from bot.live_message import Page
from bot.texts import Texts, named
from engine.client import EngineError

if TYPE_CHECKING:
    from bot.app import Penguess

AREA = "help"
# topic -> emoji of its button
TOPICS = {"draw": "🖌️", "guess": "🔍", "games": "🎲", "words": "📜", "server": "🔧"}


@app_commands.command(name=named("help.name"), description=named("help.description"))
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
async def help_(interaction: discord.Interaction[Penguess]) -> None:
    page = _topic(Texts.of(interaction, private=True), "draw")
    await interaction.response.send_message(view=page.view, ephemeral=True)


@app_commands.command(name=named("about.name"), description=named("about.description"))
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
async def about(interaction: discord.Interaction[Penguess]) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    texts = Texts.of(interaction, private=True)
    client = interaction.client
    try:
        models = ", ".join(model.name for model in await client.engine.models())
    except EngineError:
        models = texts("about.no_engine")
    lines = [
        texts("about.title"),
        texts("about.what"),
        texts("about.how"),
        texts("about.figures", models=models, n=len(client.guilds)),
    ]
    row = controls.row(
        controls.button(AREA, "open", texts("about.help"), emoji="📖"),
        controls.button(privacy.AREA, "open", texts("about.privacy"), emoji="🔒"),
    )
    parts: list[Any] = [ui.TextDisplay("\n".join(lines)), row]
    page = cards.page(parts, cards.BUSY, ())
    await interaction.edit_original_response(view=page.view)


async def use(interaction: discord.Interaction[Any], what: str) -> None:
    """A button of the guide was pressed."""
    texts = Texts.of(interaction, private=True)
    if what == "open":
        await interaction.response.send_message(view=_topic(texts, "draw").view, ephemeral=True)
    elif what in TOPICS:
        await interaction.response.edit_message(view=_topic(texts, what).view)


def _topic(texts: Texts, topic: str) -> Page:
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
    parts: list[Any] = [ui.TextDisplay(texts(f"help.{topic}_page")), controls.row(*buttons)]
    return cards.page(parts, cards.BUSY, ())
