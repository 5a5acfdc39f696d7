"""Duels under anything that people, engines and clocks may do to them."""

from __future__ import annotations

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from games.core import BOT, ENGINE, Event
from games.drawing.bout import BallotOpened, DuelEnded, Judged, Vote, Voted
from games.drawing.duel import DUEL, Finish
from games.drawing.settings import DrawingSettings, Mode
from games.drawing.turn import DrawingFailed, DrawingUpdated, Open, Phase, Skip, Start, TurnEnding
from games.drawing.word_choice import ChooseWord
from games.table.table import Join, Stage
from games.words.lists import Word
from tests.games.driving import Driver
from tests.games.table_machine import PEOPLE, TableMachine, people

WORDS = tuple(Word(text, text) for text in ("quixotry", "zugzwang", "vexillum", "kumquat"))


class Duel(TableMachine):
    game = DUEL

    def __init__(self) -> None:
        super().__init__()
        self.scores: dict[str, int] = {}
        self.cast: dict[str, int] = {}

    @initialize(
        seed=st.integers(0, 10**6),
        rounds=st.integers(1, 3),
        early=st.lists(people, unique=True, min_size=1, max_size=4),
    )
    def open(self, seed: int, rounds: int, early: list[str]) -> None:
        self.host = Driver(DUEL, str(seed))
        self.do(Open("ann", DrawingSettings(mode=Mode.DUEL, rounds=rounds, strokes=8)))
        for player in early:
            self.do(Join(player))
        self.do(Start("ann", WORDS))

    def check(self, event: Event) -> None:
        effects = self.host.effects
        if isinstance(event, Vote) and self.host.has(Voted):
            self.cast[event.by] = event.choice
        bout, phase = self.state.bout, self.state.phase
        for effect in effects:
            if isinstance(effect, DuelEnded):
                self.check_points(effect)
                self.cast = {}
                for artist, points in zip(effect.artists, effect.points, strict=False):
                    self.scores[artist] = self.scores.get(artist, 0) + points
            elif effect.to != ENGINE and bout is not None:
                shown = repr(effect)
                voters = [player for player in PEOPLE if player != bout.artist]
                if phase is Phase.DRAWING and any(effect.to.sees(one) for one in voters):
                    assert bout.word.text not in shown
                if isinstance(effect, BallotOpened):
                    # Unsigned: neither names nor an order that tells.
                    assert BOT not in shown
                    assert bout.artist not in shown
                    assert set(effect.drawings) == {"left", "right"}

    def check_points(self, effect: DuelEnded) -> None:
        """The two share a hundred points as they share the votes, rounded down."""
        votes = [list(self.cast.values()).count(choice) for choice in (0, 1)]
        voted = bool(self.cast) and effect.ending is TurnEnding.VOTED
        expected = [100 * count // len(self.cast) if voted else 0 for count in votes]
        assert list(effect.points) == expected
        assert sum(effect.points) <= 100

    @rule(by=people, index=st.integers(-1, 3))
    def choose(self, by: str, index: int) -> None:
        self.do(ChooseWord(by, index))

    @precondition(lambda self: self.state.phase is Phase.DRAWING)
    @rule(bot=st.booleans(), strokes=st.sampled_from([0, 1, 8, 9]), length=st.sampled_from([1, 99]))
    def draw(self, bot: bool, strokes: int, length: int) -> None:
        bout = self.state.bout
        by = BOT if bot else bout.artist
        self.do(DrawingUpdated(bout.number, by, "left" if bot else "right", strokes, length))

    @rule(by=people)
    def draw_for_another(self, by: str) -> None:
        self.do(DrawingUpdated(self.state.number, by, "right", 1))

    @precondition(lambda self: self.state.number > 0)
    @rule(late=st.integers(0, 1))
    def engine_fails(self, late: int) -> None:
        self.do(DrawingFailed(self.state.number - late))

    @rule(by=people)
    def finish(self, by: str) -> None:
        self.do(Finish(by))

    @precondition(lambda self: self.state.phase is Phase.DRAWING)
    @rule()
    def both_finish(self) -> None:
        bout = self.state.bout
        self.do(DrawingUpdated(bout.number, BOT, "left", 8))
        self.do(DrawingUpdated(bout.number, bout.artist, "right", 8))
        self.do(Finish(bout.artist))

    @rule(by=people, choice=st.integers(-1, 2))
    def vote(self, by: str, choice: int) -> None:
        self.do(Vote(by, choice))

    @rule(late=st.integers(0, 1))
    def judged(self, late: int) -> None:
        self.do(Judged(self.state.number - late, (0.3, 0.4)))

    @rule(by=people)
    def skip(self, by: str) -> None:
        self.do(Skip(by))

    @invariant()
    def one_phase(self) -> None:
        state = self.state
        names = {name for name, _ in state.table.timers.due} - {"empty"}
        expected = {
            Phase.CHOOSING: {"choose"},
            Phase.DRAWING: {"turn"},
            Phase.VOTING: {"vote"},
            Phase.OVER: set[str](),
        }
        if state.phase in expected:
            assert names == expected[state.phase]
        assert (state.phase is Phase.OVER) == (state.table.stage is Stage.OVER)

    @invariant()
    def points_are_conserved(self) -> None:
        for seat in self.state.table.seats.seats:
            assert seat.score == self.scores.get(seat.player, 0)


TestDuel = Duel.TestCase
TestDuel.settings = hypothesis_settings(max_examples=120, stateful_step_count=40)
