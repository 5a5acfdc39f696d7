"""What editors write is read; what is no text is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.see.guesser import InvalidWords, read_words
from engine.text_file import NotText, decode

WORDS = "Pinguin\nÖl\n日本語\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_read_in_the_encodings_of_editors(encoding: str):
    assert decode(WORDS.encode(encoding)) == WORDS


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\0", b"caf\xe9", b"a\0b", b"\xff\xfeabc"])
def test_what_is_no_text_is_refused(data: bytes):
    with pytest.raises(NotText):
        decode(data)


def test_a_word_list_from_notepad_is_read(tmp_path: Path):
    path = tmp_path / "words.txt"
    path.write_bytes(WORDS.encode("utf-16"))
    assert read_words(path) == ["Pinguin", "Öl", "日本語"]
    path.write_bytes(b"caf\xe9")
    with pytest.raises(InvalidWords, match="is not UTF-8 text"):
        read_words(path)
