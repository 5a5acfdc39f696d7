"""What a host may choose before a game, with bounds and defaults."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from games.core import INKS
from games.drawing.guesser import STEADY, STRENGTHS, Strength
from games.table.scoring import SCALES
from games.words.blocklist import blocked
from games.words.lists import DIFFICULTIES, MOST_ALTERNATIVES, Word, check_word, fits, themes
from games.words.matching import LANGUAGES


class Mode(StrEnum):
    """Who draws."""

    BOT_DRAWS = "bot-draws"
    PEOPLE_DRAW = "people-draw"
    MIXED = "mixed"
    DUEL = "duel"
    SELF_PLAY = "self-play"


BOUNDS: dict[str, tuple[int, int]] = {
    "rounds": (1, 20),
    "seconds": (30, 300),
    "players": (1, 24),
    "strokes": (4, 64),
    "line_limit": (5, 100),
    "choices": (1, 6),
    "hints": (0, 5),
    "choosing": (5, 120),
    "beginning": (5, 300),
}
"""The least and the most of each number, both allowed."""

QUICK_ROUNDS, QUICK_SECONDS = 2, 60
"""What makes a game a quick one."""

OWN_WORDS = 500
"""The most own words that a game takes."""


@dataclass(frozen=True, slots=True)
class DrawingSettings:
    """The settings of a drawing game.

    A round is one drawing by the bot (`bot-draws`), one by everybody (`people-draw`), one by the
    bot and one by the next person (`mixed`), one duel, or one by the bot that another bot guesses
    (`self-play`). `seconds` is the time for a drawing,
    `strokes` what the bot draws with (in a duel the person too), `ink` one of INKS, `line_limit`
    how long a person's lines may be in all, in widths of the canvas, `choices` how many words a
    drawer picks from. `theme` and
    `difficulty` narrow the list of words ("" is any); `own` adds words, or with `own_only`
    replaces the list. `late` lets people join a game under way. `blocked` adds to the words that
    are refused; `blocklists` are the languages whose own lists of them count besides that of
    `language`, all if none is named. `strength` is how well the bot guesses and `scale` what
    guesses are worth. `choosing` and `beginning` are the seconds that a person has to pick a
    word, and to draw the first line. `best` lets the table vote for the best drawing at the end.
    `steady` is for games of before: the bot must be as sure all turn long.
    """

    mode: Mode = Mode.MIXED
    rounds: int = 4
    seconds: int = 90
    players: int = 24
    strokes: int = 24
    ink: str = ""
    line_limit: int = 30
    choices: int = 3
    hints: int = 2
    language: str = "en"
    theme: str = ""
    difficulty: str = ""
    own: tuple[Word, ...] = ()
    own_only: bool = False
    late: bool = True
    strength: str = "medium"
    scale: str = "gentle"
    blocked: tuple[str, ...] = ()
    choosing: int = 30
    beginning: float = 45.0
    best: bool = True
    blocklists: tuple[str, ...] = ()
    steady: bool = False

    @property
    def skill(self) -> Strength:
        """How the bot guesses."""
        return (STEADY if self.steady else STRENGTHS)[self.strength]

    @property
    def spoken(self) -> tuple[str, ...]:
        """The languages whose blocked words are refused; () is all."""
        return (*self.blocklists, self.language) if self.blocklists else ()

    def refuses(self, text: str) -> bool:
        """Whether a text holds a blocked word."""
        return blocked(text, self.blocked, self.spoken)

    def quick(self) -> DrawingSettings:
        """The same for a quick game."""
        return replace(self, rounds=QUICK_ROUNDS, seconds=QUICK_SECONDS)


def problems(settings: DrawingSettings) -> tuple[str, ...]:
    """The names of the settings that cannot be as they are; empty if all is well."""
    wrong = [
        name for name, (low, high) in BOUNDS.items() if not low <= getattr(settings, name) <= high
    ]
    if settings.language not in LANGUAGES:
        wrong.append("language")
    if settings.theme not in ("", *themes()):
        wrong.append("theme")
    if settings.difficulty not in ("", *DIFFICULTIES):
        wrong.append("difficulty")
    if settings.ink not in INKS:
        wrong.append("ink")
    if settings.strength not in STRENGTHS:
        wrong.append("strength")
    if settings.scale not in SCALES:
        wrong.append("scale")
    if len(settings.own) > OWN_WORDS or any(
        check_word(word.text, settings.blocked, settings.spoken) or _too_much(word)
        for word in settings.own
    ):
        wrong.append("own")
    if settings.own_only and not settings.own:
        wrong.append("own_only")
    return tuple(wrong)


def _too_much(word: Word) -> bool:
    """Whether comparing guesses with a word would take long; the list that ships has some
    alternatives to add."""
    return len(word.alternatives) > 2 * MOST_ALTERNATIVES or not all(map(fits, word.alternatives))
