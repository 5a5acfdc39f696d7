"""A request for a drawing, and those that follow from it by a button."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from bot.drawing import styles
from bot.kit.untrusted import MAX_PROMPT
from bot.store.server_settings import DEFAULT_STROKES, FEWEST, MAX_STYLE, MOST
from engine.canvas.drawing import Drawing, Stroke
from engine.paint.options import (
    DEPTH,
    FILMS,
    GRADIENT,
    MAX_CUT_UP,
    MAX_FRAMES,
    MAX_MORE,
    MAX_SKETCHES,
    Ink,
)
from engine.paint.spec import AnyInk, DrawingSpec, PainterName
from engine.serve.api import MAX_DIMENSIONS

MAX_SEED = 2**53 - 1  # what Discord's integer options hold

_FROM_NOTHING: dict[str, Any] = {"vary_of": None, "sketch_of": None, "start": None}
_JITTER = 0.035  # of the canvas: how far a variation moves the points of strokes


class Request(BaseModel):
    """One request. All texts are cleaned already; style is a key of the list, or words.

    ink: None leaves it to the engine's model. painter: who draws it, see docs/painters.md.
    more, frames: see DrawingSpec.
    vary_of: the id of the drawing whose strokes this one starts from, moved about a little.
    sketches: how many sketches are wanted to pick from; 0 for a drawing. sketch_of: the id of such
    a request, and which of its sketches, from 1, this one starts from.
    title: what people read in place of the prompt, where that was changed by the bot. start: the
    strokes that it begins with, as JSON, where it is a drawing that was to be changed.
    picture: a small copy of a picture that is to be drawn in place of the prompt, which is then its
    title. target: the embedding of one, in requests from before pictures went with them.
    style_of: a small copy of a picture in whose manner it is drawn.
    own_emoji: a collage of the server's emoji is wanted. patches: small copies of these; without
    any, those that the engine brings along are cut up.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64"
    )

    prompt: str = Field(min_length=1, max_length=MAX_PROMPT)
    strokes: int = Field(default=DEFAULT_STROKES, ge=FEWEST, le=MOST)
    style: str = Field(default="", max_length=MAX_STYLE)
    avoid: str = Field(default="", max_length=MAX_PROMPT)
    seed: int = Field(ge=0, le=MAX_SEED)
    ink: AnyInk = None
    painter: PainterName = GRADIENT
    more: tuple[Annotated[str, Field(min_length=1, max_length=MAX_PROMPT)], ...] = Field(
        default=(), max_length=MAX_MORE
    )
    frames: int | None = Field(default=None, ge=2, le=MAX_FRAMES)
    vary_of: int | None = None
    sketches: int = Field(default=0, ge=0, le=MAX_SKETCHES)
    sketch_of: tuple[int, int] | None = None
    target: tuple[float, ...] | None = Field(default=None, max_length=MAX_DIMENSIONS)
    title: str = Field(default="", max_length=MAX_PROMPT)
    start: str | None = None
    picture: bytes | None = None
    style_of: bytes | None = None
    own_emoji: bool = False
    patches: tuple[bytes, ...] = Field(default=(), max_length=MAX_CUT_UP)

    @property
    def called(self) -> str:
        """What people read of it."""
        becomes = " ↻ " if self.painter == DEPTH else " → "
        return self.title or becomes.join((self.prompt, *self.more))

    @property
    def film(self) -> bool:
        """Whether it becomes a film, which is made anew where it was lost."""
        return self.painter in FILMS

    @property
    def of_picture(self) -> bool:
        """Whether a picture is drawn, and the prompt is but its title."""
        return self.picture is not None or self.target is not None

    def again(self) -> Request:
        """Another drawing of the same: a new seed, and no strokes to start from."""
        return self.model_copy(update={"seed": new_seed(), **_FROM_NOTHING})

    def with_strokes(self, factor: float) -> Request:
        """The same with more or fewer strokes, within the bounds."""
        strokes = min(MOST, max(FEWEST, round(self.strokes * factor)))
        return self.model_copy(update={"strokes": strokes, **_FROM_NOTHING})

    def with_ink(self, ink: Ink) -> Request:
        """The same in another ink."""
        return self.model_copy(update={"ink": ink})

    def variation_of(self, drawing_id: int) -> Request:
        changes = {"seed": new_seed(), **_FROM_NOTHING, "vary_of": drawing_id}
        return self.model_copy(update=changes)

    def finishing(self, drawing_id: int, sketch: int) -> Request:
        """One of the sketches of this request, which has that id, is picked."""
        return self.model_copy(update={"sketches": 0, "sketch_of": (drawing_id, sketch)})

    def drawing_spec(self, steps: int | None) -> DrawingSpec:
        """What the engine is asked to draw. steps: None leaves their number to the engine."""
        return DrawingSpec(
            prompt=self.prompt,
            strokes=self.strokes,
            steps=steps,
            style=styles.words(self.style),
            avoid=(self.avoid,) if self.avoid else (),
            ink=self.ink,
            painter=self.painter,
            more=self.more,
            frames=self.frames,
            seed=self.seed,
        )


def new_seed() -> int:
    return random.randrange(1_000_000)


def varied(drawing: Drawing, seed: int) -> Drawing:
    """The drawing with every stroke moved and bent a little, the same for the same seed."""
    drawing = drawing.plain or drawing  # the style is laid over it anew
    rng = random.Random(seed)
    spread = _JITTER * max(drawing.width, drawing.height)

    def moved(stroke: Stroke) -> Stroke:
        dx, dy = rng.gauss(0, spread), rng.gauss(0, spread)
        points = tuple(
            (x + dx + rng.gauss(0, spread), y + dy + rng.gauss(0, spread)) for x, y in stroke.points
        )
        return Stroke(points, stroke.width, stroke.colour)

    strokes = tuple(moved(stroke) for stroke in drawing.strokes)
    return replace(drawing, strokes=strokes)
