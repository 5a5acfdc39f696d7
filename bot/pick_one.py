"""Four quick sketches of a prompt, in one picture with buttons: people pick one to be finished."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot import cards
from bot.hostile import Refused
from bot.order import Order
from engine.canvas.drawing import Drawing
from engine.canvas.sheet import numbered
from engine.client import EngineAway, EngineBusy, EngineRefused

if TYPE_CHECKING:
    from bot.app import Penguess

COUNT = 4


async def begin(interaction: discord.Interaction[Penguess], order: Order) -> None:
    """Answer with sketches. Raises Refused."""
    client, store = interaction.client, interaction.client.store
    _, texts, place = await client.studio.admit(interaction, order)
    with place:
        answer = await interaction.response.defer(thinking=True)
        sketches = await _sketched(client, order)
        drawing_id = await store.add_drawing(
            order,
            person=interaction.user.id,
            guild=interaction.guild_id,
            channel=interaction.channel_id or 0,
            language=texts.language,
            steps=0,
        )
        message = answer.message_id if answer else None
        await store.update_drawing(drawing_id, state="finished", message=message, sketches=sketches)
        png = await client.renderer.png(numbered(sketches))
        page = cards.sketches(
            texts,
            order,
            person=interaction.user.id,
            picture=("sketches.png", png),
            buttons=cards.sketch_buttons(texts, drawing_id, len(sketches)),
        )
        await interaction.edit_original_response(view=page.view, attachments=page.attachments())


async def _sketched(client: Penguess, order: Order) -> list[Drawing]:
    """The sketches of an order, the same each time. Raises Refused."""
    try:
        return await client.engine.sketches(
            order.prompt, strokes=order.strokes, seed=order.seed, count=COUNT
        )
    except EngineBusy as busy:
        raise Refused("errors.engine_busy", n=round(busy.retry_after)) from busy
    except EngineAway as away:
        raise Refused("errors.engine_away") from away
    except EngineRefused as refused:  # another model's, or one from before there were sketches
        raise Refused("refused.no_sketches") from refused
