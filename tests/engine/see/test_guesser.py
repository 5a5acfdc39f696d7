from __future__ import annotations

import gzip
import json
import math
import os
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
import torch
from PIL import Image, ImageDraw
from torch.nn.functional import normalize

from engine.canvas.drawing import Drawing, polyline
from engine.canvas.render import to_image
from engine.pocket import NAMER, STROKES, sight
from engine.see import critic, hand
from engine.see.critic import Critic
from engine.see.framing import framed
from engine.see.guesser import (
    Example,
    InvalidWords,
    default_words,
    evidence,
    guess,
    parse_words,
    rank,
    read_words,
    space,
    vectors,
)
from engine.see.other_names import known_as


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


@pytest.fixture(scope="module")
def namer(pocket: Critic) -> Critic:
    return pocket.namer


def test_a_word_with_another_name_is_found_by_what_it_means(namer: Critic) -> None:
    (own,) = vectors(namer, ["cat"])
    other, odd = vectors(namer, ["kitten", "treehouse plan"])
    assert float(own @ other) > 0.95
    assert float(own @ odd) < 0.6
    # The name itself stays the better one of the two.
    assert not torch.equal(own, other)


def test_beside_the_name_that_it_is_known_by_a_word_means_what_it_says(namer: Critic) -> None:
    own, other = vectors(namer, ["Cat", "kitten"])
    (alone,) = vectors(namer, ["kitten"])
    assert float(own @ other) < 0.9 < 0.95 < float(own @ alone)


def test_names_are_looked_up_whatever_their_case_and_spacing() -> None:
    assert known_as(" Spectacles") == "eyeglasses"
    assert known_as("corgi") == "dog"
    assert known_as("cat") is None
    assert known_as("a word of nobody's") is None


def test_examples_let_a_word_without_meaning_be_named(namer: Critic) -> None:
    words = ["inside joke", *default_words()[:345]]
    pictures = torch.stack([framed(to_image(drawing), namer.image_size) for drawing in STRANGE])
    seen = evidence(namer, pictures)
    (before,) = rank(namer, seen[2:], words, top=1)
    assert before[0].word != "inside joke"
    mean = normalize(seen[:2], dim=1).mean(0)
    (after,) = rank(
        namer, seen[2:], words, top=1, examples=[Example("Inside  Joke", mean, space(namer), 2)]
    )
    assert after[0].word == "inside joke"


def test_examples_that_another_eye_has_seen_are_passed_over(namer: Critic) -> None:
    plain = vectors(namer, ["inside joke"])
    for length, where in ((plain.shape[1], "another eye"), (3, space(namer))):
        wrong = [Example("inside joke", torch.ones(length), where)]
        assert torch.equal(vectors(namer, ["inside joke"], wrong), plain)


def test_other_weights_are_another_space(tmp_path: Path) -> None:
    for name in (NAMER, STROKES):
        (tmp_path / name).write_bytes(b"weights")
    before = sight(tmp_path)
    sight.cache_clear()
    assert sight(tmp_path) == before
    (tmp_path / STROKES).write_bytes(b"other weights")
    sight.cache_clear()
    assert sight(tmp_path) != before


def _strange(shift: float) -> Drawing:
    """A zigzag within a ring, as nothing among the words looks."""
    ring = [(128 + 100 * math.cos(a / 9), 128 + 90 * math.sin(a / 9)) for a in range(57)]
    inner = [(50 + 12 * i, 128 + shift + (40 if i % 2 else -40)) for i in range(13)]
    strokes = [*polyline(ring, 8.0), *polyline(inner, 8.0), *polyline([(10, 10), (246, 246)], 8.0)]
    return Drawing(256, 256, tuple(strokes))


STRANGE = [_strange(shift) for shift in (0.0, 8.0, -8.0)]


def test_strokes_count_beside_the_picture_in_their_order(namer: Critic) -> None:
    picture = framed(to_image(STRANGE[0]), namer.image_size)[None]
    backwards = replace(STRANGE[0], strokes=STRANGE[0].strokes[::-1])
    hands = [read for drawing in (STRANGE[0], backwards) if (read := hand.read(drawing))]
    plain = evidence(namer, picture)
    one, other = (evidence(namer, picture, [read]) for read in hands)
    assert not torch.allclose(one, plain)
    assert not torch.allclose(one, other)


def test_a_model_that_reads_no_strokes_sees_the_picture(tiny_critic: Critic) -> None:
    picture = framed(to_image(STRANGE[0]), tiny_critic.image_size)[None]
    read = hand.read(STRANGE[0])
    assert read is not None
    plain = evidence(tiny_critic, picture)
    assert torch.equal(evidence(tiny_critic, picture, [read]), plain)
