"""`/privacy`: what is stored about you, and a button that deletes it."""

from __future__ import annotations

from typing import Any

import discord
from discord import ButtonStyle, app_commands, ui

from bot.client import Penguess
from bot.kit import controls, layout
from bot.kit.feature import Feature
from bot.kit.live_message import MessageView
from bot.store import erasure, server_settings
from bot.texts import Texts, named
from games.table import table

AREA = "privacy"


@app_commands.command(name=named("privacy.name"), description=named("privacy.description"))
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
async def privacy(interaction: discord.Interaction[Penguess]) -> None:
    page = await _overview(interaction)
    await interaction.response.send_message(view=page.view, ephemeral=True)


async def use(interaction: discord.Interaction[Penguess], custom_id: str) -> None:
    """A button of the panel was pressed."""
    what = controls.what(custom_id)
    match what:
        case "open":
            page = await _overview(interaction)
            await interaction.response.send_message(view=page.view, ephemeral=True)
        case "ask":
            page = _question(Texts.of(interaction, private=True))
            await interaction.response.edit_message(view=page.view)
        case "no":
            page = await _overview(interaction)
            await interaction.response.edit_message(view=page.view)
        case "yes":
            await interaction.response.defer()
            left = await forget(interaction.client, interaction.user.id)
            texts = Texts.of(interaction, private=True)
            lines = [texts("privacy.done")]
            if left:
                lines.append(texts("privacy.later", n=left))
            page = layout.framed([ui.TextDisplay("\n".join(lines))], layout.DONE, ())
            await interaction.edit_original_response(view=page.view)


async def forget(client: Penguess, person: int) -> int:
    """Let a person leave everything, and delete what is stored about them.

    Returns the number of games that have to end before the rest can be deleted.
    """
    seat = str(person)
    for host in client.open_games.runners:
        seats = host.table.seats
        if seats.has(seat) or seat in seats.spectators:
            await host.do(table.Leave(seat))
    await client.in_progress.stop_all(person)
    for one in client.backgrounds:
        await one.forget(person)
    return await erasure.erase(client.store, person)


async def _overview(interaction: discord.Interaction[Penguess]) -> MessageView:
    client, texts = interaction.client, Texts.of(interaction, private=True)
    server = await server_settings.of(client.store, interaction.guild_id)
    counts = await erasure.count(client.store, interaction.user.id)
    lines = [
        texts("privacy.title"),
        texts("privacy.drawings", n=counts["drawings"]),
        texts("privacy.games", n=counts["games"]),
        texts("privacy.words", n=counts["words"]),
        texts("privacy.sheets", n=counts["sheets"]),
        texts("privacy.examples", n=counts["examples"]),
        texts("privacy.streaks", n=counts["streaks"]),
        "",
        texts("privacy.kept", n=server.retention_days or client.config.keep_days),
        texts("privacy.not_kept"),
        texts("privacy.messages"),
    ]
    delete = controls.button(
        AREA, "ask", texts("privacy.delete"), emoji="🗑️", style=ButtonStyle.danger
    )
    parts: list[Any] = [ui.TextDisplay("\n".join(lines)), controls.row(delete)]
    return layout.framed(parts, layout.BUSY, ())


def _question(texts: Texts) -> MessageView:
    yes = controls.button(AREA, "yes", texts("privacy.yes"), style=ButtonStyle.danger)
    no = controls.button(AREA, "no", texts("privacy.no"))
    parts: list[Any] = [ui.TextDisplay(texts("privacy.sure")), controls.row(yes, no)]
    return layout.framed(parts, layout.TROUBLED, ())


FEATURE = Feature(commands=(privacy,), presses={f"panel:{AREA}": use})
