from __future__ import annotations

import pytest
import torch

from engine.paint.contrast import COUNT, SAME, push, rivals
from engine.see import critic
from engine.see.critic import Critic
from engine.see.guesser import default_words


@pytest.fixture(scope="module")
def pocket() -> Critic:
    return critic.load("pocket", device="cpu")


def named(pocket: Critic, prompt: str) -> list[str]:
    words = default_words()
    vectors = pocket.encode_text(words)
    found = rivals(pocket, prompt, pocket.encode_text([prompt])[0])
    return [words[i] for i in (found @ vectors.T).argmax(1).tolist()]


def test_a_prompt_is_not_its_own_rival(pocket: Critic) -> None:
    found = named(pocket, "a house plant")
    assert len(set(found)) == COUNT
    assert not any({"house", "plant"} & set(word.split()) for word in found)


def test_another_name_for_it_is_no_rival(pocket: Critic) -> None:
    target = pocket.encode_text(["kitten"])[0]
    assert (rivals(pocket, "kitten", target) @ target).max() <= SAME
    assert "cat" not in named(pocket, "kitten")


def test_alike_things_are_rivals(pocket: Critic) -> None:
    assert "barn" in named(pocket, "house")


def test_the_push_is_nearly_the_largest_likeness() -> None:
    cosines = torch.tensor([[0.1, 0.9, 0.2], [0.5, 0.5, 0.5]])
    largest, all_alike = push(cosines, 100.0)
    assert largest == pytest.approx(0.9, abs=1e-3)
    assert all_alike == pytest.approx(0.5, abs=0.02)
