import json
from pathlib import Path

import numpy as np
import pytest

from engine.train import line_icons

LINE = '<path fill="none" stroke="currentColor" d="M3 3L21 21M3 21h9"/>'


def test_each_subpath_is_a_line() -> None:
    first, second = line_icons.lines_of(LINE, 24, 24)
    np.testing.assert_allclose(first[[0, -1]], [[3, 3], [21, 21]])
    np.testing.assert_allclose(second[[0, -1]], [[3, 21], [12, 21]])


def test_a_group_says_how_its_shapes_are_drawn() -> None:
    body = '<g fill="none" stroke="currentColor"><circle cx="12" cy="12" r="5"/></g>'
    (circle,) = line_icons.lines_of(body, 24, 24)
    np.testing.assert_allclose(np.hypot(*(circle - 12).T), 5, atol=0.1)


@pytest.mark.parametrize(
    "body",
    ['<path fill="currentColor" d="M3 3h9v9z"/>', LINE + '<path fill="#000" d="M1 1h2v2z"/>', "<x"],
    ids=["filled", "partly filled", "broken"],
)
def test_what_is_not_all_lines_is_passed_over(body: str) -> None:
    assert line_icons.lines_of(body, 24, 24) == []


def test_a_set_gives_things_by_name_and_no_interface(tmp_path: Path) -> None:
    (tmp_path / "json").mkdir()
    for prefix in line_icons.SETS:
        icons = {"cat-outline": {"body": LINE}, "chevron-down": {"body": LINE}}
        about = {"width": 24, "height": 24, "icons": icons if prefix == "tabler" else {}}
        (tmp_path / "json" / f"{prefix}.json").write_text(json.dumps(about))
    assert [name for name, _ in line_icons.read(tmp_path, ["cat"])] == ["cat"]
