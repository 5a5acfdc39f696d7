"""Duels, one rule at a time."""

from __future__ import annotations

from typing import Any

import pytest

from games.core import BOT, ENGINE, only
from games.drawing.bout import BallotOpened, DuelEnded, Judged, JudgeRequested, Vote, Voted
from games.drawing.duel import DUEL, Finish
from games.drawing.settings import DrawingSettings, Mode
from games.drawing.turn import (
    DrawingFailed,
    DrawingUpdated,
    DrawRequested,
    Open,
    Phase,
    Skip,
    Start,
    TurnEnding,
    WordTold,
)
from games.drawing.word_choice import ChooseWord, ChoosingStarted
from games.table.table import (
    End,
    Ending,
    GameEnded,
    Join,
    Leave,
    Pause,
    Reason,
    Refused,
)
from games.words.lists import Word
from tests.games.driving import Driver

WORDS = tuple(Word(text, text) for text in ("kumquat", "zugzwang", "vexillum"))


ACTIONS = [ChooseWord("ann", 0), Skip("ann"), Finish("ann"), Vote("ann", 0)]


def started(*others: str, **chosen: Any) -> Driver:
    host = Driver(DUEL)
    host.do(Open("ann", DrawingSettings(mode=Mode.DUEL, **chosen)))
    for player in others:
        host.do(Join(player))
    host.do(Start("ann", WORDS))
    return host


def drawing(*others: str, **chosen: Any) -> Driver:
    host = started(*others, **chosen)
    host.do(ChooseWord("ann", 0))
    return host


def voting(*others: str) -> Driver:
    host = drawing(*others)
    host.do(DrawingUpdated(1, BOT, "bots", 24))
    host.do(DrawingUpdated(1, "ann", "anns", 3, 2.0))
    host.do(Finish("ann"))
    return host


def choice(host: Driver, artist: str) -> int:
    return host.state.bout.ballot.index(artist)


def refused(host: Driver) -> Reason:
    return host.one(Refused).reason


def test_both_draw_the_same_word_with_as_many_strokes() -> None:
    host = drawing("ben", strokes=12)
    told, request = host.one(WordTold), host.one(DrawRequested)
    assert told.to == only("ann")
    assert told.word == request.concept
    assert told.strokes == request.strokes == 12


def test_nobody_sees_a_drawing_grow() -> None:
    host = drawing("ben")
    assert host.do(DrawingUpdated(1, "ann", "anns", 3)) == ()
    assert host.do(DrawingUpdated(1, BOT, "bots", 3)) == ()


def test_a_drawing_that_is_cleared_is_none() -> None:
    host = drawing("ben")
    host.do(DrawingUpdated(1, "ann", "anns", 3))
    host.do(DrawingUpdated(1, "ann", "anns", 0))
    host.do(Finish("ann"))
    assert host.one(DuelEnded).ending is TurnEnding.DRAWER_AWAY


@pytest.mark.parametrize(("strokes", "length"), [(25, 1.0), (3, 31.0)])
def test_strokes_and_the_length_of_lines_are_limited(strokes: int, length: float) -> None:
    host = drawing("ben")
    host.do(DrawingUpdated(1, "ann", "anns", strokes, length))
    assert refused(host) is Reason.OVER_BUDGET


def test_others_do_not_draw() -> None:
    host = drawing("ben")
    host.do(DrawingUpdated(1, "ben", "bens", 3))
    assert refused(host) is Reason.NOT_THE_DRAWER


def test_the_ballot_is_unsigned_and_the_engine_is_asked_too() -> None:
    host = voting("ben", "cem")
    ballot, request = host.one(BallotOpened), host.one(JudgeRequested)
    assert set(ballot.drawings) == {"anns", "bots"}
    assert request.to == ENGINE
    assert request.drawings == ballot.drawings


def test_the_order_on_the_ballot_is_by_chance() -> None:
    orders: set[tuple[str, ...]] = set()
    for seed in range(20):
        host = Driver(DUEL, str(seed))
        host.do(Open("ann", DrawingSettings(mode=Mode.DUEL)))
        host.do(Join("ben"))
        host.do(Start("ann", WORDS))
        host.do(ChooseWord("ann", 0))
        host.do(DrawingUpdated(1, BOT, "bots", 3))
        host.do(DrawingUpdated(1, "ann", "anns", 3))
        host.do(Finish("ann"))
        orders.add(host.one(BallotOpened).drawings)
    assert len(orders) == 2


def test_the_two_share_a_hundred_points_by_votes() -> None:
    host = voting("ben", "cem", "dia")
    host.do(Judged(1, (0.3, 0.2)))
    host.do(Vote("ben", choice(host, "ann")))
    assert (host.one(Voted).votes, host.one(Voted).voters) == (1, 3)
    host.do(Vote("cem", choice(host, "ann")))
    host.do(Vote("cem", choice(host, BOT)))
    host.do(Vote("dia", choice(host, "ann")))
    ended = host.one(DuelEnded)
    assert dict(zip(ended.artists, ended.votes, strict=True)) == {"ann": 2, BOT: 1}
    assert dict(zip(ended.artists, ended.points, strict=True)) == {"ann": 66, BOT: 33}
    assert ended.scores == (0.3, 0.2)
    assert (host.score("ann"), host.score(BOT)) == (66, 33)


def test_the_vote_ends_by_itself() -> None:
    host = voting("ben", "cem")
    (ended,) = [one for one in host.wait(30) if isinstance(one, DuelEnded)]
    assert ended.points == (0, 0)


def test_the_vote_ends_when_the_last_who_has_not_voted_leaves() -> None:
    host = voting("ben", "cem")
    host.do(Vote("ben", 0))
    host.do(Leave("cem"))
    assert host.one(DuelEnded).ending is TurnEnding.VOTED


@pytest.mark.parametrize(
    ("by", "which", "reason"),
    [
        ("ann", 0, Reason.OWN_DRAWING),
        ("eve", 0, Reason.NOT_HERE),
        ("ben", 2, Reason.OUT_OF_BOUNDS),
    ],
)
def test_a_vote_is_refused(by: str, which: int, reason: Reason) -> None:
    host = voting("ben", "cem")
    host.do(Vote(by, which))
    assert refused(host) is reason


def test_time_opens_the_ballot() -> None:
    host = drawing("ben", seconds=30)
    host.do(DrawingUpdated(1, BOT, "bots", 3))
    host.do(DrawingUpdated(1, "ann", "anns", 3))
    host.wait(30)
    assert host.state.phase is Phase.VOTING


def test_without_the_bots_drawing_there_is_no_vote() -> None:
    host = drawing("ben")
    host.do(DrawingUpdated(1, "ann", "anns", 3))
    host.do(Finish("ann"))
    assert host.one(DuelEnded).ending is TurnEnding.ENGINE_FAILED


def test_a_failure_of_the_engine_ends_the_duel() -> None:
    host = drawing("ben")
    host.do(DrawingFailed(1))
    assert host.one(DuelEnded).ending is TurnEnding.ENGINE_FAILED


def test_an_artist_who_does_not_pick_is_given_a_word() -> None:
    host = started("ben")
    host.wait(30)
    assert host.state.phase is Phase.DRAWING


def test_an_artist_who_leaves_ends_the_duel() -> None:
    host = drawing("ben", "cem")
    host.do(Leave("ann"))
    assert host.one(DuelEnded).ending is TurnEnding.DRAWER_LEFT


def test_people_take_turns() -> None:
    host = started("ben", rounds=3)
    artists = ["ann"]
    while not host.play.over:
        host.fire()
        if host.has(ChoosingStarted):
            artists.append(host.one(ChoosingStarted).drawer)
    assert artists == ["ann", "ben", "ann"]
    assert host.one(GameEnded).ending is Ending.FINISHED


def test_one_alone_has_no_duel() -> None:
    host = started()
    assert refused(host) is Reason.TOO_FEW


def test_when_only_one_is_left_the_game_is_over() -> None:
    host = drawing("ben")
    host.do(Leave("ben"))
    host.do(Skip("ann"))
    ended = [one for one in host.wait(10) if isinstance(one, GameEnded)]
    assert ended[0].ending is Ending.DESERTED


def test_a_deserted_table_goes_on_when_they_come_back() -> None:
    host = drawing("ben")
    host.do(Leave("ben"))
    host.do(Leave("ann"))
    host.wait(20)
    host.do(Join("ann"))
    host.do(Join("ben"))
    host.wait(10)
    assert host.state.phase is Phase.CHOOSING


def test_only_a_duel_is_opened() -> None:
    host = Driver(DUEL)
    host.do(Open("ann", DrawingSettings()))
    assert refused(host) is Reason.OUT_OF_BOUNDS


@pytest.mark.parametrize(
    "event", [ChooseWord("ann", 0), Skip("ann"), Finish("ann"), Vote("ann", 0)]
)
def test_nothing_is_done_in_the_lobby(event: Any) -> None:
    host = Driver(DUEL)
    host.do(Open("ann", DrawingSettings(mode=Mode.DUEL)))
    host.do(event)
    assert refused(host) is Reason.NOTHING_DRAWN


@pytest.mark.parametrize(
    "event", [ChooseWord("ann", 0), Skip("ann"), Finish("ann"), Vote("ann", 0)]
)
def test_nothing_is_done_in_a_pause(event: Any) -> None:
    host = started("ben")
    host.do(Pause("ann"))
    host.do(event)
    assert refused(host) is Reason.PAUSED


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (ChooseWord("ben", 0), Reason.NOT_THE_DRAWER),
        (ChooseWord("ann", 9), Reason.OUT_OF_BOUNDS),
        (Skip("ben"), Reason.NOT_HOST_NOR_DRAWER),
        (Finish("ann"), Reason.TURN_OVER),
        (Vote("ben", 0), Reason.VOTE_CLOSED),
    ],
)
def test_what_does_not_belong_here_is_refused(event: Any, reason: Reason) -> None:
    host = started("ben")
    host.do(event)
    assert refused(host) is reason


def test_a_duel_is_not_skipped_once_it_has_ended() -> None:
    host = drawing("ben")
    host.do(Skip("ann"))
    host.do(Skip("ann"))
    assert refused(host) is Reason.TURN_OVER


def test_a_verdict_out_of_time_is_nothing() -> None:
    host = drawing("ben")
    assert host.do(Judged(1, (0.1, 0.2))) == ()


def test_an_ended_game_reveals_the_drawings() -> None:
    host = voting("ben", "cem")
    host.do(Vote("ben", 0))
    host.do(End("ann"))
    assert host.one(DuelEnded).ending is TurnEnding.GAME_ENDED
    assert host.one(DuelEnded).points == (0, 0)
    assert set(host.one(DuelEnded).artists) == {"ann", BOT}


def test_a_game_that_is_ended_while_a_word_is_chosen_ends_the_duel_too() -> None:
    host = started("ben")
    host.do(End("ann"))
    assert host.one(DuelEnded).ending is TurnEnding.GAME_ENDED
    assert not host.one(DuelEnded).word


def test_a_restarted_host_asks_the_engine_again() -> None:
    host = drawing("ben")
    assert isinstance(host.replayed()[0].owed[0], DrawRequested)
    host = voting("ben")
    assert isinstance(host.replayed()[0].owed[0], JudgeRequested)
    host.do(Judged(1, (0.1, 0.2)))
    assert host.play.owed == ()
    assert started("ben").play.owed == ()
