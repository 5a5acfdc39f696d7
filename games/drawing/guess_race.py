"""The race for the word: guesses while somebody draws, and their results.

A right guess is told to everyone without the word, a close one to the guesser alone, a wrong one
is shown. Whoever knows the word talks only with the others who do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from games.core import BOT, BOTS, ENGINE, NOBODY, RIVAL, Audience, Effect, Effects, Event, only
from games.drawing.guesser import Candidate, choose
from games.drawing.settings import DrawingSettings
from games.drawing.turn import TURN
from games.table.scoring import SCALES, guess_points
from games.table.seats import Seats
from games.table.table import Reason, Refused, Table, refuse
from games.words.lists import Word
from games.words.matching import GUESS_LENGTH, Verdict, judge, length

LAST_SECONDS = 30.0
"""What the first right guess by a person leaves of the clock."""


@dataclass(frozen=True, slots=True)
class Guess(Event):
    """Somebody says something while the game is on; `chat`: where everybody reads it."""

    player: str
    text: str
    chat: bool = False


@dataclass(frozen=True, slots=True)
class BotLooked(Event):
    """The engine's answer to `LookRequested`: what the drawing may be, in the game's language."""

    turn: int
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class LookRequested(Effect):
    """The engine is to say what the drawing of this turn may be (`BotLooked`)."""

    to: Audience = ENGINE
    turn: int = 0
    drawing: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Spoiler(Refused):
    """What was said in the chat gives the word away, whoever said it: delete it."""

    to: Audience = NOBODY


@dataclass(frozen=True, slots=True)
class ClockShortened(Effect):
    """Somebody has the word: the others have `seconds` left."""

    turn: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class GuessAccepted(Effect):
    """A player has the word, as number `place`, after `seconds`, for `points`."""

    turn: int = 0
    player: str = ""
    place: int = 0
    seconds: float = 0.0
    points: int = 0


@dataclass(frozen=True, slots=True)
class GuessClose(Effect):
    """Told to the guesser alone: nearly. Nobody else may see the text."""

    turn: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class GuessNear(Effect):
    """Told to the person who draws and knows the word: somebody is nearly there."""

    turn: int = 0
    player: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class GuessShown(Effect):
    """A wrong guess, for everyone to see."""

    turn: int = 0
    player: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Chatted(Effect):
    """Words of somebody who knows the word, for the others who do."""

    turn: int = 0
    player: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Solved:
    """A right guess: whose, how many seconds into the turn, for how much."""

    player: str
    seconds: float
    points: int


@dataclass(frozen=True, slots=True)
class Turn:
    """A word being drawn, and how far the race for it is.

    `started` is in play time (`timers`), `guessers` are those who sat at the table then, `hints`
    are the letters to be shown, of which `shown` have been, `said` what the bot has said.
    """

    number: int
    round: int
    drawer: str
    word: Word
    started: float
    guessers: tuple[str, ...]
    hints: tuple[int, ...] = ()
    solved: tuple[Solved, ...] = ()
    shown: int = 0
    drawing: str = ""
    strokes: int = 0
    said: tuple[str, ...] = ()

    @property
    def knowers(self) -> tuple[str, ...]:
        """Who knows the word: the drawer and those who have guessed it."""
        return (self.drawer, *(solve.player for solve in self.solved))


def guess(
    turn: Turn, table: Table, settings: DrawingSettings, event: Guess, now: float
) -> tuple[Turn, Table, Effects]:
    """The turn after a person says something."""
    verdict = judge(event.text, turn.word.answers, settings.language)
    after, table, effects = _guess(turn, table, settings, event, verdict, now)
    # Neither who knows the word nor who does not play can spoil it, nor words around the word.
    if event.chat and verdict is not Verdict.WRONG:
        effects = (*effects, Spoiler())
    return after, table, effects


def _guess(
    turn: Turn,
    table: Table,
    settings: DrawingSettings,
    event: Guess,
    verdict: Verdict,
    now: float,
) -> tuple[Turn, Table, Effects]:
    player, text = event.player, event.text
    reason = _why_not(turn, table, settings, event, verdict)
    if reason is None and event.chat and player in turn.knowers:
        reason = Reason.NOT_NOW  # they may talk
    if reason is not None:
        return turn, table, refuse(player, reason)
    if player in turn.knowers:
        return turn, table, (Chatted(only(*turn.knowers), turn.number, player, text),)
    if verdict is Verdict.RIGHT:
        return _solve(turn, table, settings, player, now)
    if verdict is Verdict.CLOSE:
        near = (GuessNear(only(turn.drawer), turn.number, player, text),)
        told = GuessClose(only(player), turn.number, text)
        return turn, table, (told, *(near if turn.drawer != BOT else ()))
    return turn, table, (GuessShown(turn=turn.number, player=player, text=text),)


def bot_guess(
    turn: Turn, table: Table, settings: DrawingSettings, candidates: Sequence[Candidate], now: float
) -> tuple[Turn, Table, Effects]:
    """What a bot says, out loud, of what the engine makes of the drawing."""
    me = guessing_bot(turn)
    if me in turn.knowers or table.paused:
        return turn, table, ()
    elapsed, whole = passed(turn, table, now)
    share = elapsed / whole if whole else 1.0
    text = choose(settings.skill, share, candidates, turn.said, settings.language)
    if text is None:
        return turn, table, ()
    verdict = judge(text, turn.word.answers, settings.language)
    if verdict is Verdict.RIGHT:
        return _solve(turn, table, settings, me, now)
    turn = replace(turn, said=(*turn.said, text))
    # A near miss out loud would tell people the word.
    if verdict is Verdict.CLOSE or settings.refuses(text):
        return turn, table, ()
    return turn, table, (GuessShown(turn=turn.number, player=me, text=text),)


def passed(turn: Turn, table: Table, now: float) -> tuple[float, float]:
    """Seconds of the turn that have passed, and that it has in all, as its clock stands now."""
    elapsed = table.timers.clock(now) - turn.started
    return elapsed, elapsed + (table.timers.left(TURN, now) or 0.0)


def guessing_bot(turn: Turn) -> str:
    """The bot that guesses in a turn: the one that does not draw."""
    return RIVAL if turn.drawer == BOT else BOT


def all_have_it(turn: Turn, seats: Seats) -> bool:
    """Whether everybody who guesses has the word; the bot, if nobody else guesses."""
    guessers = [player for player in seats.people if player != turn.drawer]
    if not guessers and seats.has(guessing_bot(turn)):
        guessers = [guessing_bot(turn)]
    return bool(guessers) and all(player in turn.knowers for player in guessers)


def _why_not(
    turn: Turn, table: Table, settings: DrawingSettings, event: Guess, verdict: Verdict
) -> Reason | None:
    player, text = event.player, event.text
    if not table.seats.has(player):
        return Reason.NOT_HERE
    if table.paused:
        return Reason.PAUSED
    if not text.strip():
        return Reason.EMPTY
    if length(text) > GUESS_LENGTH:
        return Reason.TOO_LONG
    right = player not in turn.knowers and verdict is Verdict.RIGHT
    # A server may block a word that another list draws: it is still the answer.
    return Reason.BLOCKED if settings.refuses(text) and not right else None


def _solve(
    turn: Turn, table: Table, settings: DrawingSettings, player: str, now: float
) -> tuple[Turn, Table, Effects]:
    elapsed = table.timers.clock(now) - turn.started
    left, hints = len(turn.hints) - turn.shown, len(turn.hints)
    points = guess_points(SCALES[settings.scale], elapsed, settings.seconds, left, hints)
    first = player not in BOTS and all(solve.player in BOTS for solve in turn.solved)
    turn = replace(turn, solved=(*turn.solved, Solved(player, elapsed, points)))
    accepted = GuessAccepted(
        turn=turn.number,
        player=player,
        place=len(turn.solved),
        seconds=elapsed,
        points=points,
    )
    table = table.award(player, points)
    # The bot's guess leaves people the time they have.
    hurry = first and (table.timers.left(TURN, now) or 0.0) > LAST_SECONDS
    if not hurry or all_have_it(turn, table.seats):
        return turn, table, (accepted,)
    shortened = ClockShortened(turn=turn.number, seconds=LAST_SECONDS)
    return turn, table.timer(TURN, now, LAST_SECONDS), (accepted, shortened)
