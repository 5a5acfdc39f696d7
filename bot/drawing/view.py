"""How the bot's messages look: layouts of Discord's components, made from texts and pictures.

A layout (Components V2) rather than an embed: the picture is as wide as the column, texts stand
above and below it, the buttons are inside the frame, and no permission to embed is needed.
docs: https://docs.discord.com/developers/components/reference
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import discord
from discord import ui

from bot.drawing import inks, painters, styles
from bot.drawing.buttons import DrawingButton
from bot.drawing.request import Request
from bot.kit import layout
from bot.kit.live_message import MessageView
from bot.kit.untrusted import shown
from bot.store.server_settings import FEWEST, MOST
from bot.texts import Texts
from engine.paint.options import COLLAGE, GRADIENT, INKS
from games.words import blocklist
from games.words.lists import called, translated

_MANY = 0.75  # of the strokes asked for; a drawing with fewer says how many were asked for
_PROMPT = 100  # characters of it in a sentence
_ALT = 1024  # characters, the most that Discord takes

Sees = Sequence[tuple[str, float]]


def drawing(
    texts: Texts,
    request: Request,
    *,
    person: int,
    status: str,
    colour: int,
    picture: layout.Picture | None = None,
    buttons: Sequence[DrawingButton] = (),
    ink: str | None = None,
    drawn: int | None = None,
) -> MessageView:
    """A drawing, under way or done, and words about it.

    ink: what it is drawn with, as far as that is known. drawn: how many strokes it has come to.
    """
    prompt = shown(request.called)
    parts: list[ui.Item[ui.LayoutView]] = [
        ui.TextDisplay(
            texts("card.title", prompt=prompt)
            + "\n"
            + texts("card.details", details=_details(texts, request, person, ink, drawn))
        )
    ]
    files: tuple[layout.Picture, ...] = ()
    if picture is not None:
        files = (picture,)
        moving = picture[0].endswith(".gif")
        strokes = texts("card.strokes", n=request.strokes if drawn is None else drawn)
        key = "card.alt_moving" if moving else "card.alt"
        alt = texts(key, prompt=request.called, strokes=strokes)[:_ALT]
        item = discord.MediaGalleryItem(f"attachment://{picture[0]}", description=alt)
        parts.append(ui.MediaGallery(item))
    parts.append(ui.TextDisplay(status))
    parts += [_row(buttons[start : start + 3]) for start in range(0, len(buttons), 3)]
    return layout.framed(parts, colour, files)


def _row(buttons: Sequence[DrawingButton]) -> ui.ActionRow[ui.LayoutView]:
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    for button in buttons:
        row.add_item(button)
    return row


def _details(
    texts: Texts, request: Request, person: int, ink: str | None, drawn: int | None
) -> str:
    if drawn == 0 or request.painter == COLLAGE:  # a picture of something else than strokes
        details = []
    elif drawn is None:
        details = [texts("card.strokes", n=request.strokes)]
    elif drawn < _MANY * request.strokes:
        details = [texts("card.strokes_of", n=drawn, most=request.strokes)]
    else:
        details = [texts("card.strokes", n=drawn)]
    if request.own_emoji:
        details.append(texts("card.own_emoji" if request.patches else "card.no_emoji"))
    elif request.painter != GRADIENT:
        details.append(painters.name(texts, request.painter))
    elif ink is not None:
        details.append(inks.name(texts, ink))
    if request.style:
        details.append(shown(styles.name(texts, request.style)))
    if request.style_of is not None:
        details.append(texts("card.style_of"))
    if request.avoid:
        details.append(texts("card.avoiding", avoid=shown(request.avoid, 60)))
    details.append(texts("card.asked", person=person))
    return " · ".join(details)


def sketches(
    texts: Texts,
    request: Request,
    *,
    person: int,
    picture: layout.Picture,
    buttons: Sequence[DrawingButton],
) -> MessageView:
    """Several sketches in one picture, to pick from."""
    title = texts("card.title", prompt=shown(request.prompt))
    details = texts("card.details", details=texts("card.asked", person=person))
    alt = texts("card.alt_sketches", prompt=request.prompt)[:_ALT]
    item = discord.MediaGalleryItem(f"attachment://{picture[0]}", description=alt)
    parts: list[ui.Item[ui.LayoutView]] = [
        ui.TextDisplay(f"{title}\n{details}"),
        ui.MediaGallery(item),
        ui.TextDisplay(texts("draw.pick")),
        *(_row(buttons[start : start + 4]) for start in range(0, len(buttons), 4)),
    ]
    return layout.framed(parts, layout.DONE, (picture,))


def sketch_buttons(texts: Texts, drawing_id: int, count: int) -> list[DrawingButton]:
    wanted = [*(f"pick{number}" for number in range(1, count + 1)), "others", "delete"]
    return [DrawingButton(what, drawing_id, texts) for what in wanted]


def running_buttons(texts: Texts, drawing_id: int) -> list[DrawingButton]:
    return [DrawingButton("stop", drawing_id, texts)]


def finished_buttons(
    texts: Texts,
    drawing_id: int,
    request: Request,
    *,
    has_strokes: bool,
    ink: str | None = None,
    drawn: int | None = None,
) -> list[DrawingButton]:
    """Those that make sense for a drawing that is over, with something to show for it or without.

    ink: what it was drawn with, if that is known; the other inks are offered. drawn: how many
    strokes it has come to; where that is none, their number is no matter.
    """
    wanted = ["again"]
    counts = drawn != 0 and request.painter != COLLAGE
    if request.strokes < MOST and counts:
        wanted.append("more")
    if request.strokes > FEWEST and counts:
        wanted.append("fewer")
    if request.painter == GRADIENT:  # with others, inks are up to each of them
        wanted += [other for other in INKS if other != ink]
        wanted += ["but"] if has_strokes else []
    if has_strokes:  # of a film there is no varying the last frame
        wanted += ["svg"] if request.film else ["vary", "svg"]
    return [DrawingButton(what, drawing_id, texts) for what in (*wanted, "delete")]


def welcome(texts: Texts, sees: Sees, blocked: Iterable[str]) -> Sees:
    """Without words that are blocked, as the model knows them or as they will be read."""
    banned = tuple(blocked)
    return [
        (word, p)
        for word, p in sees
        if not blocklist.blocked(word, banned, (texts.language,))
        and not blocklist.blocked(called(word, texts.language), banned, (texts.language,))
    ]


def _said(texts: Texts, word: str) -> str:
    """A word of the model's, which is English, in the language of the texts."""
    name = shown(called(word, texts.language))
    return name if translated(word, texts.language) else texts("card.in_english", word=name)


def opinion(texts: Texts, prompt: str, share: float) -> str:
    """How many judges, in [0, 1] of all, see in a drawing what was asked for."""
    of_ten = round(10 * share)
    if 1 < of_ten < 9:
        return texts("draw.opinion", n=of_ten, prompt=shown(prompt, _PROMPT))
    key = "draw.opinion_none" if of_ten <= 1 else "draw.opinion_all"
    return texts(key, prompt=shown(prompt, _PROMPT))


def what_it_sees(texts: Texts, sees: Sees) -> str:
    """One or two lines on what a finished drawing looks like to the model."""
    if not sees:
        return ""
    word, p = sees[0]
    key = "draw.sees" if p >= 0.3 else "draw.sees_maybe"
    lines = [texts(key, word=_said(texts, word), percent=layout.percent(p))]
    others = [
        texts("draw.runner", word=_said(texts, word), percent=layout.percent(p))
        for word, p in sees[1:4]
        if layout.percent(p)
    ]
    if others:
        lines.append(texts("draw.runners", others=", ".join(others)))
    return "\n".join(lines)


def guess(texts: Texts, sees: Sees, *, person: int, picture: layout.Picture) -> MessageView:
    """A picture and the likeliest words for it, each with a bar."""
    word, p = sees[0]
    title = texts("guess.best", word=_said(texts, word)) if p >= 0.3 else texts("guess.title")
    lines = [
        texts(
            "guess.line", bar=layout.bar(p, 10), percent=layout.percent(p), word=_said(texts, word)
        )
        for word, p in sees
    ]
    if p < 0.15:
        lines.append(texts("guess.unsure"))
    lines.append(texts("guess.asked", person=person))
    alt = texts("guess.alt")
    item = discord.MediaGalleryItem(f"attachment://{picture[0]}", description=alt)
    parts = [ui.TextDisplay(title), ui.MediaGallery(item), ui.TextDisplay("\n".join(lines))]
    return layout.framed(parts, layout.DONE, (picture,))
