import numpy as np
import pytest

from engine.pocket.train import augment, render

_SQUARE = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], np.float32)


def _plain(width: float, size: int = 64) -> np.ndarray:
    out = np.empty((size, size, 3), np.float32)
    render.draw_plain(_SQUARE, np.array([0, 5]), out, width, 0.125)
    return out


def test_plain_drawing_has_the_ink_of_its_lines():
    ink = (1 - _plain(2.0)[..., 0]).sum()
    # four sides of 48 pixels, 2 wide; round corners lie outside the inner joins
    assert ink == pytest.approx(4 * 48 * 2, rel=0.02)


def test_plain_drawing_keeps_its_margin():
    picture = _plain(2.0)
    assert (picture[:6] == 1).all()
    assert picture[8, 32, 0] < 0.1


def test_hairline_is_as_light_as_it_is_thin():
    assert (1 - _plain(0.5)[..., 0]).sum() == pytest.approx(4 * 48 * 0.5, rel=0.05)


def _varied(seed: int, size: int = 48) -> np.ndarray:
    augment.seed(seed)
    out = np.empty((32, size, size, 3), np.float32)
    strokes, drawings = np.array([0, 5]), np.array([0, 1])
    augment.draw_doodles(_SQUARE, strokes, drawings, np.zeros(32, np.int64), out)
    return out


def test_same_seed_gives_the_same_pictures():
    np.testing.assert_array_equal(_varied(7), _varied(7))
    assert (_varied(7) != _varied(8)).mean() > 0.1


def test_every_variation_shows_something():
    pictures = _varied(3)
    assert np.isfinite(pictures).all()
    assert (pictures.reshape(32, -1).std(1) > 0.02).all()


def test_drawing_itself_is_left_alone():
    before = _SQUARE.copy()
    _varied(1)
    np.testing.assert_array_equal(_SQUARE, before)


@pytest.mark.parametrize("points", [[[0.5, 0.5]], [[0.2, 0.2], [0.2, 0.2]]])
def test_dots_are_drawn(points):
    augment.seed(0)
    out = np.empty((64, 64, 3), np.float32)
    augment.draw_doodle(np.array(points, np.float32), np.array([0, len(points)]), out)
    assert np.isfinite(out).all()
    assert out.std() > 0


def test_icons_are_drawn_in_ink_and_in_colour():
    ink = np.zeros((1, 96, 96), np.uint8)
    ink[0, 30:60, 30:60] = 255
    colour = np.zeros((1, 96, 96, 4), np.uint8)
    colour[0, 20:70, 20:70] = (255, 0, 0, 255)
    augment.seed(0)
    out = np.empty((40, 64, 64, 3), np.float32)
    augment.draw_icons(ink, colour, np.arange(40) % 2, out)
    assert np.isfinite(out).all()
    assert (out.reshape(40, -1).std(1) > 0.02).all()
    saturation = (out.max(-1) - out.min(-1)).max((1, 2))
    assert (saturation[1::2] > 0.8).mean() > 0.2
