"""What editors write is read; what is no text is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.see.guesser import InvalidWords, read_words
from engine.text_file import NotText, decode, decode_words
from games.words.lists import parse_own

WORDS = "Pinguin\nÖl\n日本語\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_read_in_the_encodings_of_editors(encoding: str):
    assert decode(WORDS.encode(encoding)) == WORDS


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\0", b"\x94\x4c\n\x8c\xa2", b"a\0b", b"\xff\xfeabc"]
)
def test_what_is_no_text_is_refused(data: bytes):
    with pytest.raises(NotText):
        decode(data)


def test_a_word_list_from_notepad_is_read(tmp_path: Path):
    path = tmp_path / "words.txt"
    path.write_bytes(WORDS.encode("utf-16"))
    assert read_words(path) == ["Pinguin", "Öl", "日本語"]
    path.write_bytes("猫\n犬\n".encode("shift_jis"))
    with pytest.raises(InvalidWords, match="is not UTF-8 text"):
        read_words(path)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "cp1252"])
def test_text_without_a_byte_order_mark_is_read(encoding: str):
    text = "Pinguin\r\nÖl\r\nHäuser\r\n"
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("cat,dog;house\tmoon\n", ["cat", "dog", "house", "moon"]),
        ("cat\r\ndog\r\n", ["cat", "dog"]),
        ("猫、犬，鳥；山\n", ["猫", "犬", "鳥", "山"]),
        ('"cat";"hot dog";"salt, pepper"\n', ["cat", "hot dog", "salt pepper"]),
        ('"a ""big"" cat"\n', ['a "big" cat']),
        ("Word;Theme;Level\ncat;animals;1\nhot dog;food;2\n", ["cat", "hot dog"]),
        ("level,word\n1,cat\n2,dog\n", ["cat", "dog"]),
        ("Wörter\nHund\nKatze\n", ["Hund", "Katze"]),
        ("word,cloud,sun\n", ["word", "cloud", "sun"]),
        ("# cats, mostly\ncat\n\u200b\u200b\n\u2063\n", ["cat"]),
        ("Cat\ncat\nCAT\n", ["Cat"]),
    ],
)
def test_words_are_read_from_lists_and_tables(tmp_path: Path, file: str, words: list[str]):
    path = tmp_path / "words.csv"
    path.write_bytes(file.encode())
    assert read_words(path) == words
    theirs, _ = parse_own(decode_words(file.encode()), "en", 100)
    assert [word.text.casefold() for word in theirs] == [word.casefold() for word in words]


def test_lines_stay_where_they_are():
    assert decode_words(b"word,level\ncat,1\n\ndog,2\n") == "\ncat\n\ndog\n"
