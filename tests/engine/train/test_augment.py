import numpy as np
import pytest

from engine.train import augment, render

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


def test_hand_that_hardly_varies_draws_black_on_white_in_the_middle():
    augment.seed(5)
    out = np.empty((20, 64, 64, 3), np.float32)
    strokes, drawings = np.array([0, 5]), np.array([0, 1])
    augment.draw_doodles(_SQUARE, strokes, drawings, np.zeros(20, np.int64), out, 0.0, 1.0, 0.0)
    assert (out[:, 0] == 1).all()
    assert (out[..., 0] == out[..., 2]).all()
    columns = (out[..., 0] < 0.5).any(1)  # (20, 64)
    np.testing.assert_array_equal(columns, columns[:, ::-1])


def test_unfinished_doodles_have_less_ink():
    ink = []
    for unfinished in (0.0, 1.0):
        augment.seed(5)
        out = np.empty((200, 48, 48, 3), np.float32)
        strokes, drawings = np.array([0, 5]), np.array([0, 1])
        chosen = np.zeros(200, np.int64)
        augment.draw_doodles(_SQUARE, strokes, drawings, chosen, out, unfinished, 0.3, 0.0)
        ink.append((1 - out).sum())
    assert ink[1] < 0.95 * ink[0]


def test_drawing_itself_is_left_alone():
    before = _SQUARE.copy()
    _varied(1)
    np.testing.assert_array_equal(_SQUARE, before)


@pytest.mark.parametrize("points", [[[0.5, 0.5]], [[0.2, 0.2], [0.2, 0.2]]])
def test_dots_are_drawn(points):
    augment.seed(0)
    out = np.empty((64, 64, 3), np.float32)
    offsets = np.array([0, len(points)])
    augment.draw_doodle(np.array(points, np.float32), offsets, out, 0.25, 0.3, 1.0)
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
