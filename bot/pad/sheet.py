"""A sheet: what one person is to draw, how much with, and until when."""

from __future__ import annotations

from dataclasses import dataclass

from engine.canvas.drawing import Drawing


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of paper that is given to one person.

    id: unique, such as `game:12:turn:3:person:99`; listeners are chosen by how it begins.
    person: whose it is, a Discord user id.
    title: the word or phrase to draw.
    ink: how long a line may be drawn in all, in widths of the canvas.
    strokes: the most strokes, or None where only the ink counts.
    ends_at: when the time is up, seconds since the epoch; None without a clock. It is shown;
        the sheet takes strokes until it is closed.
    seconds: how long the person has in all, from the sheet being given out; None without a clock.
    language: of the page, a name of `bot.texts.languages()`.
    """

    id: str
    person: int
    title: str
    ink: float
    strokes: int | None = None
    ends_at: float | None = None
    seconds: float | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Work:
    """What somebody has drawn on a sheet.

    ink: how much it took, in widths of the canvas. strokes: how many, as whoever drew them counts:
    a fill is one, and so is a line that was pressed unevenly or partly rubbed out. fills: the
    numbers of the drawing's strokes that fill a region.
    """

    drawing: Drawing
    ink: float
    strokes: int
    fills: tuple[int, ...] = ()
