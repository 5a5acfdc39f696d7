"""Other names for what people drew, from WordNet: `python -m engine.train.other_names DICT OUT`.

Of each of the doodles' words the lemmas of its first sense and of that sense's direct hyponyms
("poodle" is a dog): those that are in use, and whose own first sense is that one, so that a "bar"
stays a bar though WordNet knows a bar of chocolate. Words that the model knows by themselves are
left as they are.
"""

import json
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import wordfreq

from engine.see.guesser import default_words

USED = 2.5
"""Least Zipf frequency (wordfreq) of a name."""

DRAWN = 345
"""So many of the words that ship, the first ones, are those that people drew."""

_SEEN = {5, 6, 8, 13, 17, 19, 20, 25}
"""WordNet's files of things one can see (lexnames(5WN))."""


@dataclass(frozen=True, slots=True)
class _Synset:
    field: int
    lemmas: tuple[str, ...]
    narrower: tuple[str, ...]


def _synsets(folder: Path) -> dict[str, _Synset]:
    """WordNet's nouns by their offset (wndb(5WN))."""
    found = {}
    for line in (folder / "data.noun").read_text("utf-8").splitlines():
        if line.startswith(" "):
            continue
        offset, field, _, count, *rest = line.partition(" | ")[0].split(" ")
        words = 2 * int(count, 16)
        lemmas = tuple(word.lower().replace("_", " ") for word in rest[:words:2])
        pointers = rest[words + 1 :]
        narrower = tuple(to for kind, to in zip(pointers[::4], pointers[1::4], strict=False)
                         if kind == "~")  # fmt: skip
        found[offset] = _Synset(int(field), lemmas, narrower)
    return found


def _senses(folder: Path) -> dict[str, list[str]]:
    """The offsets of a noun's senses, the most used first."""
    found = {}
    for line in (folder / "index.noun").read_text("utf-8").splitlines():
        if not line.startswith(" "):
            lemma, _, _, pointers, *rest = line.split()
            found[lemma.replace("_", " ")] = rest[int(pointers) + 2 :]
    return found


def other_names(folder: Path, drawn: Collection[str]) -> dict[str, str]:
    """From another name to the word that people drew, sorted."""
    synsets, senses = _synsets(folder), _senses(folder)
    known = {word.lower() for word in (*drawn, *default_words())}
    found: dict[str, str] = {}
    first = {word: next(iter(senses.get(word.lower(), ())), "") for word in sorted(drawn)}
    own = {word: at for word, at in first.items() if at and synsets[at].field in _SEEN}
    for narrower in (False, True):
        for word, at in own.items():
            for offset in synsets[at].narrower if narrower else (at,):
                for name in synsets[offset].lemmas if offset in synsets else ():
                    plain = senses.get(name, [""])[0] == offset
                    used = wordfreq.zipf_frequency(name, "en") >= USED
                    if plain and used and name not in known:
                        found.setdefault(name, word)
    return dict(sorted(found.items()))


def main(arguments: list[str]) -> int:
    """Write the table for the words that ship."""
    folder, out = map(Path, arguments)
    found = other_names(folder, default_words()[:DRAWN])
    out.write_text(json.dumps(found, indent=0) + "\n", "utf-8")
    print(f"{len(found)} names")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
