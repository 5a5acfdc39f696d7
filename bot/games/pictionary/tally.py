"""What a drawing game leaves on the boards: who played, drew and guessed what, and how fast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from bot.games.table.results import GameResults, Result, TurnResult
from games.core import BOT, BOTS, RIVAL
from games.drawing.bout import DuelEnded
from games.drawing.guess_race import Turn
from games.drawing.pictionary_turn import TurnEnded
from games.drawing.turn import TurnEnding
from games.table.table import GameEnded

_PLAYED_OUT = (TurnEnding.TIME_UP, TurnEnding.ALL_GUESSED)
"""How turns end that say something about the word."""


class Tally:
    """Counted while a game is on, and anew when its log is read back."""

    def __init__(self) -> None:
        self._played: set[str] = set()
        self._solved: Counter[str] = Counter()
        self._drawn: Counter[str] = Counter()
        self._quickest: dict[str, float] = {}
        self._turns: list[TurnResult] = []

    def played(self, players: Iterable[str]) -> None:
        """They took part, so the boards know them."""
        self._played.update(players)

    def turn(self, ended: TurnEnded, turn: Turn | None, clock: float) -> None:
        """A turn of Pictionary is over. clock: the time of the table's timers (s)."""
        for one in ended.solved:
            self._solved[one.player] += 1
            before = self._quickest.get(one.player, one.seconds)
            self._quickest[one.player] = min(one.seconds, before)
        if ended.ending not in _PLAYED_OUT or turn is None:
            return
        self._drawn[ended.drawer] += 1
        people = [player for player in turn.guessers if player not in BOTS]
        solvers = [one.player for one in ended.solved if one.player in people]
        self._turns.append(
            TurnResult(
                turn=ended.turn,
                word=ended.word,
                concept=ended.concept,
                drawer=_number(ended.drawer),
                solvers=len(solvers),
                guessers=len(people),
                seconds=round(clock - turn.started, 3),
            )
        )

    def duel(self, ended: DuelEnded) -> None:
        """A duel is over."""
        if ended.ending is not TurnEnding.VOTED or not ended.artists:
            return
        self._drawn.update(ended.artists)
        drawer = next(int(artist) for artist in ended.artists if artist != BOT)
        # Nobody guesses in a duel, so it says nothing of how hard a word is.
        record = TurnResult(ended.turn, ended.word, ended.concept, drawer, 0, 0, 0.0)
        self._turns.append(record)

    def results(self, board: str, end: GameEnded | None) -> GameResults:
        """What is kept of the game. board: the one on which it counts."""
        results = tuple(
            Result(
                person=_number(one.player),
                points=one.score,
                place=one.place,
                solved=self._solved[one.player],
                drawn=self._drawn[one.player],
                best_seconds=self._quickest.get(one.player),
            )
            for one in (end.podium if end is not None else ())
            if one.player in self._played and one.player != RIVAL
        )
        return GameResults(board, results, tuple(self._turns))


def _number(player: str) -> int:
    """A seat as the boards know it: 0 is the bot."""
    return 0 if player == BOT else int(player)
