from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from engine.canvas.drawing import Drawing, Stroke
from engine.canvas.render import encode_gif, pick_frames, to_gif, to_image
from engine.raster import pack, rasterise


def line(y: float, colour: tuple[float, float, float, float] = (0, 0, 0, 1)) -> Stroke:
    return Stroke(((8.0, y), (24.0, y), (40.0, y), (56.0, y)), 4.0, colour)


def growing(count: int) -> list[Drawing]:
    return [
        Drawing(64, 64, tuple(line(4.0 + 55 * i / count) for i in range(n))) for n in range(count)
    ]


def test_a_picture_shows_what_the_rasteriser_shows() -> None:
    curve = Stroke(((5, 50), (20, 0), (40, 70), (60, 10)), 6.0, (0.9, 0.2, 0.1, 0.6))
    drawing = Drawing(64, 64, (line(20.0), curve), (0.9, 0.9, 1.0))
    ours = rasterise(*pack([drawing]))[0].permute(1, 2, 0).numpy()
    shown = np.asarray(to_image(drawing, 64)) / 255
    assert np.abs(ours - shown).mean() < 0.003


def test_the_longer_side_has_the_size_asked_for() -> None:
    assert to_image(Drawing(50, 100), 200).size == (100, 200)


def test_an_animation_ends_with_the_drawing_held() -> None:
    states = growing(12)
    gif = Image.open(io.BytesIO(to_gif(states, milliseconds=80, hold=3000)))
    gif.seek(gif.n_frames - 1)
    assert gif.info["duration"] >= 3000
    assert "loop" not in gif.info
    last = np.asarray(gif.convert("RGB")).astype(int)
    assert np.abs(last - np.asarray(to_image(states[-1]))).mean() < 4


def test_an_animation_is_made_smaller_until_it_fits() -> None:
    states = growing(20)
    assert len(to_gif(states, max_bytes=30_000)) <= 30_000


def test_an_animation_that_cannot_fit_says_so() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        to_gif(growing(5), max_bytes=100)


def test_frames_are_picked_from_first_to_last() -> None:
    states = growing(200)
    frames = pick_frames(states, 40)
    assert frames[0] is states[0]
    assert frames[-1] is states[-1]
    assert 30 <= len(frames) <= 40


def test_the_paper_of_an_animation_is_as_white_as_the_page() -> None:
    noise = Image.effect_noise((64, 64), 90).convert("RGB")
    sheets = [Image.new("RGB", (256, 256), "white") for _ in range(3)]
    for sheet, shift in zip(sheets, (0, 60, 120), strict=True):
        sheet.paste(noise.point(lambda value: min(254, value + 120)), (shift, shift))
    animation = Image.open(io.BytesIO(encode_gif(sheets, 8, [80, 80, 80])))
    assert animation.convert("RGB").getpixel((250, 5)) == (255, 255, 255)
