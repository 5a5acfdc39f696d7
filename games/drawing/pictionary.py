"""Pictionary: somebody draws a secret word, everybody else races to guess it.

The bot draws (`bot-draws`), people draw in turn and the bot guesses among the others
(`people-draw`), or both by turns (`mixed`). In `self-play` the bot draws for a second one, which
looks whenever there is more to see; people may join and guess as well, but nobody has to. Points:
`scoring.guess_points` for a right guess, `scoring.drawer_points` for the drawer.

Nothing waits for ever: a drawer who does not pick is given a word, one who does not draw loses
the turn, a turn ends with its time or when all people who guess have the word, and a table that
everybody has left closes (`table`). After the last turn the table votes for the best drawing
(`best`).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from games.core import BOT, BOTS, Effects, Event, Game
from games.drawing import pictionary_turn
from games.drawing.best import VOTE, VOTE_SECONDS, BestAsked, Drawn, Show, VoteBest
from games.drawing.guess_race import (
    BotLooked,
    Guess,
    Turn,
    all_have_it,
    bot_guess,
    guess,
)
from games.drawing.pictionary_turn import AWAY, HINT
from games.drawing.settings import DrawingSettings, Mode
from games.drawing.turn import (
    REVEAL,
    ROUND_EVENTS,
    TURN,
    Configure,
    DrawingFailed,
    DrawingUpdated,
    Open,
    Phase,
    Skip,
    Start,
    TurnEnding,
    lobby,
    reveal,
    upgrade,
    upgrade_2,
    upgrade_3,
)
from games.drawing.word_choice import CHOOSE, Choice, ChooseWord, ask, offer
from games.table.table import (
    EMPTY,
    TABLE_EVENTS,
    Ending,
    Reason,
    Stage,
    Table,
    TimerFired,
    close,
    refuse,
    step,
)
from games.table.turns import Rotation
from games.words.lists import Word, drawable

MODES = (Mode.BOT_DRAWS, Mode.PEOPLE_DRAW, Mode.MIXED, Mode.SELF_PLAY)

FAILURES = 2
"""Drawings in a row that the engine fails at before the game is called off."""


@dataclass(frozen=True, slots=True)
class State:
    """A game of Pictionary.

    `choice` is there in the phase CHOOSING, `turn` from the first DRAWING on (in REVEAL it is the
    turn that has ended), `number` counts the turns.
    """

    table: Table = field(default_factory=Table)
    settings: DrawingSettings = field(default_factory=DrawingSettings)
    phase: Phase = Phase.LOBBY
    pool: tuple[Word, ...] = ()
    used: tuple[str, ...] = ()
    rotation: Rotation = field(default_factory=Rotation)
    number: int = 0
    failures: int = 0
    choice: Choice | None = None
    turn: Turn | None = None
    for_bot: tuple[str, ...] = ()
    show: Show = field(default_factory=Show)


def apply(state: State, event: Event, now: float, rng: random.Random) -> tuple[State, Effects]:
    """The game after an event; see `core.Game`."""
    settings = state.settings
    table, effects, settled = step(state.table, event, now, settings.players, settings.late)
    if settings.mode is Mode.SELF_PLAY:
        # The bots play on, so nobody can be missing.
        table = replace(table, timers=table.timers.clear(EMPTY))
    before, state = state, replace(state, table=table)
    if settled:
        return _after_table(before, state, effects, now, rng)
    match event:
        case Open() | Configure() | Start():
            table, settings, effects = lobby(table, settings, event, now, MODES, least=1)
            state = replace(state, table=table, settings=settings)
            if isinstance(event, Start) and before.table.stage is not table.stage:
                state = replace(state, pool=event.words, for_bot=event.for_bot)
                state, more = _next_turn(state, now, rng)
                return state, (*effects, *more)
            return state, effects
        case TimerFired(name) if name in (CHOOSE, REVEAL):
            return _between_turns(state, name, now, rng)
        case ChooseWord(by, index):
            return _choose(state, by, index, now, rng)
        case Skip(by):
            return _skip(state, by, now, rng)
        case VoteBest():
            return _vote(state, event, now)
        case TimerFired(name) if name == VOTE:
            return _finish(state, Ending.FINISHED, now)
        case _:
            return _during_turn(state, event, now, rng)


def owed(state: State, now: float) -> Effects:
    """What the engine still owes; see `core.Game`."""
    turn, left = state.turn, state.table.timers.left(TURN, now)
    if turn is None or turn.drawer != BOT or left is None:
        return ()
    return (pictionary_turn.draw_request(turn, state.settings, left),)


def _during_turn(
    state: State, event: Event, now: float, rng: random.Random
) -> tuple[State, Effects]:
    turn, table, settings = state.turn, state.table, state.settings
    if turn is None or state.phase is not Phase.DRAWING:
        # An answer of the engine may come late; a person's guess is answered.
        return state, refuse(event.player, Reason.NOTHING_DRAWN) if isinstance(event, Guess) else ()
    match event:
        case TimerFired(name) if name == TURN:
            return _end_turn(state, turn, TurnEnding.TIME_UP, now)
        case TimerFired(name) if name == AWAY:
            if turn.strokes:
                return state, ()
            return _end_turn(state, turn, TurnEnding.DRAWER_AWAY, now)
        case TimerFired(name) if name == HINT:
            after, table, effects = pictionary_turn.hint(turn, table, settings, now)
        case TimerFired():  # what is left is LOOK
            after, table, effects = pictionary_turn.look(turn, table, settings, now, rng)
        case Guess():
            after, table, effects = guess(turn, table, settings, event, now)
        case BotLooked(turn.number, candidates):
            after, table, effects = bot_guess(turn, table, settings, candidates, now)
        case DrawingUpdated(turn.number):
            after, effects = pictionary_turn.drawn(turn, settings, event)
        case DrawingFailed(turn.number):
            return _end_turn(state, turn, TurnEnding.ENGINE_FAILED, now)
        case _:
            return state, ()
    state = replace(state, table=table, turn=after)
    if after.solved != turn.solved and all_have_it(after, table.seats):
        state, more = _end_turn(state, after, TurnEnding.ALL_GUESSED, now)
        return state, (*effects, *more)
    return state, effects


def _after_table(
    before: State, state: State, effects: Effects, now: float, rng: random.Random
) -> tuple[State, Effects]:
    """What the table's own events mean for the turn under way."""
    table, turn = state.table, state.turn
    more: Effects = ()
    if table.ending is not None and table.stage is not Stage.OVER:
        state, more = _finish(state, table.ending, now)
    elif table.seats == before.table.seats:
        pass
    elif state.phase is Phase.CHOOSING and state.choice is not None:
        if not table.seats.has(state.choice.drawer):
            state, more = _next_turn(state, now, rng)
    elif state.phase is Phase.DRAWING and turn is not None:
        if not table.seats.has(turn.drawer):
            state, more = _end_turn(state, turn, TurnEnding.DRAWER_LEFT, now)
        elif all_have_it(turn, table.seats):
            state, more = _end_turn(state, turn, TurnEnding.ALL_GUESSED, now)
    elif state.phase is Phase.VOTING and _all_voted(state):
        state, more = _finish(state, Ending.FINISHED, now)
    elif state.phase is Phase.REVEAL and not table.timers.has(REVEAL):
        # Somebody has come back to a table that had waited.
        state = replace(state, table=reveal(table, now))
    return state, (*effects, *more)


def _finish(state: State, ending: Ending, now: float) -> tuple[State, Effects]:
    effects: Effects = ()
    if state.phase is Phase.DRAWING and state.turn is not None:
        state, effects = _end_turn(state, state.turn, TurnEnding.GAME_ENDED, now)
    elif state.phase is Phase.VOTING:
        # All turns have been played, so whoever ends the vote ends no game.
        ending, effects = Ending.FINISHED, (state.show.found(),)
    table, more = close(state.table, ending)
    return replace(state, table=table, phase=Phase.OVER, choice=None), (*effects, *more)


def _next_turn(state: State, now: float, rng: random.Random) -> tuple[State, Effects]:
    """The next turn, or the end of the game, or a wait for somebody to come back."""
    settings = state.settings
    timers = state.table.timers.keep([EMPTY])
    state = replace(state, table=replace(state.table, timers=timers), choice=None)
    following = _following(state)
    if following is None:
        # The table's own timer is running, and ends the game unless somebody comes.
        return replace(state, phase=Phase.REVEAL), ()
    rotation, drawer, round_ = following
    if round_ > settings.rounds:
        return _after_last_turn(state, now)
    number = state.number + 1
    state = replace(state, rotation=rotation, number=number)
    if drawer == BOT:
        word = offer(_words_for_bot(state), state.used, 1, rng)[0]
        return _begin(state, Choice(number, round_, BOT, ()), word, now, rng)
    choice = Choice(number, round_, drawer, offer(state.pool, state.used, settings.choices, rng))
    table, effects = ask(state.table, choice, float(settings.choosing), now)
    return replace(state, table=table, phase=Phase.CHOOSING, choice=choice), effects


def _following(state: State) -> tuple[Rotation, str, int] | None:
    """Who draws after this turn, and in which round; None if nobody is here."""
    number, alone = state.number, state.settings.mode is Mode.SELF_PLAY
    following = state.rotation.next(BOTS if alone else state.table.seats.people)
    if following is None:
        return None
    rotation, drawer = following
    match state.settings.mode:
        case Mode.PEOPLE_DRAW:
            return rotation, drawer, rotation.round
        case Mode.MIXED if number % 2:
            return rotation, drawer, number // 2 + 1
        case Mode.MIXED:
            return state.rotation, BOT, number // 2 + 1
        case _:
            return state.rotation, BOT, number + 1


def _words_for_bot(state: State) -> tuple[Word, ...]:
    """Those that are known to be recognised when the bot draws them, while there are new ones."""
    fresh = tuple(
        word
        for word in state.pool
        if word.concept in state.for_bot and word.concept not in state.used
    )
    return fresh or drawable(state.pool)


def _after_last_turn(state: State, now: float) -> tuple[State, Effects]:
    """The vote for the best drawing, or the end where there is nothing to vote on."""
    if not (state.settings.best and state.show.worth_a_vote(state.table.seats)):
        return _finish(state, Ending.FINISHED, now)
    turns = tuple(one.turn for one in state.show.ballot)
    state = replace(state, table=state.table.timer(VOTE, now, VOTE_SECONDS), phase=Phase.VOTING)
    return state, (BestAsked(turns=turns, seconds=VOTE_SECONDS),)


def _all_voted(state: State) -> bool:
    told = state.show.voted(state.table.seats)
    return 0 < told.voters <= told.votes


def _vote(state: State, event: VoteBest, now: float) -> tuple[State, Effects]:
    seats = state.table.seats
    if state.phase is not Phase.VOTING:
        return state, refuse(event.by, Reason.VOTE_CLOSED)
    reason = state.show.why_not(event.by, event.turn, seats)
    if reason is not None or state.table.paused:
        return state, refuse(event.by, reason or Reason.PAUSED)
    state = replace(state, show=state.show.vote(event.by, event.turn))
    told = state.show.voted(seats)
    if not _all_voted(state):
        return state, (told,)
    state, effects = _finish(state, Ending.FINISHED, now)
    return state, (told, *effects)


def _begin(
    state: State, choice: Choice, word: Word, now: float, rng: random.Random
) -> tuple[State, Effects]:
    turn, table, effects = pictionary_turn.begin(
        choice, word, state.table, state.settings, now, rng
    )
    used = (*state.used, word.concept)
    state = replace(state, table=table, phase=Phase.DRAWING, choice=None, turn=turn, used=used)
    return state, effects


def _choose(
    state: State, by: str, index: int, now: float, rng: random.Random
) -> tuple[State, Effects]:
    choice = state.choice
    if choice is None:
        return state, refuse(by, Reason.CHOSEN)
    reason = choice.why_not(by, index, paused=state.table.paused)
    if reason is not None:
        return state, refuse(by, reason)
    return _begin(state, choice, choice.words[index], now, rng)


def _between_turns(
    state: State, name: str, now: float, rng: random.Random
) -> tuple[State, Effects]:
    if name == CHOOSE and state.choice is not None:
        return _begin(state, state.choice, rng.choice(state.choice.words), now, rng)
    return _next_turn(state, now, rng)


def _skip(state: State, by: str, now: float, rng: random.Random) -> tuple[State, Effects]:
    turn = state.turn if state.phase is Phase.DRAWING else state.choice
    if turn is None:
        return state, refuse(by, Reason.NOTHING_DRAWN)
    if state.table.paused:
        return state, refuse(by, Reason.PAUSED)
    if by != turn.drawer and not state.table.seats.may_manage(by):
        return state, refuse(by, Reason.NOT_HOST_NOR_DRAWER)
    if isinstance(turn, Choice):
        return _next_turn(replace(state, choice=None), now, rng)
    ending = TurnEnding.DRAWER_GAVE_UP if by == turn.drawer else TurnEnding.SKIPPED
    return _end_turn(state, turn, ending, now)


def _end_turn(state: State, turn: Turn, ending: TurnEnding, now: float) -> tuple[State, Effects]:
    table, ended = pictionary_turn.end(turn, state.table, ending, now)
    failures = state.failures + 1 if ending is TurnEnding.ENGINE_FAILED else 0
    show = state.show
    if turn.drawing:
        show = show.add(Drawn(turn.number, turn.drawer, turn.word.text, turn.drawing))
    state = replace(state, table=table, phase=Phase.REVEAL, failures=failures, show=show)
    if failures >= FAILURES:
        state, more = _finish(state, Ending.BROKEN, now)
        return state, (ended, *more)
    return state, (ended,)


PICTIONARY: Game[State] = Game(
    name="pictionary",
    version=4,
    initial=State(),
    events=(*TABLE_EVENTS, *ROUND_EVENTS, ChooseWord, Guess, BotLooked, VoteBest),
    apply=apply,
    due=lambda state: state.table.timers.next(),
    over=lambda state: state.table.stage is Stage.OVER,
    owed=owed,
    upgrades={1: upgrade, 2: upgrade_2, 3: upgrade_3},
)
"""The rules of Pictionary."""
