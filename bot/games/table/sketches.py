"""The drawings of one game under way, kept until it is over.

The rules know a drawing by its reference, which is the id of a row of `sketches`. What the bot
draws is kept state by state, so that the end of a turn can show how it came about, and the bot can
go on after a restart. What a person draws is one row that changes: strokes have an order, and a
picture that was handed in has no states. Of a drawing by the bot, `ID.N` stands for the first N
strokes in the order in which they tell.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, TypeAlias

from sqlite_utils import Database

from bot.pictures.renderer import Renderer
from bot.store.database import Store, readable
from bot.store.schema import table
from engine.canvas.drawing import Drawing, Stroke

Sketch: TypeAlias = Drawing | bytes
"""Strokes, or a PNG that somebody handed in."""

_CACHED = 8
_DARK = 0.35  # of 1, the brightest channel of an outline at most
_WHITE = 0.95  # of 1, the darkest channel of a line that cannot be seen on paper at least
_DIGITS = 2  # decimals of a pixel
_SAMPLES = 6  # of a cubic, when its length is measured


class Sketches:
    """The drawings of one game."""

    def __init__(self, store: Store, renderer: Renderer, game: int) -> None:
        self._store = store
        self._renderer = renderer
        self._game = game
        self._cache: OrderedDict[str, Sketch] = OrderedDict()

    async def add_state(
        self, turn: int, drawing: Drawing, share: float, order: Sequence[int] = ()
    ) -> str:
        """Keep one more state of a drawing by the bot, `share` (0..1) of it done; a reference.

        order: that of its strokes, if the engine has told it.
        """
        row = self._row(turn, 0, share, drawing)
        if order:
            data = drawing.to_dict(_DIGITS) | {"order": list(order)}
            row["strokes"] = json.dumps(data, separators=(",", ":"))
        key: Any = await self._store.do(lambda db: table(db, "sketches").insert(row).last_pk)
        return self._remember(str(key), drawing)

    async def put(self, turn: int, person: int, sketch: Sketch, fills: Sequence[int] = ()) -> str:
        """Keep what a person has drawn so far, in place of what it was before; a reference.

        fills: the numbers of the strokes that fill regions.
        """
        row = self._row(turn, person, 1.0, sketch)
        if fills and isinstance(sketch, Drawing):
            data = sketch.to_dict(_DIGITS) | {"fills": list(fills)}
            row["strokes"] = json.dumps(data, separators=(",", ":"))

        def write(db: Database) -> Any:
            sketches = table(db, "sketches")
            where = "game = ? and turn = ? and artist = ?"
            for found in sketches.rows_where(where, [self._game, turn, person]):
                sketches.update(found["id"], row)
                return found["id"]
            return sketches.insert(row).last_pk

        return self._remember(str(await self._store.do(write)), sketch)

    async def drop(self, turn: int, person: int) -> None:
        """Keep nothing of what a person has drawn in a turn."""
        where = "game = ? and turn = ? and artist = ?"
        values = [self._game, turn, person]
        await self._store.do(lambda db: table(db, "sketches").delete_where(where, values))
        self._cache.clear()

    def _row(self, turn: int, artist: int, share: float, sketch: Sketch) -> dict[str, Any]:
        strokes = sketch.to_json(_DIGITS) if isinstance(sketch, Drawing) else None
        picture = None if isinstance(sketch, Drawing) else sketch
        row = {"game": self._game, "turn": turn, "artist": artist, "share": share}
        return row | {"strokes": strokes, "picture": picture}

    def _remember(self, reference: str, sketch: Sketch) -> str:
        self._cache[reference] = sketch
        self._cache.move_to_end(reference)
        while len(self._cache) > _CACHED:
            self._cache.popitem(last=False)
        return reference

    async def sketch(self, reference: str) -> Sketch | None:
        """What a reference stands for; None for one of nothing."""
        if reference not in self._cache:
            row, _, count = reference.partition(".")
            rows = await self._read("id = ? and game = ?", [row, self._game])
            if not rows:
                return None
            found = readable(rows, _sketch)
            if not found:
                return None
            sketch = found[0]
            if count and isinstance(sketch, Drawing):
                sketch = first(sketch, _order(rows[0], sketch), int(count))
            self._remember(reference, sketch)
        return self._cache[reference]

    async def outline(self, reference: str) -> Sketch | None:
        """The same without what fills its regions, by which the model names it better; all of it
        where it has no lines, or white ones that show on what is filled alone."""
        sketch = await self.sketch(reference)
        rows = await self._read("id = ? and game = ?", [whole(reference), self._game])
        if not rows or not rows[0]["strokes"] or not isinstance(sketch, Drawing):
            return sketch
        fills = set(json.loads(rows[0]["strokes"]).get("fills", ()))
        lines = tuple(s for n, s in enumerate(sketch.strokes) if n not in fills)
        white = any(min(stroke.colour) > _WHITE for stroke in lines)
        return replace(sketch, strokes=lines) if lines and not white else sketch

    async def last_state(self, turn: int) -> tuple[str, Drawing, float] | None:
        """How far the bot had come with the drawing of a turn: reference, state and share."""
        rows = await self._read(
            "game = ? and turn = ? and artist = 0 order by id desc limit 1", [self._game, turn]
        )
        if not rows:
            return None
        sketch = next(iter(readable(rows, _sketch)), None)
        if not isinstance(sketch, Drawing):
            return None
        return str(rows[0]["id"]), sketch, rows[0]["share"]

    async def png(self, reference: str) -> bytes | None:
        """A drawing as a picture."""
        sketch = await self.sketch(reference)
        return await self._renderer.png(sketch) if isinstance(sketch, Drawing) else sketch

    async def unsigned(self, reference: str) -> bytes | None:
        """A drawing as a picture that does not tell whose it is."""
        sketch = await self.sketch(reference)
        return await self._renderer.alike(sketch) if sketch is not None else None

    async def moving(self, reference: str, turn: int, *, by_bot: bool) -> tuple[str, bytes] | None:
        """How a drawing came about, as a file's name and bytes: a GIF of the bot's states or of a
        person's strokes in order; the picture alone, as PNG, where that is all there is."""
        sketch = await self.sketch(reference)
        if sketch is None:
            return None
        if not isinstance(sketch, Drawing):
            return "drawing.png", sketch
        if by_bot:
            where = "game = ? and turn = ? and artist = 0 order by id"
            rows = readable(await self._read(where, [self._game, turn]), _sketch)
            states = [state for state in rows if isinstance(state, Drawing)]
        else:
            states = in_order(sketch)
        try:
            return "drawing.gif", await self._renderer.gif(states)
        except ValueError:  # it cannot be made small enough
            return "drawing.png", await self._renderer.png(sketch)

    async def _read(self, where: str, values: list[Any]) -> list[dict[str, Any]]:
        return await self._store.do(
            lambda db: list(table(db, "sketches").rows_where(where, values))
        )


def _sketch(row: dict[str, Any]) -> Sketch:
    return Drawing.from_json(row["strokes"]) if row["strokes"] else bytes(row["picture"])


def part(reference: str, count: int) -> str:
    """The reference of the first strokes of a drawing by the bot."""
    return f"{whole(reference)}.{count}"


def whole(reference: str) -> str:
    """The reference of all of a drawing, from that of a part of it or its own."""
    return reference.partition(".")[0]


def first(drawing: Drawing, order: Sequence[int], count: int) -> Drawing:
    """The strokes whose numbers come first in `order`, as they lie on each other."""
    strokes = tuple(drawing.strokes[i] for i in sorted(order[:count]))
    return Drawing(drawing.width, drawing.height, strokes, drawing.background)


def _order(row: dict[str, Any], drawing: Drawing) -> Sequence[int]:
    """The order that the engine has told, or else dark lines first and the long ones among them:
    details tell most, and colours after them."""
    numbers = range(len(drawing.strokes))
    told = json.loads(row["strokes"]).get("order", ())
    if sorted(told) == list(numbers):
        return told
    strokes = drawing.strokes
    return sorted(numbers, key=lambda i: (max(strokes[i].colour[:3]) > _DARK, -_length(strokes[i])))


def in_order(drawing: Drawing) -> list[Drawing]:
    """A drawing after each of its strokes, and before the first."""
    return [
        Drawing(drawing.width, drawing.height, drawing.strokes[:count], drawing.background)
        for count in range(len(drawing.strokes) + 1)
    ]


def _length(stroke: Stroke) -> float:
    points = stroke.points
    total = 0.0
    for start in range(0, len(points) - 1, 3):
        a, b, c, d = points[start : start + 4]
        path: list[tuple[float, float]] = []
        for i in range(_SAMPLES + 1):
            t = i / _SAMPLES
            u = 1 - t
            weights = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
            cubic = list(zip(weights, (a, b, c, d), strict=True))
            path.append((sum(w * p[0] for w, p in cubic), sum(w * p[1] for w, p in cubic)))
        total += sum(
            ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 for (x0, y0), (x1, y1) in pairwise(path)
        )
    return total
