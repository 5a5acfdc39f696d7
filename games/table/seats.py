"""Who sits at the table: joining, leaving, coming back, watching, hosting, voting people out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from games.core import BOTS, MODERATOR


@dataclass(frozen=True, slots=True)
class Seat:
    """A place at the table. It is kept, with its score, when the player leaves."""

    player: str
    score: int = 0
    present: bool = True


@dataclass(frozen=True, slots=True)
class Seats:
    """Everybody at the table, in the order of joining.

    `votes` holds, for each player who might be put out, the people who want it.
    """

    seats: tuple[Seat, ...] = ()
    host: str | None = None
    spectators: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()
    votes: tuple[tuple[str, frozenset[str]], ...] = ()

    def find(self, player: str) -> Seat | None:
        """The seat of a player, who may have left it."""
        return next((seat for seat in self.seats if seat.player == player), None)

    def has(self, player: str) -> bool:
        """Whether a player sits at the table now."""
        seat = self.find(player)
        return seat is not None and seat.present

    @property
    def present(self) -> tuple[str, ...]:
        """Everybody who sits at the table now, the bot too."""
        return tuple(seat.player for seat in self.seats if seat.present)

    @property
    def people(self) -> tuple[str, ...]:
        """The people who sit at the table now."""
        return tuple(player for player in self.present if player not in BOTS)

    def may_manage(self, player: str) -> bool:
        """Whether a player may start, pause and end the game."""
        return player in (self.host, MODERATOR)

    def join(self, player: str) -> Seats:
        """With this player at the table: in the old seat with the old score, or in a new one.

        A table without a host takes the first person for one.
        """
        if self.find(player) is None:
            seats = (*self.seats, Seat(player))
        else:
            seats = tuple(
                replace(seat, present=True) if seat.player == player else seat
                for seat in self.seats
            )
        spectators = tuple(other for other in self.spectators if other != player)
        host = player if self.host is None and player not in BOTS else self.host
        return replace(self, seats=seats, spectators=spectators, host=host)

    def leave(self, player: str) -> Seats:
        """Without this player, whose seat and score are kept for a return.

        When the host leaves, the person who joined earliest of those still here is the host.
        """
        seats = tuple(
            replace(seat, present=False) if seat.player == player else seat for seat in self.seats
        )
        votes = tuple(
            (target, voters - {player}) for target, voters in self.votes if target != player
        )
        spectators = tuple(other for other in self.spectators if other != player)
        after = replace(self, seats=seats, votes=votes, spectators=spectators)
        if player == self.host:
            return replace(after, host=next(iter(after.people), None))
        return after

    def watch(self, player: str) -> Seats:
        """With this player as a spectator, who sees what everyone sees."""
        after = self.leave(player)
        return replace(after, spectators=(*after.spectators, player))

    def vote(self, voter: str, target: str) -> Seats:
        """With the voice of `voter` for putting `target` out; asking twice is asking once."""
        voters = self.voters(target) | {voter}
        rest = tuple(vote for vote in self.votes if vote[0] != target)
        return replace(self, votes=(*rest, (target, voters)))

    def voters(self, target: str) -> frozenset[str]:
        """Who wants `target` put out."""
        return dict(self.votes).get(target, frozenset[str]())

    def votes_needed(self, target: str) -> int:
        """How many voices put `target` out: more than half of the other people, at least two."""
        others = len([player for player in self.people if player != target])
        return max(2, others // 2 + 1)

    def ban(self, player: str) -> Seats:
        """Without this player, who cannot come back into this game."""
        after = self.leave(player)
        return replace(after, banned=(*after.banned, player))

    def award(self, player: str, points: int) -> Seats:
        """With points added to a seat's score, whether its player is here or not."""
        return replace(
            self,
            seats=tuple(
                replace(seat, score=seat.score + points) if seat.player == player else seat
                for seat in self.seats
            ),
        )
