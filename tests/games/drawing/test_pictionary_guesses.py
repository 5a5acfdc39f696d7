"""What a guess is worth, who hears of it, and which are refused."""

from __future__ import annotations

import pytest

from games.core import BOT, only
from games.drawing.guess_race import (
    BotLooked,
    Chatted,
    ClockShortened,
    Guess,
    GuessAccepted,
    GuessClose,
    GuessShown,
    Spoiler,
)
from games.drawing.guesser import Candidate
from games.drawing.pictionary_turn import TurnEnded
from games.drawing.turn import (
    DrawingUpdated,
    Phase,
    TurnEnding,
)
from games.table.table import (
    Leave,
    Reason,
)
from tests.games.drawing.pictionary_tables import drawing, opened, refused, started, word


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
