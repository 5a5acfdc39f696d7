"""Text files from people, such as word lists: whatever their editor or spreadsheet made of them."""

from __future__ import annotations

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # byte order marks
_SEPARATORS = ",;\t、，；"
_HEADINGS = {"word", "words", "wort", "wörter", "begriff", "palabra", "palabras", "単語", "言葉"}
"""What people write above the column of a table that has the words."""


class NotText(ValueError):
    """Not a text file in UTF-8, in UTF-16, or in the letters of western Windows."""


def decode(data: bytes) -> str:
    """The text of a file, without its byte order mark. Raises NotText."""
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise NotText("not text: it has null characters")
        # Letters with accents are what old encodings are still used for.
        if encoding != "cp1252" or all(c.isascii() or c.isalpha() for c in text):
            return text
    raise NotText("not UTF-8 text")


def decode_words(data: bytes) -> str:
    """The words in a file: lines, with commas between those that share one.

    Of a spreadsheet the quotes go, and of a table with a heading such as "word" all columns but
    that one. Raises NotText.
    """
    lines = decode(data).splitlines()
    rows = [[line] if line.lstrip().startswith("#") else _cells(line) for line in lines]
    heading = [cell.casefold() for cell in rows[0]] if rows else []
    column = next((i for i, cell in enumerate(heading) if cell in _HEADINGS), None)
    if column is not None and len(rows) > 1 and (len(heading) > 1 or len(rows[1]) == 1):
        # The lines stay where they are, so that what is said of one can be found.
        rows = [[""], *(row[column : column + 1] for row in rows[1:])]
    return "".join(f"{', '.join(cell for cell in row if cell)}\n" for row in rows)


def _cells(line: str) -> list[str]:
    """What stands between separators; one in quotes is none."""
    found = [line]
    for separator in _SEPARATORS:
        found = [cell for part in found for cell in _parted(part, separator)]
    unquoted = (
        cell.strip().removeprefix('"').removesuffix('"').replace('""', '"') for cell in found
    )
    cells = ("".join(" " if char in _SEPARATORS else char for char in cell) for cell in unquoted)
    return [" ".join(cell.split()) for cell in cells]


def _parted(text: str, separator: str) -> list[str]:
    if '"' not in text:
        return text.split(separator)
    cells: list[str] = []
    inside = False
    for part in text.split(separator):
        if inside:
            cells[-1] += separator + part
        else:
            cells.append(part)
        inside ^= part.count('"') % 2 == 1
    return cells


def _encodings(data: bytes) -> tuple[str, ...]:
    if data[:2] in _UTF_16:
        return ("utf-16",)
    even, odd = data[::2].count(0), data[1::2].count(0)
    if len(data) % 2 == 0 and 2 * max(even, odd) > len(data) // 2 and not min(even, odd):
        return ("utf-16-le" if odd else "utf-16-be",)
    return ("utf-8-sig", "cp1252")
