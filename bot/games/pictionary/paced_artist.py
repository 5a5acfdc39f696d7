"""The bot's drawing over a whole turn, stroke by stroke, so that the race for the word is one.

The engine is done within seconds. What people see then depends on the finished drawing and on how
much of the turn has passed, and on nothing else, so it goes on by itself after a restart.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.games.table.desk import STATES_APART
from bot.games.table.engine_artist import EngineArtist
from bot.games.table.game_runner import GameRunner
from bot.games.table.sketches import Sketches, part
from engine.canvas.drawing import Drawing
from games.core import BOT
from games.drawing.guess_race import passed
from games.drawing.turn import TURN, DrawingUpdated, DrawRequested

ALL_BY = 0.75
"""Of the turn's time, when the last stroke comes."""
PATIENCE = 0.15
"""Of the turn's time, that the engine has to finish; then people see what there is."""

_LOOK = 0.25  # seconds between looks at the clock


def due(strokes: int, elapsed: float, whole: float) -> int:
    """How many of so many strokes are to be seen `elapsed` seconds into a turn of `whole` seconds:
    the first one at once, the last one at ALL_BY."""
    if strokes < 2 or elapsed >= ALL_BY * whole:
        return strokes
    return 1 + int((strokes - 1) * max(0.0, elapsed) / (ALL_BY * whole))


@dataclass
class _Drawing:
    """A drawing under way. newest: the reference of its last state, and how many strokes it has.
    over: the engine does no more to it."""

    newest: tuple[str, int] | None = None
    over: bool = False


class PacedArtist(EngineArtist):
    """Draws for a race: nobody sees the drawing before its strokes are due."""

    def __init__(self, runner: GameRunner, sketches: Sketches) -> None:
        super().__init__(runner, sketches)
        self._under_way: dict[int, _Drawing] = {}

    async def draw(self, request: DrawRequested) -> None:
        drawing = _Drawing()
        self._under_way[request.turn] = drawing
        showing = asyncio.create_task(self._reveal(request.turn, drawing))
        try:
            await super().draw(request)
            drawing.over = True
            await showing
        finally:
            showing.cancel()
            del self._under_way[request.turn]

    async def tell(self, turn: int, reference: str, drawing: Drawing) -> None:
        self._under_way[turn].newest = reference, len(drawing.strokes)

    async def _reveal(self, turn: int, drawing: _Drawing) -> None:
        """Let the game know of strokes as they are due, until there are no more."""
        shown = ""
        while not (drawing.over and drawing.newest is None):
            time = self._time(turn)
            if time is None:
                return
            pause = _LOOK
            if drawing.newest and (drawing.over or time[0] >= PATIENCE * time[1]):
                whole, strokes = drawing.newest
                count = due(strokes, *time)
                reference = part(whole, count)
                if reference != shown:
                    shown, pause = reference, STATES_APART
                    await self._runner.do(DrawingUpdated(turn, BOT, reference, count))
                if drawing.over and count == strokes:
                    return
            await asyncio.sleep(pause)

    def _time(self, turn: int) -> tuple[float, float] | None:
        """Seconds of the turn that have passed, and that it has in all; None if it is over."""
        state, now = self._runner.play.state, self._runner.now
        under_way = state.table.timers.has(TURN)
        if state.turn is None or state.turn.number != turn or not under_way:
            return None
        return passed(state.turn, state.table, now)
