"""`/sketch`: draws a picture that somebody uploaded, in strokes.

A small copy of it goes to the engine with the order, and is kept with the drawing, so that its
buttons can draw it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot import inks, pictures, settings
from bot.hostile import Refused, clean
from bot.order import FEWEST, MAX_SEED, MOST, Order, new_seed
from bot.texts import named

if TYPE_CHECKING:
    from bot.app import Penguess

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
    client = interaction.client
    if image.size > pictures.MAX_MIB << 20:
        raise Refused("refused.picture_bytes", most=pictures.MAX_MIB)
    server = await settings.of(client.store, interaction.guild_id)
    server.require_channel(interaction)
    words = clean(title, _MAX_TITLE) if title else server.texts(interaction)("card.sketch")
    server.require_clean(words)
    await interaction.response.defer(thinking=True)
    picture = await client.renderer.small(await pictures.fetch(image))
    order = Order(
        prompt=words,
        strokes=server.strokes if strokes is None else strokes,
        seed=new_seed() if seed is None else seed,
        ink=inks.chosen(ink, server),
        picture=picture,
    )
    await client.studio.begin(interaction, order)
