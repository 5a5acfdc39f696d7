"""Words under names that say nothing, as a server's own may be, after a few drawings of each."""

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import normalize

from engine.pocket.stroke_tower import StrokeTower
from engine.see import guesser
from engine.see.critic import NAMER, Critic
from engine.train import doodles, stroke_tower
from engine.train.doodles import Doodles

NAMELESS = 30
"""Words that are given such names."""
EXAMPLES = (0, 1, 3, 10)
"""Drawings of such a word that have been named before."""
LOTS = 5
"""Times that these are drawn by lot anew."""


def by_lot(words: Sequence[str]) -> set[str]:
    """NAMELESS different ones of the words of some drawings, at most half of them, of those with
    enough drawings to learn from some and name others."""
    enough = sorted(word for word, count in Counter(words).items() if count > max(EXAMPLES))
    return set(random.Random(0).sample(enough, min(NAMELESS, len(enough) // 2)))


def measure(
    critic: Critic,
    drawn: Sequence[str],
    own: tuple[Tensor, Tensor],
    others: tuple[Tensor, Tensor],
) -> list[dict[str, Any]]:
    """Of the words of `own` drawings, under names that say nothing, after EXAMPLES of each: the
    rates of all its other drawings, and of `others`, in the mean of LOTS.

    own, others: what was seen (N, D), see `guesser.evidence`, and the numbers (N,) of the words in
    `drawn`. Raises ValueError for a model that learns nothing from examples.
    """
    if critic.name != NAMER:
        raise ValueError(f"{critic.name} does not learn words from examples")
    (seen, label), (seen_else, label_else) = own, others
    words = list(drawn)
    for number, word in enumerate(label.unique().tolist(), 1):
        words[word] = f"inside joke {number}"
    rows = []
    for count in EXAMPLES:
        found = []
        for lot in range(LOTS):
            places = _shuffled(label, lot)
            examples = [
                guesser.Example(
                    words[int(label[of_word[0]])],
                    normalize(seen[of_word[:count]], dim=1).mean(0),
                    guesser.space(critic),
                    count,
                )
                for of_word in (places if count else ())
            ]
            texts = guesser.vectors(critic, words, examples)
            new = torch.cat([of_word[max(EXAMPLES) :] for of_word in places])
            best = (seen[new] @ texts.T).topk(5, 1).indices == label[new][:, None]
            rest = (seen_else @ texts.T).argmax(1) == label_else
            rates = (best[:, 0].float(), best.any(1).float(), rest.float())
            found.append([float(rate.mean()) for rate in rates])
        top1, top5, rest = torch.tensor(found).mean(0).tolist()
        rows.append(
            {
                "examples": count,
                "top1": round(top1, 4),
                "top5": round(top5, 4),
                "others_top1": round(rest, 4),
            }
        )
    return rows


def untaught(
    namer: Critic, everything: Doodles, rest: Doodles, checkpoint: Path, minutes: float
) -> dict[str, list[dict[str, Any]]]:
    """`measure` of words that a stroke tower has never learned, taught by no tower that has, and
    of such as it has learned under their own names.

    everything: what it learns, but for the words to come. rest: doodles of the same words that it
    does not learn. minutes: of its training, in processor time.
    """
    words = everything.words
    new = by_lot([words[label] for label in everything.labels])
    learned = doodles.of(everything, set(words) - new)
    others = [word for word in guesser.default_words() if word not in set(words)]
    text = namer.encode_text([*learned.words, *others])
    recipe = stroke_tower.Recipe(minutes=minutes, soft=0.0, near=0.0)
    unseen = torch.zeros(len(learned), text.shape[1])
    lesson = stroke_tower.Lesson(learned, text, unseen, 1.0)
    torch.manual_seed(recipe.seed)
    reader = stroke_tower.Reader(StrokeTower(dropped=recipe.dropped))
    reader = stroke_tower.fit(reader, lesson, doodles.of(rest, learned.words), recipe, checkpoint)
    known = by_lot([word for word in (words[label] for label in rest.labels) if word not in new])
    of_new, of_known = doodles.of(everything, new), doodles.of(rest, known)
    beside = _read(reader, doodles.of(rest, set(words) - new - known), words)
    return {
        "never learned": measure(namer, words, _read(reader, of_new, words), beside),
        "learned": measure(namer, words, _read(reader, of_known, words), beside),
    }


@torch.no_grad()
def _read(
    reader: stroke_tower.Reader, some: Doodles, words: Sequence[str]
) -> tuple[Tensor, Tensor]:
    """What a tower sees of doodles, with its scale, and the numbers of their words in `words`."""
    sequences, _ = stroke_tower.read_all(some)
    seen = torch.cat([reader(part) for part in sequences.split(512)])
    number = torch.tensor([words.index(word) for word in some.words])
    return reader.scale * seen, number[torch.from_numpy(some.labels)]


def _shuffled(label: Tensor, seed: int) -> list[Tensor]:
    """Of each word among `label` (N,) the places where it stands, by lot."""
    rng = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(label), generator=rng)
    return [order[label[order] == word] for word in label.unique().tolist()]
