"""`/queue`: your drawings under way, how far they are, and how much room is left."""

from __future__ import annotations

import discord
from discord import app_commands, ui

from bot.client import Penguess
from bot.drawing.job import DrawingJob
from bot.drawing.stored_drawings import StoredDrawing
from bot.kit import layout
from bot.kit.feature import Feature
from bot.kit.untrusted import shown
from bot.store import server_settings
from bot.texts import Texts, named

_LISTED = 10


@app_commands.command(name=named("queue.name"), description=named("queue.description"))
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
async def queue(interaction: discord.Interaction[Penguess]) -> None:
    client, texts = interaction.client, Texts.of(interaction, private=True)
    server = await server_settings.of(client.store, interaction.guild_id)
    mine = client.in_progress.of(interaction.user.id)
    lines = [texts("queue.title")]
    for job in mine[:_LISTED]:
        stored = await client.drawings.find(job.drawing_id)
        if stored is not None:
            lines.append(_line(texts, job, stored))
    if not mine:
        lines.append(texts("queue.none"))
    per_person, per_server = server.most_in_flight(client.config)
    lines.append(texts("queue.mine", n=len(mine), most=per_person))
    if interaction.guild_id is not None:
        here = client.in_progress.limits.of_server(interaction.guild_id)
        lines.append(texts("queue.server", n=here, most=per_server))
    page = layout.framed([ui.TextDisplay("\n".join(lines))], layout.BUSY, ())
    await interaction.response.send_message(view=page.view, ephemeral=True)


def _line(texts: Texts, job: DrawingJob, stored: StoredDrawing) -> str:
    if job.position is not None:
        state = texts("queue.waiting", n=job.position)
    else:
        state = texts("queue.drawing", percent=layout.percent(job.share))
    prompt = shown(job.request.prompt, 60)
    if stored.message is None:
        return f"- {prompt} · {state}"
    place = stored.guild or "@me"
    url = f"https://discord.com/channels/{place}/{stored.channel}/{stored.message}"
    return texts("queue.line", prompt=prompt, url=url, state=state)


FEATURE = Feature(commands=(queue,))
