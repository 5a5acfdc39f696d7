"""Pictionary under anything that people, engines and clocks may do to it."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from games.core import BOT, ENGINE, Effect, Event, only
from games.drawing.best import VoteBest
from games.drawing.guess_race import BotLooked, Guess, GuessAccepted, GuessClose
from games.drawing.guesser import Candidate
from games.drawing.pictionary import MODES, PICTIONARY
from games.drawing.pictionary_turn import HintShown, TurnEnded
from games.drawing.settings import DrawingSettings, Mode
from games.drawing.turn import (
    UNPAID,
    Configure,
    DrawingFailed,
    DrawingUpdated,
    Open,
    Phase,
    Skip,
    Start,
    TurnEnding,
    TurnStarted,
)
from games.drawing.word_choice import ChooseWord
from games.table.table import (
    End,
    GameEnded,
    Join,
    Stage,
)
from games.words.lists import Word
from tests.games.driving import Driver
from tests.games.table_machine import PEOPLE, TableMachine, people, people_or_moderator

WORDS = (
    Word("quixotry", "quixotry", ("jumblewock",)),
    Word("zugzwang", "zugzwang"),
    Word("hobnobbing", "hob-nobbing"),
    Word("vexillum", "vexillum flag", ("standard",)),
    Word("kumquat", "kumquat"),
    Word("ox", "yx"),
)
SCALES = {"gentle": (100, 100, 2, 60), "keen": (10, 290, 3, 120)}


class Pictionary(TableMachine):
    game = PICTIONARY

    def __init__(self) -> None:
        super().__init__()
        self.scores: dict[str, int] = {}
        self.earned: dict[str, int] = {}
        self.hints = 0

    @initialize(
        seed=st.integers(0, 10**6),
        mode=st.sampled_from(MODES),
        rounds=st.integers(1, 3),
        seconds=st.sampled_from([30, 60, 90]),
        hints=st.integers(0, 5),
        late=st.booleans(),
        best=st.booleans(),
        scale=st.sampled_from(sorted(SCALES)),
        strength=st.sampled_from(["easy", "medium", "hard"]),
        early=st.lists(people, unique=True, max_size=4),
        started=st.sampled_from([True, True, True, False]),
    )
    def open(self, seed: int, early: list[str], started: bool, **chosen: Any) -> None:
        self.host = Driver(PICTIONARY, str(seed))
        self.do(Open("ann", DrawingSettings(players=4, **chosen)))
        for player in early:
            self.do(Join(player))
        if started:
            self.do(Start("ann", WORDS))

    def check(self, event: Event) -> None:
        """The points of the effects by the formula, and who could see what."""
        effects = self.host.effects
        # What one event ends may be followed by the next turn's start, never by more.
        ended = [effect for effect in effects if isinstance(effect, TurnEnded)]
        for effect in effects:
            if isinstance(effect, TurnStarted):
                self.earned, self.hints = {}, 0
            elif isinstance(effect, HintShown):
                self.hints += 1
            elif isinstance(effect, GuessAccepted):
                self.check_points(effect)
            elif isinstance(effect, TurnEnded):
                self.check_pay(effect)
        turn = self.state.turn
        for effect in effects:
            if isinstance(effect, GuessClose):
                # It repeats to one player what that player has said.
                assert isinstance(event, Guess)
                assert effect.to == only(event.player)
            elif turn is not None and effect not in ended and self.state.phase is Phase.DRAWING:
                secret = [answer.casefold() for answer in turn.word.answers]
                for player in (*PEOPLE, "stranger"):
                    if player not in turn.knowers and effect.to.sees(player):
                        shown = repr(effect).casefold()
                        assert not any(word in shown for word in secret), (player, effect)
        self.check_secrets(effects)
        assert len(ended) <= 1
        if any(isinstance(effect, GameEnded) for effect in effects):
            assert self.state.phase is Phase.OVER

    def check_secrets(self, effects: tuple[Effect, ...]) -> None:
        """What stands in an effect letter by letter, and the words on offer."""
        for effect in effects:
            if isinstance(effect, HintShown | TurnStarted):
                letters = sum(char is None or char.isalpha() for char in effect.mask)
                assert 2 * sum(char is None for char in effect.mask) > letters
        choice = self.state.choice
        if choice is None:
            return
        others = [one for one in (*PEOPLE, "stranger") if one != choice.drawer]
        for effect in effects:
            # The reveal of the turn before is for everyone, and may hold a word that comes again.
            if not isinstance(effect, TurnEnded) and any(effect.to.sees(one) for one in others):
                shown = repr(effect)
                assert not any(word.text in shown for word in choice.words), effect

    def check_points(self, effect: GuessAccepted) -> None:
        chosen, turn = self.state.settings, self.state.turn
        base, bonus, decline, hint = SCALES[chosen.scale]
        whole = math.floor(min(effect.seconds, chosen.seconds))
        points = int(base + bonus * (1 - decline / chosen.seconds) ** whole)
        if turn.hints:
            points += (len(turn.hints) - self.hints) * (hint // len(turn.hints))
        assert effect.points == points
        assert effect.player not in self.earned
        assert effect.player != turn.drawer
        self.earned[effect.player] = points
        self.scores[effect.player] = self.scores.get(effect.player, 0) + points

    def check_pay(self, effect: TurnEnded) -> None:
        turn, seats = self.state.turn, self.state.table.seats
        here = [player for player in turn.guessers if seats.has(player)]
        pay = sum(self.earned.get(player, 0) for player in here) // len(here) if here else 0
        assert effect.drawer_points == (0 if effect.ending in UNPAID else pay)
        if effect.ending is TurnEnding.ALL_GUESSED:
            assert effect.solved
        self.scores[effect.drawer] = self.scores.get(effect.drawer, 0) + effect.drawer_points

    @rule(by=people)
    def start(self, by: str) -> None:
        self.do(Start(by, WORDS))

    @rule(by=people, rounds=st.integers(0, 3))
    def configure(self, by: str, rounds: int) -> None:
        self.do(Configure(by, DrawingSettings(rounds=rounds, seconds=30)))

    @rule(by=people, index=st.integers(-1, 3))
    def choose(self, by: str, index: int) -> None:
        self.do(ChooseWord(by, index))

    @precondition(lambda self: self.state.choice is not None)
    @rule(index=st.integers(0, 2))
    def choose_in_turn(self, index: int) -> None:
        self.do(ChooseWord(self.state.choice.drawer, index))

    @precondition(lambda self: self.state.phase is Phase.DRAWING)
    @rule(player=people, data=st.data())
    def guess(self, player: str, data: st.DataObject) -> None:
        word = self.state.turn.word
        answers = [*word.answers, word.text.upper(), f"a {word.text}", word.text[:-1]]
        wrong = ["tree", "zug", f"is {word.text} or tree", "", "x" * 101, "shit", "?!"]
        self.do(Guess(player, data.draw(st.sampled_from(answers + wrong))))

    @precondition(lambda self: self.state.phase is Phase.DRAWING)
    @rule(data=st.data())
    def solve(self, data: st.DataObject) -> None:
        turn = self.state.turn
        guessers = [one for one in self.state.table.seats.people if one not in turn.knowers]
        if guessers:
            self.do(Guess(data.draw(st.sampled_from(guessers)), turn.word.text))

    @precondition(lambda self: self.state.table.timers.has("hint") and not self.state.table.paused)
    @rule()
    def hint(self) -> None:
        self.draw_in_turn(1)
        number = self.state.number
        while self.state.number == number and self.state.table.timers.has("hint"):
            self.timer()
            if self.host.has(HintShown):
                return

    @precondition(lambda self: self.state.phase is Phase.DRAWING)
    @rule(data=st.data(), before=st.sampled_from(["", "is it tree or ", "my "]))
    def give_away(self, data: st.DataObject, before: str) -> None:
        player = data.draw(st.sampled_from(self.state.table.seats.people or PEOPLE))
        self.do(Guess(player, f"{before}{self.state.turn.word.text} or so"))

    @rule(player=people, text=st.text(max_size=12))
    def say(self, player: str, text: str) -> None:
        self.do(Guess(player, text))

    @precondition(lambda self: self.state.turn is not None)
    @rule(
        by=st.sampled_from([*PEOPLE, BOT]),
        strokes=st.integers(0, 9),
        length=st.sampled_from([1.0, 500.0]),
        late=st.integers(0, 1),
    )
    def draw(self, by: str, strokes: int, length: float, late: int) -> None:
        turn = self.state.turn
        self.do(DrawingUpdated(turn.number - late, by, f"drawing-{turn.number}", strokes, length))

    @precondition(lambda self: self.state.phase is Phase.DRAWING)
    @rule(strokes=st.integers(1, 9))
    def draw_in_turn(self, strokes: int) -> None:
        turn = self.state.turn
        self.do(DrawingUpdated(turn.number, turn.drawer, f"drawing-{turn.number}", strokes, 1.0))

    @precondition(lambda self: self.state.turn is not None)
    @rule(right=st.booleans(), sure=st.floats(0, 1), late=st.integers(0, 1))
    def bot_looks(self, right: bool, sure: float, late: int) -> None:
        turn = self.state.turn
        seen = (Candidate("tree", 0.5), Candidate(f"my {turn.word.text}", 0.4))
        best = (Candidate(turn.word.text, sure),) if right else ()
        self.do(BotLooked(turn.number - late, (*best, *seen)))

    @precondition(lambda self: self.state.number > 0)
    @rule()
    def engine_fails(self) -> None:
        self.do(DrawingFailed(self.state.number))

    @rule(by=people_or_moderator)
    def skip(self, by: str) -> None:
        self.do(Skip(by))

    @precondition(lambda self: self.state.number > 2)
    @rule(by=people)
    def end(self, by: str) -> None:
        self.do(End(by))

    @precondition(lambda self: self.state.show.drawn)
    @rule(by=people, data=st.data())
    def vote_best(self, by: str, data: st.DataObject) -> None:
        turn = data.draw(st.sampled_from([one.turn for one in self.state.show.drawn]))
        self.do(VoteBest(by, turn))

    @invariant()
    def one_phase(self) -> None:
        state, timers = self.state, self.state.table.timers
        names = {name for name, _ in timers.due}
        stage = state.table.stage
        assert (state.phase is Phase.OVER) == (stage is Stage.OVER)
        assert (state.choice is not None) == (state.phase is Phase.CHOOSING)
        if state.phase is Phase.CHOOSING:
            assert names - {"empty"} == {"choose"}
        elif state.phase is Phase.DRAWING:
            assert "turn" in names
            assert names <= {"turn", "hint", "away", "look", "empty"}
            assert state.table.seats.has(state.turn.drawer)
        elif state.phase is Phase.REVEAL:
            assert names
            assert names <= {"reveal", "empty"}
        elif state.phase is Phase.VOTING:
            assert names - {"empty"} == {"vote"}
            assert all(
                one.drawer != by or one.turn != turn
                for one in state.show.drawn
                for by, turn in state.show.votes
            )
        elif state.phase is Phase.OVER:
            assert not names

    @invariant()
    def points_are_conserved(self) -> None:
        for seat in self.state.table.seats.seats:
            assert seat.score == self.scores.get(seat.player, 0)

    @invariant()
    def a_host_is_here(self) -> None:
        seats = self.state.table.seats
        if self.state.settings.mode is Mode.SELF_PLAY:  # whoever opened it may just watch
            assert seats.host in (None, *seats.people, *seats.spectators)
        else:
            assert (seats.host in seats.people) if seats.people else seats.host is None

    def teardown(self) -> None:
        super().teardown()
        self.points_are_conserved()
        assert not any(effect.to == ENGINE for effect in self.host.effects)


TestPictionary = Pictionary.TestCase
TestPictionary.settings = hypothesis_settings(max_examples=150, stateful_step_count=50)
