"""A drawing again, but changed: a form below it, or a reply to it, has the wish, and a new drawing
begins with the strokes of the old one where these are still wanted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import discord
from discord import ui

from bot.client import Penguess
from bot.drawing.asking import Asking, ByInteraction
from bot.drawing.change import Change, changed_prompt, parse
from bot.drawing.engine_drawing import engine_errors
from bot.drawing.request import Request, new_seed
from bot.drawing.stored_drawings import StoredDrawing
from bot.kit import forms
from bot.kit.errors import UserError
from bot.kit.forms import Filled
from bot.kit.untrusted import MAX_PROMPT, clean
from bot.store.server_settings import FEWEST, MOST
from bot.texts import Texts
from engine.canvas.drawing import Drawing
from engine.canvas.tidy import outlined
from engine.client import EngineClient
from engine.paint.colour import colour_words
from engine.paint.sketch.scene import composed, scene

LONGEST = 100  # characters of a wish

_TRIES = 4  # sketches of what comes to a drawing, of which the plainest is taken
_DIGITS = 2  # decimals of a pixel
_FILLS = 0.9  # of the sheet, from which on nothing can be made bigger
_EDGE = 0.03  # of the sheet, that stays free when something is
_ADDED = 0.4  # of the strokes, for what comes to a drawing


async def ask(interaction: discord.Interaction[Any], drawing_id: int) -> None:
    """Answer with a form that asks what is to be changed."""
    texts = Texts.of(interaction, private=True)
    wish: ui.TextInput[Any] = ui.TextInput(
        custom_id="wish", max_length=LONGEST, placeholder=texts("change.example")
    )
    label: ui.Label[Any] = ui.Label(
        text=texts("change.label"), description=texts("change.description"), component=wish
    )
    await forms.show(interaction, f"draw:but:{drawing_id}", texts("change.title"), label)


async def fill(interaction: discord.Interaction[Penguess], form: Filled) -> None:
    """A wish was sent off. Raises UserError."""
    client, wish = interaction.client, clean(form.texts.get("wish", ""), LONGEST)
    stored = await client.drawings.find(int(form.custom_id.rpartition(":")[2]))
    if stored is None:
        raise UserError("refused.gone")
    await draw(client, ByInteraction(interaction), stored, wish)


async def draw(client: Penguess, asking: Asking, stored: StoredDrawing, wish: str) -> None:
    """Draw a drawing again as somebody wishes, whose words are cleaned. Raises UserError."""
    if stored.drawing is None:
        raise UserError("refused.gone")
    change = parse(wish)
    request = changed(stored, change, wish)
    # What was said in another language may be blocked in English: prompt and title are looked at.
    _, _, place = await client.in_progress.admit(asking, request)
    with place:  # the engine's time is among what is limited
        if change.thing:
            await asking.wait()
        start = await _start(client.engine, stored.drawing, request, change)
    if start is not None:
        request = request.model_copy(update={"start": start.to_json(_DIGITS)})
    await client.in_progress.begin(asking, request)


def changed(stored: StoredDrawing, change: Change, wish: str) -> Request:
    """The request for a changed drawing, without the strokes that it begins with. Raises
    UserError."""
    before = stored.request
    if before.of_picture and (change.colour or change.thing or change.size != 1.0):
        raise UserError("change.picture")
    strokes = change.strokes or round(before.strokes * change.factor)
    if change.strokes is not None and not FEWEST <= change.strokes <= MOST:
        raise UserError("change.strokes", low=FEWEST, high=MOST)
    ink = change.ink or before.ink
    if change.colour and ink == "pen":
        ink = "marker"  # a pen is black
    prompt = changed_prompt(before.prompt, change)
    if len(prompt) > MAX_PROMPT or len(f"{before.called}, {wish}") > MAX_PROMPT:
        raise UserError("refused.long", most=MAX_PROMPT)
    changes: dict[str, Any] = {
        "prompt": prompt,
        "title": f"{before.called}, {wish}",
        "strokes": min(MOST, max(FEWEST, strokes)),
        "ink": ink,
        "seed": new_seed() if change.factor == 1.0 else before.seed,
        "vary_of": None,
        "sketch_of": None,
        "start": None,
    }
    return before.model_copy(update=changes)


async def _start(
    engine: EngineClient, drawing: Drawing, request: Request, change: Change
) -> Drawing | None:
    """What the new drawing begins with; None for nothing of the old one. Raises UserError."""
    if request.of_picture or change.factor != 1.0 or change.strokes is not None:
        return None  # so many strokes are other ones
    if change.ink == "paint":
        return None  # lines and fillings of a marker make no painting
    if change.size != 1.0:
        drawing = sized(drawing, change.size)
    if not change.thing:
        return drawing
    _, *others = things = scene(request.prompt)
    added = [await _sketch(engine, other.text, request) for other in others]
    places = [thing.place for thing in things]
    side = max(drawing.width, drawing.height)
    return composed([outlined(drawing), *added], places, side)


async def _sketch(engine: EngineClient, thing: str, request: Request) -> Drawing:
    """What comes to a drawing, as plain as can be had quickly. Raises UserError."""
    strokes = max(3, round(_ADDED * request.strokes))
    name = colour_words.uncoloured(thing)
    with engine_errors(lambda _: "change.no_sketches"):
        found = await engine.sketches(name, strokes=strokes, seed=request.seed, count=_TRIES)
        seen = [await engine.guess(sketch) for sketch in found]
    noun = name.rsplit(" ", 1)[-1]
    sure = [sum(one.p for one in guesses if one.word.endswith(noun)) for guesses in seen]
    return found[sure.index(max(sure))]


def sized(drawing: Drawing, factor: float) -> Drawing:
    """A drawing made bigger or smaller about its middle, as far as the sheet allows. Raises
    UserError where it fills the sheet already."""
    points = [point for stroke in drawing.strokes for point in stroke.points]
    side = max(drawing.width, drawing.height)
    (left, right), (top, low) = (
        (min(one[axis] for one in points), max(one[axis] for one in points)) for axis in (0, 1)
    )
    extent = max(right - left, low - top, 1.0) / side
    if factor > 1.0:
        if extent >= _FILLS:
            raise UserError("change.fills")
        factor = min(factor, (1 - 2 * _EDGE) / extent)
    x, y = (left + right) / 2, (top + low) / 2

    def moved(point: tuple[float, float]) -> tuple[float, float]:
        return (
            drawing.width / 2 + (point[0] - x) * factor,
            drawing.height / 2 + (point[1] - y) * factor,
        )

    strokes = tuple(
        replace(stroke, points=tuple(moved(point) for point in stroke.points))
        for stroke in drawing.strokes
    )
    return replace(drawing, strokes=strokes)
