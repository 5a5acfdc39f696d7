from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from engine.bench import likeness
from engine.bench.likeness import colours_apart, compare, measure, structure
from engine.paint.picture.trace_picture import sheet
from engine.paint.spec import DrawingSpec
from engine.see.critic import Critic
from tests.engine.paint.picture.test_trace_picture import ball, sunset


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random((40, 40))


def test_structure_is_one_for_the_same_and_none_for_what_has_nothing_in_common() -> None:
    assert structure(noise(0), noise(0)) == pytest.approx(1)
    assert abs(structure(noise(0), noise(1))) < 0.05
    assert structure(noise(0), 1 - noise(0)) < -0.8
    blurred = np.asarray(Image.fromarray((noise(0) * 255).astype(np.uint8)).resize((20, 20)))
    half = np.asarray(Image.fromarray(blurred).resize((40, 40))) / 255
    assert 0.1 < structure(noise(0), half) < 0.9


def test_structure_of_even_pictures_is_how_alike_they_are() -> None:
    # Without spread it is (2 a b + 0.0001) / (a² + b² + 0.0001).
    one, other = np.full((20, 20), 0.2), np.full((20, 20), 0.6)
    assert structure(one, other) == pytest.approx((0.24 + 1e-4) / (0.4 + 1e-4))


def test_colours_are_no_further_apart_than_what_is_not_shared() -> None:
    red, blue = np.zeros((10, 10, 3)), np.zeros((10, 10, 3))
    red[..., 0], blue[..., 2] = 1, 1
    half = red.copy()
    half[:5] = blue[:5]
    assert colours_apart(red, red) == 0
    assert colours_apart(red, blue) == pytest.approx(1)
    assert colours_apart(red, half) == pytest.approx(0.5)
    assert colours_apart(half, half[::-1]) == 0  # where they lie does not matter
    assert colours_apart(red, red * 0.99) < 0.1


def test_a_picture_is_closest_to_itself() -> None:
    assert compare(sunset(), sunset()) == (pytest.approx(1), pytest.approx(0))
    near = compare(sunset(), sunset().resize((60, 45)))
    far = compare(sunset(), sunset().transpose(Image.Transpose.FLIP_TOP_BOTTOM))
    assert near[0] > 0.9 > far[0]
    assert near[1] < 0.1


def test_every_wish_and_kind_has_a_row_and_its_pictures(tiny_critic: Critic) -> None:
    pictures = {"balls": [ball(), ball()], "sunsets": [sunset()]}
    specs = [
        DrawingSpec(prompt="x", strokes=4, steps=2, ink=ink) for ink in ("paint", "marker", "pen")
    ]
    rows, shown = measure(tiny_critic, pictures, specs)
    assert [(row["pictures"], row["ink"]) for row in rows] == [
        (kind, ink) for ink in ("paint", "marker", "pen") for kind in pictures
    ]
    assert [len(column) for column in shown] == [3, 3, 3, 3]
    for row in rows:
        assert -1 <= row["structure"] <= 1
        assert 0 <= row["colours_apart"] <= 1
        assert 1 <= row["drawn"] <= 4
    assert likeness.picture_sheet(shown).width > 4 * 120
    assert likeness.seen(sheet(sunset())).size == (192, 144)


def test_what_is_not_there_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for variable in ("PENGUESS_QUICKDRAW", "PENGUESS_ICONIFY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(likeness.importlib.util, "find_spec", lambda _: None)
    assert likeness.main([]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    for name in ("PENGUESS_QUICKDRAW", "PENGUESS_ICONIFY", "scikit-image"):
        assert name in told
