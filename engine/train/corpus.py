"""What the text tower learns to read: names, words of things, and phrases from small grammars.

A drawing of a cat is, to pocket, a cat: phrases that only say how a thing is shown ("a sketch of
…") are taught with the embedding of the thing itself.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import wordfreq

FRAMES = (
    "{}", "a {}", "the {}", "a drawing of a {}", "a sketch of a {}", "a picture of a {}",
    "a doodle of a {}", "an icon of a {}", "a simple drawing of a {}", "a line drawing of a {}",
    "a painting of a {}", "a photo of a {}", "a quick sketch of {}", "drawing of {}", "{} drawing",
    "{} icon", "draw a {}", "an image of a {}", "a cartoon of a {}", "a clipart of a {}",
    "a black and white drawing of a {}", "a pen drawing of a {}", "a colourful drawing of a {}",
)  # fmt: skip
"""Ways of saying that a thing is shown; they say nothing of the thing."""

_ADJECTIVES = (
    "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white",
    "grey", "golden", "small", "tiny", "little", "big", "large", "huge", "tall", "short", "fat",
    "thin", "old", "young", "new", "broken", "happy", "sad", "angry", "sleepy", "scared", "funny",
    "cute", "scary", "wet", "dirty", "shiny", "fluffy", "striped", "spotted", "round", "square",
    "wooden", "flying", "sleeping", "running", "dancing", "smiling", "crying", "jumping",
    "swimming", "sitting", "standing", "eating", "singing", "burning", "melting", "sailing",
    "floating", "falling", "barking", "laughing", "frozen", "magic", "giant", "baby", "robot",
    "zombie",
)  # fmt: skip
_COUNTS = ("two", "three", "four", "five", "many", "some", "several")
_SCENES = (
    "a {} wearing a {}", "a {} on a {}", "a {} in a {}", "a {} and a {}", "a {} with a {}",
    "a {} eating a {}", "a {} riding a {}", "a {} under a {}", "a {} next to a {}",
    "a {} holding a {}", "a {} chasing a {}", "a {} inside a {}", "a {} made of {}", "{} and {}",
    "a {} playing with a {}", "a {} on top of a {}", "a {} looking at a {}",
    "a {} in front of a {}",
)  # fmt: skip
_PLACES = (
    "a {} in the rain", "a {} at night", "a {} in the snow", "a {} on the beach", "a {} in space",
    "a {} under water", "a {} in the sky", "a {} on the moon", "a {} in the forest", "a {} at sea",
)  # fmt: skip


def _with_article(phrase: str) -> str:
    return re.sub(r"\ba (?=[aeiou])", "an ", phrase)


def frame_of(frame: str, thing: str) -> str:
    """`thing` in one of `FRAMES`, with the right article."""
    return _with_article(frame.format(thing))


def phrases(things: Sequence[str], count: int, rng: Random) -> list[str]:
    """`count` phrases about `things`: coloured, counted, doing something, in company."""
    made = []
    for _ in range(count):
        thing, other = rng.choice(things), rng.choice(things)
        kind = rng.random()
        if kind < 0.4:
            adjective = rng.choice(_ADJECTIVES)
            phrase = rng.choice(("{} {}", "a {} {}", "the {} {}")).format(adjective, thing)
        elif kind < 0.5:
            phrase = f"{rng.choice(_COUNTS)} {thing}" + ("" if thing.endswith("s") else "s")
        elif kind < 0.85:
            phrase = rng.choice(_SCENES).format(thing, other)
        else:
            phrase = rng.choice(_PLACES).format(thing)
        made.append(_with_article(phrase))
    return made


def wordnet(folder: Path, fields: Iterable[int]) -> list[str]:
    """The lemmas of WordNet's nouns in some lexicographer files, most used senses first.

    `fields` are WordNet's numbers: 5 animals, 6 artefacts, 8 the body, 13 food, 17 natural
    objects, 18 persons, 20 plants, 25 shapes (man page lexnames(5WN)).
    """
    wanted = set(fields)
    lemmas: dict[str, None] = {}
    for line in (folder / "data.noun").read_text("utf-8").splitlines():
        if line.startswith(" "):
            continue
        _, field, _, count, *rest = line.split(" ")
        if int(field) in wanted:
            for lemma in rest[: 2 * int(count, 16) : 2]:
                if re.fullmatch(r"[a-z_'-]{3,24}", lemma) and lemma.count("_") < 3:
                    lemmas[lemma.replace("_", " ")] = None
    return list(lemmas)


@dataclass(frozen=True, slots=True)
class Corpus:
    """Texts in kinds, and what is kept back to measure with."""

    drawn: list[str]
    """What people drew."""
    names: list[str]
    """The names of all pictures."""
    lemmas: list[str]
    """WordNet's nouns of visible things, of words in use."""
    frequent: list[str]
    """Words in use, of all kinds."""
    phrases: list[str]
    held: list[str]
    """Phrases that are never taught."""

    @classmethod
    def build(cls, drawn: list[str], names: list[str], nouns: Iterable[str]) -> "Corpus":
        """A corpus about the things of `drawn` and `names`, the same each time."""
        top = wordfreq.top_n_list("en", 40_000)
        rank = {word: i for i, word in enumerate(top)}
        lemmas = [noun for noun in nouns if all(w in rank for w in re.split("[ -]", noun))]
        frequent = [w for w in top[:20_000] if w.isascii() and w.isalpha() and len(w) > 2]
        common = [lemma for lemma in lemmas if rank.get(lemma, len(top)) < 15_000]
        known = {*drawn, *names, *lemmas, *frequent}
        made = dict.fromkeys(phrases(drawn * 6 + names + common, 24_000, Random(1)))
        fresh = [phrase for phrase in made if phrase not in known]
        held = set(Random(5).sample(fresh, 1000))
        taught = [phrase for phrase in fresh if phrase not in held]
        return cls(drawn, names, lemmas, frequent, taught, sorted(held))

    @property
    def texts(self) -> list[str]:
        """Everything that needs the teacher's opinion, each text once."""
        kinds = (self.drawn, self.names, self.lemmas, self.frequent, self.phrases, self.held)
        return list(dict.fromkeys(text for kind in kinds for text in kind))

    def lessons(self) -> list[tuple[str, str, float]]:
        """Texts to teach, whose meaning each has, and how often it is seen."""
        drawn = set(self.drawn)
        weights = dict.fromkeys([*self.lemmas, *self.frequent], 1.0)
        weights |= dict.fromkeys(self.phrases, 2.0)
        weights |= dict.fromkeys(self.names, 4.0)
        weights |= dict.fromkeys(self.drawn, 12.0)
        lessons = [(text, text, weight) for text, weight in weights.items()]
        rng = Random(3)
        for thing in dict.fromkeys([*self.drawn, *self.names]):
            often = thing in drawn
            lessons += [
                (frame_of(frame, thing), thing, 1.5 if often else 0.7)
                for frame in (FRAMES if often else rng.sample(FRAMES, 6))
            ]
        return lessons

    def frequencies(self) -> Counter[str]:
        """How much each single word matters to the vocabulary."""
        counts: Counter[str] = Counter()
        for text in self.drawn:
            counts.update(dict.fromkeys(text.split(), 50))
        for text in [*self.names, *self.lemmas]:
            counts.update(dict.fromkeys(re.split("[ -]", text), 3))
        for word in self.frequent:
            counts[word] += 1 + int((1e6 * wordfreq.word_frequency(word, "en")) ** 0.5)
        for text in self.phrases:
            counts.update(text.split())
        return Counter({word: count for word, count in counts.items() if word and word.isascii()})
