"""What goes over HTTP: requests with their bounds, the events of a drawing, replies and errors.

Both sides read this module: the server to check requests and to write the OpenAPI document, the
client to build the one and parse the other. It knows neither torch nor aiohttp.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired, Self

from pydantic import (
    Base64Bytes,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    RootModel,
    StringConstraints,
    TypeAdapter,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema
from typing_extensions import TypedDict  # typing's own is not for pydantic before Python 3.12

from engine.canvas.drawing import JSON_VERSION, MAX_SEGMENTS, MAX_SIDE, MAX_STROKES, Drawing
from engine.canvas.patch import MAX_PATCH_BYTES, MAX_PATCHES
from engine.paint.options import MAX_CUT_UP, MAX_FRAMES, MAX_SKETCHES, Ink
from engine.paint.spec import DrawingSpec, Text, few_fields

SHOWN_WIDTH = 512  # the canvas of every drawing that leaves the engine, in pixels
MAX_WORDS = 2000  # in one guess; the built-in list is used when none are given
MAX_TEXTS = 256
MAX_EXAMPLES = 200  # words of which a guess is shown examples
MAX_SAID = 100  # phrases that a caption must not be
MAX_IMAGES = 16
MAX_DIMENSIONS = 4096  # of an embedding
MAX_SMALL_PICTURE = 256 << 10  # bytes in base64, of a picture to draw
MAX_PREVIEWS = 200  # of one drawing
MAX_EVENTS = 1_000_000  # more than any drawing has
DEFAULT_DEADLINE = 600.0  # seconds

_DIGITS = 2  # decimals of a pixel, 0.002 % of the canvas
_LENIENT = ConfigDict(extra="ignore", allow_inf_nan=False)
_FAR = 100_000.0  # no control point lies further out: float32 keeps 0.01 px there

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
Name = Annotated[str, StringConstraints(max_length=100)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Target = Annotated[
    tuple[Annotated[float, Field(ge=-100.0, le=100.0)], ...],
    Field(min_length=1, max_length=MAX_DIMENSIONS, fail_fast=True),
]
SmallPicture = Annotated[Base64Bytes, Field(min_length=1, max_length=MAX_SMALL_PICTURE)]
Coordinate = Annotated[float, Field(ge=-_FAR, le=_FAR)]
PatchFile = Annotated[str, StringConstraints(max_length=4 * MAX_PATCH_BYTES // 3 + 4)]


class StrokeBody(TypedDict):
    """3k+1 control points (x, y) in pixels, the full width in pixels, straight RGBA."""

    __pydantic_config__ = _LENIENT  # type: ignore[misc]

    points: Annotated[
        list[tuple[Coordinate, Coordinate]],
        Field(min_length=4, max_length=3 * MAX_SEGMENTS + 1, fail_fast=True),
    ]
    width: Annotated[float, Field(gt=0.0, le=_FAR)]
    colour: tuple[Share, Share, Share, Share]


class PatchBody(TypedDict):
    """Where one of a drawing's pictures lies; see Patch in engine/canvas."""

    __pydantic_config__ = _LENIENT  # type: ignore[misc]

    picture: Annotated[int, Field(ge=0, lt=MAX_PATCHES)]
    matrix: tuple[Coordinate, Coordinate, Coordinate, Coordinate, Coordinate, Coordinate]
    opacity: Share


class PlainBody(TypedDict):
    """A drawing without a style."""

    __pydantic_config__ = _LENIENT  # type: ignore[misc]

    version: Annotated[int, Field(ge=JSON_VERSION, le=JSON_VERSION)]
    width: Annotated[int, Field(ge=1, le=MAX_SIDE)]
    height: Annotated[int, Field(ge=1, le=MAX_SIDE)]
    background: tuple[Share, Share, Share]
    strokes: Annotated[list[StrokeBody], Field(max_length=MAX_STROKES, fail_fast=True)]
    pictures: NotRequired[Annotated[list[PatchFile], Field(max_length=MAX_PATCHES, fail_fast=True)]]
    patches: NotRequired[Annotated[list[PatchBody], Field(max_length=MAX_PATCHES, fail_fast=True)]]


class DrawingBody(PlainBody):
    """A drawing as `Drawing.to_dict` in engine/canvas writes it; other keys are passed over.

    plain: what it was before a style was laid over it.
    """

    plain: NotRequired[PlainBody]


class _AsBody:
    """Lets pydantic take a Drawing as itself or as a DrawingBody, and write it as the latter."""

    @classmethod
    def __get_pydantic_core_schema__(cls, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def read(value: Any, inner: core_schema.ValidatorFunctionWrapHandler) -> Drawing:
            return value if isinstance(value, Drawing) else Drawing.from_dict(inner(value))

        return core_schema.no_info_wrap_validator_function(
            read,
            handler.generate_schema(DrawingBody),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda drawing: drawing.to_dict(_DIGITS)
            ),
        )


SentDrawing = Annotated[Drawing, _AsBody]


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    _few_fields = model_validator(mode="before")(few_fields)


class DrawingRequest(DrawingSpec):
    """A spec and how to serve it.

    id: chosen by the caller; asking again with the same id and the same body gives the same
    drawing and never a second one. client: whom it is for; the engine is shared fairly between
    clients, by weight. priority: a game's drawing is begun before a free one. deadline: seconds
    from now; a drawing that is being painted then is finished as it stands, one that still waits
    fails. every: steps between previews; there are fewer if they would cost over 4 % of the time,
    and at most 200.
    start: strokes to go on from, such as the last preview of a drawing that was interrupted.
    target: what to paint towards instead of the prompt, as `/v1/embeddings` writes it, such as a
    picture's embedding; of as many numbers as the model's embeddings have, not all of them 0.
    picture: a picture to draw, in base64: PNG, JPEG, WebP, GIF, AVIF or BMP, at most 256 pixels
    wide and high. Strokes begin as its shapes and edges and are held to its pixels; without a
    target its embedding is painted towards, and the prompt is but a title.
    style_of: a picture of the same kinds and size, on whose paper, in whose colours and with whose
    weight of line the prompt is drawn; in paint, strokes learn its textures too. A style of strokes
    goes before it.
    patches: pictures of the same kinds and size that a collage is cut from; what is transparent in
    them is cut away.
    """

    id: Id | None = None
    client: Name = ""
    weight: int = Field(default=1, ge=1, le=100)
    priority: Literal["game", "free"] = "free"
    deadline: float = Field(default=DEFAULT_DEADLINE, gt=0.0, le=3600.0, allow_inf_nan=False)
    every: int = Field(default=5, ge=1, le=5000)
    start: SentDrawing | None = None
    target: Target | None = None
    picture: SmallPicture | None = None
    style_of: SmallPicture | None = None
    patches: tuple[SmallPicture, ...] = Field(default=(), max_length=MAX_CUT_UP, fail_fast=True)


class _Event(BaseModel):
    """n: counts the events of a drawing from 0, without gaps."""

    model_config = ConfigDict(frozen=True)

    id: str
    n: int = Field(default=0, ge=0)


class Queued(_Event):
    """Waiting; sent again whenever the position changes. position: 1 is the next to begin."""

    type: Literal["queued"] = "queued"
    position: int = Field(ge=1)


class Started(_Event):
    """Being painted from now on."""

    type: Literal["started"] = "started"


class _State(_Event):
    """step of steps done; score: mean cosine between prompt and views, in [-1, 1].

    ink: what it is drawn with, the model's own where none was asked for; None from engines that
    do not say.
    """

    step: int = Field(ge=0)
    steps: int = Field(ge=1)
    score: float = Field(ge=-1.001, le=1.001)
    drawing: SentDrawing
    ink: Ink | None = None


class Progress(_State):
    """The drawing as it stands, on a canvas 512 wide."""

    type: Literal["progress"] = "progress"


class Finished(_State):
    """The last event: the result. Its deadline came first if step is less than steps.

    seconds: from the request to here. fillings: so many strokes, the first ones, colour in what
    the others outline. order: the numbers of all strokes in the order in which a guessing game
    best shows them, outlines before fillings and what tells most last; empty if nobody weighed
    them. opinion: the share of judges that would see the prompt in it, if there was a second
    opinion. known: false if the model has not learned what the prompt names, so that the drawing
    is a guess. frames: of a film, all of them, on canvases 512 wide; see `frames` of a request.
    depths: of strokes in three dimensions, how near the viewer each control point of each stroke of
    the drawing is, from the middle, in its pixels.
    """

    type: Literal["finished"] = "finished"
    seconds: float = Field(ge=0.0)
    fillings: int = Field(default=0, ge=0)
    order: list[Annotated[int, Field(ge=0, lt=MAX_STROKES)]] = Field(default_factory=list)
    opinion: Share | None = None
    known: bool = True
    frames: list[SentDrawing] = Field(default_factory=list, max_length=MAX_FRAMES)
    depths: list[list[Coordinate]] = Field(default_factory=list, max_length=MAX_STROKES)


class Fault(BaseModel):
    """What went wrong: a word for programs, a sentence for people."""

    code: str
    message: str


class Failed(_Event):
    """The last event: there will be no result. code: `deadline` or `internal`."""

    type: Literal["failed"] = "failed"
    error: Fault


class Cancelled(_Event):
    """The last event: asked for, or nobody was listening any more, or the engine stops.

    drawing: as it stood, if it had begun.
    """

    type: Literal["cancelled"] = "cancelled"
    reason: Literal["asked", "abandoned", "shutdown"]
    step: int = Field(default=0, ge=0)
    drawing: SentDrawing | None = None


Event = Annotated[
    Queued | Started | Progress | Finished | Failed | Cancelled, Field(discriminator="type")
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
LAST = (Finished, Failed, Cancelled)


class LastEvent(RootModel[Annotated[Finished | Failed | Cancelled, Field(discriminator="type")]]):
    """How a drawing ended."""


class SketchesRequest(_Body):
    """Quick sketches of a prompt, to pick one of them as the start of a drawing.

    strokes: each has at most so many. seed: the same one gives the same sketches. count: how many,
    the best of twelve; the first ones of more are the same as those of few.
    """

    prompt: Text
    strokes: int = Field(default=32, ge=1, le=MAX_STROKES)
    seed: int = Field(default=0, ge=0, le=2**53)
    count: int = Field(default=4, ge=1, le=MAX_SKETCHES)


class SketchesReply(BaseModel):
    """Black lines on white, on canvases 512 wide."""

    model: str
    sketches: list[SentDrawing]


class _Shown(_Body):
    """One of image and drawing. image: PNG, JPEG, WebP, GIF, AVIF or BMP, base64 in JSON."""

    image: Base64Bytes | None = None
    drawing: SentDrawing | None = None

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if (self.image is None) == (self.drawing is None):
            raise ValueError("give either an image or a drawing")
        return self

    @property
    def source(self) -> bytes | Drawing:
        """What is to be named."""
        return self.drawing or self.image or b""


class Example(_Body):
    """What drawings of a word were like: the mean of what `vector` of a guess was for `count` of
    them, and the `space` that came with it. Those of another space than today's, as of another
    model, are passed over."""

    word: Word
    vector: Target
    space: Annotated[str, Field(max_length=200)]
    count: int = Field(default=1, ge=1, le=1000)


class GuessRequest(_Shown):
    """What does this show? One of image and drawing.

    image: PNG, JPEG, WebP, GIF, AVIF or BMP, base64 in JSON. words: to choose from; without them
    the list that ships, and the words of the examples. top: how many to name. by_hand: a person
    made the drawing's strokes, in this order: they count beside the picture. share: how much of
    that drawing is there, 1 for all of it; without it nobody knows. examples: of words that have
    been drawn before. vector: send along what was seen, to be an example another time.
    """

    words: Annotated[tuple[Word, ...], Field(fail_fast=True)] | None = Field(
        default=None, min_length=1, max_length=MAX_WORDS
    )
    top: int = Field(default=5, ge=1, le=100)
    by_hand: bool = False
    share: Annotated[float, Field(gt=0.0, le=1.0)] | None = None
    examples: tuple[Example, ...] = Field(fail_fast=True, default=(), max_length=MAX_EXAMPLES)
    vector: bool = False


class GuessedWord(BaseModel):
    """p: the probability that it is the right one of those asked about."""

    word: str
    p: float = Field(ge=0.0, le=1.0)


class GuessReply(BaseModel):
    """The most likely words, best first. vector: of length one, if it was asked for; space: which
    vectors it can be compared with, those that came with the same."""

    model: str
    guesses: list[GuessedWord]
    vector: list[float] = []
    space: str = ""


class VerdictRequest(_Shown):
    """Does this show the prompt? It is looked at as a whole, colours and all.

    One of image and drawing, as for a guess.
    """

    prompt: Text


class VerdictReply(BaseModel):
    """share: of ten judges, say, how many would see the prompt in the drawing, in [0, 1]."""

    model: str
    share: float = Field(ge=0.0, le=1.0)


class CaptionRequest(_Shown):
    """Say what this shows, in a short phrase. One of image and drawing.

    image: as for a guess. top: how many phrases, each with another noun. blocked: words that must
    not occur in them. said: phrases that are not said again, whatever their articles: another
    version that is as true is taken, or the next best noun. by_hand: a person made the drawing's
    strokes, in this order. They tell several things apart, also where these touch; else the
    drawing is taken for one by the engine, whose outlines do.
    """

    top: int = Field(default=5, ge=1, le=20)
    by_hand: bool = False
    blocked: tuple[Word, ...] = Field(fail_fast=True, default=(), max_length=MAX_WORDS)
    said: tuple[Name, ...] = Field(default=(), max_length=MAX_SAID)


class FoundCaption(BaseModel):
    """phrase: "a cat under an umbrella", "a cat, a dog and two trees". noun: its first, as listed.
    score: cosine of phrase and picture."""

    phrase: str
    noun: str
    score: float = Field(ge=-1.001, le=1.001)


class CaptionReply(BaseModel):
    """The best phrases, best first; none if all words are blocked."""

    model: str
    captions: list[FoundCaption]


class EmbeddingsRequest(_Body):
    """Texts, images (base64), or both."""

    texts: tuple[Text, ...] = Field(fail_fast=True, default=(), max_length=MAX_TEXTS)
    images: tuple[Base64Bytes, ...] = Field(fail_fast=True, default=(), max_length=MAX_IMAGES)

    @model_validator(mode="after")
    def _some(self) -> EmbeddingsRequest:
        if not self.texts and not self.images:
            raise ValueError("give texts or images")
        return self


class EmbeddingsReply(BaseModel):
    """Unit vectors, in the order asked for; their dot products are cosines."""

    model: str
    texts: list[list[float]]
    images: list[list[float]]


class ModelInfo(BaseModel):
    """image_size: side in pixels of what it sees. dimensions: of its embeddings."""

    name: str
    image_size: int
    dimensions: int
    device: str


class ModelsReply(BaseModel):
    models: list[ModelInfo]


class HealthReply(BaseModel):
    """status: ok, starting or stopping."""

    status: str


class ErrorReply(BaseModel):
    error: Fault
