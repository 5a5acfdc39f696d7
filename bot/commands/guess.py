"""`/guess` and the menu entry "Guess this drawing": what does the bot see in a picture?"""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from bot.client import Penguess
from bot.drawing import view
from bot.drawing.engine_drawing import engine_errors
from bot.kit import metrics
from bot.kit.errors import UserError
from bot.kit.feature import Feature
from bot.pictures import incoming
from bot.store import examples, server_settings
from bot.store.promises import think
from bot.texts import named
from engine.canvas.drawing import Drawing
from engine.client import EngineRefused

_TOP = 5
_ASKED = 20  # so that five are left when a server does not want to read some of them


@app_commands.command(name=named("guess.name"), description=named("guess.description"))
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
@app_commands.rename(image=named("option.image"))
@app_commands.describe(image=named("guess.image"))
async def guess(interaction: discord.Interaction[Penguess], image: discord.Attachment) -> None:
    if image.size > incoming.MAX_MIB << 20:
        raise UserError("refused.picture_bytes", most=incoming.MAX_MIB)
    await _look(interaction, image)


@app_commands.context_menu(name=named("guess_menu.name"))
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
async def guess_this(interaction: discord.Interaction[Penguess], message: discord.Message) -> None:
    forwarded = message.reference.message_id if message.reference is not None else None
    if any(interaction.client.open_games.shows(one) for one in (message.id, forwarded) if one):
        raise UserError("games.no_peeking")
    stored = await interaction.client.drawings.of_message(message.id)
    if stored is not None and stored.drawing is not None:
        await _look(interaction, stored.drawing)
        return
    data: Any = interaction.data  # discord.py's message lacks parts of what Discord sent
    file = next(incoming.in_message(data["resolved"]["messages"][str(message.id)]), None)
    if file is None:
        raise UserError("refused.no_picture")
    await _look(interaction, file)


async def _look(
    interaction: discord.Interaction[Penguess], source: incoming.Linked | Drawing
) -> None:
    """Look at a picture, and say in the channel what it shows. Raises UserError."""
    client = interaction.client
    server = await server_settings.of(client.store, interaction.guild_id)
    server.require_channel(interaction)
    await think(interaction)
    if isinstance(source, Drawing):
        png = await client.renderer.png(source)
    else:
        png = await client.renderer.tidy(await incoming.fetch(source))
    known_here = await examples.learned(client.store, interaction.guild_id)
    with engine_errors(_refused):
        guesses = await client.engine.guess(png, top=_ASKED, examples=known_here)
    metrics.GUESSES.inc()
    texts = server.texts(interaction)
    known = [(guess.word, guess.p) for guess in guesses]
    sees = view.welcome(texts, known, server.blocked)[:_TOP]
    if not sees:
        raise UserError("refused.blocked")
    page = view.guess(texts, sees, person=interaction.user.id, picture=("picture.png", png))
    await interaction.edit_original_response(view=page.view, attachments=page.attachments())


def _refused(error: EngineRefused) -> str:
    blank = error.code == "nothing_drawn"
    return "refused.nothing_drawn" if blank else "refused.picture_kind"


FEATURE = Feature(commands=(guess, guess_this))
