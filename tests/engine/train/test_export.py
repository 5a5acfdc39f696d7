from collections import Counter

import open_clip
import pytest
import torch

from engine import pocket
from engine.train import export, fit, text


def test_what_is_exported_is_what_was_trained(tmp_path):
    torch.manual_seed(0)
    seer = fit.Seer().train()
    seer(torch.rand(8, 3, 64, 64))
    seer.eval()
    student = text.student().eval()
    merges = tmp_path / "learned.gz"
    text.write_merges(text.learn_merges(Counter({"house": 2, "boat": 1}), 20), merges)
    export.export(seer, student.state_dict(), 17.0, merges, tmp_path / "out")

    name = f"local-dir:{pocket.folder('painter', tmp_path / 'out')}"
    model, _, _ = open_clip.create_model_and_transforms(name)
    model.eval()
    assert model.logit_scale.exp().item() == pytest.approx(17.0)
    pictures = torch.rand(4, 3, 64, 64)
    with torch.no_grad():
        seen = model.encode_image((pictures - fit.MEAN) / fit.STD, normalize=True)
        torch.testing.assert_close(seen, seer(pictures), rtol=0, atol=5e-3)
        tokens = open_clip.get_tokenizer(name)(["a house", "boat"])
        read = torch.nn.functional.normalize(seer.words(student(tokens)), dim=-1)
        torch.testing.assert_close(
            model.encode_text(tokens, normalize=True), read, rtol=0, atol=5e-3
        )
