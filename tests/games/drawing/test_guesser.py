"""The bot as a guesser."""

import random

from games.drawing.guesser import STRENGTHS, Candidate, choose, next_look

MEDIUM = STRENGTHS["medium"]


def test_says_the_likeliest_first() -> None:
    seen = (Candidate("cup", 0.3), Candidate("mug", 0.5))
    assert choose(MEDIUM, seen, [], "en") == "mug"


def test_keeps_quiet_when_unsure() -> None:
    assert choose(MEDIUM, (Candidate("cup", 0.19),), [], "en") is None


def test_does_not_say_a_plural_of_what_it_said() -> None:
    seen = (Candidate("cups", 0.5), Candidate("mug", 0.3))
    assert choose(MEDIUM, seen, ["cup"], "en") == "mug"


def test_has_nothing_to_say_of_nothing() -> None:
    assert choose(MEDIUM, (), [], "en") is None


def test_stops_after_so_many_guesses() -> None:
    said = [f"thing {number}" for number in range(MEDIUM.guesses)]
    assert choose(MEDIUM, (Candidate("cup", 1.0),), said, "en") is None


def test_looks_again_about_every_so_many_seconds() -> None:
    rng = random.Random(1)
    looks = [next_look(MEDIUM, rng) for _ in range(100)]
    assert all(8 <= look <= 12 for look in looks)
    assert len(set(looks)) > 50


def test_a_stronger_bot_looks_sooner_and_dares_more() -> None:
    easy, medium, hard = (STRENGTHS[name] for name in ("easy", "medium", "hard"))
    assert easy.every > medium.every > hard.every
    assert easy.first > medium.first > hard.first
    assert easy.sure > medium.sure > hard.sure
