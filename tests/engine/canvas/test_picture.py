from __future__ import annotations

from pathlib import Path

import pytest

from engine.canvas.decoder import UnreadablePicture
from engine.canvas.picture import read_picture


def test_svg_and_json_files_are_read_as_drawings(tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
        '<path d="M0 0L9 9" stroke="red"/></svg>'
    )
    assert read_picture(path).size == (512, 512)
    (tmp_path / "b.json").write_text("{}")
    with pytest.raises(UnreadablePicture):
        read_picture(tmp_path / "b.json")
