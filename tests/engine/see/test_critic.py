from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from engine import device as devices
from engine.see import critic
from engine.see.critic import Critic, ModelUnavailable, in_parts, load
from tests.engine.conftest import MEAN, STD


def test_a_folder_is_a_model(tiny_model: str) -> None:
    folder = tiny_model.removeprefix("local-dir:")
    assert critic.load(folder, device="cpu").image_size == 32


def test_weights_are_frozen(tiny_critic: Critic) -> None:
    assert not any(p.requires_grad for p in tiny_critic._model.parameters())


def test_pictures_are_normalised_with_the_models_own_numbers(tiny_critic: Critic) -> None:
    mean = torch.tensor(MEAN)[:, None, None].expand(3, 32, 32)
    seen = []
    hook = tiny_critic._model.visual.register_forward_pre_hook(lambda _, args: seen.append(args[0]))
    tiny_critic.encode_images(mean[None])
    tiny_critic.encode_images((mean + torch.tensor(STD)[:, None, None])[None])
    hook.remove()
    assert torch.allclose(seen[0], torch.zeros_like(seen[0]), atol=1e-6)
    assert torch.allclose(seen[1], torch.ones_like(seen[1]), atol=1e-5)


def test_vectors_have_length_1(tiny_critic: Critic) -> None:
    images = tiny_critic.encode_images(torch.rand(3, 3, 32, 32))
    texts = tiny_critic.encode_text(["a cat", "a dog"])
    assert torch.allclose(images.norm(dim=1), torch.ones(3), atol=1e-5)
    assert torch.allclose(texts.norm(dim=1), torch.ones(2), atol=1e-5)


def test_gradients_reach_the_picture(tiny_critic: Critic) -> None:
    picture = torch.rand(1, 3, 32, 32, requires_grad=True)
    (tiny_critic.encode_images(picture) @ tiny_critic.encode_text(["a cat"])[0]).sum().backward()
    assert picture.grad is not None
    assert picture.grad.abs().max() > 0


def test_a_text_is_encoded_once(tiny_critic: Critic) -> None:
    first = tiny_critic.encode_text(["an only text"])
    calls = []
    hook = tiny_critic._model.transformer.register_forward_pre_hook(lambda *_: calls.append(1))
    assert torch.equal(tiny_critic.encode_text(["an only text"]), first)
    hook.remove()
    assert not calls


def test_templates_are_averaged(tiny_critic: Critic) -> None:
    both = tiny_critic.encode_text(["cat"], ("a {}", "one {}"))[0]
    parts = tiny_critic.encode_text(["a cat", "one cat"]).mean(0)
    assert torch.allclose(both, parts / parts.norm(), atol=1e-6)


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("nonsense", "pocket"),
        ("", "pocket"),
        ("ViT-B-32", "openai"),
        ("ViT-B-32:nonsense", "laion2b"),
        ("local-dir:/nowhere", "pocket"),
    ],
)
def test_an_unknown_model_says_what_to_do(name: str, advice: str) -> None:
    with pytest.raises(ModelUnavailable, match=advice):
        critic.load(name, device="cpu")


def test_a_broken_checkpoint_is_refused(tmp_path: Path, tiny_model: str) -> None:
    source = Path(tiny_model.removeprefix("local-dir:"))
    (tmp_path / "open_clip_config.json").write_bytes(
        (source / "open_clip_config.json").read_bytes()
    )
    (tmp_path / "open_clip_model.safetensors").write_bytes(b"not weights")
    with pytest.raises(ModelUnavailable, match="cannot be loaded"):
        critic.load(str(tmp_path), device="cpu")


def test_a_checkpoint_for_another_architecture_is_named_as_unknown(tmp_path: Path) -> None:
    weights = tmp_path / "weights.pt"
    torch.save({"nothing": torch.zeros(1)}, weights)
    with pytest.raises(ModelUnavailable, match="cannot be loaded"):
        critic.load(f"ViT-B-32:{weights}", device="cpu")


@pytest.mark.slow
def test_a_model_that_cannot_be_compiled_says_what_to_do(
    tiny_model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from torch._inductor import config

    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", str(tmp_path))
    missing = config.patch({"cpp.cxx": ("no-such-compiler",)})
    with missing, pytest.raises(ModelUnavailable, match="leave out --compile"):
        critic.load(tiny_model, device="cpu", compiled=True)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("g++") is None, reason="needs a C++ compiler (g++)")
@pytest.mark.timeout(900)
def test_a_compiled_model_sees_what_the_plain_one_sees(tiny_model: str) -> None:
    plain = critic.load(tiny_model, device="cpu")
    compiled = critic.load(tiny_model, device="cpu", compiled=True)
    pictures = torch.rand(3, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    apart = plain.encode_images(pictures) - compiled.encode_images(pictures)
    assert apart.abs().max() < 1e-4


def test_pocket_paints_with_one_tower_and_looks_with_another() -> None:
    painter = critic.load("pocket", device="cpu")
    assert painter.namer is not painter
    assert painter.namer.namer is painter.namer
    assert torch.allclose(painter.encode_text(["a cat"]), painter.namer.encode_text(["a cat"]))
    picture = torch.rand(1, 3, painter.image_size, painter.image_size)
    assert not torch.allclose(painter.encode_images(picture), painter.namer.encode_images(picture))


@pytest.mark.parametrize("brief", [False, True])
def test_the_namer_alone_looks_in_bfloat16_where_there_is_some(
    monkeypatch: pytest.MonkeyPatch, brief: bool
) -> None:
    monkeypatch.setattr(devices, "has_bfloat16", lambda: brief)
    pocket = load(critic.POCKET, "cpu")
    assert (pocket.brief, pocket.namer.brief) == (False, brief)
    picture = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    seen = pocket.namer.encode_images(picture)
    pocket.namer.brief = False
    exactly = pocket.namer.encode_images(picture)
    assert seen.dtype == torch.float32
    assert torch.equal(seen, exactly) != brief
    assert (seen * exactly).sum(1).min() > 0.99


def test_other_models_look_with_what_paints(tiny_critic: Critic) -> None:
    assert tiny_critic.namer is tiny_critic


LONG = "an old lighthouse on a rocky island with a small red boat and three white birds"


def test_a_style_counts_behind_a_long_prompt() -> None:
    pocket = load("pocket")
    one, other = pocket.encode_text([f"{LONG}, watercolour", f"{LONG}, woodblock print"])
    assert float(one @ other) < 0.99


def test_what_is_far_back_in_a_prompt_counts() -> None:
    pocket = load("pocket")
    one, other = pocket.encode_text([f"{LONG} {LONG} and a cat", f"{LONG} {LONG} and a castle"])
    assert float(one @ other) < 0.999


def test_a_long_text_is_read_in_parts_each_with_its_style() -> None:
    parts = in_parts("a b c d e f, ink", lambda text: len(text.split()) <= 4)
    assert parts == ["a b c, ink", "d e f, ink"]
    assert in_parts("a b", lambda text: True) == ["a b"]
    assert in_parts("abc", lambda text: False) == ["abc"]
