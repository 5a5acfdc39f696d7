"""Pictionary, one rule at a time."""

from __future__ import annotations

from typing import Any

import pytest

from games.core import BOT, ENGINE, RIVAL, only
from games.drawing.guess_race import (
    BotLooked,
    Chatted,
    ClockShortened,
    Guess,
    GuessAccepted,
    GuessClose,
    GuessShown,
    LookRequested,
    Spoiler,
)
from games.drawing.guesser import Candidate
from games.drawing.pictionary import PICTIONARY
from games.drawing.pictionary_turn import HintShown, TurnEnded
from games.drawing.settings import DrawingSettings, Mode
from games.drawing.turn import (
    Configure,
    DrawingFailed,
    DrawingShown,
    DrawingUpdated,
    DrawRequested,
    GameStarted,
    Open,
    Phase,
    Skip,
    Start,
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
    Refused,
    Resume,
    SettingsChanged,
    VoteKick,
)
from games.words.lists import Word
from tests.games.driving import Driver

WORDS = tuple(Word(text, text, (f"{text} thing",)) for text in ("kumquat", "zugzwang", "vexillum"))


def opened(*others: str, **chosen: Any) -> Driver:
    host = Driver(PICTIONARY)
    host.do(Open("ann", DrawingSettings(**chosen)))
    for player in others:
        host.do(Join(player))
    return host


def started(*others: str, mode: Mode = Mode.BOT_DRAWS, **chosen: Any) -> Driver:
    host = opened(*others, mode=mode, **chosen)
    host.do(Start("ann", WORDS))
    return host


def drawing(*others: str, **chosen: Any) -> Driver:
    """A turn in which ann draws the first word on offer."""
    host = started(*others, mode=Mode.PEOPLE_DRAW, **chosen)
    host.do(ChooseWord("ann", 0))
    return host


def word(host: Driver) -> str:
    return host.state.turn.word.text


def refused(host: Driver) -> Reason:
    return host.one(Refused).reason


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


def test_a_right_guess_scores_by_the_clock_and_the_hints_left() -> None:
    host = started("ben", "cem")
    host.wait(10)
    host.do(Guess("ben", word(host).upper()))
    accepted = host.one(GuessAccepted)
    # 100 + 100 * (88/90)^10 + 2 * 30
    assert (accepted.place, accepted.points) == (1, 239)
    assert host.score("ben") == 239


def test_the_first_right_guess_leaves_thirty_seconds() -> None:
    host = started("ben", "cem")
    host.do(Guess("ben", word(host)))
    assert host.one(ClockShortened).seconds == 30
    ended = [one for one in host.wait(30) if isinstance(one, TurnEnded)]
    assert ended[0].ending is TurnEnding.TIME_UP


def test_a_guess_in_the_last_seconds_gives_no_time() -> None:
    host = started("ben", "cem")
    host.wait(80)
    host.do(Guess("ben", word(host)))
    assert not host.has(ClockShortened)


def test_the_bot_guessing_right_leaves_people_their_time() -> None:
    host = drawing("ben")
    host.do(DrawingUpdated(1, "ann", "d", 1))
    host.do(BotLooked(1, (Candidate(word(host), 0.9),)))
    assert host.one(GuessAccepted).player == BOT
    assert not host.has(ClockShortened)
    assert host.state.phase is Phase.DRAWING


def test_the_turn_ends_when_all_people_have_it() -> None:
    host = started("ben")
    host.do(Guess("ann", word(host)))
    host.do(Guess("ben", f"{word(host)} thing"))
    assert host.one(TurnEnded).ending is TurnEnding.ALL_GUESSED
    assert [solve.player for solve in host.one(TurnEnded).solved] == ["ann", "ben"]


def test_the_turn_ends_when_the_bot_has_it_and_nobody_else_guesses() -> None:
    host = drawing()
    host.do(DrawingUpdated(1, "ann", "d", 1))
    host.do(BotLooked(1, (Candidate(word(host), 0.9),)))
    assert host.one(TurnEnded).ending is TurnEnding.ALL_GUESSED


def test_the_turn_ends_when_the_last_who_has_it_not_leaves() -> None:
    host = started("ben")
    host.do(Guess("ann", word(host)))
    host.do(Leave("ben"))
    assert host.one(TurnEnded).ending is TurnEnding.ALL_GUESSED


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


def test_a_close_guess_is_told_to_the_guesser_alone() -> None:
    host = started("ben")
    host.do(Guess("ben", word(host)[:-1]))
    assert host.one(GuessClose).to == only("ben")
    assert len(host.effects) == 1


def test_a_wrong_guess_is_shown() -> None:
    host = started("ben")
    host.do(Guess("ben", "teapot"))
    assert host.one(GuessShown).text == "teapot"


def test_who_has_the_word_talks_with_those_who_have_it() -> None:
    host = drawing("ben", "cem")
    host.do(Guess("ben", word(host)))
    host.do(Guess("ben", f"it is {word(host)}"))
    assert host.one(Chatted).to == only("ann", "ben")


def test_the_drawer_cannot_guess() -> None:
    host = drawing("ben")
    host.do(Guess("ann", word(host)))
    assert host.one(Chatted).to == only("ann")
    assert host.score("ann") == 0


@pytest.mark.parametrize(
    ("player", "text", "reason"),
    [
        ("eve", "teapot", Reason.NOT_HERE),
        ("ben", "  ", Reason.EMPTY),
        ("ben", "x" * 101, Reason.TOO_LONG),
        ("ben", "shit", Reason.BLOCKED),
        ("ann", "shit", Reason.BLOCKED),
        ("ben", "marzipan", Reason.BLOCKED),
    ],
)
def test_a_guess_is_refused(player: str, text: str, reason: Reason) -> None:
    host = drawing("ben", blocked=("marzipan",))
    host.do(Guess(player, text))
    assert refused(host) is reason


def test_a_guess_is_as_long_as_what_its_characters_stand_for() -> None:
    host = drawing("ben")
    host.do(Guess("ben", "\ufdfa" * 6))
    assert refused(host) is Reason.TOO_LONG


def test_what_is_too_long_to_be_looked_through_is_taken_from_the_chat() -> None:
    host = drawing("ben")
    host.do(Guess("ben", "\ufdfa" * 300, chat=True))
    assert host.has(Spoiler)


@pytest.mark.parametrize(
    ("blocklists", "language", "text", "refused_for"),
    [
        (("de",), "en", "polla", None),
        (("de",), "en", "Hure", Reason.BLOCKED),
        (("de",), "en", "shit", Reason.BLOCKED),
        (("de",), "es", "polla", Reason.BLOCKED),
        ((), "en", "polla", Reason.BLOCKED),
    ],
)
def test_a_guess_is_refused_in_the_languages_of_server_and_game_and_in_english(
    blocklists: tuple[str, ...], language: str, text: str, refused_for: Reason | None
) -> None:
    host = drawing("ben", blocklists=blocklists, language=language)
    host.do(Guess("ben", text))
    assert (refused(host) if refused_for else None) is refused_for
    assert host.has(GuessShown) == (refused_for is None)


def test_a_word_that_the_server_blocks_is_still_an_answer() -> None:
    host = started("ben", blocked=("kumquat", "zugzwang", "vexillum"))
    host.do(Guess("ben", word(host)))
    assert host.has(GuessAccepted)


def test_nobody_guesses_between_turns() -> None:
    host = opened("ben")
    host.do(Guess("ben", "kumquat"))
    assert refused(host) is Reason.NOTHING_DRAWN


def test_the_bot_looks_at_what_is_drawn() -> None:
    host = drawing("ben", strength="hard")
    host.do(DrawingUpdated(1, "ann", "d", 1))
    looks = [one for one in host.wait(40) if isinstance(one, LookRequested)]
    # First after 9 s, then every 6 s, give or take a fifth.
    assert 4 <= len(looks) <= 8
    assert {(look.to, look.drawing) for look in looks} == {(ENGINE, "d")}


def test_the_bot_does_not_look_at_an_empty_sheet() -> None:
    host = drawing("ben", strength="hard")
    assert not [one for one in host.wait(25) if isinstance(one, LookRequested)]


def test_the_bot_stops_looking_once_it_has_it() -> None:
    host = drawing("ben", strength="hard")
    host.do(DrawingUpdated(1, "ann", "d", 1))
    host.do(BotLooked(1, (Candidate(word(host), 0.9),)))
    assert not [one for one in host.wait(40) if isinstance(one, LookRequested)]
    assert host.do(BotLooked(1, (Candidate("teapot", 0.9),))) == ()


def test_the_bot_says_what_it_is_sure_of_and_nothing_twice() -> None:
    host = drawing("ben")
    seen = (Candidate("teapot", 0.5), Candidate("kettle", 0.3), Candidate("mug", 0.1))
    said: list[str] = []
    for _ in range(3):
        host.do(BotLooked(1, seen))
        said += [one.text for one in host.effects if isinstance(one, GuessShown)]
    assert said == ["teapot", "kettle"]


def test_the_bot_keeps_a_near_miss_to_itself() -> None:
    host = drawing("ben")
    assert host.do(BotLooked(1, (Candidate(f"big {word(host)}", 0.9),))) == ()


def test_the_bot_looks_in_vain_during_a_pause() -> None:
    host = drawing("ben")
    host.do(Pause("ann"))
    assert host.do(BotLooked(1, (Candidate(word(host), 0.9),))) == ()


def test_a_failed_drawing_ends_the_turn_unpaid() -> None:
    host = started("ben", "cem")
    host.do(Guess("ben", word(host)))
    host.do(DrawingFailed(1))
    assert host.one(TurnEnded).ending is TurnEnding.ENGINE_FAILED
    assert host.score(BOT) == 0


def test_two_failures_running_end_the_game() -> None:
    host = started("ben")
    host.do(DrawingFailed(1))
    host.wait(10)
    host.do(DrawingFailed(2))
    assert host.one(GameEnded).ending is Ending.BROKEN


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


def test_a_lobby_is_opened_once() -> None:
    host = opened()
    host.do(Open("ben"))
    assert refused(host) is Reason.STARTED


@pytest.mark.parametrize("chosen", [{"rounds": 0}, {"mode": Mode.DUEL}])
def test_settings_out_of_bounds_open_nothing(chosen: dict[str, Any]) -> None:
    host = opened(**chosen)
    assert refused(host) is Reason.OUT_OF_BOUNDS
    host.do(Join("ben"))
    assert refused(host) is Reason.NOT_OPEN


def test_the_host_changes_settings_before_the_start() -> None:
    host = opened("ben")
    host.do(Configure("ann", DrawingSettings(rounds=7)))
    assert host.has(SettingsChanged)
    assert host.state.settings.rounds == 7


@pytest.mark.parametrize(
    ("by", "chosen", "reason"),
    [
        ("ben", {}, Reason.NOT_YOURS),
        ("ann", {"seconds": 10}, Reason.OUT_OF_BOUNDS),
        ("ann", {"players": 1}, Reason.OUT_OF_BOUNDS),
        ("ann", {"mode": Mode.DUEL}, Reason.OUT_OF_BOUNDS),
    ],
)
def test_settings_are_refused(by: str, chosen: dict[str, Any], reason: Reason) -> None:
    host = opened("ben")
    host.do(Configure(by, DrawingSettings(**chosen)))
    assert refused(host) is reason


def test_a_started_game_is_not_configured() -> None:
    host = started("ben")
    host.do(Configure("ann", DrawingSettings(rounds=7)))
    assert refused(host) is Reason.STARTED


def test_a_game_is_not_started_without_words() -> None:
    host = opened("ben")
    host.do(Start("ann", ()))
    assert refused(host) is Reason.NO_WORDS


def test_a_lobby_that_all_have_left_does_not_start() -> None:
    host = opened()
    host.do(Leave("ann"))
    host.do(Start("moderator", WORDS))
    assert refused(host) is Reason.TOO_FEW


def test_somebody_who_plays_alone_can_start() -> None:
    host = started()
    assert host.has(GameStarted)


def test_a_restarted_host_asks_again_for_the_drawing() -> None:
    host = started("ben")
    host.wait(20)
    host.do(Guess("ben", "teapot"))
    play, _ = host.replayed()
    (request,) = play.owed
    assert isinstance(request, DrawRequested)
    assert request.seconds == 70


def test_nothing_is_owed_when_a_person_draws() -> None:
    assert drawing("ben").play.owed == ()
    assert opened().play.owed == ()


def test_the_turn_ends_with_its_time() -> None:
    host = drawing("ben", seconds=60)
    host.do(DrawingUpdated(1, "ann", "d", 1))
    ended = [one for one in host.wait(60) if isinstance(one, TurnEnded)]
    assert [(one.ending, one.drawer_points) for one in ended] == [(TurnEnding.TIME_UP, 0)]


@pytest.mark.parametrize("player", ["ann", "ben", "cat", "stranger"])
def test_whoever_gives_the_word_away_in_the_chat_is_a_spoiler(player: str) -> None:
    host = drawing("ben", "cat")
    host.do(Guess("ben", word(host)))
    before = host.state
    host.do(Guess(player, f"it is a {word(host)}, look", chat=True))
    assert host.one(Spoiler).to == only()
    assert host.state == before or player == "cat"
    host.do(Guess(player, "hello", chat=True))
    assert not host.has(Spoiler)


def test_a_right_guess_in_the_chat_counts_and_is_a_spoiler() -> None:
    host = drawing("ben", "cat")
    host.do(Guess("ben", word(host), chat=True))
    assert host.one(GuessAccepted).player == "ben"
    assert host.has(Spoiler)


def test_who_knows_the_word_may_talk_in_the_chat() -> None:
    host = drawing("ben", "cat")
    host.do(Guess("ann", "nice weather", chat=True))
    assert refused(host) is Reason.NOT_NOW
    assert not host.has(Chatted)


def test_with_the_form_or_the_command_nothing_is_spoilt() -> None:
    host = drawing("ben", "cat")
    host.do(Guess("ben", word(host)))
    assert not host.has(Spoiler)


# -- self-play


def alone(**chosen: Any) -> Driver:
    """A game of the bot with itself, in its first turn."""
    return started(mode=Mode.SELF_PLAY, **chosen)


def drawn(host: Driver, strokes: int) -> list[LookRequested]:
    """So many strokes are there; what the engine is asked to look at."""
    turn = host.state.turn.number
    host.do(DrawingUpdated(turn, BOT, f"d{turn}.{strokes}", strokes))
    return [effect for effect in host.effects if isinstance(effect, LookRequested)]


def looked(host: Driver, word: str, sure: float = 0.9) -> None:
    host.do(BotLooked(host.state.turn.number, (Candidate(word, sure),)))


def test_two_bots_need_nobody() -> None:
    host = alone(rounds=2, hints=0)
    assert host.state.table.seats.people == ()
    assert host.state.table.seats.may_manage("ann")
    for _ in range(2):
        assert host.state.turn.drawer == BOT
        drawn(host, 1)
        looked(host, host.state.turn.word.text)
        assert host.one(GuessAccepted).player == RIVAL
        assert host.one(TurnEnded).ending is TurnEnding.ALL_GUESSED
        host.fire()
    ended = host.one(GameEnded)
    assert ended.ending is Ending.FINISHED
    assert {one.player for one in ended.podium} == {BOT, RIVAL}
    assert all(one.score > 0 for one in ended.podium)
    assert host.replayed()[0].state == host.state


def test_the_second_bot_looks_when_there_is_more_to_see() -> None:
    host = alone()
    (look,) = drawn(host, 1)
    assert look.drawing == "d1.1"
    assert drawn(host, 1) == []
    assert len(drawn(host, 2)) == 1
    looked(host, "something else")
    assert host.one(GuessShown).player == RIVAL
    looked(host, "something else")
    assert host.effects == ()


def test_a_person_may_be_first_and_then_the_clock_runs_for_the_other_bot_alone() -> None:
    host = alone(hints=0)
    host.do(Join("ben"))
    drawn(host, 1)
    host.do(Guess("ben", host.state.turn.word.text))
    assert host.one(GuessAccepted).player == "ben"
    assert host.one(TurnEnded).ending is TurnEnding.ALL_GUESSED


def test_with_people_at_the_table_the_turn_waits_for_them() -> None:
    host = alone(hints=0, seconds=60)
    host.do(Join("ben"))
    drawn(host, 1)
    looked(host, host.state.turn.word.text)
    assert not host.has(TurnEnded)
    assert drawn(host, 2) == []
    assert not host.has(ClockShortened)
    host.wait(60)
    assert host.state.phase is Phase.REVEAL
    assert host.score("ben") == 0 < host.score(RIVAL)


def test_bots_play_on_when_everybody_has_left() -> None:
    host = alone()
    host.do(Join("ben"))
    host.do(Leave("ben"))
    host.do(Leave("ann"))
    host.wait(300)
    assert not host.play.over


def test_self_play_is_chosen_at_the_beginning_and_stays() -> None:
    host = opened(mode=Mode.SELF_PLAY)
    host.do(Configure("ann", DrawingSettings(mode=Mode.MIXED)))
    assert host.one(Refused).reason is Reason.OUT_OF_BOUNDS
    other = opened()
    other.do(Configure("ann", DrawingSettings(mode=Mode.SELF_PLAY)))
    assert other.one(Refused).reason is Reason.OUT_OF_BOUNDS


def test_nobody_sits_down_as_a_bot() -> None:
    host = alone()
    host.do(Join(RIVAL))
    assert host.one(Refused).reason is Reason.NOT_YOURS
