"""`/collage`: a picture made of the server's own emoji, cut out and laid over one another."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.client import Penguess
from bot.drawing.asking import ByInteraction
from bot.drawing.request import MAX_SEED, Request, new_seed
from bot.kit.feature import Feature
from bot.kit.untrusted import MAX_PROMPT, clean
from bot.store.server_settings import DEFAULT_STROKES, FEWEST
from bot.texts import named
from engine.paint.options import COLLAGE

MOST_PIECES = 64  # as many as the engine lays


@app_commands.command(name=named("collage.name"), description=named("collage.description"))
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
@app_commands.rename(
    prompt=named("option.prompt"),
    pieces=named("option.pieces"),
    seed=named("option.seed"),
)
@app_commands.describe(
    prompt=named("collage.prompt"),
    pieces=named("collage.pieces"),
    seed=named("draw.seed"),
)
async def collage(
    interaction: discord.Interaction[Penguess],
    prompt: app_commands.Range[str, 1, MAX_PROMPT],
    pieces: app_commands.Range[int, FEWEST, MOST_PIECES] = DEFAULT_STROKES,
    seed: app_commands.Range[int, 0, MAX_SEED] | None = None,
) -> None:
    client, asking = interaction.client, ByInteraction(interaction)
    request = Request(
        prompt=clean(prompt),
        strokes=pieces,
        seed=new_seed() if seed is None else seed,
        painter=COLLAGE,
        own_emoji=True,
    )
    # Where the bot is no member, it is not told which emoji there are.
    guild = client.get_guild(interaction.guild_id or 0)
    if guild is not None:
        _, _, place = await client.in_progress.admit(asking, request)
        with place:  # what is fetched is among what is limited
            await asking.wait()
            patches = await client.server_emoji.of(guild, request.seed)
        request = request.model_copy(update={"patches": patches})
    await client.in_progress.begin(asking, request)


FEATURE = Feature(commands=(collage,))
