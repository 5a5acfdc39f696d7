"""What other languages call the concepts, as the engine ships it.

`python -m games.words.names_table engine/pocket/names.json` writes it after a list has changed.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from pathlib import Path

from games.words.concepts import entries
from games.words.matching import LANGUAGES


def table() -> dict[str, dict[str, str]]:
    """By language, then by name in compatibility form and case-folded: the concept in English."""
    found: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        names = found.setdefault(language, {})
        for concept, texts in entries(language).items():
            for text in texts:
                names.setdefault(unicodedata.normalize("NFKC", text).casefold(), concept)
    return found


if __name__ == "__main__":
    text = json.dumps(table(), ensure_ascii=False, indent=0, sort_keys=True)
    Path(sys.argv[1]).write_text(f"{text}\n", "utf-8")
