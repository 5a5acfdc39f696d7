from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.see.caption import lexicon
from engine.see.caption.grammar import Noun
from engine.see.critic import Critic

FEW = (Noun("cat", "cats", "a"), Noun("owl", "owls", "a"), Noun("bread", "", ""))


@pytest.fixture(autouse=True)
def _few_nouns(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(lexicon, "nouns", lambda: FEW)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def kept(folder: Path) -> list[Path]:
    return list(folder.rglob("*.safetensors"))


def test_vectors_are_those_of_the_plain_phrases(tiny_critic: Critic) -> None:
    assert lexicon.texts() == ["a cat", "an owl", "bread"]
    expected = tiny_critic.encode_text(["a cat", "an owl", "bread"], tiny_critic.templates)
    assert torch.allclose(lexicon.load(tiny_critic), expected)


def test_the_next_start_reads_them(tiny_critic: Critic, tmp_path: Path) -> None:
    assert lexicon.from_disk(tiny_critic) is None
    vectors = lexicon.load(tiny_critic)
    (path,) = kept(tmp_path)
    found = lexicon.from_disk(tiny_critic)
    assert found is not None
    assert torch.equal(found, vectors)
    assert path.stat().st_size < 10_000


def test_other_weights_under_the_same_name_are_noticed(tiny_critic: Critic) -> None:
    lexicon.to_disk(tiny_critic, torch.ones_like(lexicon.load(tiny_critic)) / 8)
    assert lexicon.from_disk(tiny_critic) is None


def test_a_broken_file_is_made_anew(tiny_critic: Critic, tmp_path: Path) -> None:
    vectors = lexicon.load(tiny_critic)
    (path,) = kept(tmp_path)
    path.write_bytes(b"nothing of the kind")
    assert lexicon.from_disk(tiny_critic) is None
    assert torch.allclose(lexicon.load(tiny_critic), vectors)
    assert lexicon.from_disk(tiny_critic) is not None


def test_where_nothing_can_be_kept_it_works_all_the_same(
    tiny_critic: Critic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/nowhere")
    assert lexicon.load(tiny_critic).shape[0] == 3
