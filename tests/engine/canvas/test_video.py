from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from engine.canvas.drawing import Drawing, polyline
from engine.canvas.render import FILM_HOLD, FRAME, to_image
from engine.canvas.video import to_mp4

with_ffmpeg = pytest.mark.skipif(
    shutil.which("ffmpeg") is None, reason="ffmpeg is not installed, which makes the films"
)


def frames(width: int, height: int) -> list[Drawing]:
    """A red stroke that walks to the right."""
    return [
        Drawing(width, height, tuple(polyline([(x, 10), (x, 60)], 8, (0.9, 0.1, 0.1, 1.0))))
        for x in (15, 30, 45)
    ]


@with_ffmpeg
@pytest.mark.parametrize("size", [(64, 64), (64, 51), (51, 64)])
def test_a_film_shows_its_frames_in_order_and_holds_the_last(
    size: tuple[int, int], tmp_path: Path
) -> None:
    drawn = frames(*size)
    film = to_mp4(drawn)
    assert film is not None
    (tmp_path / "film.mp4").write_bytes(film)
    call = ["ffmpeg", "-loglevel", "error", "-i", str(tmp_path / "film.mp4"), "-f", "rawvideo"]
    raw = subprocess.run([*call, "-pix_fmt", "rgb24", "-"], check=True, capture_output=True).stdout
    first = to_image(drawn[0])
    width, height = (side - side % 2 for side in first.size)
    shown = np.frombuffer(raw, np.uint8).reshape(-1, height, width, 3).astype(int)
    assert len(shown) == len(drawn) + FILM_HOLD // FRAME
    for number, seen in enumerate(shown):
        wanted = to_image(drawn[min(number, len(drawn) - 1)]).crop((0, 0, width, height))
        # Lossy, so edges differ; the stroke's place and its colour do not.
        assert np.abs(seen - np.asarray(wanted, int)).mean() < 3


def test_without_ffmpeg_there_is_no_film(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert to_mp4(frames(64, 64)) is None


def test_a_program_that_cannot_make_films_makes_none(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    useless = shutil.which("false")
    monkeypatch.setattr(shutil, "which", lambda _: useless)
    assert to_mp4(frames(64, 64)) is None
    assert "ffmpeg made no film" in caplog.text
    assert to_mp4([]) is None
