"""`/draw`, and what the buttons below a drawing do."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot import inks, pick_one, settings, styles
from bot.hostile import MAX_PROMPT, Refused, clean, shown
from bot.order import FEWEST, MAX_SEED, MAX_STYLE, MOST, Order, new_seed
from bot.session import Session
from bot.store import StoredDrawing
from bot.texts import Texts, named
from engine.canvas.svg import to_svg

if TYPE_CHECKING:
    from bot.app import Penguess

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
    sketches=named("option.sketches"),
)
@app_commands.describe(
    prompt=named("draw.prompt"),
    strokes=named("draw.strokes"),
    style=named("draw.style"),
    avoid=named("draw.avoid"),
    seed=named("draw.seed"),
    ink=named("draw.ink"),
    sketches=named("draw.sketches"),
)
@app_commands.choices(ink=inks.CHOICES)
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
    sketches: int = 0,
) -> None:
    server = await settings.of(interaction.client.store, interaction.guild_id)
    order = Order(
        prompt=clean(prompt),
        strokes=server.strokes if strokes is None else strokes,
        style=clean(style, MAX_STYLE) if style else server.style,
        avoid=clean(avoid) if avoid else "",
        seed=new_seed() if seed is None else seed,
        ink=inks.chosen(ink, server),
        sketches=pick_one.COUNT if sketches else 0,
    )
    if order.sketches:
        await pick_one.begin(interaction, order)
    else:
        await interaction.client.studio.begin(interaction, order)


@draw.autocomplete("style")
async def suggest_style(
    interaction: discord.Interaction[Any], typed: str
) -> list[app_commands.Choice[str]]:
    found = styles.suggestions(Texts.of(interaction, private=True), typed)
    return [app_commands.Choice(name=name, value=key) for name, key in found]


async def press(interaction: discord.Interaction[Penguess], what: str, drawing_id: int) -> None:
    """Do what the button says. Raises Refused."""
    stored = await interaction.client.store.drawing(drawing_id)
    if stored is None:
        raise Refused("refused.gone")
    studio = interaction.client.studio
    match what:
        case "stop":
            await _stop(interaction, stored, studio.session(drawing_id))
        case "delete":
            await _delete(interaction, stored)
        case "svg":
            await _send_svg(interaction, stored)
        case "again":
            await studio.begin(interaction, stored.order.again())
        case "more":
            await studio.begin(interaction, stored.order.with_strokes(_MORE))
        case "fewer":
            await studio.begin(interaction, stored.order.with_strokes(_FEWER))
        case "vary":
            await studio.begin(interaction, stored.order.variation_of(drawing_id))
        case "marker" | "pen" | "paint":
            await studio.begin(interaction, stored.order.with_ink(what))
        case "others":
            await pick_one.begin(interaction, stored.order.again())
        case _ if what.startswith("pick"):
            sketch = int(what.removeprefix("pick"))
            await studio.begin(interaction, stored.order.finishing(drawing_id, sketch))


async def _stop(
    interaction: discord.Interaction[Penguess], stored: StoredDrawing, session: Session | None
) -> None:
    _require_owner(interaction, stored)
    if session is None:
        raise Refused("refused.not_running")
    await interaction.response.defer()
    session.stop(interaction.user.id)


async def _delete(interaction: discord.Interaction[Penguess], stored: StoredDrawing) -> None:
    _require_owner(interaction, stored)
    await interaction.response.defer()
    await interaction.client.store.forget_drawing(stored.id)
    await interaction.delete_original_response()


def _require_owner(interaction: discord.Interaction[Any], stored: StoredDrawing) -> None:
    """Raises Refused for all but the one who asked for the drawing, and moderators."""
    if interaction.user.id != stored.person and not interaction.permissions.manage_messages:
        raise Refused("refused.not_yours")


async def _send_svg(interaction: discord.Interaction[Any], stored: StoredDrawing) -> None:
    if stored.drawing is None:
        raise Refused("refused.gone")
    texts = Texts.of(interaction, private=True)
    data = to_svg(stored.drawing).encode()
    file = discord.File(io.BytesIO(data), f"penguess-{stored.id}.svg")
    text = texts("draw.svg", prompt=shown(stored.order.prompt))
    await interaction.response.send_message(text, file=file, ephemeral=True)
