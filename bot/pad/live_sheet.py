"""A sheet that is in use: its paper, what each client has sent, and the tabs that look at it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.pad.line import MAX_PRESSES, Line
from bot.pad.operations import (
    CONTOUR_POINTS,
    CONTOURS,
    INKS,
    PENS,
    POINTS_AT_ONCE,
    PRESSURES,
    SPANS,
    UNIT,
    Operation,
)
from bot.pad.paper import MAX_LINES, MAX_PIECES, MAX_POINTS_OF_LINE, Paper, Refusal
from bot.pad.region import CELL, MOST_STROKES, Region
from bot.pad.sheet import Sheet
from bot.pad.sheet_store import Kept, Mark

MAX_MARKS = 5_000  # on one sheet; an evening's play has some hundreds


class Viewer(Protocol):
    """Where news of a sheet are shown."""

    def tell(self, text: str) -> None: ...

    def leave(self, code: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of some operations: the marks to store, and which were refused and why."""

    marks: list[Mark]
    refused: list[tuple[int, Refusal]]


@dataclass(eq=False)
class LiveSheet:
    """One sheet in memory. last: the highest number that was taken from each client. room: what
    tabs are told of those around it, if anything.

    calm: set while nothing of it is being written, so that what is here is stored.
    """

    sheet: Sheet
    paper: Paper = field(default_factory=Paper)
    paused: bool = False
    closed: bool = False
    room: str | None = None
    count: int = 0
    last: dict[str, int] = field(default_factory=dict)
    viewers: list[Viewer] = field(default_factory=list)
    calm: asyncio.Event = field(default_factory=asyncio.Event)
    _writing: int = 0

    def __post_init__(self) -> None:
        self.calm.set()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Something of this sheet is on its way to the database."""
        self._writing += 1
        self.calm.clear()
        try:
            yield
        finally:
            self._writing -= 1
            if not self._writing:
                self.calm.set()

    async def settled(self) -> None:
        """Wait until all that is here is stored. What comes next happens at that very moment."""
        while not self.calm.is_set():
            await self.calm.wait()

    @classmethod
    def restored(cls, kept: Kept) -> LiveSheet:
        """As it was when the last of its marks was stored."""
        live = cls(kept.sheet, paused=kept.paused, closed=kept.closed, count=len(kept.marks))
        for mark in kept.marks:
            live.last[mark.client] = mark.number
            if mark.operation is not None:
                live.paper.apply(mark.operation)
        return live

    def take(self, client: str, first: int, operations: Sequence[Operation]) -> Taken:
        """Apply operations number `first`, `first + 1` … of a client, each at most once.

        What was taken before is left out. After a gap nothing is taken: the client is told the
        last number that is here and goes back to the next (go-back-N, as in Tanenbaum,
        "Computer Networks", 3.4.2).
        """
        taken = Taken([], [])
        last = self.last.get(client, 0)
        if first > last + 1:
            return taken
        for number, operation in enumerate(operations, first):
            if number <= last:
                continue
            self.last[client] = number
            refusal = self.paper.refusal(operation, self.sheet, self.paused)
            if refusal is None and self.count >= MAX_MARKS:
                refusal = Refusal.WORN
            if refusal is None:
                self.paper.apply(operation)
            else:
                taken.refused.append((number, refusal))
            if self.count < MAX_MARKS:
                kept = operation if refusal is None else None
                taken.marks.append(Mark(self.sheet.id, self.count, client, number, kept))
                self.count += 1
        return taken

    def tell(self, text: str, but: Viewer | None = None) -> None:
        for viewer in self.viewers:
            if viewer is not but:
                viewer.tell(text)

    # -- what tabs are told

    def _terms(self, now: float) -> dict[str, Any]:
        """left: seconds of `seconds`, as clocks of phones go wrong."""
        ends_at = None if self.closed else self.sheet.ends_at
        return {
            "title": self.sheet.title,
            "budget": self.sheet.ink,
            "most": self.sheet.strokes,
            "left": None if ends_at is None else round(max(0.0, ends_at - now), 2),
            "seconds": self.sheet.seconds,
            "paused": self.paused,
            "closed": self.closed,
        }

    def terms(self, now: float) -> str:
        """What is to be drawn, with how much, and until when."""
        return message("terms", **self._terms(now))

    def snapshot(self, now: float, clients: Iterable[str]) -> str:
        """All that a page needs, and how far each of its clients has come."""
        lines = [{"stroke": name, **_told(line)} for name, line in self.paper.lines.items()]
        return message(
            "sheet",
            done=self.paper.done,
            lines=lines,
            last={client: self.last.get(client, 0) for client in clients},
            inks=INKS,
            pens=PENS,
            pressures=PRESSURES,
            unit=UNIT,
            cell=CELL,
            longest=MAX_POINTS_OF_LINE,
            at_once=POINTS_AT_ONCE,
            lines_at_most=MAX_LINES,
            pieces_at_most=MAX_PIECES,
            pieces_of_fill=MOST_STROKES,
            presses_at_most=MAX_PRESSES,
            spans_at_most=SPANS,
            contours_at_most=CONTOURS,
            contour_points=CONTOUR_POINTS,
            **self._terms(now),
        )


def _told(line: Line | Region) -> dict[str, Any]:
    """A line or a filled region, as a page is told of it."""
    told = {"ink": line.ink, "hidden": line.hidden}
    if isinstance(line, Region):
        return told | {"contours": line.contours}
    points = [value for point in line.points for value in point]
    told |= {"pen": line.pen, "points": points}
    return told | {"presses": line.presses, "spans": line.spans}


def message(kind: str, **fields: Any) -> str:
    """A message to a tab, as JSON."""
    return json.dumps({"t": kind, **fields}, separators=(",", ":"))
