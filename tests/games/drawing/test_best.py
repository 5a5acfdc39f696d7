"""The vote for the best drawing, what the bot draws, and games of before."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from games.core import BOT, Entry, decode, encode
from games.drawing.best import MOST, BestAsked, BestFound, BestVoted, Drawn, Show, VoteBest
from games.drawing.duel import DUEL
from games.drawing.guess_race import Guess, GuessClose, GuessNear
from games.drawing.pictionary import PICTIONARY
from games.drawing.settings import DrawingSettings, Mode
from games.drawing.turn import DrawingUpdated, DrawRequested, Open, Phase, Start
from games.drawing.word_choice import ChooseWord
from games.table.seats import Seats
from games.table.table import End, Ending, GameEnded, Join, Leave, Pause, Reason, Refused
from games.words.lists import Word, recognised
from tests.games.driving import Driver

WORDS = tuple(Word(text, text) for text in ("kumquat", "zugzwang", "vexillum", "ox"))


def played(*, draws: bool = True, **chosen: Any) -> Driver:
    """All turns of a game of ann and ben, each of whom has drawn something; the vote comes next."""
    host = Driver(PICTIONARY)
    wanted = DrawingSettings(mode=Mode.PEOPLE_DRAW, rounds=1, seconds=60, hints=0)
    host.do(Open("ann", replace(wanted, **chosen)))
    host.do(Join("ben"))
    host.do(Start("ann", WORDS))
    for number, player in enumerate(("ann", "ben"), 1):
        host.do(ChooseWord(player, 0))
        if draws:
            host.do(DrawingUpdated(number, player, f"drawing-{number}", 3, 1.0))
            host.wait(60)
        else:
            host.wait(45)
        if number == 1:
            host.wait(10)
    return host


def voting(**chosen: Any) -> Driver:
    host = played(**chosen)
    (asked,) = [one for one in host.wait(10) if isinstance(one, BestAsked)]
    assert asked.turns == (1, 2)
    assert host.state.phase is Phase.VOTING
    return host


def test_all_vote_for_the_best_and_the_game_ends() -> None:
    host = voting()
    host.do(VoteBest("ann", 2))
    assert host.one(BestVoted) == BestVoted(votes=1, voters=2)
    host.do(VoteBest("ben", 1))
    assert host.one(BestFound) == BestFound(turns=(1, 2), votes=1)
    assert host.one(GameEnded).ending is Ending.FINISHED
    assert host.replayed()[0] == host.play


def test_nobody_votes_for_their_own_and_a_vote_can_be_changed() -> None:
    host = voting()
    host.do(Join("cem"))
    for by, turn, reason in (
        ("ann", 1, Reason.YOUR_OWN),
        ("eve", 1, Reason.NOT_HERE),
        ("ann", 7, Reason.OUT_OF_BOUNDS),
    ):
        host.do(VoteBest(by, turn))
        assert host.one(Refused).reason is reason
    host.do(VoteBest("cem", 1))
    host.do(VoteBest("cem", 2))
    assert host.one(BestVoted) == BestVoted(votes=1, voters=3)
    host.wait(45)
    assert host.one(BestFound) == BestFound(turns=(2,), votes=1)


def test_the_vote_ends_without_those_who_leave_and_is_no_end_of_a_game() -> None:
    host = voting()
    host.do(VoteBest("ann", 2))
    host.do(Leave("ben"))
    assert host.one(GameEnded).ending is Ending.FINISHED
    host = voting()
    host.do(End("ann"))
    assert host.one(GameEnded).ending is Ending.FINISHED
    assert host.one(BestFound) == BestFound()


def test_a_vote_waits_for_the_end_of_a_pause() -> None:
    host = voting()
    host.do(Pause("ann"))
    host.do(VoteBest("ann", 2))
    assert host.one(Refused).reason is Reason.PAUSED


def test_without_two_drawings_or_the_wish_there_is_no_vote() -> None:
    for host in (played(draws=False), played(best=False)):
        ended = [one for one in host.wait(10) if isinstance(one, GameEnded)]
        assert [one.ending for one in ended] == [Ending.FINISHED]
    host = played()
    host.do(VoteBest("ann", 2))
    assert host.one(Refused).reason is Reason.VOTE_CLOSED


def test_a_ballot_has_as_many_drawings_as_can_be_chosen_from() -> None:
    show = Show(tuple(Drawn(n, "ann", "ox", "d") for n in range(1, 41)))
    assert [one.turn for one in show.ballot] == list(range(41 - MOST, 41))
    assert not show.worth_a_vote(Seats().join("ann"))  # all are hers
    assert show.worth_a_vote(Seats().join("ben").join("cem"))


def test_the_bot_draws_what_is_known_to_be_recognised_while_there_is_any() -> None:
    measured = {"kumquat": 0.1, "zugzwang": 0.2, "vexillum": 0.9, "ox": None}
    words = tuple(Word(text, text, measured=share) for text, share in measured.items())
    assert recognised(words) == ("kumquat", "zugzwang")
    own = Word("Knut", "Knut", theme="own")
    assert recognised((*words, own)) == ("kumquat", "zugzwang", "Knut")
    host = Driver(PICTIONARY)
    host.do(Open("ann", DrawingSettings(mode=Mode.BOT_DRAWS, rounds=4, best=False)))
    host.do(Start("ann", words, recognised(words)))
    drawn = [host.one(DrawRequested).concept]
    while not host.play.over:
        drawn += [one.concept for one in host.fire() if isinstance(one, DrawRequested)]
    assert set(drawn[:2]) == {"kumquat", "zugzwang"}
    assert set(drawn) == set(measured)


def test_a_game_may_take_its_time_to_choose_and_to_begin() -> None:
    host = Driver(PICTIONARY)
    wanted = DrawingSettings(mode=Mode.PEOPLE_DRAW, seconds=90)
    host.do(Open("ann", wanted))
    host.do(Start("ann", WORDS))
    host.wait(29)
    assert host.state.phase is Phase.CHOOSING
    host.wait(1)
    assert host.state.phase is Phase.DRAWING
    host.wait(44)
    assert host.state.phase is Phase.DRAWING
    host.wait(1)
    assert host.state.phase is Phase.REVEAL


@pytest.mark.parametrize("game", [PICTIONARY, DUEL])
def test_a_log_of_before_keeps_the_times_that_it_had(game: Any) -> None:
    mode = Mode.DUEL if game is DUEL else Mode.PEOPLE_DRAW
    line = json.loads(encode(game, Entry(0.0, Open("ann", DrawingSettings(mode=mode, seconds=45)))))
    line["version"] = 2
    for name in ("choosing", "beginning", "best"):
        del line["data"]["settings"][name]
    settings = decode(game, json.dumps(line)).event.settings
    assert (settings.choosing, settings.beginning, settings.best) == (15, 22.5, False)
    host = Driver(game)
    for event in (Open("ann", settings), Join("ben"), Start("ann", WORDS)):
        host.do(event)
    host.wait(15)
    assert host.state.phase is Phase.DRAWING
    if game is PICTIONARY:
        host.wait(22)
        assert host.state.phase is Phase.DRAWING
        host.wait(0.5)
        assert host.state.phase is Phase.REVEAL


def test_a_quick_game_is_two_rounds_of_a_minute() -> None:
    quick = DrawingSettings(rounds=8, strokes=30).quick()
    assert (quick.rounds, quick.seconds, quick.strokes) == (2, 60, 30)


def test_who_draws_hears_of_near_misses_and_nobody_else_does() -> None:
    host = Driver(PICTIONARY)
    host.do(Open("ann", DrawingSettings(mode=Mode.PEOPLE_DRAW)))
    host.do(Join("ben"))
    host.do(Start("ann", WORDS[:1]))
    host.do(ChooseWord("ann", 0))
    close = host.state.turn.word.text[:-1]
    host.do(Guess("ben", close))
    assert host.has(GuessClose)
    near = host.one(GuessNear)
    assert (near.player, near.text) == ("ben", close)
    assert near.to.seats == {"ann"}
    assert not near.to.sees(BOT)
