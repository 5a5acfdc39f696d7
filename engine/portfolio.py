"""What a finished drawing leaves in a folder: SVG, PNG, the GIF of its making, and its record."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.commission import Commission
from engine.drawing import Drawing
from engine.render import SHOW_SIZE, pick_frames, to_gif, to_png
from engine.svg import to_svg
from engine.work import State


class Portfolio:
    """A folder that a finished drawing goes to. Each file appears whole or not at all."""

    names = ("drawing.svg", "drawing.png", "drawing.gif", "drawing.json")

    def __init__(self, folder: Path) -> None:
        """Make the folder if need be. Raises OSError if it cannot be written to."""
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        self.folder = folder

    def preview(self, drawing: Drawing) -> None:
        """The drawing so far as `drawing.png`, replaced when it is finished."""
        self._write("drawing.png", to_png(drawing))

    def finish(
        self,
        drawings: Sequence[Drawing],
        wish: Commission,
        last: State,
        model: str,
        timings: Mapping[str, float],
    ) -> None:
        """Write all four files; `drawings` are the states in order, the last one the result."""
        drawing = last.drawing.scaled(SHOW_SIZE)
        record = {
            "request": wish.model_dump(),
            "model": model,
            "step": last.step,
            "score": round(last.score, 4),
            "timings": dict(timings),
            **drawing.to_dict(),  # so that the record is itself a drawing that can be read back
        }
        self._write("drawing.svg", to_svg(drawing).encode())
        self._write("drawing.png", to_png(drawing))
        self._write("drawing.gif", to_gif(pick_frames(drawings)))
        self._write("drawing.json", json.dumps(record, ensure_ascii=False, indent=1).encode())

    def _write(self, name: str, data: bytes) -> None:
        handle, path = tempfile.mkstemp(dir=self.folder, prefix=f".{name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(path).chmod(0o644)
            Path(path).replace(self.folder / name)
        except BaseException:
            Path(path).unlink(missing_ok=True)
            raise
