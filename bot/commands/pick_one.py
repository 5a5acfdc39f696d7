"""Four quick sketches of a prompt, in one picture with buttons: people pick one to be finished."""

from __future__ import annotations

import discord

from bot.client import Penguess
from bot.drawing import view
from bot.drawing.asking import ByInteraction
from bot.drawing.engine_drawing import engine_errors
from bot.drawing.request import Request
from bot.store.promises import think
from engine.canvas.drawing import Drawing
from engine.canvas.sheet import numbered

COUNT = 4


async def begin(interaction: discord.Interaction[Penguess], request: Request) -> None:
    """Answer with sketches. Raises UserError."""
    client = interaction.client
    _, texts, place = await client.in_progress.admit(ByInteraction(interaction), request)
    with place:
        message = await think(interaction)
        sketches = await _sketched(client, request)
        drawing_id = await client.drawings.add(
            request,
            person=interaction.user.id,
            guild=interaction.guild_id,
            channel=interaction.channel_id or 0,
            language=texts.language,
            steps=0,
        )
        await client.drawings.update(
            drawing_id, state="finished", message=message, sketches=sketches
        )
        png = await client.renderer.png(numbered(sketches))
        page = view.sketches(
            texts,
            request,
            person=interaction.user.id,
            picture=("sketches.png", png),
            buttons=view.sketch_buttons(texts, drawing_id, len(sketches)),
        )
        await interaction.edit_original_response(view=page.view, attachments=page.attachments())


async def _sketched(client: Penguess, request: Request) -> list[Drawing]:
    """The sketches of a request, the same each time. Raises UserError."""
    # It refuses if its model makes none, or if it is older than sketches are.
    with engine_errors(lambda _: "refused.no_sketches"):
        return await client.engine.sketches(
            request.prompt, strokes=request.strokes, seed=request.seed, count=COUNT
        )
