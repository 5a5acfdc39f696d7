from __future__ import annotations

import re
from collections import Counter

from bot.activity.page_files import FOLDER
from bot.pad.page_files import filled


def test_no_two_things_of_the_page_have_one_id() -> None:
    """The pad's desk is part of it, and has ids of its own."""
    page = filled(FOLDER / "index.html", "en", ("pad.", "activity."), client=1, longest=1)
    counts = Counter(re.findall(r'\bid="([^"]*)"', page))
    assert len(counts) > 20
    assert [name for name, count in counts.items() if count > 1] == []
