"""What a tab may ask of a sheet: nine operations, as they come over the wire and are stored.

Places on the paper are whole numbers, 0 to 10,000 across and down; points are one flat list,
x before y. A stroke is named by the tab that began it.
"""

from __future__ import annotations

from itertools import pairwise
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
    (146, 150, 160),
    (255, 255, 255),
    (243, 150, 184),
    (166, 212, 92),
    (122, 190, 236),
    (250, 221, 198),
    (233, 187, 145),
    (200, 146, 104),
    (150, 98, 66),
    (92, 58, 42),
)
PENS = (70, 140, 280, 560)  # widths of a line, in the paper's numbers
BRUSH = PENS[-1]

# How hard a pen is pressed, in levels: how wide it draws, in its own widths. Whoever draws with
# a finger or a mouse presses evenly.
PRESSURES = (0.4, 0.52, 0.64, 0.76, 0.88, 1.0, 1.12, 1.24, 1.36, 1.48, 1.6)
EVEN = PRESSURES.index(1.0)

SPANS = 64  # pieces that may be left of one line
CONTOURS = 200  # of one fill
CONTOUR_POINTS = 1_500  # of one fill, in all its contours


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


Press: TypeAlias = Annotated[int, Field(ge=0, lt=len(PRESSURES))]
Ink: TypeAlias = Annotated[int, Field(ge=0, lt=len(INKS))]


def _in_order(spans: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    ends = [end for span in spans for end in span]
    if any(a > b for a, b in pairwise(ends)):
        raise ValueError("spans follow each other")
    return spans


def _few(contours: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
    if sum(map(len, contours)) > 2 * CONTOUR_POINTS:
        raise ValueError(f"a fill has at most {CONTOUR_POINTS} points")
    return contours


_At: TypeAlias = Annotated[int, Field(ge=0, le=10_000_000)]
Spans: TypeAlias = Annotated[
    tuple[tuple[_At, _At], ...], Field(max_length=SPANS), AfterValidator(_in_order)
]
_Contour: TypeAlias = Annotated[
    tuple[Annotated[int, Field(ge=0, le=UNIT)], ...],
    Field(min_length=6, max_length=2 * CONTOUR_POINTS),
    AfterValidator(_pairs),
]
Contours: TypeAlias = Annotated[
    tuple[_Contour, ...], Field(max_length=CONTOURS), AfterValidator(_few)
]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Add(_Strict):
    """The pen comes down: a new stroke on top of the others."""

    op: Literal["add"] = "add"
    stroke: StrokeName
    ink: Ink
    pen: Annotated[int, Field(ge=0, lt=len(PENS))]
    press: Press = EVEN
    points: Points


class Extend(_Strict):
    """The pen moves on. press: how hard from here on, if that is new."""

    op: Literal["extend"] = "extend"
    stroke: StrokeName
    press: Press | None = None
    points: Points


class Fill(_Strict):
    """A region is filled, on top of what is there: what an odd number of contours lies around."""

    op: Literal["fill"] = "fill"
    stroke: StrokeName
    ink: Ink
    contours: Annotated[Contours, Field(min_length=1)]


class Trim(_Strict):
    """Let nothing be seen of a line but these spans.

    A place along a line is 1,000 times the number of a point, and thousandths of the way from
    there to the next.
    """

    op: Literal["trim"] = "trim"
    stroke: StrokeName
    spans: Spans


class Reshape(_Strict):
    """Let a fill have these contours."""

    op: Literal["reshape"] = "reshape"
    stroke: StrokeName
    contours: Contours


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


class Reopen(_Strict):
    """Whoever handed the sheet in draws on, as long as the game has not closed it."""

    op: Literal["reopen"] = "reopen"


Operation: TypeAlias = Annotated[
    Add | Extend | Fill | Trim | Reshape | Erase | Restore | Clear | Done | Reopen,
    Field(discriminator="op"),
]
OPERATION: TypeAdapter[Operation] = TypeAdapter(Operation)
