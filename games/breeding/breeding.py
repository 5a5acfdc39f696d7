"""The rules of breeding: nine drawings, votes for the liked ones, their children, and so on.

People are the critic. The engine makes the first nine; which have children, the channel says. The
clock of a generation starts with its first vote, so that nobody misses it; the host need not wait
for it. The model has no say unless the settings ask for it: then it decides between drawings that
are liked as much, and chooses where nobody votes.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from games.breeding.litter import LITTER, Litter
from games.core import ENGINE, INKS, Audience, Effect, Effects, Event, Game
from games.table.table import (
    EMPTY,
    TABLE_EVENTS,
    Ending,
    Join,
    Reason,
    Stage,
    Table,
    close,
    open_table,
    refuse,
    start,
    step,
)
from games.words.blocklist import blocked

BEGIN = "begin"
VOTE = "vote"
IDLE = "idle"
ENGINE_WAIT = "engine"

ENGINE_SECONDS = 300.0
"""How long the table waits for drawings of the engine; then the game ends with what there is."""
IDLE_SECONDS = 900.0
"""How long a generation waits for its first vote."""
VOTERS = 1000
"""People at a table: whoever votes sits down."""

PROMPT_LENGTH = 300
"""The longest prompt, in characters."""

BOUNDS: dict[str, tuple[int, int]] = {
    "generations": (2, 20),
    "seconds": (10, 3600),
    "strokes": (4, 64),
}
"""The least and the most of each number, both allowed."""


@dataclass(frozen=True, slots=True)
class BreedSettings:
    """What is bred, and how.

    generations: drawings are bred so many times at most, the first nine counted. seconds: for a
    generation, from its first vote. strokes: of each of the first drawings. ink: "" for quick
    sketches where the model makes them; another one of `games.core.INKS` for short paintings with
    it. critic: the model has a say. `blocked` adds to the words that are refused; `blocklists` are
    the languages whose own lists of them count, all if none is named.
    """

    prompt: str = ""
    generations: int = 6
    seconds: int = 45
    strokes: int = 24
    ink: str = ""
    critic: bool = False
    blocked: tuple[str, ...] = ()
    blocklists: tuple[str, ...] = ()


def problems(settings: BreedSettings) -> tuple[str, ...]:
    """The names of the settings that cannot be as they are; empty if all is well."""
    wrong = [
        name for name, (low, high) in BOUNDS.items() if not low <= getattr(settings, name) <= high
    ]
    if settings.ink not in INKS:
        wrong.append("ink")
    prompt = settings.prompt
    refused = blocked(prompt, settings.blocked, settings.blocklists)
    if not prompt.strip() or len(prompt) > PROMPT_LENGTH or refused:
        wrong.append("prompt")
    return tuple(wrong)


@dataclass(frozen=True, slots=True)
class Open(Event):
    """The first event: somebody wants a prompt bred. It begins by itself (`BEGIN`)."""

    host: str
    settings: BreedSettings = field(default_factory=BreedSettings)


@dataclass(frozen=True, slots=True)
class LitterBorn(Event):
    """The engine's answer to `LitterRequested`; without drawings if it could make none."""

    generation: int
    drawings: tuple[str, ...]
    parents: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class LitterScored(Event):
    """The engine's answer to `ScoresRequested`: of each drawing, the share of judges that would see
    the prompt in it, in [0, 1]."""

    generation: int
    scores: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Like(Event):
    """Somebody likes drawing `number` (from 0) of a generation, or does not any more."""

    player: str
    generation: int
    number: int


@dataclass(frozen=True, slots=True)
class BreedOn(Event):
    """The host waits for no more votes: on to the next generation."""

    by: str


@dataclass(frozen=True, slots=True)
class Settle(Event):
    """The host is content: the most liked drawing of this generation is the last one."""

    by: str


@dataclass(frozen=True, slots=True)
class LitterRequested(Effect):
    """The engine is to make a generation (`LitterBorn`): the first from the prompt, a later one
    from `parents`: number, reference and weight of each, the most liked first. That one is the
    first drawing of the new generation, so that what people like is never lost."""

    to: Audience = ENGINE
    generation: int = 0
    seed: int = 0
    parents: tuple[tuple[int, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ScoresRequested(Effect):
    """The critic is to say how well the drawings of a generation show the prompt."""

    to: Audience = ENGINE
    generation: int = 0
    drawings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LitterShown(Effect):
    """A generation is there to be voted on."""

    generation: int = 0


@dataclass(frozen=True, slots=True)
class Liked(Effect):
    """Votes have changed."""

    generation: int = 0


@dataclass(frozen=True, slots=True)
class ParentsChosen(Effect):
    """A generation is over: these of its drawings have children, or the first of them is the one
    that was bred for."""

    generation: int = 0
    chosen: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """Every generation so far, and what the engine was asked for last, until it has answered."""

    table: Table = field(default_factory=Table)
    settings: BreedSettings = field(default_factory=BreedSettings)
    litters: tuple[Litter, ...] = ()
    asked: LitterRequested | None = None

    @property
    def winner(self) -> tuple[int, int] | None:
        """Generation and number of the drawing that was bred for: the most liked one of the newest
        generation that anybody has voted on. None if there is none."""
        for generation in range(len(self.litters) - 1, -1, -1):
            if self.litters[generation].chosen:
                return generation, self.litters[generation].chosen[0]
        return None


def apply(state: State, event: Event, now: float, rng: random.Random) -> tuple[State, Effects]:
    """The game after an event; see `core.Game`."""
    table, effects, settled = step(state.table, event, now, players=VOTERS)
    state = replace(state, table=table)
    if settled:
        if table.ending is not None and table.stage is not Stage.OVER:
            state, more = _finish(state, table.ending, rng)
            return state, (*effects, *more)
        return state, effects
    match event:
        case Open(host, settings):
            if table.stage is not Stage.CLOSED:
                return state, refuse(host, Reason.NOT_NOW)
            if problems(settings):
                return state, refuse(host, Reason.OUT_OF_BOUNDS)
            table, effects = open_table(host, now, bot=False)
            return State(table.timer(BEGIN, now, 0.0), settings), effects
        case LitterBorn():
            return _born(state, event, now, rng)
        case LitterScored(generation, scores):
            return _scored(state, generation, scores, now), ()
        case Like():
            return _like(state, event, now)
        case BreedOn(by) | Settle(by):
            return _hurry(state, by, isinstance(event, Settle), now, rng)
        case _:  # a timer of these rules that was due
            return _timer(state, getattr(event, "name", ""), now, rng)


def _timer(state: State, name: str, now: float, rng: random.Random) -> tuple[State, Effects]:
    match name:
        case "begin":
            return _ask(replace(state, table=start(state.table)), (), now, rng)
        case "engine":
            return _finish(state, Ending.BROKEN, rng)
        case "vote" | "idle" if state.litters:
            return _over(state, now, rng, idle=name == IDLE)
        case _:
            return state, ()


def _ask(
    state: State, parents: tuple[tuple[int, str, int], ...], now: float, rng: random.Random
) -> tuple[State, Effects]:
    """Ask the engine for the next generation."""
    timers = state.table.timers.keep([EMPTY])
    table = replace(state.table, timers=timers).timer(ENGINE_WAIT, now, ENGINE_SECONDS)
    asked = LitterRequested(
        generation=len(state.litters), seed=rng.randrange(2**31), parents=parents
    )
    return replace(state, table=table, asked=asked), (asked,)


def _born(state: State, event: LitterBorn, now: float, rng: random.Random) -> tuple[State, Effects]:
    asked = state.asked
    if asked is None or event.generation != asked.generation:
        return state, ()
    count = len(event.drawings)
    if not count or count > LITTER or (asked.parents and len(event.parents) != count):
        return _finish(state, Ending.BROKEN, rng)
    parents = event.parents if asked.parents else ((),) * count
    litters = (*state.litters, Litter(event.drawings, parents))
    table = replace(state.table, timers=state.table.timers.clear(ENGINE_WAIT))
    table = table.timer(IDLE, now, IDLE_SECONDS)
    state = replace(state, table=table, litters=litters, asked=None)
    effects: list[Effect] = [LitterShown(generation=event.generation)]
    if state.settings.critic:
        effects.append(ScoresRequested(generation=event.generation, drawings=event.drawings))
    return state, tuple(effects)


def _scored(state: State, generation: int, scores: tuple[float, ...], now: float) -> State:
    """The critic chooses where nobody does, so that nobody need be waited for any more."""
    if not state.litters or state.asked is not None or _idle(state):
        return state
    current = len(state.litters) - 1
    if generation != current or len(scores) != len(state.litters[-1].drawings):
        return state
    if state.table.timers.has(IDLE):
        table = state.table.timer(IDLE, now, float(state.settings.seconds))
        state = replace(state, table=table)
    return _with(state, replace(state.litters[-1], scores=scores))


def _like(state: State, event: Like, now: float) -> tuple[State, Effects]:
    who = event.player
    if state.asked is not None or event.generation != len(state.litters) - 1 or _idle(state):
        return state, refuse(who, Reason.VOTE_CLOSED)
    if state.table.paused:
        return state, refuse(who, Reason.PAUSED)
    if not 0 <= event.number < len(state.litters[-1].drawings):
        return state, refuse(who, Reason.OUT_OF_BOUNDS)
    effects: Effects = ()
    if not state.table.seats.has(who):
        table, effects, _ = step(state.table, Join(who), now, players=VOTERS)
        if not table.seats.has(who):
            return state, effects
        state = replace(state, table=table)
    state = _with(state, state.litters[-1].toggled(who, event.number))
    if not state.table.timers.has(VOTE):
        timers = state.table.timers.clear(IDLE)
        table = replace(state.table, timers=timers)
        state = replace(state, table=table.timer(VOTE, now, state.settings.seconds))
    return state, (*effects, Liked(generation=event.generation))


def _hurry(
    state: State, by: str, settle: bool, now: float, rng: random.Random
) -> tuple[State, Effects]:
    """The host goes on, or is content."""
    if not state.table.seats.may_manage(by):
        return state, refuse(by, Reason.NOT_YOURS)
    if _idle(state) or not state.litters:
        return state, refuse(by, Reason.NOT_NOW)
    if state.table.paused:
        return state, refuse(by, Reason.PAUSED)
    if settle:
        return _finish(state, Ending.FINISHED, rng)
    if state.asked is not None:
        return state, refuse(by, Reason.NOT_NOW)
    if not state.litters[-1].choose(rng):
        return state, refuse(by, Reason.NO_VOTES)
    return _over(state, now, rng, idle=False)


def _over(state: State, now: float, rng: random.Random, *, idle: bool) -> tuple[State, Effects]:
    """The time of a generation is up, or the host waits no longer."""
    if state.asked is not None:
        return state, ()
    litter = state.litters[-1]
    chosen = litter.choose(rng)
    if not chosen and not idle:  # all votes were taken back
        return replace(state, table=state.table.timer(IDLE, now, IDLE_SECONDS)), ()
    if not chosen or len(state.litters) >= state.settings.generations:
        return _finish(state, Ending.FINISHED, rng)
    state = _with(state, replace(litter, chosen=chosen))
    told = ParentsChosen(generation=len(state.litters) - 1, chosen=chosen)
    parents = tuple((n, litter.drawings[n], litter.weight(n)) for n in chosen)
    state, asked = _ask(state, parents, now, rng)
    return state, (told, *asked)


def _finish(state: State, ending: Ending, rng: random.Random) -> tuple[State, Effects]:
    """The end; the votes of the last generation, if there are any, say what was bred for."""
    effects: Effects = ()
    if state.litters and not state.litters[-1].chosen:
        chosen = state.litters[-1].choose(rng)[:1]
        state = _with(state, replace(state.litters[-1], chosen=chosen))
        effects = (ParentsChosen(generation=len(state.litters) - 1, chosen=chosen),)
    table, ended = close(state.table, ending)
    return replace(state, table=table, asked=None), (*effects, *ended)


def _with(state: State, litter: Litter) -> State:
    return replace(state, litters=(*state.litters[:-1], litter))


def _idle(state: State) -> bool:
    return state.table.stage is not Stage.PLAYING


def owed(state: State, now: float) -> Effects:
    """What the engine has not answered."""
    if _idle(state):
        return ()
    if state.asked is not None:
        return (state.asked,)
    if state.settings.critic and state.litters and not state.litters[-1].scores:
        drawings = state.litters[-1].drawings
        return (ScoresRequested(generation=len(state.litters) - 1, drawings=drawings),)
    return ()


BREEDING: Game[State] = Game(
    name="breeding",
    version=1,
    initial=State(),
    events=(*TABLE_EVENTS, Open, LitterBorn, LitterScored, Like, BreedOn, Settle),
    apply=apply,
    due=lambda state: state.table.timers.next(),
    over=lambda state: state.table.stage is Stage.OVER,
    owed=owed,
)
"""The rules of breeding."""
