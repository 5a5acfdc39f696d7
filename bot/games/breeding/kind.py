"""`/breed`, and the game as the registry lists it."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.client import Penguess
from bot.drawing import inks
from bot.games.breeding.breeding import Breeding
from bot.games.table.kind import GameKind
from bot.games.table.table_menu import seat
from bot.kit.feature import Feature
from bot.kit.untrusted import MAX_PROMPT, clean
from bot.store import server_settings
from bot.texts import named
from games.breeding.breeding import BREEDING, BreedSettings, Open


@app_commands.command(name=named("breed.name"), description=named("breed.description"))
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
@app_commands.rename(
    prompt=named("option.prompt"),
    generations=named("option.generations"),
    time=named("option.time"),
    strokes=named("option.strokes"),
    ink=named("option.ink"),
    critic=named("option.critic"),
)
@app_commands.describe(
    prompt=named("breed.prompt"),
    generations=named("breed.generations"),
    time=named("breed.time"),
    strokes=named("breed.strokes"),
    ink=named("breed.ink"),
    critic=named("breed.critic"),
)
@app_commands.choices(ink=inks.CHOICES)
async def breed(
    interaction: discord.Interaction[Penguess],
    prompt: app_commands.Range[str, 1, MAX_PROMPT],
    generations: app_commands.Range[int, 2, 20] = 6,
    time: app_commands.Range[int, 10, 3600] = 45,
    strokes: app_commands.Range[int, 4, 64] = 24,
    ink: str = "",
    critic: bool = False,
) -> None:
    client = interaction.client
    server = await server_settings.of(client.store, interaction.guild_id)
    server.require_channel(interaction)
    server.require_starter(interaction)
    texts = server.texts(interaction)
    prompt = clean(prompt)
    server.require_clean(texts, prompt)
    wanted = BreedSettings(
        prompt=prompt,
        generations=generations,
        seconds=time,
        strokes=strokes,
        ink=ink,
        critic=critic,
        blocked=server.blocked,
        blocklists=(texts.language,),
    )
    opening = Open(seat(interaction), wanted)
    await client.open_games.open(interaction, BREEDING.name, opening, texts.language)


KINDS = (GameKind(BREEDING, Breeding, boards=(), feature=Feature(commands=(breed,))),)
