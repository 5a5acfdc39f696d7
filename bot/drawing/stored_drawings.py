"""Drawings that were asked for, as they are kept: the table `drawings`."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from sqlite_utils import Database

from bot.drawing.request import Request
from bot.store.database import UNFINISHED, Store, blank_drawings, insert, readable
from bot.store.schema import table
from engine.canvas.drawing import Drawing

DrawingState: TypeAlias = Literal["queued", "running", "finished", "stopped", "failed", "gone"]


@dataclass(frozen=True, slots=True)
class StoredDrawing:
    """A row of `drawings`. step of steps are done; steps is 0 until the engine has said how many
    there are. sees: words and probabilities, best first. sketches: what there is to pick from.
    unshown: the words of its ending, while its message does not show them. replies_to: the message
    that asked for it, and that its own message replies to. depths: of strokes in three dimensions,
    as in engine.canvas.turntable."""

    id: int
    made: float
    person: int
    guild: int | None
    channel: int
    message: int | None
    language: str
    request: Request
    state: DrawingState
    step: int
    steps: int
    score: float | None
    drawing: Drawing | None
    sees: tuple[tuple[str, float], ...]
    sketches: tuple[Drawing, ...] = ()
    unshown: str = ""
    replies_to: int | None = None
    depths: tuple[tuple[float, ...], ...] = ()


class StoredDrawings:
    """All of them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(
        self,
        request: Request,
        *,
        person: int,
        guild: int | None,
        channel: int,
        language: str,
        steps: int,
        replies_to: int | None = None,
    ) -> int:
        """Store a new request, queued. Returns its id."""
        row = {
            "made": time.time(),
            "person": person,
            "guild": guild,
            "channel": channel,
            "language": language,
            "request": request.model_dump_json(),
            "state": "queued",
            "step": 0,
            "steps": steps,
            "replies_to": replies_to,
        }
        return await self._store.do(lambda db: insert(db, "drawings", row))

    async def update(
        self,
        id_: int,
        *,
        state: DrawingState | None = None,
        message: int | None = None,
        channel: int | None = None,
        step: int | None = None,
        steps: int | None = None,
        score: float | None = None,
        drawing: Drawing | None = None,
        sees: Sequence[tuple[str, float]] | None = None,
        sketches: Sequence[Drawing] | None = None,
        unshown: str | None = None,
        depths: Sequence[Sequence[float]] | None = None,
    ) -> None:
        """Change what is given; None leaves a thing as it is."""
        changes: dict[str, Any] = {
            "state": state,
            "message": message,
            "channel": channel,
            "step": step,
            "steps": steps,
            "score": score,
            "strokes": drawing and drawing.to_json(2),
            "sees": None if sees is None else json.dumps(list(sees)),
            "sketches": None if sketches is None else _listed(sketches),
            "unshown": unshown,
            "depths": None if depths is None else json.dumps(depths, separators=(",", ":")),
        }
        changes = {key: value for key, value in changes.items() if value is not None}
        await self._store.do(lambda db: table(db, "drawings").update(id_, changes))

    async def find(self, id_: int) -> StoredDrawing | None:
        """One drawing; None when it was never there or was deleted."""
        found = await self._read("id = ? and state != 'gone'", [id_])
        return found[0] if found else None

    async def of_message(self, message: int) -> StoredDrawing | None:
        found = await self._read("message = ? and state != 'gone'", [message])
        return found[0] if found else None

    async def unfinished(self) -> list[StoredDrawing]:
        """What was under way when the bot ended, or is not shown yet, oldest first. What cannot be
        read has failed."""
        where, values = "state in (?, ?) or unshown != ''", list(UNFINISHED)
        found = await self._read(where, values)
        known = json.dumps([stored.id for stored in found])
        lost = (
            f"update drawings set state = 'failed', unshown = '' where ({where})"  # noqa: S608 - ours
            " and id not in (select value from json_each(?))"
        )
        await self._store.do(lambda db: db.execute(lost, [*values, known]))
        return found

    async def _read(self, where: str, values: list[Any]) -> list[StoredDrawing]:
        def read(db: Database) -> list[StoredDrawing]:
            rows = table(db, "drawings").rows_where(where, values, order_by="id")
            return readable(rows, _stored)

        return await self._store.do(read)

    async def forget(self, id_: int) -> None:
        """Keep nothing of a drawing but that its id is used up."""
        await self._store.do(lambda db: blank_drawings(db, "id = ?", [id_]))


def _stored(row: dict[str, Any]) -> StoredDrawing:
    return StoredDrawing(
        id=row["id"],
        made=row["made"],
        person=row["person"],
        guild=row["guild"],
        channel=row["channel"],
        message=row["message"],
        language=row["language"],
        request=Request.model_validate_json(row["request"]),
        state=row["state"],
        step=row["step"],
        steps=row["steps"],
        score=row["score"],
        drawing=Drawing.from_json(row["strokes"]) if row["strokes"] else None,
        sees=tuple((word, p) for word, p in json.loads(row["sees"] or "[]")),
        sketches=tuple(Drawing.from_dict(one) for one in json.loads(row["sketches"] or "[]")),
        unshown=row["unshown"],
        replies_to=row["replies_to"],
        depths=tuple(map(tuple, json.loads(row["depths"] or "[]"))),
    )


def _listed(drawings: Sequence[Drawing]) -> str:
    return json.dumps([drawing.to_dict(2) for drawing in drawings], separators=(",", ":"))
