from __future__ import annotations

import numpy as np
import pytest

from engine.paint.colour.palette import (
    COLOURS,
    EMPTY,
    GRID,
    TABLE,
    nearest,
    palette,
    palettes,
    table,
)
from engine.paint.colour.shades import apart, as_rgb, chroma, from_oklab, lightness, oklab, relit
from engine.see import critic
from engine.see.critic import POCKET, Critic

RED, BLUE = (0.9, 0.1, 0.1), (0.1, 0.3, 0.9)


@pytest.fixture(scope="module")
def pocket() -> Critic:
    return critic.load(POCKET, "cpu")


def hue(colour: tuple[float, float, float]) -> float:
    _, a, b = oklab(colour)
    return float(np.degrees(np.arctan2(b, a)) % 360)


def test_oklab_of_known_colours_and_back() -> None:
    # From the page of its author, to the digits given there.
    assert oklab((1.0, 1.0, 1.0)) == pytest.approx((1.0, 0.0, 0.0), abs=1e-4)
    assert oklab((1.0, 0.0, 0.0)) == pytest.approx((0.628, 0.225, 0.126), abs=1e-3)
    some = np.random.default_rng(0).random((50, 3))
    assert from_oklab(oklab(some)) == pytest.approx(some, abs=1e-5)


def test_a_colour_relit_keeps_its_hue() -> None:
    lighter = relit((0.1, 0.0, 0.3), low=0.5)
    assert lightness(lighter) == pytest.approx(0.5, abs=0.02)
    assert hue(lighter) == pytest.approx(hue((0.1, 0.0, 0.3)), abs=15)
    assert relit(RED, 0.2, 0.9) == pytest.approx(RED)


def test_apart_is_small_for_shades_and_large_for_hues() -> None:
    assert apart(RED, (0.8, 0.1, 0.1)) < 0.06 < 0.3 < apart(RED, BLUE)


def test_the_table_is_small_and_whole() -> None:
    known = table()
    assert TABLE.stat().st_size < 160_000
    assert len(known.names) > 1000
    assert len(set(known.names)) == len(known.names)
    for entry in known.palettes:
        assert 1 <= len(entry.colours) <= COLOURS
        assert sum(entry.shares) == pytest.approx(1)
        assert len(entry.plan) in (0, GRID * GRID)
        assert all(cell == EMPTY or cell < len(entry.colours) for cell in entry.plan)


def test_vectors_of_the_table_are_those_of_the_text_tower_that_ships(pocket: Critic) -> None:
    for name in ("lighthouse", "cat", "banana"):
        assert nearest(pocket, name, 1)[0] == (name, pytest.approx(1, abs=0.01))


def test_a_thing_has_its_emojis_colours(pocket: Critic) -> None:
    banana = palette(pocket, "a banana")
    assert (banana.source, banana.things) == ("thing", ("banana",))
    assert 60 < hue(banana.colours[0]) < 110
    assert banana.shares == tuple(sorted(banana.shares, reverse=True))
    carrot = palette(pocket, "carrots")
    assert 30 < hue(carrot.colours[0]) < 75
    top = [cell for cell in carrot.plan[: GRID * 3] if cell != EMPTY]
    assert any(110 < hue(carrot.colours[cell]) < 170 for cell in top)  # its green leaves


def test_a_synonym_finds_the_thing(pocket: Critic) -> None:
    assert palette(pocket, "a kitten").things == ("cat",)
    assert palette(pocket, "a puppy").things == ("dog",)


def test_the_prompts_own_colours_come_first(pocket: Critic) -> None:
    both = palette(pocket, "a red apple on a blue plate")
    assert both.source == "words"
    assert hue(both.colours[0]) == pytest.approx(27, abs=12)
    assert 230 < hue(both.colours[1]) < 275
    black = palette(pocket, "a black cat")
    assert chroma(black.colours[0]) < 0.03
    assert lightness(black.colours[0]) < 0.5
    assert black.shares[0] > 0.7
    green = palette(pocket, "a green elephant")
    assert 130 < hue(green.colours[0]) < 160


def test_each_thing_of_a_phrase_has_its_own(pocket: Critic) -> None:
    cat, bicycle = palettes(pocket, "a cat on a green bicycle")
    assert cat.things == ("cat",)
    assert bicycle.things == ("bicycle",)
    assert bicycle.source == "words"


def test_what_nobody_knows_gets_pens_by_the_seed(pocket: Critic) -> None:
    unknown = [palette(pocket, "qwrtzpx vbnmk", seed) for seed in range(12)]
    assert {part.source for part in unknown} == {"default"}
    assert unknown[3] == palette(pocket, "qwrtzpx vbnmk", 3)
    assert len(set(unknown)) > 3
    assert all(len(part.colours) == 3 for part in unknown)


def test_a_colour_alone_is_a_palette(pocket: Critic) -> None:
    assert palette(pocket, "blue").colours == palette(pocket, "azul").colours


def test_other_models_find_the_same(pocket: Critic) -> None:
    class Other(Critic):
        def __init__(self) -> None:
            self.name = "other"

    assert palette(Other(), "a kitten") == palette(pocket, "a kitten")


def test_numbers_become_a_drawings_colour() -> None:
    assert as_rgb(np.array([0.5, 1.2, -1])) == (0.5, 1.0, 0.0)
