from __future__ import annotations

import gzip
import json
import os
from itertools import islice
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from engine.see import critic
from engine.see.critic import Critic
from engine.see.guesser import InvalidWords, default_words, guess, parse_words, read_words


def test_word_lists_keep_order_and_drop_comments_blanks_and_repeats() -> None:
    assert parse_words("# things\ncat\n\n  ice cream \ncat\n") == ["cat", "ice cream"]


def test_a_word_list_has_a_limit() -> None:
    with pytest.raises(InvalidWords, match="20,000"):
        parse_words("\n".join(map(str, range(20_001))))


def test_the_list_that_ships_can_be_guessed_from() -> None:
    words = default_words()
    assert len(words) >= 345
    assert {"cat", "house", "umbrella"} <= set(words)


def test_guesses_are_ranked_and_their_probabilities_sum_to_1(tiny_critic: Critic) -> None:
    picture = Image.effect_noise((40, 40), 80).convert("RGB")
    (row,) = guess(tiny_critic, [picture], ["cat", "dog", "tree"], top=3)
    chances = [g.p for g in row]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) == pytest.approx(1, abs=1e-5)


@pytest.fixture(scope="module")
def pocket() -> Critic:
    return critic.load("pocket", device="cpu")


def test_the_built_in_model_names_a_plain_drawing(pocket: Critic) -> None:
    sun = Image.new("RGB", (300, 300), "white")
    pen = ImageDraw.Draw(sun)
    pen.ellipse((100, 100, 200, 200), outline="black", width=8)
    for x0, y0, x1, y1 in ((150, 80, 150, 20), (150, 220, 150, 280), (80, 150, 20, 150),
                           (220, 150, 280, 150), (100, 100, 60, 60), (200, 100, 240, 60),
                           (100, 200, 60, 240), (200, 200, 240, 240)):  # fmt: skip
        pen.line((x0, y0, x1, y1), fill="black", width=8)
    words = ["sun", "house", "cat", "ladder", "fish", "bicycle", "cup", "tree"]
    (row,) = guess(pocket, [sun], words, top=1)
    assert row[0].word == "sun"


def test_the_built_in_model_names_peoples_doodles(pocket: Critic) -> None:
    source = os.environ.get("PENGUESS_QUICKDRAW")
    if not source:
        pytest.skip("PENGUESS_QUICKDRAW is not set")
    with gzip.open(Path(source), "rt", encoding="utf-8") as lines:
        doodles = [json.loads(line) for line in islice(lines, 0, None, 300)]
    pictures = [_draw(doodle["drawing"]) for doodle in doodles]
    words = default_words()[:345]
    assert {doodle["word"] for doodle in doodles} <= set(words)
    rows = guess(pocket, pictures, words, top=5)
    named = sum(d["word"] in {g.word for g in row} for d, row in zip(doodles, rows, strict=True))
    assert named / len(doodles) > 0.6


def _draw(strokes: list[list[list[int]]]) -> Image.Image:
    sheet = Image.new("RGB", (512, 512), "white")
    pen = ImageDraw.Draw(sheet)
    for xs, ys in strokes:
        path = [(2 * x, 2 * y) for x, y in zip(xs, ys, strict=True)]
        pen.line(path, fill="black", width=14, joint="curve")
    return sheet


@pytest.mark.parametrize(
    "text",
    [
        "cat,dog,house",
        "cat; dog;house;",
        "cat\tdog\thouse",
        '"cat","dog"\r\n"house"',
        "cat、dog、house",
    ],
)
def test_word_files_of_every_kind_are_read(text: str) -> None:
    assert parse_words(text) == ["cat", "dog", "house"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_word_files_in_every_encoding_are_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes("Bär\nhouse".encode(encoding))
    assert read_words(path) == ["Bär", "house"]


def test_doubles_are_folded_before_the_softmax(tiny_critic: Critic) -> None:
    assert parse_words("cat\ncat\nCat\n cat \ndog") == ["cat", "dog"]
    picture = Image.effect_noise((40, 40), 80).convert("RGB")
    (plain,) = guess(tiny_critic, [picture], ["cat", "dog"])
    (doubled,) = guess(tiny_critic, [picture], ["cat", "Cat", " cat", "dog"])
    assert [(g.word, pytest.approx(g.p)) for g in plain] == [(g.word, g.p) for g in doubled]
