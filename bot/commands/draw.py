"""`/draw`, and what the buttons below a drawing do."""

from __future__ import annotations

import io
from typing import Any

import discord
from discord import app_commands

from bot.client import Penguess
from bot.commands import again_but, by_reply, pick_one
from bot.commands.given_picture import small_copy
from bot.drawing import inks, painters, styles
from bot.drawing.asking import ByInteraction
from bot.drawing.buttons import DrawingButton
from bot.drawing.job import DrawingJob
from bot.drawing.request import MAX_SEED, Request, new_seed
from bot.drawing.stored_drawings import StoredDrawing
from bot.kit.errors import UserError
from bot.kit.feature import Feature
from bot.kit.untrusted import MAX_PROMPT, clean, shown
from bot.store import server_settings
from bot.store.server_settings import FEWEST, MAX_STYLE, MOST
from bot.texts import Texts, named
from engine.canvas.svg import to_svg
from engine.canvas.turntable import Solid, to_gltf, to_obj
from engine.paint.options import DEPTH, GRADIENT

_MORE, _FEWER = 2.0, 0.5  # what the buttons do to the number of strokes


@app_commands.command(name=named("draw.name"), description=named("draw.description"))
@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
@app_commands.rename(
    prompt=named("option.prompt"),
    strokes=named("option.strokes"),
    style=named("option.style"),
    avoid=named("option.avoid"),
    seed=named("option.seed"),
    ink=named("option.ink"),
    painter=named("option.painter"),
    sketches=named("option.sketches"),
    style_of=named("option.style_of"),
    side=named("option.side"),
)
@app_commands.describe(
    prompt=named("draw.prompt"),
    strokes=named("draw.strokes"),
    style=named("draw.style"),
    avoid=named("draw.avoid"),
    seed=named("draw.seed"),
    ink=named("draw.ink"),
    painter=named("draw.painter"),
    sketches=named("draw.sketches"),
    style_of=named("draw.style_of"),
    side=named("draw.side"),
)
@app_commands.choices(ink=inks.CHOICES, painter=painters.CHOICES)
@app_commands.choices(
    sketches=[app_commands.Choice(name=str(pick_one.COUNT), value=pick_one.COUNT)]
)
async def draw(
    interaction: discord.Interaction[Penguess],
    prompt: app_commands.Range[str, 1, MAX_PROMPT],
    strokes: app_commands.Range[int, FEWEST, MOST] | None = None,
    style: app_commands.Range[str, 1, MAX_STYLE] | None = None,
    avoid: app_commands.Range[str, 1, MAX_PROMPT] | None = None,
    seed: app_commands.Range[int, 0, MAX_SEED] | None = None,
    ink: str | None = None,
    painter: str = GRADIENT,
    sketches: int = 0,
    style_of: discord.Attachment | None = None,
    side: app_commands.Range[str, 1, MAX_PROMPT] | None = None,
) -> None:
    if side is not None and painter not in {GRADIENT, DEPTH}:
        raise UserError("refused.side")
    server = await server_settings.of(interaction.client.store, interaction.guild_id)
    request = Request(
        prompt=clean(prompt),
        strokes=server.strokes if strokes is None else strokes,
        style=clean(style, MAX_STYLE) if style else server.style,
        avoid=clean(avoid) if avoid else "",
        seed=new_seed() if seed is None else seed,
        ink=inks.chosen(ink, server),
        painter=DEPTH if side else painter,
        more=(clean(side),) if side else (),
        sketches=pick_one.COUNT if sketches else 0,
    )
    if style_of is not None:
        said = (request.prompt, request.style, request.avoid)
        copy = await small_copy(interaction, style_of, *said)
        # A style that the server has for all gives way to the picture that is asked for.
        own = {} if style else {"style": ""}
        request = request.model_copy(update={"style_of": copy, **own})
    if request.sketches:
        await pick_one.begin(interaction, request)
    else:
        await interaction.client.in_progress.begin(ByInteraction(interaction), request)


@draw.autocomplete("style")
async def suggest_style(
    interaction: discord.Interaction[Any], typed: str
) -> list[app_commands.Choice[str]]:
    found = styles.suggestions(Texts.of(interaction, private=True), typed)
    return [app_commands.Choice(name=name, value=key) for name, key in found]


async def press(interaction: discord.Interaction[Penguess], custom_id: str) -> None:
    """Do what a button below a drawing says. Raises UserError."""
    _, what, number = custom_id.split(":")
    drawing_id = int(number)
    stored = await interaction.client.drawings.find(drawing_id)
    if stored is None:
        raise UserError("refused.gone")
    in_progress, asking = interaction.client.in_progress, ByInteraction(interaction)
    match what:
        case "stop":
            await _stop(interaction, stored, in_progress.job(drawing_id))
        case "delete":
            await _delete(interaction, stored)
        case "svg":
            await _send_svg(interaction, stored)
        case "again":
            await in_progress.begin(asking, stored.request.again())
        case "more":
            await in_progress.begin(asking, stored.request.with_strokes(_MORE))
        case "fewer":
            await in_progress.begin(asking, stored.request.with_strokes(_FEWER))
        case "vary":
            await in_progress.begin(asking, stored.request.variation_of(drawing_id))
        case "but":
            await again_but.ask(interaction, drawing_id)
        case "marker" | "pen" | "paint":
            await in_progress.begin(asking, stored.request.with_ink(what))
        case "others":
            await pick_one.begin(interaction, stored.request.again())
        case _ if what.startswith("pick"):
            sketch = int(what.removeprefix("pick"))
            await in_progress.begin(asking, stored.request.finishing(drawing_id, sketch))


async def _stop(
    interaction: discord.Interaction[Penguess], stored: StoredDrawing, job: DrawingJob | None
) -> None:
    _require_owner(interaction, stored)
    if job is None:
        raise UserError("refused.not_running")
    await interaction.response.defer()
    job.stop(interaction.user.id)


async def _delete(interaction: discord.Interaction[Penguess], stored: StoredDrawing) -> None:
    _require_owner(interaction, stored)
    await interaction.response.defer()
    await interaction.client.drawings.forget(stored.id)
    await interaction.delete_original_response()


def _require_owner(interaction: discord.Interaction[Any], stored: StoredDrawing) -> None:
    """Raises UserError for all but the one who asked for the drawing, and moderators."""
    if interaction.user.id != stored.person and not interaction.permissions.manage_messages:
        raise UserError("refused.not_yours")


async def _send_svg(interaction: discord.Interaction[Any], stored: StoredDrawing) -> None:
    if stored.drawing is None:
        raise UserError("refused.gone")
    texts = Texts.of(interaction, private=True)
    prompt = shown(stored.request.called)
    files, text = {"svg": to_svg(stored.drawing)}, texts("draw.svg", prompt=prompt)
    if stored.depths:
        solid = Solid(stored.drawing.plain or stored.drawing, stored.depths)
        files |= {"obj": to_obj(solid), "gltf": to_gltf(solid)}
        text = texts("draw.solid", prompt=prompt)
    attached = [
        discord.File(io.BytesIO(said.encode()), f"penguess-{stored.id}.{kind}")
        for kind, said in files.items()
    ]
    await interaction.response.send_message(text, files=attached, ephemeral=True)


FEATURE = Feature(
    commands=(draw,),
    items=(DrawingButton,),
    presses={"draw": press},
    forms={"draw:but": again_but.fill},
    hears=lambda client: by_reply.Replies(client).hear,
)
