"""The vote for the best drawing of a game, after the last turn: nobody votes for their own."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from games.core import Effect, Event
from games.table.seats import Seats
from games.table.table import Reason

VOTE = "vote"
VOTE_SECONDS = 45.0
"""How long the table has to vote."""
MOST = 25
"""Drawings to vote on: the newest ones, and as many as one of Discord's selects holds."""


@dataclass(frozen=True, slots=True)
class VoteBest(Event):
    """Somebody thinks that the drawing of this turn is the best."""

    by: str
    turn: int


@dataclass(frozen=True, slots=True)
class BestAsked(Effect):
    """The table votes for the best of these turns' drawings, for `seconds`."""

    turns: tuple[int, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class BestVoted(Effect):
    """So many of the voters have voted, nobody sees for which."""

    votes: int = 0
    voters: int = 0


@dataclass(frozen=True, slots=True)
class BestFound(Effect):
    """The turns whose drawings have most votes, `votes` each; none if nobody has voted."""

    turns: tuple[int, ...] = ()
    votes: int = 0


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawing that is over: of which turn, by whom, of what, and its reference."""

    turn: int
    drawer: str
    word: str
    drawing: str


@dataclass(frozen=True, slots=True)
class Show:
    """All drawings of a game, oldest first, and who has voted for which turn's."""

    drawn: tuple[Drawn, ...] = ()
    votes: tuple[tuple[str, int], ...] = ()

    def add(self, one: Drawn) -> Show:
        return replace(self, drawn=(*self.drawn, one))

    @property
    def ballot(self) -> tuple[Drawn, ...]:
        """What is voted on."""
        return self.drawn[-MOST:]

    def voters(self, seats: Seats) -> tuple[str, ...]:
        """The people here who can vote: there is a drawing by somebody else."""
        return tuple(
            player for player in seats.people if any(one.drawer != player for one in self.ballot)
        )

    def worth_a_vote(self, seats: Seats) -> bool:
        """Whether there is something to choose from, and somebody to agree with."""
        return len(self.ballot) > 1 and len(self.voters(seats)) > 1

    def why_not(self, by: str, turn: int, seats: Seats) -> Reason | None:
        """Why somebody cannot vote for the drawing of a turn."""
        if not seats.has(by):
            return Reason.NOT_HERE
        one = next((one for one in self.ballot if one.turn == turn), None)
        if one is None:
            return Reason.OUT_OF_BOUNDS
        return Reason.YOUR_OWN if one.drawer == by else None

    def vote(self, by: str, turn: int) -> Show:
        """With this vote, in place of an earlier one of the same person."""
        rest = tuple(vote for vote in self.votes if vote[0] != by)
        return replace(self, votes=(*rest, (by, turn)))

    def voted(self, seats: Seats) -> BestVoted:
        """How many of those who can have voted."""
        voters = self.voters(seats)
        return BestVoted(votes=len(dict(self.votes).keys() & {*voters}), voters=len(voters))

    def found(self) -> BestFound:
        """The result."""
        counts = Counter(turn for _, turn in self.votes)
        most = max(counts.values(), default=0)
        return BestFound(
            turns=tuple(one.turn for one in self.drawn if most and counts[one.turn] == most),
            votes=most,
        )
