"""`/sketch`: draws a picture that somebody uploaded, in strokes.

A small copy of it goes to the engine with the request, and is kept with the drawing, so that its
buttons can draw it again.
"""

from __future__ import annotations

import discord
from discord import app_commands

from bot.client import Penguess
from bot.commands.given_picture import small_copy
from bot.drawing import inks
from bot.drawing.asking import ByInteraction
from bot.drawing.request import MAX_SEED, Request, new_seed
from bot.kit.feature import Feature
from bot.kit.untrusted import clean
from bot.store import server_settings
from bot.store.server_settings import FEWEST, MOST
from bot.texts import named

_MAX_TITLE = 100  # characters


@app_commands.command(name=named("sketch.name"), description=named("sketch.description"))
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
@app_commands.rename(
    image=named("option.image"),
    title=named("option.title"),
    strokes=named("option.strokes"),
    ink=named("option.ink"),
    seed=named("option.seed"),
)
@app_commands.describe(
    image=named("sketch.image"),
    title=named("sketch.title"),
    strokes=named("draw.strokes"),
    ink=named("draw.ink"),
    seed=named("draw.seed"),
)
@app_commands.choices(ink=inks.CHOICES)
async def sketch(
    interaction: discord.Interaction[Penguess],
    image: discord.Attachment,
    title: app_commands.Range[str, 1, _MAX_TITLE] | None = None,
    strokes: app_commands.Range[int, FEWEST, MOST] | None = None,
    ink: str | None = None,
    seed: app_commands.Range[int, 0, MAX_SEED] | None = None,
) -> None:
    server = await server_settings.of(interaction.client.store, interaction.guild_id)
    words = clean(title, _MAX_TITLE) if title else server.texts(interaction)("card.sketch")
    picture = await small_copy(interaction, image, words)
    request = Request(
        prompt=words,
        strokes=server.strokes if strokes is None else strokes,
        seed=new_seed() if seed is None else seed,
        ink=inks.chosen(ink, server),
        picture=picture,
    )
    await interaction.client.in_progress.begin(ByInteraction(interaction), request)


FEATURE = Feature(commands=(sketch,))
