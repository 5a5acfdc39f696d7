from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from engine.see.framing import framed


def test_framing_brings_a_small_doodle_to_full_size() -> None:
    sheet = Image.new("RGB", (1000, 800), "white")
    sheet.paste("black", (700, 600, 780, 680))
    seen = framed(sheet, 64)
    rows = np.flatnonzero((seen[0] < 0.5).any(1).numpy())
    assert rows[0] == pytest.approx(3, abs=1)
    assert rows[-1] == pytest.approx(60, abs=1)


def test_framing_keeps_the_shape() -> None:
    sheet = Image.new("RGB", (400, 400), "white")
    sheet.paste("black", (100, 150, 300, 200))
    dark = (framed(sheet, 64)[0] < 0.5).numpy()
    assert dark.any(0).sum() == pytest.approx(4 * dark.any(1).sum(), rel=0.1)


def test_an_empty_sheet_stays_empty() -> None:
    assert float(framed(Image.new("RGB", (30, 40), (10, 200, 30)), 32).std(dim=(1, 2)).max()) == 0


def test_faint_pencil_is_gone_over() -> None:
    image = Image.new("RGB", (200, 200), "white")
    ImageDraw.Draw(image).ellipse((40, 40, 160, 160), outline=(225, 225, 225), width=6)
    assert float(framed(image, 224).min()) < 0.5
    ImageDraw.Draw(image).ellipse((40, 40, 160, 160), outline=(0, 0, 0), width=6)
    assert float(framed(image, 224).min()) < 0.05
