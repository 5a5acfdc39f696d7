from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from engine.canvas.drawing import Drawing
from engine.command_line import main
from engine.paint.styles.like_picture import in_manner, manner_of
from engine.see.critic import Critic
from tests.engine.paint.styles.test_styles import scribble
from tests.engine.serve.serving import serving

NAVY, CREAM, ORANGE, TEAL = (20, 30, 80), (245, 235, 200), (235, 120, 30), (30, 150, 150)


def poster(line: int = 6) -> Image.Image:
    """Cream lines `line` wide and two colours on navy paper."""
    image = Image.new("RGB", (240, 240), NAVY)
    pen = ImageDraw.Draw(image)
    pen.rectangle((40, 130, 110, 200), fill=ORANGE)
    pen.rectangle((130, 130, 200, 200), fill=TEAL)
    for y in (30, 60, 90):
        pen.line((30, y, 210, y), fill=CREAM, width=line)
    return image


def sketchbook(line: int) -> Image.Image:
    image = Image.new("RGB", (240, 240), "white")
    for y in range(30, 220, 40):
        ImageDraw.Draw(image).line((30, y, 210, y), fill="black", width=line)
    return image


def near(one: tuple[float, ...], other: tuple[int, ...]) -> bool:
    return all(abs(255 * a - b) < 25 for a, b in zip(one, other, strict=True))


def test_paper_line_and_colours_are_the_picture_s() -> None:
    manner = manner_of(poster())
    assert near(manner.ground, NAVY)
    assert near(manner.line, CREAM)
    assert any(near(colour, ORANGE) for colour in manner.colours)
    assert any(near(colour, TEAL) for colour in manner.colours)


def test_uneven_paper_is_one_paper() -> None:
    """A shadow falls over it from the left; less of its edge is red, but evenly so."""
    shade = np.linspace(0.85, 1, 240)[None, :, None] * np.array(CREAM)
    image = Image.fromarray(np.repeat(shade, 240, 0).astype(np.uint8))
    ImageDraw.Draw(image).rectangle((50, 0, 190, 239), fill="red")
    assert near(manner_of(image).line, (255, 0, 0))
    apart = np.subtract(manner_of(image).ground, np.array(CREAM) / 255)
    assert np.abs(apart).max() < 0.2


def test_heavier_lines_are_heavier() -> None:
    thin, thick = manner_of(sketchbook(3)).weight, manner_of(sketchbook(9)).weight
    assert thick == pytest.approx(3 * thin, rel=0.3)
    assert thick == pytest.approx(9 / 240, rel=0.3)


@pytest.mark.parametrize("size", [(1, 1), (3, 200)])
@pytest.mark.parametrize("colour", ["white", "black", (127, 127, 127)])
def test_an_even_picture_has_a_pen_that_shows_on_it(size: tuple[int, int], colour: object) -> None:
    manner = manner_of(Image.new("RGB", size, colour))  # type: ignore[arg-type]
    apart = max(abs(a - b) for a, b in zip(manner.ground, manner.line, strict=True))
    assert apart > 0.3
    assert in_manner(scribble(4, 2), manner).background == manner.ground


def test_what_is_drawn_stays_where_it_is() -> None:
    drawing = scribble(5, 3)
    done = in_manner(drawing, manner_of(poster()))
    assert [s.points for s in done.strokes] == [s.points for s in drawing.strokes]
    assert done.plain == drawing
    assert in_manner(done, manner_of(sketchbook(5))).plain == drawing
    fills = {stroke.colour[:3] for stroke in done.strokes[:3]}
    assert fills <= set(manner_of(poster()).colours)
    assert len(fills) > 1


def test_the_command_line_takes_a_picture(
    tmp_path: Path, tiny_model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    poster().save(tmp_path / "poster.png")
    args = [
        "draw",
        "a cat",
        "--strokes",
        "4",
        "--steps",
        "3",
        "--ink",
        "pen",
        "--model",
        tiny_model,
    ]
    done = main([*args, "--style-of", str(tmp_path / "poster.png"), "--out", str(tmp_path)])
    assert done == 0
    record = json.loads((tmp_path / "drawing.json").read_text())
    drawing = Drawing.from_dict(record)
    assert near(drawing.background, NAVY)
    assert near(drawing.strokes[0].colour[:3], CREAM)
    assert main([*args, "--style-of", str(tmp_path / "none.png"), "--out", str(tmp_path)]) == 2
    (line,) = capsys.readouterr().err.strip().splitlines()[-1:]
    assert "cannot read" in line


async def test_the_api_takes_a_picture(tiny_critic: Critic) -> None:
    out = io.BytesIO()
    poster().save(out, "PNG")
    sent = base64.b64encode(out.getvalue()).decode()
    async with serving(tiny_critic) as engine:
        events = await engine.draw(style_of=sent, ink="pen", every=2)
        drawings = [Drawing.from_dict(event["drawing"]) for event in events if "drawing" in event]
        assert all(near(drawing.background, NAVY) for drawing in drawings)
        asked = {"prompt": "a cat", "style_of": base64.b64encode(b"no picture").decode()}
        status, body = await engine.call("POST", "/v1/drawings", json=asked)
    assert (status, body["error"]["code"]) == (422, "unreadable_picture")
