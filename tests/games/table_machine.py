"""What people and clocks may do at any table, for the state machines of the games' tests."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from games.core import MODERATOR, Event, Game, Tick
from games.table.table import Join, Leave, Pause, Resume, Stage, TimerFired, VoteKick, Watch
from tests.games.driving import Driver

PEOPLE = ("ann", "ben", "cem", "dia", "eve")

STRAY = ("choose", "engine", "hint", "lobby", "nonsense", "page", "pause", "reveal", "turn", "vote")

people = st.sampled_from(PEOPLE)
people_or_moderator = st.sampled_from([*PEOPLE, MODERATOR])


class TableMachine(RuleBasedStateMachine):
    """A game, and everybody's doings at its table. A game's own machine adds the rest, and says in
    `check` what must hold after an event.

    When a run is over, its log must give the same game again, and the game must come to its end by
    its timers alone.
    """

    game: Game[Any]

    def __init__(self) -> None:
        super().__init__()
        self.host = Driver(self.game)

    @property
    def state(self) -> Any:
        return self.host.state

    def do(self, event: Event) -> None:
        self.host.do(event)
        self.check(event)

    def check(self, event: Event) -> None:
        """Look at what an event has made of the state and at its effects, self.host.effects."""
        raise NotImplementedError

    @rule(player=people)
    def join(self, player: str) -> None:
        self.do(Join(player))

    @rule(player=people)
    def leave(self, player: str) -> None:
        self.do(Leave(player))

    @rule(player=people)
    def watch(self, player: str) -> None:
        self.do(Watch(player))

    @rule(by=people_or_moderator, player=people)
    def vote_out(self, by: str, player: str) -> None:
        self.do(VoteKick(by, player))

    @rule(by=people_or_moderator)
    def pause(self, by: str) -> None:
        self.do(Pause(by))

    @rule(by=people_or_moderator)
    def resume(self, by: str) -> None:
        self.do(Resume(by))

    @rule(name=st.sampled_from(STRAY))
    def stray_timer(self, name: str) -> None:
        self.do(TimerFired(name))

    @rule(seconds=st.floats(0, 40))
    def time_passes(self, seconds: float) -> None:
        self.host.now += seconds
        self.do(Tick())

    @precondition(lambda self: not self.host.play.over and self.host.play.due is not None)
    @rule()
    def timer(self) -> None:
        self.host.fire()
        self.check(self.host.log[-1].event)

    def teardown(self) -> None:
        replayed, effects = self.host.replayed()
        assert replayed == self.host.play
        assert effects == self.host.effects
        if self.state.table.stage is Stage.CLOSED:
            return
        for _ in range(2000):
            if self.host.play.over:
                break
            self.timer()
        assert self.host.play.over
