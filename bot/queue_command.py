"""`/queue`: what one has under way, where it stands, and how much room there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands, ui

from bot import cards, settings
from bot.hostile import shown
from bot.session import Session
from bot.store import StoredDrawing
from bot.texts import Texts, named

if TYPE_CHECKING:
    from bot.app import Penguess

_LISTED = 10


@app_commands.command(name=named("queue.name"), description=named("queue.description"))
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
async def queue(interaction: discord.Interaction[Penguess]) -> None:
    client, texts = interaction.client, Texts.of(interaction, private=True)
    server = await settings.of(client.store, interaction.guild_id)
    mine = client.studio.of(interaction.user.id)
    lines = [texts("queue.title")]
    for session in mine[:_LISTED]:
        stored = await client.store.drawing(session.drawing_id)
        if stored is not None:
            lines.append(_line(texts, session, stored))
    if not mine:
        lines.append(texts("queue.none"))
    per_person, per_server = server.most_in_flight(client.config)
    lines.append(texts("queue.mine", n=len(mine), most=per_person))
    if interaction.guild_id is not None:
        here = client.studio.limits.of_server(interaction.guild_id)
        lines.append(texts("queue.server", n=here, most=per_server))
    page = cards.page([ui.TextDisplay("\n".join(lines))], cards.BUSY, ())
    await interaction.response.send_message(view=page.view, ephemeral=True)


def _line(texts: Texts, session: Session, stored: StoredDrawing) -> str:
    if session.position is not None:
        state = texts("queue.waiting", n=session.position)
    else:
        state = texts("queue.drawing", percent=cards.percent(session.share))
    prompt = shown(session.order.prompt, 60)
    if stored.message is None:
        return f"- {prompt} · {state}"
    place = stored.guild or "@me"
    url = f"https://discord.com/channels/{place}/{stored.channel}/{stored.message}"
    return texts("queue.line", prompt=prompt, url=url, state=state)
