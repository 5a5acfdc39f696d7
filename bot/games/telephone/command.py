"""`/telephone` opens a lobby, or a chain that the bot plays alone."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.client import Penguess
from bot.drawing import inks
from bot.games.table.lobby import word_language
from bot.games.table.table_menu import seat
from bot.games.telephone.lobby import first_phrases
from bot.kit.untrusted import clean
from bot.store import server_settings
from bot.texts import named
from games.telephone.books import PHRASE_LENGTH, ChainSettings, Preset
from games.telephone.page_events import Open, Start
from games.telephone.telephone import TELEPHONE


@app_commands.command(name=named("telephone.name"), description=named("telephone.description"))
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
@app_commands.rename(
    preset=named("option.preset"),
    prompt=named("option.phrase"),
    links=named("option.links"),
    pace=named("option.pace"),
    ink=named("option.ink"),
)
@app_commands.describe(
    preset=named("telephone.preset"),
    prompt=named("telephone.prompt"),
    links=named("telephone.links"),
    pace=named("telephone.pace"),
    ink=named("draw.ink"),
)
@app_commands.choices(
    preset=[
        app_commands.Choice(name=named("preset.classic"), value="classic"),
        app_commands.Choice(name=named("preset.speed"), value="speed"),
        app_commands.Choice(name=named("preset.bot_draws"), value="bot-draws"),
        app_commands.Choice(name=named("preset.bot_guesses"), value="bot-guesses"),
        app_commands.Choice(name=named("preset.drift"), value="drift"),
        app_commands.Choice(name=named("preset.solo"), value="solo"),
        app_commands.Choice(name=named("preset.self_play"), value="self-play"),
    ],
    pace=[
        app_commands.Choice(name=named("pace.normal"), value="normal"),
        app_commands.Choice(name=named("pace.speed"), value="speed"),
        app_commands.Choice(name=named("pace.slow"), value="slow"),
    ],
    ink=inks.CHOICES,
)
async def telephone(
    interaction: discord.Interaction[Penguess],
    preset: str = Preset.CLASSIC.value,
    prompt: app_commands.Range[str, 1, PHRASE_LENGTH] = "",
    links: app_commands.Range[int, 2, 24] | None = None,
    pace: str = "normal",
    ink: str | None = None,
) -> None:
    client = interaction.client
    server = await server_settings.of(client.store, interaction.guild_id)
    server.require_channel(interaction)
    server.require_starter(interaction)
    texts = server.texts(interaction)
    if prompt:
        prompt = clean(prompt, PHRASE_LENGTH)
        server.require_clean(texts, prompt)
    wanted = ChainSettings(
        preset=Preset(preset),
        prompt=prompt,
        links=links or 0,
        pace=pace,
        ink=inks.chosen(ink, server) or "",
        language=word_language(server, interaction),
        blocked=server.blocked,
        blocklists=(texts.language,),
    )
    by, language = seat(interaction), texts.language
    runner = await client.open_games.open(interaction, TELEPHONE.name, Open(by, wanted), language)
    if wanted.preset is Preset.SELF_PLAY:
        await runner.ask(Start(by, first_phrases(wanted)), by)
