"""Films as MP4, by the program ffmpeg where that is installed."""

from __future__ import annotations

import logging
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from engine.canvas.drawing import Drawing
from engine.canvas.render import FILM_HOLD, FRAME, SHOW_SIZE, to_image

log = logging.getLogger(__name__)

_WITHIN = 120.0  # seconds


def to_mp4(frames: Sequence[Drawing], milliseconds: int = FRAME) -> bytes | None:
    """The frames as H.264, each shown so long and the last one longer; None where there is no
    ffmpeg, or none that can do it."""
    program = shutil.which("ffmpeg")
    if program is None or not frames:
        return None
    images = [to_image(frame, SHOW_SIZE) for frame in frames]
    images += [images[-1]] * (FILM_HOLD // milliseconds)
    # H.264 halves the colours' resolution and so wants even sides.
    width, height = (side - side % 2 for side in images[0].size)
    raw = b"".join(image.crop((0, 0, width, height)).tobytes() for image in images)
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film.mp4"
        call = [program, "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24"]
        call += ["-s", f"{width}x{height}", "-r", f"{1000 / milliseconds:.4f}", "-i", "-"]
        call += ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart", str(film)]
        try:
            subprocess.run(call, input=raw, check=True, timeout=_WITHIN, capture_output=True)  # noqa: S603
            return film.read_bytes()
        except (OSError, subprocess.SubprocessError) as error:
            log.warning("ffmpeg made no film: %s", error)
            return None
