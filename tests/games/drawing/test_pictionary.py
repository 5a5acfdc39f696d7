"""Pictionary, one rule at a time."""

from __future__ import annotations

import pytest

from games.core import BOT, ENGINE, only
from games.drawing.guess_race import (
    Chatted,
    Guess,
)
from games.drawing.pictionary_turn import HintShown, TurnEnded
from games.drawing.settings import Mode
from games.drawing.turn import (
    DrawingShown,
    DrawingUpdated,
    DrawRequested,
    Phase,
    Skip,
    TurnEnding,
    TurnStarted,
    WordTold,
)
from games.drawing.word_choice import ChooseWord, ChoosingStarted, WordsOffered
from games.table.table import (
    End,
    Ending,
    GameEnded,
    Join,
    Leave,
    Pause,
    Reason,
    Resume,
    VoteKick,
)
from tests.games.drawing.pictionary_tables import WORDS, drawing, opened, refused, started, word


def test_the_bot_draws_a_word_that_only_the_engine_is_told() -> None:
    host = started("ben")
    request = host.one(DrawRequested)
    assert request.to == ENGINE
    assert request.concept == host.state.turn.word.concept
    assert request.strokes == 24
    assert host.one(TurnStarted).mask == (None,) * len(word(host))


def test_a_person_picks_one_of_three_words() -> None:
    host = started("ben", mode=Mode.PEOPLE_DRAW)
    offered = host.one(WordsOffered)
    assert offered.to == only("ann")
    assert len(offered.words) == 3
    host.do(ChooseWord("ann", 1))
    assert host.one(WordTold).word == offered.words[1]
    assert host.one(WordTold).to == only("ann")


@pytest.mark.parametrize(
    ("by", "index", "reason"),
    [("ben", 0, Reason.NOT_THE_DRAWER), ("ann", 3, Reason.OUT_OF_BOUNDS)],
)
def test_a_word_is_picked_by_the_drawer_from_what_is_there(
    by: str, index: int, reason: Reason
) -> None:
    host = started("ben", mode=Mode.PEOPLE_DRAW)
    host.do(ChooseWord(by, index))
    assert refused(host) is reason


def test_a_word_cannot_be_picked_twice() -> None:
    host = drawing("ben")
    host.do(ChooseWord("ann", 1))
    assert refused(host) is Reason.CHOSEN


def test_a_drawer_who_does_not_pick_is_given_a_word() -> None:
    host = started("ben", mode=Mode.PEOPLE_DRAW)
    host.wait(30)
    assert host.state.phase is Phase.DRAWING
    assert host.one(WordTold).to == only("ann")


def test_bot_and_people_alternate_in_a_mixed_game() -> None:
    host = started("ben", "cem", mode=Mode.MIXED, rounds=4)
    drawers = [host.state.turn.drawer]
    while not host.play.over:
        host.fire()
        if host.has(ChoosingStarted) or host.has(DrawRequested):
            turn = host.state.choice or host.state.turn
            drawers.append(turn.drawer)
    assert drawers == [BOT, "ann", BOT, "ben", BOT, "cem", BOT, "ann"]


def test_everybody_draws_once_a_round() -> None:
    host = started("ben", mode=Mode.PEOPLE_DRAW, rounds=2)
    drawers = ["ann"]
    while not host.play.over:
        host.fire()
        if host.has(ChoosingStarted):
            drawers.append(host.one(ChoosingStarted).drawer)
    assert drawers == ["ann", "ben", "ann", "ben"]
    assert host.one(GameEnded).ending is Ending.FINISHED


def test_a_word_comes_once_while_there_are_others() -> None:
    host = started("ben", rounds=3)
    seen = {word(host)}
    while not host.play.over:
        host.fire()
        seen.add(word(host))
    assert seen == {one.text for one in WORDS}


def test_words_come_again_when_they_run_out() -> None:
    host = started("ben", rounds=5)
    while not host.play.over:
        host.fire()
    assert len(host.state.used) == 5


def test_the_drawer_is_paid_the_mean() -> None:
    host = drawing("ben", "cem")
    host.do(DrawingUpdated(1, "ann", "d", 1))
    host.do(Guess("ben", word(host)))
    points = host.score("ben")
    host.wait(30)
    # ben's points over ben, cem and the bot.
    assert host.score("ann") == points // 3


def test_a_guesser_who_leaves_does_not_lower_the_pay() -> None:
    host = drawing("ben", "cem")
    host.do(Guess("ben", word(host)))
    points = host.score("ben")
    host.do(Leave("cem"))
    assert host.one(TurnEnded).drawer_points == points // 2


def test_a_latecomer_does_not_lower_the_pay() -> None:
    host = drawing("ben")
    host.do(DrawingUpdated(1, "ann", "d", 1))
    host.do(Join("cem"))
    host.do(Guess("ben", word(host)))
    points = host.score("ben")
    host.wait(30)
    assert host.score("ann") == points // 2


def test_a_drawer_who_leaves_gets_nothing_and_guessers_keep_theirs() -> None:
    host = drawing("ben", "cem")
    host.do(Guess("ben", word(host)))
    points = host.score("ben")
    host.do(Leave("ann"))
    ended = host.one(TurnEnded)
    assert (ended.ending, ended.drawer_points) == (TurnEnding.DRAWER_LEFT, 0)
    assert host.score("ben") == points > 0


def test_a_drawer_who_leaves_before_choosing_is_passed_over() -> None:
    host = started("ben", mode=Mode.PEOPLE_DRAW)
    host.do(Leave("ann"))
    assert host.one(ChoosingStarted).drawer == "ben"


def test_others_may_leave_while_a_word_is_chosen() -> None:
    host = started("ben", mode=Mode.PEOPLE_DRAW)
    host.do(Leave("ben"))
    assert host.state.phase is Phase.CHOOSING


def test_a_drawer_without_a_stroke_is_away() -> None:
    host = drawing("ben", hints=0)
    host.wait(45)
    assert host.state.phase is Phase.REVEAL
    assert host.state.table.seats.find("ann").score == 0


def test_a_drawer_with_a_stroke_is_not_away() -> None:
    host = drawing("ben")
    host.do(DrawingUpdated(1, "ann", "d", 1, 0.5))
    host.wait(50)
    assert host.state.phase is Phase.DRAWING


def test_a_drawing_is_shown_as_it_grows() -> None:
    host = drawing("ben")
    host.do(DrawingUpdated(1, "ann", "d", 2, 0.5))
    assert (host.one(DrawingShown).drawing, host.one(DrawingShown).strokes) == ("d", 2)


def test_the_length_of_lines_is_limited() -> None:
    host = drawing("ben", line_limit=5)
    host.do(DrawingUpdated(1, "ann", "d", 2, 5.1))
    assert refused(host) is Reason.OVER_BUDGET
    assert host.state.turn.strokes == 0


def test_only_the_drawer_draws() -> None:
    host = drawing("ben")
    host.do(DrawingUpdated(1, "ben", "d", 2))
    assert refused(host) is Reason.NOT_THE_DRAWER


def test_strokes_for_another_turn_are_nothing() -> None:
    host = drawing("ben")
    assert host.do(DrawingUpdated(2, "ann", "d", 2)) == ()


def test_hints_come_at_even_times() -> None:
    host = started("ben", hints=2, seconds=90)
    host.wait(29.9)
    assert host.state.turn.shown == 0
    (first,) = [one for one in host.wait(0.1) if isinstance(one, HintShown)]
    assert first.mask.count(None) == len(word(host)) - 1
    host.wait(30)
    assert host.state.turn.shown == 2
    host.wait(29)
    assert host.state.turn.shown == 2


def test_the_host_skips_and_the_drawer_is_paid() -> None:
    host = started("ben", "cem")
    host.do(Guess("ben", word(host)))
    host.do(Skip("ann"))
    assert host.one(TurnEnded).ending is TurnEnding.SKIPPED
    assert host.score(BOT) > 0


def test_a_drawer_who_gives_up_is_not_paid() -> None:
    host = drawing("ben", "cem")
    host.do(Guess("ben", word(host)))
    host.do(Skip("ann"))
    assert host.one(TurnEnded).ending is TurnEnding.DRAWER_GAVE_UP
    assert host.score("ann") == 0


def test_a_drawer_may_pass_the_choice_on() -> None:
    host = started("ben", mode=Mode.PEOPLE_DRAW)
    host.do(Skip("ann"))
    assert host.one(ChoosingStarted).drawer == "ben"


def test_others_cannot_skip() -> None:
    host = started("ben")
    host.do(Skip("ben"))
    assert refused(host) is Reason.NOT_HOST_NOR_DRAWER


def test_nothing_is_skipped_in_the_lobby() -> None:
    host = opened()
    host.do(Skip("ann"))
    assert refused(host) is Reason.NOTHING_DRAWN


def test_a_pause_stops_the_clock_and_what_is_done() -> None:
    host = started("ben", mode=Mode.PEOPLE_DRAW)
    host.do(Pause("ann"))
    host.now += 600
    host.do(ChooseWord("ann", 0))
    assert refused(host) is Reason.PAUSED
    host.do(Skip("ann"))
    assert refused(host) is Reason.PAUSED
    host.do(Resume("ann"))
    host.do(ChooseWord("ann", 0))
    host.do(Pause("ann"))
    host.do(Guess("ben", word(host)))
    assert refused(host) is Reason.PAUSED
    host.now += 600
    host.do(Resume("ann"))
    host.wait(5)
    host.do(Guess("ben", word(host)))
    assert host.state.turn.solved[0].seconds == 5


def test_an_ended_game_pays_the_turn_under_way() -> None:
    host = drawing("ben", "cem")
    host.do(Guess("ben", word(host)))
    host.do(End("ann"))
    assert host.one(TurnEnded).ending is TurnEnding.GAME_ENDED
    assert host.one(TurnEnded).drawer_points > 0
    assert host.one(GameEnded).podium[0].player == "ben"
    assert {line.place for line in host.one(GameEnded).podium} == {0}  # but nobody has won


def test_a_deserted_table_waits_a_minute_and_closes() -> None:
    host = started("ben")
    host.do(Leave("ann"))
    host.do(Leave("ben"))
    ended = [one for one in host.wait(60) if isinstance(one, GameEnded)]
    assert ended[0].ending is Ending.DESERTED


def test_a_table_goes_on_when_somebody_comes_back_between_turns() -> None:
    host = started("ben", seconds=30)
    host.do(Leave("ann"))
    host.do(Leave("ben"))
    host.wait(45)
    assert host.state.phase is Phase.REVEAL
    host.do(Join("ben"))
    assert host.state.table.seats.host == "ben"
    host.wait(10)
    assert host.state.phase is Phase.DRAWING


def test_a_drawer_who_is_voted_out_is_unpaid() -> None:
    host = drawing("ben", "cem", "dia")
    for player in ("ben", "cem"):
        host.do(VoteKick(player, "ann"))
    assert host.one(TurnEnded).ending is TurnEnding.DRAWER_LEFT


def test_scores_are_kept_for_whoever_comes_back() -> None:
    host = started("ben", "cem")
    host.do(Guess("ben", word(host)))
    points = host.score("ben")
    host.do(Leave("ben"))
    host.do(Join("ben"))
    assert host.score("ben") == points
    host.do(Guess("ben", word(host)))
    assert host.has(Chatted)


def test_the_turn_ends_with_its_time() -> None:
    host = drawing("ben", seconds=60)
    host.do(DrawingUpdated(1, "ann", "d", 1))
    ended = [one for one in host.wait(60) if isinstance(one, TurnEnded)]
    assert [(one.ending, one.drawer_points) for one in ended] == [(TurnEnding.TIME_UP, 0)]
