"""What a finished drawing leaves in a folder: SVG, PNG, the GIF of its making, and its record."""

from __future__ import annotations

import errno
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.canvas.drawing import Drawing
from engine.canvas.render import SHOW_SIZE, pick_frames, to_gif, to_png
from engine.canvas.sheet import numbered
from engine.canvas.svg import to_svg
from engine.paint.painting import State
from engine.paint.spec import DrawingSpec


class OutputFolder:
    """A folder that a finished drawing goes to. Each file appears whole or not at all."""

    names = ("drawing.svg", "drawing.png", "drawing.gif", "drawing.json")

    def __init__(self, folder: Path) -> None:
        """Make the folder if need be. Raises OSError if it cannot be written to."""
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        self.path = folder

    def preview(self, drawing: Drawing) -> None:
        """The drawing so far as `drawing.png`, replaced when it is finished."""
        self._write({"drawing.png": to_png(drawing)})

    def finish(
        self,
        drawings: Sequence[Drawing],
        spec: DrawingSpec,
        last: State,
        about: Mapping[str, object],
    ) -> None:
        """Write all four files, or none if that fails (OSError).

        drawings: the states in order, the last one the result. about: what else goes on record.
        """
        drawing = last.drawing.scaled(SHOW_SIZE)
        record = {
            "request": spec.model_dump(),
            "step": last.step,
            "score": round(last.score, 4),
            **about,
            **drawing.to_dict(),  # so that the record is itself a drawing that can be read back
        }
        self._write(
            {
                "drawing.svg": to_svg(drawing).encode(),
                "drawing.png": to_png(drawing),
                "drawing.gif": to_gif(pick_frames(drawings)),
                "drawing.json": json.dumps(record, ensure_ascii=False, indent=1).encode(),
            }
        )

    def sketches(self, drawings: Sequence[Drawing]) -> list[str]:
        """Write a sheet of sketches as PNG, and each as SVG; the names of the files."""
        files = {"sketches.png": to_png(numbered(drawings, columns=2 if len(drawings) < 5 else 3))}
        files |= {f"sketch-{n}.svg": to_svg(one).encode() for n, one in enumerate(drawings, 1)}
        self._write(files)
        return list(files)

    def _write(self, files: Mapping[str, bytes]) -> None:
        """Write them beside their places, and put them there when all are whole."""
        with tempfile.TemporaryDirectory(dir=self.path, prefix=".drawing-") as aside:
            for name, data in files.items():
                if (self.path / name).is_dir():
                    raise IsADirectoryError(errno.EISDIR, f"{name} is a folder")
                (Path(aside) / name).write_bytes(data)
            for name in files:
                (Path(aside) / name).replace(self.path / name)
