"""Collages: what they are cut from, and that what is optimised is what people see."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from engine.canvas.decoder import open_small
from engine.canvas.drawing import Drawing
from engine.canvas.patch import Patch
from engine.canvas.render import to_image
from engine.command_line import main
from engine.paint.options import MAX_CUT_UP
from engine.paint.painter import Painter, paint
from engine.paint.painters.collage import Collage
from engine.paint.painters.cut_outs import SIDE, cut_up, emoji
from engine.paint.settling import NotThisPainter
from engine.paint.spec import DrawingSpec
from engine.see.critic import Critic
from tests.engine.serve.serving import serving

BLUE = (20, 40, 230)


def spec(**fields: object) -> DrawingSpec:
    given = {"prompt": "a cat", "painter": "collage", "strokes": 8, "steps": 6}
    return DrawingSpec.model_validate(given | fields)


def disc(ground: str | None = None) -> Image.Image:
    """A blue disc on nothing, or on a ground."""
    image = Image.new("RGBA", (80, 60), ground or (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((20, 10, 60, 50), fill=BLUE)
    return image


def encoded(image: Image.Image, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def shares(drawing: Drawing) -> tuple[float, float]:
    """How much of a drawing is blue, and how much of it is neither blue nor paper."""
    red, green, blue = np.moveaxis(np.asarray(to_image(drawing), np.int16), -1, 0)
    is_blue = (blue > red + 15) & (blue > green + 10)
    is_paper = np.minimum(np.minimum(red, green), blue) > 235
    return float(is_blue.mean()), float((~is_blue & ~is_paper).mean())


def test_a_thing_is_cut_out_of_an_even_ground() -> None:
    for picture in (disc(), disc("white"), disc("green")):
        whole, *parts = cut_up(picture)
        assert whole.shape == (SIDE, SIDE, 4)
        assert not whole[[0, -1]].any()
        assert tuple(whole[SIDE // 2, SIDE // 2]) == (*BLUE, 255)
        assert 0.6 < (whole[..., 3] > 128).mean() < 0.8  # a disc in a square has pi / 4
        assert len(parts) >= 4
    assert cut_up(Image.new("RGBA", (9, 9))) == []
    assert cut_up(Image.new("RGBA", (9, 9), "white")) == []


def test_the_emoji_come_apart() -> None:
    cuts = emoji()
    assert len(cuts) > 300
    assert all(cut.shape == (SIDE, SIDE, 4) and cut[..., 3].any() for cut in cuts)


def test_what_is_optimised_is_what_people_see(tiny_critic: Critic) -> None:
    work = Painter(tiny_critic).begin(spec(strokes=12))
    assert isinstance(work, Collage)
    work.advance(lambda: None)
    with torch.no_grad():
        optimised = work._rendered(work._which[None])[0].permute(1, 2, 0).cpu().numpy()
    shown = np.asarray(to_image(work.drawing(), len(optimised)), np.float32) / 255
    assert np.abs(optimised - shown).mean() < 0.04


def test_a_collage_comes_to_resemble_its_prompt(tiny_critic: Critic) -> None:
    painter = Painter(tiny_critic)
    work = painter.begin(spec(steps=40, augment=False))
    assert isinstance(work, Collage)
    before = painter.judge([work.drawing()], work.target)[0]
    order = work._layout.depth.detach().clone()
    which = work._which.clone()
    assert [*paint(painter, work)][-1].score > before
    assert not torch.equal(work._layout.depth.detach(), order)
    assert not torch.equal(work._which, which)


def test_sixty_four_cut_outs_of_a_noisy_photograph_fit_into_a_drawing(tiny_critic: Critic) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (120, 120, 3), np.uint8)
    picture = Image.fromarray(noise).convert("RGBA")
    work = Painter(tiny_critic).begin(spec(strokes=200), patches=(picture,))
    drawing = work.state().drawing
    assert len(drawing.patches) == 64
    assert Drawing.from_json(drawing.to_json()) is not None


def test_a_collage_goes_on_from_its_preview_where_it_was(tiny_critic: Critic) -> None:
    painter = Painter(tiny_critic)
    preview = painter.begin(spec()).state().drawing.scaled(512)
    again = painter.begin(spec(seed=5), preview).state().drawing
    difference = np.subtract(
        np.asarray(to_image(preview), np.float32), np.asarray(to_image(again), np.float32)
    )
    assert np.abs(difference).mean() < 5


def test_broken_pictures_in_a_drawing_are_left_out(tiny_critic: Critic) -> None:
    whole = encoded(disc())
    whole_here, broken = (
        Patch(data, (30.0, 0.0, 0.0, 30.0, x, 20.0))
        for data, x in ((whole, 5.0), (whole[:60], 60.0))
    )
    painter = Painter(tiny_critic)
    for patches, count in (((whole_here, broken), 1), ((broken, broken), 8)):
        work = painter.begin(spec(), Drawing(100, 100, patches=patches))
        assert len(work.state().drawing.patches) == count


def test_patches_from_the_command_line(
    tmp_path: Path, tiny_model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    disc().save(tmp_path / "disc.png")
    shape = '<circle cx="5" cy="5" r="4" fill="#1428e6"/>'
    (tmp_path / "disc.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">{shape}</svg>'
    )
    given = [str(tmp_path / "disc.png"), str(tmp_path / "disc.svg")]
    how = ["--strokes", "6", "--steps", "3", "--model", tiny_model, "--out", str(tmp_path / "out")]
    args = ["draw", "a cat", *how, "--painter", "collage", "--patches"]
    assert main([*args, *given]) == 0
    record = json.loads((tmp_path / "out" / "drawing.json").read_text())
    drawing = Drawing.from_dict(record)
    assert len(drawing.patches) == 6
    blue, other = shares(drawing)
    assert blue > 0.05 > 10 * other
    assert (tmp_path / "out" / "drawing.svg").read_text().count("<image") == 6
    capsys.readouterr()
    for wrong, said in (
        ([*args, str(tmp_path / "none.png")], "cannot read"),
        ([*args, *given * MAX_CUT_UP], f"{MAX_CUT_UP} pictures at most"),
        (["draw", "a cat", *how, "--patches", *given], "cuts no pictures up"),
    ):
        assert main(wrong) == 2
        assert said in capsys.readouterr().err.strip().splitlines()[-1]


async def test_patches_over_http(tiny_critic: Critic) -> None:
    sent = base64.b64encode(encoded(disc())).decode()
    async with serving(tiny_critic) as engine:
        events = await engine.draw(painter="collage", strokes=6, steps=3, patches=[sent])
        blue, other = shares(Drawing.from_dict(events[-1]["drawing"]))
        assert blue > 0.05 > 10 * other
        for fields, code in (
            ({"painter": "collage", "patches": [sent[:40]]}, "unreadable_picture"),
            ({"painter": "collage", "patches": [sent] * (MAX_CUT_UP + 1)}, "invalid"),
            ({"patches": [sent]}, "not_this_painter"),
        ):
            status, body = await engine.call(
                "POST", "/v1/drawings", json={"prompt": "a cat", **fields}
            )
            assert (status, body["error"]["code"]) == (422, code)
    with pytest.raises(NotThisPainter, match="take the painter collage"):
        Painter(tiny_critic).begin(DrawingSpec(prompt="a cat"), patches=(disc(),))


def test_what_is_transparent_stays_so_where_it_is_asked_for() -> None:
    for kind in ("PNG", "WEBP"):
        image = open_small(encoded(disc(), kind), transparent=True)
        assert image.mode == "RGBA"
        assert image.getpixel((0, 0))[3] == 0  # type: ignore[index]
    assert (
        open_small(encoded(disc("white").convert("RGB"), "JPEG"), transparent=True).mode == "RGBA"
    )
    assert open_small(encoded(disc())).mode == "RGB"
