"""A third game is one file: a race of sums, whole, on the shared mechanics, and played.

Everything from here to `SUMS` is what somebody would put into a new module of `games`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from games.core import Effect, Effects, Event, Game
from games.scoring import SCALES, guess_points
from games.table import (
    EMPTY,
    TABLE_EVENTS,
    Ending,
    GameEnded,
    Join,
    Leave,
    Reason,
    Refused,
    Stage,
    Table,
    TimerFired,
    close,
    open_table,
    refuse,
    start,
    step,
)
from games.turns import Rotation
from tests.games.driving import Host

SUM = "sum"
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Open(Event):
    host: str
    rounds: int = 2


@dataclass(frozen=True, slots=True)
class Start(Event):
    by: str


@dataclass(frozen=True, slots=True)
class Answer(Event):
    player: str
    number: int


@dataclass(frozen=True, slots=True)
class SumAsked(Effect):
    """Everyone sees whose sum it is; the one whose it is may not answer it."""

    asker: str = ""
    sum: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class SumSolved(Effect):
    player: str = ""
    points: int = 0


@dataclass(frozen=True, slots=True)
class State:
    table: Table = field(default_factory=Table)
    rounds: int = 0
    rotation: Rotation = field(default_factory=Rotation)
    asker: str = ""
    sum: tuple[int, int] = (0, 0)
    started: float = 0.0


def apply(state: State, event: Event, now: float, rng: random.Random) -> tuple[State, Effects]:
    table, effects, settled = step(state.table, event, now)
    state = replace(state, table=table)
    if settled:
        if table.ending is not None and table.stage is not Stage.OVER:
            return _finish(state, table.ending)
        return state, effects
    match event:
        case Open(host, rounds) if table.stage is Stage.CLOSED:
            table, effects = open_table(host, now, bot=False)
            return replace(state, table=table, rounds=rounds), effects
        case Start(by) if table.stage is Stage.LOBBY:
            if len(table.seats.people) < 2:
                return state, refuse(by, Reason.TOO_FEW)
            return _ask(replace(state, table=start(table)), now, rng)
        case TimerFired("sum"):
            return _ask(state, now, rng)
        case Answer(player, number) if table.stage is Stage.PLAYING and table.seats.has(player):
            if player == state.asker or number != sum(state.sum):
                return state, refuse(player, Reason.NOT_NOW)
            elapsed = table.timers.clock(now) - state.started
            points = guess_points(SCALES["keen"], elapsed, SECONDS, 0, 0)
            state, effects = _ask(replace(state, table=table.award(player, points)), now, rng)
            return state, (SumSolved(player=player, points=points), *effects)
        case _:
            return state, ()


def _ask(state: State, now: float, rng: random.Random) -> tuple[State, Effects]:
    following = state.rotation.next(state.table.seats.people)
    if following is None or following[0].round > state.rounds:
        return _finish(state, Ending.FINISHED)
    rotation, asker = following
    table = replace(state.table, timers=state.table.timers.keep([EMPTY]))
    table = table.timer(SUM, now, SECONDS)
    numbers = (rng.randint(1, 99), rng.randint(1, 99))
    started = table.timers.clock(now)
    state = State(table, state.rounds, rotation, asker, numbers, started)
    return state, (SumAsked(asker=asker, sum=numbers),)


def _finish(state: State, ending: Ending) -> tuple[State, Effects]:
    table, effects = close(state.table, ending)
    return replace(state, table=table), effects


SUMS: Game[State] = Game(
    name="sums",
    version=1,
    initial=State(),
    events=(*TABLE_EVENTS, Open, Start, Answer),
    apply=apply,
    due=lambda state: state.table.timers.next(),
    over=lambda state: state.table.stage is Stage.OVER,
    owed=lambda state, now: (),
)


def begun() -> Host:
    host = Host(SUMS)
    host.do(Open("ann", rounds=1))
    host.do(Join("ben"))
    host.do(Start("ann"))
    return host


def test_a_game_is_played_to_its_podium() -> None:
    host = begun()
    host.now = 5.0
    host.do(Answer("ben", sum(host.one(SumAsked).sum)))
    # 10 + 290 * (17/20)^5
    assert host.one(SumSolved).points == 138
    host.do(Answer("ann", sum(host.one(SumAsked).sum)))
    assert [(line.place, line.player) for line in host.one(GameEnded).podium] == [
        (1, "ann"),
        (2, "ben"),
    ]
    assert host.play.over


def test_the_asker_and_the_wrong_get_nothing() -> None:
    host = begun()
    total = sum(host.one(SumAsked).sum)
    host.do(Answer("ann", total))
    assert host.has(Refused)
    host.do(Answer("ben", total + 1))
    assert host.has(Refused)


def test_the_clock_moves_it_on_and_ends_it() -> None:
    host = begun()
    host.fire()
    assert host.one(SumAsked).asker == "ben"
    host.fire()
    assert host.has(GameEnded)


def test_nobody_plays_alone() -> None:
    host = Host(SUMS)
    host.do(Open("ann"))
    host.do(Start("ann"))
    assert host.one(Refused).reason is Reason.TOO_FEW


def test_a_deserted_table_closes() -> None:
    host = begun()
    host.do(Leave("ann"))
    host.do(Leave("ben"))
    ended = [one for one in host.wait(60) if isinstance(one, GameEnded)]
    assert len(ended) == 1


def test_the_log_gives_the_same_game() -> None:
    host = begun()
    host.fire()
    replayed, effects = host.replayed()
    assert (replayed, effects) == (host.play, host.effects)
