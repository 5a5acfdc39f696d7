"""`/morph`: one drawing becomes another, as a film."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.client import Penguess
from bot.drawing import inks
from bot.drawing.asking import ByInteraction
from bot.drawing.request import MAX_SEED, Request, new_seed
from bot.kit.feature import Feature
from bot.kit.untrusted import MAX_PROMPT, clean
from bot.store import server_settings
from bot.store.server_settings import FEWEST, MAX_STYLE, MOST
from bot.texts import named
from engine.paint.options import MORPH

MOST_FRAMES = 40  # so that it is made within a minute, and small enough to be shown


@app_commands.command(name=named("morph.name"), description=named("morph.description"))
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
@app_commands.rename(
    first=named("option.first"),
    last=named("option.last"),
    between=named("option.between"),
    frames=named("option.frames"),
    strokes=named("option.strokes"),
    style=named("option.style"),
    seed=named("option.seed"),
    ink=named("option.ink"),
)
@app_commands.describe(
    first=named("morph.first"),
    last=named("morph.last"),
    between=named("morph.between"),
    frames=named("morph.frames"),
    strokes=named("draw.strokes"),
    style=named("draw.style"),
    seed=named("draw.seed"),
    ink=named("draw.ink"),
)
@app_commands.choices(ink=inks.CHOICES)
async def morph(
    interaction: discord.Interaction[Penguess],
    first: app_commands.Range[str, 1, MAX_PROMPT],
    last: app_commands.Range[str, 1, MAX_PROMPT],
    between: app_commands.Range[str, 1, MAX_PROMPT] | None = None,
    frames: app_commands.Range[int, 3, MOST_FRAMES] | None = None,
    strokes: app_commands.Range[int, FEWEST, MOST] | None = None,
    style: app_commands.Range[str, 1, MAX_STYLE] | None = None,
    seed: app_commands.Range[int, 0, MAX_SEED] | None = None,
    ink: str | None = None,
) -> None:
    server = await server_settings.of(interaction.client.store, interaction.guild_id)
    request = Request(
        prompt=clean(first),
        more=tuple(clean(text) for text in (between, last) if text),
        frames=frames,
        strokes=server.strokes if strokes is None else strokes,
        style=clean(style, MAX_STYLE) if style else server.style,
        seed=new_seed() if seed is None else seed,
        ink=inks.chosen(ink, server),
        painter=MORPH,
    )
    await interaction.client.in_progress.begin(ByInteraction(interaction), request)


FEATURE = Feature(commands=(morph,))
