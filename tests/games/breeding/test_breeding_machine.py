"""Breeding under anything that people, engines and clocks may do to it."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from games.breeding.breeding import (
    BREEDING,
    BreedOn,
    BreedSettings,
    Like,
    LitterBorn,
    LitterRequested,
    LitterScored,
    Open,
    Settle,
)
from games.breeding.litter import LITTER, MOST_PARENTS
from games.core import MODERATOR, Event
from games.table.table import End, GameEnded, Stage
from tests.games.driving import Driver
from tests.games.table_machine import TableMachine, people, people_or_moderator


class Breeding(TableMachine):
    game = BREEDING

    def __init__(self) -> None:
        super().__init__()
        self.ends = 0

    @initialize(
        seed=st.integers(0, 10**6),
        generations=st.integers(2, 4),
        critic=st.booleans(),
        begun=st.sampled_from([True, True, False]),
    )
    def open(self, seed: int, generations: int, critic: bool, begun: bool) -> None:
        self.host = Driver(BREEDING, str(seed))
        self.do(Open("ann", BreedSettings("a cat", generations=generations, critic=critic)))
        if begun:
            self.timer()

    def check(self, event: Event) -> None:
        self.ends += self.host.has(GameEnded)

    @rule(by=people_or_moderator, what=st.sampled_from([BreedOn, BreedOn, Settle]))
    def hurry(self, by: str, what: type[BreedOn | Settle]) -> None:
        self.do(what(by))

    @rule(really=st.integers(0, 9))
    def end(self, really: int) -> None:
        if not really:
            self.do(End(MODERATOR))

    @rule(player=people, behind=st.sampled_from([0, 0, 0, 1]), number=st.integers(-1, LITTER))
    def like(self, player: str, behind: int, number: int) -> None:
        self.do(Like(player, len(self.state.litters) - 1 - behind, number))

    @rule(data=st.data(), count=st.sampled_from([LITTER, LITTER, 3, 1]), wrong=st.integers(0, 9))
    def answer(self, data: st.DataObject, count: int, wrong: int) -> None:
        asked = self.state.asked
        at = asked.generation if asked is not None else len(self.state.litters)
        kin: tuple[tuple[int, ...], ...] = ()
        if asked is not None and asked.parents:
            numbers = st.sampled_from([number for number, _, _ in asked.parents])
            kin = tuple((data.draw(numbers),) for _ in range(count))
        names = tuple(f"{at}.{n}" for n in range(count))
        self.do(LitterBorn(at + (wrong == 0), names, kin))

    @rule(scores=st.lists(st.floats(0, 1), min_size=LITTER, max_size=LITTER))
    def score(self, scores: list[float]) -> None:
        self.do(LitterScored(len(self.state.litters) - 1, tuple(scores)))

    @invariant()
    def something_is_waited_for_until_it_is_over(self) -> None:
        if self.state.table.stage is Stage.CLOSED:
            return
        assert (self.host.play.due is None) == self.host.play.over
        assert self.ends == self.host.play.over

    @invariant()
    def every_generation_descends_from_the_chosen_of_the_one_before(self) -> None:
        litters = self.state.litters
        assert len(litters) <= self.state.settings.generations
        for before, litter in pairwise(litters):
            assert 0 < len(before.chosen) <= MOST_PARENTS
            assert {n for kin in litter.parents for n in kin} <= set(before.chosen)
            assert len(litter.parents) == len(litter.drawings)

    @invariant()
    def the_winner_was_liked(self) -> None:
        winner = self.state.winner
        if winner is not None:
            litter = self.state.litters[winner[0]]
            assert litter.counts[winner[1]] or litter.scores

    @invariant()
    def the_engine_owes_what_it_was_asked_for(self) -> None:
        asked = [one for one in self.host.play.owed if isinstance(one, LitterRequested)]
        assert asked == ([self.state.asked] if self.state.asked else [])


TestBreeding = Breeding.TestCase
TestBreeding.settings = hypothesis_settings(max_examples=80, stateful_step_count=40, deadline=None)
