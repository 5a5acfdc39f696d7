"""What a tab may ask of a sheet: six operations, as they come over the wire and are stored.

Places on the paper are whole numbers, 0 to 10,000 across and down; points are one flat list,
x before y. A stroke is named by the tab that began it.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

UNIT = 10_000  # the paper's width and height
POINTS_AT_ONCE = 600
STROKES_AT_ONCE = 64

# red, green, blue of 255. The page paints with the same, from what the server tells it.
INKS = (
    (32, 33, 42),
    (122, 74, 42),
    (206, 52, 46),
    (240, 138, 36),
    (247, 202, 46),
    (58, 148, 74),
    (46, 104, 214),
    (140, 72, 178),
)
PENS = (70, 140, 280, 560)  # widths of a line, in the paper's numbers


def _pairs(points: tuple[int, ...]) -> tuple[int, ...]:
    if len(points) % 2:
        raise ValueError("points are pairs of numbers")
    return points


StrokeName: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9]{8}-[0-9]{1,5}$")]
ClientName: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9]{8}$")]
Points: TypeAlias = Annotated[
    tuple[Annotated[int, Field(ge=0, le=UNIT)], ...],
    Field(min_length=2, max_length=2 * POINTS_AT_ONCE),
    AfterValidator(_pairs),
]
Strokes: TypeAlias = Annotated[
    tuple[StrokeName, ...], Field(min_length=1, max_length=STROKES_AT_ONCE)
]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Add(_Strict):
    """The pen comes down: a new stroke on top of the others."""

    op: Literal["add"] = "add"
    stroke: StrokeName
    ink: Annotated[int, Field(ge=0, lt=len(INKS))]
    pen: Annotated[int, Field(ge=0, lt=len(PENS))]
    points: Points


class Extend(_Strict):
    """The pen moves on."""

    op: Literal["extend"] = "extend"
    stroke: StrokeName
    points: Points


class Erase(_Strict):
    """Hide these strokes."""

    op: Literal["erase"] = "erase"
    strokes: Strokes


class Restore(_Strict):
    """Show these strokes again where they were."""

    op: Literal["restore"] = "restore"
    strokes: Strokes


class Clear(_Strict):
    """Hide all strokes."""

    op: Literal["clear"] = "clear"


class Done(_Strict):
    """The sheet is handed in."""

    op: Literal["done"] = "done"


Operation: TypeAlias = Annotated[
    Add | Extend | Erase | Restore | Clear | Done, Field(discriminator="op")
]
OPERATION: TypeAdapter[Operation] = TypeAdapter(Operation)
