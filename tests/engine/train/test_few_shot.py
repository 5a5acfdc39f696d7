from __future__ import annotations

import pytest
import torch

from engine.see import critic
from engine.see.critic import Critic
from engine.see.guesser import default_words
from engine.train import few_shot


def test_words_without_meaning_are_learned_from_examples() -> None:
    namer = critic.load("pocket", device="cpu").namer
    words = default_words()[:40]
    texts = namer.encode_text(words)
    label = torch.arange(4).repeat_interleave(12)
    seen = 24 * texts[label]  # as if each drawing looked just like its word
    others = torch.arange(4, 40)
    rows = few_shot.measure(namer, words, (seen, label), (24 * texts[others], others))
    assert [row["examples"] for row in rows] == list(few_shot.EXAMPLES)
    assert rows[0]["top1"] < rows[1]["top1"] == 1.0
    assert rows[-1]["others_top1"] == 1.0


def test_words_to_learn_have_enough_doodles() -> None:
    few = ["few"] * max(few_shot.EXAMPLES)
    many = [word for word in ("a", "b", "c", "d") for _ in range(30)]
    assert len(few_shot.by_lot(few + many)) == 2
    assert "few" not in few_shot.by_lot(few + many)


def test_a_model_that_learns_nothing_from_examples_is_refused(tiny_critic: Critic) -> None:
    nothing = torch.zeros(0, 4), torch.zeros(0, dtype=torch.int64)
    with pytest.raises(ValueError, match="does not learn"):
        few_shot.measure(tiny_critic, ["cat"], nothing, nothing)
