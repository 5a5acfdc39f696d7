from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

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
