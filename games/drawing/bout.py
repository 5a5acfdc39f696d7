"""One bout of a duel: two drawings of a word, shown unsigned, and the votes on which is better.

People and the engine judge the same two drawings, in an order that says nothing of whose is whose.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from games.core import BOT, ENGINE, Audience, Effect, Event
from games.drawing.turn import TurnEnding
from games.drawing.word_choice import Choice
from games.table.seats import Seats
from games.table.table import Reason
from games.words.lists import Word

POINTS = 100
"""What the person and the bot share."""


@dataclass(frozen=True, slots=True)
class Vote(Event):
    """A player votes for a drawing of the ballot, 0 or 1. The last vote counts."""

    by: str
    choice: int


@dataclass(frozen=True, slots=True)
class Judged(Event):
    """The engine's answer to `JudgeRequested`: which share of judges sees the concept in each
    drawing of the ballot, 0..1."""

    turn: int
    scores: tuple[float, float]


@dataclass(frozen=True, slots=True)
class BallotOpened(Effect):
    """Which of the two drawings shows the word better? There are `seconds` to say."""

    turn: int = 0
    word: str = ""
    drawings: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class JudgeRequested(Effect):
    """The engine is to say which share of judges sees the concept in each drawing (`Judged`)."""

    to: Audience = ENGINE
    turn: int = 0
    concept: str = ""
    drawings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Voted(Effect):
    """So many of the voters have voted, nobody sees for which."""

    turn: int = 0
    votes: int = 0
    voters: int = 0


@dataclass(frozen=True, slots=True)
class DuelEnded(Effect):
    """The reveal. `drawings`, `artists`, `votes`, `scores` and `points` are in ballot order.

    `scores` is empty if the engine did not answer in time, and all but the word may be if there
    was no vote.
    """

    turn: int = 0
    ending: TurnEnding = TurnEnding.VOTED
    word: str = ""
    concept: str = ""
    drawings: tuple[str, ...] = ()
    artists: tuple[str, ...] = ()
    votes: tuple[int, ...] = ()
    scores: tuple[float, ...] = ()
    points: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Bout:
    """A bout under way. `drawings` are `(artist, reference)` of those who have a stroke, `ballot`
    the artists in the order in which the drawings are shown, empty until the vote."""

    choice: Choice
    word: Word | None = None
    drawings: tuple[tuple[str, str], ...] = ()
    ballot: tuple[str, ...] = ()
    votes: tuple[tuple[str, int], ...] = ()
    scores: tuple[float, ...] = ()

    @property
    def number(self) -> int:
        return self.choice.number

    @property
    def artist(self) -> str:
        """The person who draws, and votes for neither drawing."""
        return self.choice.drawer

    @property
    def shown(self) -> tuple[str, ...]:
        """The drawings in ballot order."""
        drawings = dict(self.drawings)
        return tuple(drawings[artist] for artist in self.ballot)

    def drawn(self, artist: str, drawing: str | None) -> Bout:
        """With what an artist has drawn so far; None is a sheet that is empty again."""
        drawings = {other: one for other, one in self.drawings if other != artist}
        if drawing is not None:
            drawings[artist] = drawing
        return replace(self, drawings=tuple(drawings.items()))

    def shuffled(self, rng: random.Random) -> Bout:
        """With a ballot of the two drawings."""
        return replace(self, ballot=tuple(rng.sample([self.artist, BOT], 2)))

    def voters(self, seats: Seats) -> list[str]:
        """Everybody here but the artist."""
        return [player for player in seats.people if player != self.artist]

    def all_voted(self, seats: Seats) -> bool:
        return set(self.voters(seats)) <= dict(self.votes).keys()

    def why_not(self, by: str, choice: int, seats: Seats) -> Reason | None:
        """Why somebody cannot vote for a drawing."""
        if by == self.artist:
            return Reason.OWN_DRAWING
        if by not in self.voters(seats):
            return Reason.NOT_HERE
        return None if choice in (0, 1) else Reason.OUT_OF_BOUNDS

    def vote(self, by: str, choice: int) -> Bout:
        """With this vote, in place of an earlier one of the same person."""
        rest = tuple(vote for vote in self.votes if vote[0] != by)
        return replace(self, votes=(*rest, (by, choice)))

    def voted(self, seats: Seats) -> Voted:
        """How many of those who can have voted."""
        voters = self.voters(seats)
        votes = dict(self.votes).keys() & {*voters}
        return Voted(turn=self.number, votes=len(votes), voters=len(voters))

    def ended(self, ending: TurnEnding) -> DuelEnded:
        """The reveal: the artists share the points as they share the votes, rounded down."""
        cast = [choice for _, choice in self.votes]
        votes = (cast.count(0), cast.count(1))
        points = (0, 0)
        if cast and ending is TurnEnding.VOTED:
            points = (POINTS * votes[0] // len(cast), POINTS * votes[1] // len(cast))
        return DuelEnded(
            turn=self.number,
            ending=ending,
            word=self.word.text if self.word else "",
            concept=self.word.concept if self.word else "",
            drawings=self.shown,
            artists=self.ballot,
            votes=votes,
            scores=self.scores,
            points=points,
        )
