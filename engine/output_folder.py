"""What a finished drawing leaves in a folder: SVG, PNG, the GIF of its making, and its record."""

from __future__ import annotations

import errno
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.canvas.drawing import Drawing
from engine.canvas.render import SHOW_SIZE, pick_frames, to_film, to_gif, to_png
from engine.canvas.sheet import numbered
from engine.canvas.svg import to_svg
from engine.canvas.turntable import Solid, to_gltf, to_obj
from engine.canvas.video import to_mp4
from engine.paint.painting import State
from engine.paint.spec import DrawingSpec


class OutputFolder:
    """A folder that a finished drawing goes to. Each file appears whole or not at all."""

    names: tuple[str, ...] = ()
    """Those that were written."""

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
        """Write all files, or none if that fails (OSError); a film's too, its MP4 where ffmpeg is.

        drawings: the states in order, the last one the result. about: what else goes on record.
        """
        drawing = last.drawing.scaled(SHOW_SIZE)
        record = {
            "request": spec.model_dump(),
            "step": last.step,
            "score": round(last.score, 4),
            **about,
            **(
                {"frames": [f.scaled(SHOW_SIZE).to_dict(2) for f in last.frames]}
                if last.frames
                else {}
            ),
            **drawing.to_dict(),  # so that the record is itself a drawing that can be read back
        }
        files = {
            "drawing.svg": to_svg(drawing).encode(),
            "drawing.png": to_png(drawing),
            "drawing.gif": to_gif(pick_frames(drawings)),
            "drawing.json": json.dumps(record, ensure_ascii=False, indent=1).encode(),
        }
        if last.frames:
            files["film.gif"] = to_film(last.frames)
            if film := to_mp4(last.frames):
                files["film.mp4"] = film
        if last.depths:
            solid = Solid(last.drawing.plain or last.drawing, last.depths)
            files |= {
                "strokes.obj": to_obj(solid).encode(),
                "strokes.gltf": to_gltf(solid).encode(),
            }
        self._write(files)
        self.names = tuple(files)

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
