from __future__ import annotations

import math

import pytest
import torch
from PIL import Image, ImageDraw, ImageFilter
from torch import Tensor

from engine.api import SALIENCE_GRID as GRID
from engine.paint.painter import Painter
from engine.paint.spec import Commission
from engine.paint.start_strokes import Strokes, trace
from engine.picture import framed
from engine.see.critic import Critic
from engine.see.salience import salience


def cells(critic: Critic, image: Image.Image) -> Tensor:
    """(GRID, GRID) in [0, 1]."""
    found = salience(critic, framed(image, critic.image_size))
    assert len(found) == GRID * GRID
    assert max(found) == 255
    assert min(found) >= 0
    return torch.tensor(found).reshape(GRID, GRID) / 255


def ring() -> Image.Image:
    image = Image.new("RGB", (300, 300), "white")
    ImageDraw.Draw(image).ellipse((50, 50, 250, 250), outline="black", width=8)
    return image


def photograph() -> Image.Image:
    """Something dark on a ground that is not even, up to the border."""
    image = Image.linear_gradient("L").resize((300, 300)).convert("RGB")
    ImageDraw.Draw(image).ellipse((110, 110, 190, 190), fill=(200, 20, 20))
    return image.filter(ImageFilter.GaussianBlur(2))


def test_strokes_are_wanted_on_lines_and_not_on_paper(tiny_critic: Critic) -> None:
    wanted = cells(tiny_critic, ring())
    rows, columns = torch.meshgrid(torch.arange(GRID), torch.arange(GRID), indexing="ij")
    centre = (GRID - 1) / 2
    radius = torch.hypot(rows - centre, columns - centre) / GRID  # the ring is at 0.42
    on_line = (radius - 0.41).abs() < 0.05
    far = (radius - 0.41).abs() > 0.12
    assert wanted[on_line].mean() > 10 * wanted[far].mean()


def test_the_frame_of_a_photograph_is_no_edge(tiny_critic: Critic) -> None:
    wanted = cells(tiny_critic, photograph())
    inner = slice(GRID // 4, GRID - GRID // 4)
    assert wanted[inner, inner].sum() > 0.8 * wanted.sum()


def test_a_picture_without_edges_wants_strokes_anywhere(tiny_critic: Critic) -> None:
    assert cells(tiny_critic, Image.new("RGB", (64, 64), "teal")).min() == 1


def centres(strokes: Strokes) -> Tensor:
    return strokes.points.reshape(-1, 4, 2).mean(1)


def begun(wanted: list[int], seed: int = 0, count: int = 24) -> Strokes:
    generator = torch.Generator().manual_seed(seed)
    return trace(generator, count, 100, pen=True, salience=wanted)


@pytest.mark.parametrize(("across", "angle"), [(0, 0.0), (1, math.pi / 2)])
def test_strokes_begin_on_a_line_and_along_it(across: int, angle: float) -> None:
    wanted = torch.zeros(GRID, GRID)
    (wanted if across == 0 else wanted.T)[8] = 255
    strokes = begun(wanted.int().flatten().tolist())
    line = centres(strokes)[:, 1 - across]  # of (x, y): how far from the line
    assert (line - 100 * 8.5 / GRID).abs().max() < 6
    ends = strokes.points.reshape(-1, 4, 2)
    (right, down) = (ends[:, 3] - ends[:, 0]).unbind(1)
    off = (torch.atan2(down, right) - angle + math.pi / 2) % math.pi - math.pi / 2
    assert off.abs().median() < 0.5
    assert centres(strokes)[:, across].std() > 20  # spread over all of it


def test_the_same_generator_begins_the_same_and_every_count_works() -> None:
    wanted = [255 if i % 7 == 0 else 0 for i in range(GRID * GRID)]
    assert torch.equal(begun(wanted, 3).points, begun(wanted, 3).points)
    assert not torch.equal(begun(wanted, 3).points, begun(wanted, 4).points)
    single = [0] * (GRID * GRID)
    single[40] = 1
    for count in (1, 256):
        assert begun(single, count=count).points.isfinite().all()
    assert begun([0] * (GRID * GRID)).points.isfinite().all()


def test_a_painter_begins_where_it_is_told(tiny_critic: Critic) -> None:
    painter = Painter(tiny_critic)
    wanted = torch.zeros(GRID, GRID, dtype=torch.int)
    wanted[3:6, 3:6] = 255
    wish = Commission(prompt="x", strokes=8, seeds=1)
    work = painter.commission(wish, salience=wanted.flatten().tolist())
    side = tiny_critic.image_size
    assert (centres(work.parts[0].best.strokes) / side - 4.5 / GRID).abs().max() < 0.15
