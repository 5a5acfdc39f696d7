"""What the engine sees, asked over HTTP: guesses, verdicts, captions and embeddings."""

from __future__ import annotations

import base64
import io
from dataclasses import replace

import pytest
from aiohttp import FormData
from PIL import Image, ImageDraw

from engine.canvas.drawing import Drawing, Stroke
from tests.engine.serve.serving import Engine, running
from tests.pace import Pace

HOUSE = Drawing(64, 64, (Stroke(((8, 8), (20, 50), (40, 10), (56, 56)), 4.0, (0, 0, 0, 1)),))


def png() -> bytes:
    image = Image.new("RGB", (100, 80), "white")
    ImageDraw.Draw(image).ellipse((20, 10, 80, 70), outline="black", width=4)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


async def test_pictures_are_guessed_however_they_are_sent(engine: Engine) -> None:
    words = ["circle", "a cat", "house"]
    fields = {"image": base64.b64encode(png()).decode(), "words": words, "top": 2}
    status, as_json = await engine.call("POST", "/v1/guesses", json=fields)
    assert status == 200
    form = FormData({"top": "2"})
    form.add_field("image", png(), filename="a.png", content_type="image/png")
    for word in words:
        form.add_field("words", word)
    assert await engine.call("POST", "/v1/guesses", data=form) == (200, as_json)
    guesses = as_json["guesses"]
    assert len(guesses) == 2
    assert {g["word"] for g in guesses} <= set(words)
    assert 1 >= guesses[0]["p"] >= guesses[1]["p"] > 0


async def test_strokes_are_guessed_from_the_list_that_ships(engine: Engine) -> None:
    status, body = await engine.call("POST", "/v1/guesses", json={"drawing": HOUSE.to_dict()})
    assert status == 200
    assert len(body["guesses"]) == 5


async def test_strokes_by_hand_and_examples_go_with_a_guess(engine: Engine) -> None:
    fields = {"drawing": HOUSE.to_dict(), "words": ["house", "inside joke"], "vector": True}
    status, plain = await engine.call("POST", "/v1/guesses", json=fields)
    assert status == 200
    assert sum(x * x for x in plain["vector"]) == pytest.approx(1, abs=1e-3)
    more = {"by_hand": True, "share": 0.5, "vector": False}
    example = {"word": "inside joke", "vector": plain["vector"], "space": plain["space"]}
    more["examples"] = [example | {"count": 2}]
    status, body = await engine.call("POST", "/v1/guesses", json=fields | more)
    assert status == 200
    assert body["vector"] == []
    assert len(body["guesses"]) == 2
    for wrong in ({"share": 0}, {"share": 2}, {"examples": [example | {"vector": []}]}):
        status, body = await engine.call("POST", "/v1/guesses", json=fields | wrong)
        assert (status, body["error"]["code"]) == (422, "invalid")


async def test_a_verdict_is_the_share_of_judges_that_see_the_prompt(engine: Engine) -> None:
    fields = {"drawing": HOUSE.to_dict(), "prompt": "a house"}
    status, body = await engine.call("POST", "/v1/verdicts", json=fields)
    assert status == 200
    assert 0 <= body["share"] <= 1
    fields = {"image": base64.b64encode(png()).decode(), "prompt": "a house"}
    status, body = await engine.call("POST", "/v1/verdicts", json=fields)
    assert status == 200
    assert 0 <= body["share"] <= 1
    fields = {"drawing": HOUSE.to_dict(), "prompt": " "}
    status, body = await engine.call("POST", "/v1/verdicts", json=fields)
    assert (status, body["error"]["code"]) == (422, "invalid")


async def test_captions_are_phrases_without_blocked_words(engine: Engine) -> None:
    fields = {"drawing": HOUSE.to_dict(), "top": 2}
    status, body = await engine.call("POST", "/v1/captions", json=fields)
    assert status == 200
    first, second = body["captions"]
    assert first["noun"] != second["noun"]
    assert first["score"] >= second["score"]
    fields["blocked"] = [first["noun"]]
    _, body = await engine.call("POST", "/v1/captions", json=fields)
    assert first["noun"] not in {caption["noun"] for caption in body["captions"]}
    fields = {"drawing": HOUSE.to_dict(), "top": 2, "said": [first["phrase"].upper()]}
    _, body = await engine.call("POST", "/v1/captions", json=fields)
    assert first["phrase"] not in {caption["phrase"] for caption in body["captions"]}
    fields["said"] = ["x"] * 101
    status, body = await engine.call("POST", "/v1/captions", json=fields)
    assert (status, body["error"]["code"]) == (422, "invalid")


async def test_a_drawing_by_hand_is_captioned(engine: Engine) -> None:
    for drawing in (HOUSE, Drawing(64, 64, HOUSE.strokes[:1])):
        fields = {"drawing": drawing.to_dict(), "top": 2, "by_hand": True}
        status, body = await engine.call("POST", "/v1/captions", json=fields)
        assert (status, len(body["captions"])) == (200, 2)
    unseen = replace(HOUSE, strokes=tuple(replace(s, colour=(1, 1, 1, 1)) for s in HOUSE.strokes))
    fields = {"drawing": unseen.to_dict(), "by_hand": True}
    status, body = await engine.call("POST", "/v1/captions", json=fields)
    assert (status, body["error"]["code"]) == (422, "nothing_drawn")
    fields = {"image": base64.b64encode(png()).decode(), "by_hand": True}
    assert (await engine.call("POST", "/v1/captions", json=fields))[0] == 200


@pytest.mark.parametrize("path", ["/v1/guesses", "/v1/captions"])
async def test_nothing_is_drawn_on_a_blank_sheet(engine: Engine, path: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "PNG")
    for fields in (
        {"image": base64.b64encode(out.getvalue()).decode()},
        {"drawing": Drawing(64, 64).to_dict()},
    ):
        status, body = await engine.call("POST", path, json=fields)
        assert (status, body["error"]["code"]) == (422, "nothing_drawn")
        assert body["error"]["message"] == "nothing is drawn here"


async def test_a_caption_is_found_while_drawings_are_painted(engine: Engine, pace: Pace) -> None:
    pace.hold(at=3)
    async with running(engine, "x"):
        fields = {"image": base64.b64encode(png()).decode()}
        status, body = await engine.call("POST", "/v1/captions", json=fields)
        assert status == 200
        assert len(body["captions"]) == 5
        assert engine.service.archive.get("x").over_at is None  # type: ignore[union-attr]


async def test_a_guess_is_answered_while_drawings_are_painted(engine: Engine, pace: Pace) -> None:
    pace.hold(at=3)
    async with running(engine, "x"):
        fields = {"drawing": HOUSE.to_dict(), "words": ["a", "b"]}
        status, _ = await engine.call("POST", "/v1/guesses", json=fields)
        assert status == 200
        assert engine.service.archive.get("x").over_at is None  # type: ignore[union-attr]


async def test_embeddings_are_unit_vectors(engine: Engine) -> None:
    fields = {"texts": ["a cat", "a dog"], "images": [base64.b64encode(png()).decode()]}
    status, body = await engine.call("POST", "/v1/embeddings", json=fields)
    assert status == 200
    vectors = [*body["texts"], *body["images"]]
    assert len(vectors) == 3
    for vector in vectors:
        assert sum(x * x for x in vector) == pytest.approx(1, abs=1e-3)
