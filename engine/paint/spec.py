"""What somebody wants drawn: one validated request, the same on the command line and over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from engine.canvas.drawing import MAX_STROKES
from engine.paint.options import (
    GRADIENT,
    MAX_FRAMES,
    MAX_MORE,
    PAINTERS,
    STROKES,
    Begin,
    Ink,
    plain_ink,
)
from engine.visible_text import is_visible

MOST_FIELDS = 64
"""Of a request. Each that is not known is an error, and there may be half a million in one."""

_EXPLAINED = 8  # errors that are told
_TOLD = 200  # characters of each


def few_fields(data: Any) -> Any:
    """A request as it is, before it is read. Raises ValueError for one with too many fields."""
    if isinstance(data, dict) and len(fields := cast("dict[Any, Any]", data)) > MOST_FIELDS:
        raise ValueError(f"there are {len(fields):,} fields, over {MOST_FIELDS}")
    return data


def _seen(text: str) -> str:
    if not is_visible(text):
        raise ValueError("there is nothing to be seen in that text: write what it is to be")
    return text


Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
    AfterValidator(_seen),
]

AnyInk = Annotated[
    Ink | None,
    BeforeValidator(plain_ink),
    Field(description="`colour` is taken as another name for `paint`."),
]
"""An ink, or None for the model's own."""


def _painter(name: str) -> str:
    if name not in PAINTERS:
        raise ValueError(f"there is no such painter: take {', '.join(PAINTERS)}")
    return name


PainterName = Annotated[
    str,
    AfterValidator(_painter),
    WithJsonSchema({"type": "string", "enum": list(PAINTERS), "default": GRADIENT}),
]
"""The name of a painter that there is."""


_LATER = ("painter", "more", "frames")


class DrawingSpec(BaseModel):
    """A prompt and how to draw it.

    avoid: texts that the drawing should not look like (negative prompts, weight 0.3 together).
    style: one of STROKE_STYLES, which is laid over the strokes; or words put behind the prompt ("in
    the style of a woodblock print"). A model that does not know such words takes the style of
    strokes that they speak of.
    steps: of descent; None is as many as the preset has.
    ink: `marker` is a dark outline, coloured in; `pen` is opaque black, only points and widths
    move; `paint` frees colour and opacity too. None is the model's own: marker for the built-in
    one, paint for others. begin: from a `sketch` of the thing, which only the built-in model can
    make, or from random `scribbles`; None is a sketch where there can be one.
    seeds: how many beginnings are tried before the most promising one is finished; None is as many
    as the preset has.
    painter: who draws it: `gradient` moves strokes by gradient descent; the others are listed in
    docs/painters.md. Ink and beginning are up to each of them.
    more: further prompts, for painters that take several: what a morph turns into, one after the
    other. frames: of a film, in all; None is as many as its painter makes.
    augment: judge the drawing by random views of it; without, by itself alone (Table 1's ablation).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    prompt: Text
    strokes: int = Field(default=STROKES, ge=1, le=MAX_STROKES)
    steps: int | None = Field(default=None, ge=1, le=5000)
    avoid: tuple[Text, ...] = Field(default=(), max_length=8, fail_fast=True)
    style: str = Field(default="", max_length=200)
    ink: AnyInk = None
    begin: Begin | None = None
    seed: int = Field(default=0, ge=0, le=2**53)
    seeds: int | None = Field(default=None, ge=1, le=16)
    augment: bool = True
    painter: PainterName = GRADIENT
    more: tuple[Text, ...] = Field(default=(), max_length=MAX_MORE, fail_fast=True)
    frames: int | None = Field(default=None, ge=2, le=MAX_FRAMES)

    _few_fields = model_validator(mode="before")(few_fields)

    @property
    def unsaid(self) -> set[str]:
        """Fields that came later and are as they always were: nobody needs to be told of them."""
        fields = type(self).model_fields
        return {name for name in _LATER if getattr(self, name) == fields[name].default}

    @property
    def sentence(self) -> str:
        """The prompt and its style, as CLIP reads them."""
        return f"{self.prompt}, {self.words}" if self.words else self.prompt

    @property
    def words(self) -> str:
        """What the model is told of the style."""
        return self.style.strip()


class Settled(DrawingSpec):
    """A spec with nothing left open, as it is painted; engine/paint/settling.py makes it."""

    steps: int = Field(ge=1, le=5000)  # pyright: ignore[reportIncompatibleVariableOverride]
    seeds: int = Field(ge=1, le=16)  # pyright: ignore[reportIncompatibleVariableOverride]
    ink: Ink  # pyright: ignore[reportIncompatibleVariableOverride, reportGeneralTypeIssues]
    begin: Begin  # pyright: ignore[reportIncompatibleVariableOverride, reportGeneralTypeIssues]
    look: str = Field(default="", exclude=True)
    """Of STROKE_STYLES, what is laid over the strokes; it follows from the rest and the model."""
    told: bool = Field(default=True, exclude=True)
    """Whether the model is told of the style."""

    @property
    def words(self) -> str:
        return super().words if self.told else ""


def explain(error: ValidationError) -> str:
    """One line for people from pydantic's report: the first fields, what is wrong with each."""
    parts: list[str] = []
    items = error.errors(include_url=False, include_input=False)
    for item in items[:_EXPLAINED]:
        field = ".".join(str(part) for part in item["loc"])
        part = f"{field[:_TOLD]}: {item['msg']}" if field else item["msg"]
        parts.append(part[: 2 * _TOLD])
    if len(items) > _EXPLAINED:
        parts.append(f"and {len(items) - _EXPLAINED:,} more")
    return "; ".join(parts)
