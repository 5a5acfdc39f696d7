"""The bot as a guesser."""

import random

import pytest

from games.drawing.guesser import STEADY, STRENGTHS, Candidate, choose, next_look

MEDIUM = STRENGTHS["medium"]


def test_says_the_likeliest_first() -> None:
    seen = (Candidate("cup", 0.3), Candidate("mug", 0.5))
    assert choose(MEDIUM, 0.5, seen, [], "en") == "mug"


@pytest.mark.parametrize(
    ("strength", "least"),
    [("easy", (0.7, 0.5, 0.3)), ("medium", (0.5, 0.3, 0.1)), ("hard", (0.3, 0.165, 0.03))],
)
def test_keeps_quiet_when_unsure_and_need_not_be_so_sure_later(
    strength: str, least: tuple[float, ...]
) -> None:
    for passed, probability in zip((0, 0.5, 1), least, strict=True):
        seen = (Candidate("cup", probability + 0.01),)
        assert choose(STRENGTHS[strength], passed, seen, [], "en") == "cup"
        unsure = (Candidate("cup", probability - 0.01),)
        assert choose(STRENGTHS[strength], passed, unsure, [], "en") is None


@pytest.mark.parametrize(("strength", "least"), [("easy", 0.4), ("medium", 0.2), ("hard", 0.08)])
@pytest.mark.parametrize("passed", [0, 0.37, 1])
def test_was_as_sure_all_turn_long_before(strength: str, least: float, passed: float) -> None:
    assert STEADY[strength].least(passed) == least


def test_does_not_say_a_plural_of_what_it_said() -> None:
    seen = (Candidate("cups", 0.5), Candidate("mug", 0.3))
    assert choose(MEDIUM, 0.5, seen, ["cup"], "en") == "mug"


def test_has_nothing_to_say_of_nothing() -> None:
    assert choose(MEDIUM, 0.5, (), [], "en") is None


def test_stops_after_so_many_guesses() -> None:
    said = [f"thing {number}" for number in range(MEDIUM.guesses)]
    assert choose(MEDIUM, 0.5, (Candidate("cup", 1.0),), said, "en") is None


def test_looks_again_about_every_so_many_seconds() -> None:
    rng = random.Random(1)
    looks = [next_look(MEDIUM, rng) for _ in range(100)]
    assert all(8 <= look <= 12 for look in looks)
    assert len(set(looks)) > 50


def test_a_stronger_bot_looks_sooner_and_dares_more() -> None:
    easy, medium, hard = (STRENGTHS[name] for name in ("easy", "medium", "hard"))
    assert easy.every > medium.every > hard.every
    assert easy.first > medium.first > hard.first
    for passed in (0, 0.5, 1):
        assert easy.least(passed) > medium.least(passed) > hard.least(passed)
