"""The life of an interaction: asked by a person, answered once within 3 s, then 15 minutes.

docs: interactions/receiving-and-responding
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from bot.playground.model import errors, permissions
from bot.playground.model.entities import Channel, Message, MessageFlag, MessageType, User
from bot.playground.model.errors import FormErrors, Json
from bot.playground.model.permission import Permission
from bot.playground.model.uploads import Uploads
from bot.playground.model.world import World
from bot.playground.protocol import component_rules, composing, interaction_json
from bot.playground.protocol.access import same_secret
from bot.playground.protocol.command_input import Resolved
from bot.playground.protocol.commands import check_choices
from bot.playground.protocol.composing import Files
from bot.playground.protocol.interaction import Answer, Asked, Interaction

ANSWER_WITHIN = (
    3.0  # seconds; docs: interactions/receiving-and-responding#responding-to-an-interaction
)
TOKEN_LIFE = 15 * 60.0  # seconds; same place
MAX_FOLLOW_UPS = 5  # where the bot is no member; docs: …#create-followup-message
MAX_KEPT = 2000  # interactions remembered; older ones are unknown


# What may answer what; the rest is refused.
_ALLOWED = {
    Asked.COMMAND: {
        Answer.MESSAGE,
        Answer.DEFERRED_MESSAGE,
        Answer.MODAL,
        Answer.LAUNCH_ACTIVITY,
    },
    Asked.COMPONENT: {
        Answer.MESSAGE,
        Answer.DEFERRED_MESSAGE,
        Answer.DEFERRED_UPDATE,
        Answer.UPDATE,
        Answer.MODAL,
        Answer.LAUNCH_ACTIVITY,
    },
    Asked.AUTOCOMPLETE: {Answer.CHOICES},
    Asked.MODAL: {Answer.MESSAGE, Answer.DEFERRED_MESSAGE, Answer.LAUNCH_ACTIVITY},
}


class Desk:
    """Takes what people ask to the bot, and the bot's answers to the channel."""

    def __init__(self, world: World, uploads: Uploads) -> None:
        self.world = world
        self.uploads = uploads
        self.activities: Callable[[], bool] = lambda: False  # does the application have any?
        self._by_id: dict[int, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}

    # -- asking

    def ask(
        self,
        kind: Asked,
        user: User,
        channel: Channel,
        data: Json,
        *,
        source: Message | None = None,
        command: Json | None = None,
        parent: Interaction | None = None,
    ) -> Interaction:
        """Hand something to the bot; it has 3 s from now."""
        interaction = Interaction(
            self.world.new_id(),
            secrets.token_urlsafe(96),
            kind,
            user,
            channel,
            data,
            self.world.clock.now(),
            source,
            command,
            parent,
        )
        self._by_id[interaction.id] = interaction
        self._by_token[interaction.token] = interaction
        while len(self._by_id) > MAX_KEPT:
            old = self._by_id.pop(next(iter(self._by_id)))
            self._by_token.pop(old.token, None)
        interaction.timer = self.world.clock.call_later(
            ANSWER_WITHIN, lambda: self._give_up(interaction)
        )
        self.world.emit("interaction_create", interaction)
        return interaction

    def _give_up(self, interaction: Interaction) -> None:
        if interaction.answer is None:
            interaction.failed = True
            interaction.settled.set()
            self.world.emit("interaction_failed", interaction)

    def resolved(self, channel: Channel) -> Resolved:
        return Resolved(self.world, self.uploads, channel.id)

    @property
    def newest(self) -> Interaction | None:
        """What was asked last."""
        return next(reversed(self._by_id.values()), None)

    def find(self, interaction_id: int) -> Interaction | None:
        return self._by_id.get(interaction_id)

    # -- the first answer

    def answer(self, interaction_id: int, token: str, body: Json, files: Files) -> Interaction:
        """docs: interactions/receiving-and-responding#create-interaction-response

        Raises 10062 for an unknown one or one asked more than 3 s ago, 40060 for a second answer.
        """
        interaction = self._by_id.get(interaction_id)
        if interaction is None or not same_secret(token, interaction.token):
            raise errors.unknown_interaction()
        if interaction.answer is not None:
            raise errors.already_acknowledged()
        if self.world.clock.now() > interaction.asked_at + ANSWER_WITHIN or interaction.failed:
            raise errors.unknown_interaction()
        try:
            answer = self._allowed_answer(interaction, body)
            self._take(interaction, answer, body.get("data") or {}, files)
        except errors.ApiError as error:
            interaction.refused.append(error)
            raise
        self._settle(interaction, answer)
        return interaction

    def _take(self, interaction: Interaction, answer: Answer, data: Json, files: Files) -> None:
        if answer in (Answer.MESSAGE, Answer.DEFERRED_MESSAGE):
            interaction.message = self._respond(
                interaction, data, files, loading=answer is Answer.DEFERRED_MESSAGE
            )
            interaction.deferred = answer is Answer.DEFERRED_MESSAGE
        elif answer in (Answer.UPDATE, Answer.DEFERRED_UPDATE):
            interaction.message = interaction.source
            if interaction.source is not None and answer is Answer.UPDATE:
                self._edit(interaction.source, data, files)
        elif answer is Answer.CHOICES:
            blame = FormErrors()
            check_choices(blame, ("data", "choices"), data.get("choices"))
            blame.check()
            interaction.choices = data["choices"]
        elif answer is Answer.LAUNCH_ACTIVITY:
            interaction.launched = f"i-{self.world.new_id()}-gc-{interaction.channel.id}"
        else:
            blame = FormErrors()
            component_rules.check_modal(blame, data)
            blame.check()
            composing.number_components(data["components"])
            interaction.modal = data

    def _allowed_answer(self, interaction: Interaction, body: Json) -> Answer:
        allowed = _ALLOWED[interaction.kind]
        if interaction.kind is Asked.MODAL and interaction.source is not None:
            allowed = allowed | {Answer.UPDATE, Answer.DEFERRED_UPDATE}
        if not self.activities():  # docs: …#interaction-response-object-interaction-callback-type
            allowed = allowed - {Answer.LAUNCH_ACTIVITY}
        if body.get("type") not in {int(answer) for answer in allowed}:
            blame = FormErrors()
            choices = ", ".join(str(int(answer)) for answer in sorted(allowed))
            blame.add(("type",), "BASE_TYPE_CHOICES", f"Value must be one of {{{choices}}}.")
            blame.check()
        return Answer(body["type"])

    def _settle(self, interaction: Interaction, answer: Answer) -> None:
        interaction.answer = answer
        if interaction.timer is not None:
            interaction.timer.cancel()
        interaction.settled.set()
        self.world.emit("interaction_answered", interaction)

    def _respond(
        self, interaction: Interaction, data: Json, files: Files, *, loading: bool
    ) -> Message:
        """Post the original response, or the loading state that stands for it."""
        kind = MessageType.DEFAULT
        if interaction.kind is Asked.COMMAND:
            menu = interaction.command is not None and interaction.command["type"] != 1
            kind = MessageType.CONTEXT_MENU_COMMAND if menu else MessageType.CHAT_INPUT_COMMAND
        message = self._new_message(interaction, kind, _is_ephemeral(data))
        if interaction.source is not None and interaction.kind is Asked.COMPONENT:
            message.reply_to = interaction.source.id
        if loading:
            message.flags |= MessageFlag.LOADING
        else:
            composing.fill(self.world, self.uploads, message, data, files, editing=False)
        return self.world.post(message)

    def _new_message(self, interaction: Interaction, kind: MessageType, ephemeral: bool) -> Message:
        message = Message(self.world.new_id(), interaction.channel.id, self.world.bot, type=kind)
        message.interaction = interaction_json.metadata(self.world, interaction)
        message.command_name = interaction.command["name"] if interaction.command else None
        if ephemeral or self._must_whisper(interaction):
            message.flags |= MessageFlag.EPHEMERAL
            message.ephemeral_to = interaction.user.id
        return message

    def _must_whisper(self, interaction: Interaction) -> bool:
        """docs: topics/permissions#permissions-bitwise-permission-flags, USE_EXTERNAL_APPS"""
        channel = interaction.channel
        if channel.is_private or self.world.has_bot(channel):
            return False
        granted = permissions.in_channel(self.world, interaction.user.id, channel)
        return not granted & Permission.USE_EXTERNAL_APPS

    def _edit(self, message: Message, body: Json, files: Files) -> None:
        if message.deleted:
            raise errors.unknown_message()
        composing.fill(self.world, self.uploads, message, body, files, editing=True)
        message.flags &= ~MessageFlag.LOADING
        message.edited_at = self.world.clock.now()
        self.world.changed(message)

    # -- afterwards, with the token

    def by_token(self, application_id: int, token: str) -> Interaction:
        """Raises 10015 for no such token, 50027 once its 15 minutes are over, 10003 where the
        channel is gone."""
        interaction = self._by_token.get(token)
        if interaction is None or application_id != self.world.bot.id:
            raise errors.unknown_webhook()
        if self.world.clock.now() > interaction.asked_at + TOKEN_LIFE:
            raise errors.invalid_webhook_token()
        if interaction.answer is None:
            raise errors.unknown_webhook()
        self.world.channel(interaction.channel.id)
        return interaction

    def response(self, interaction: Interaction, which: str) -> Message:
        """A message of the interaction's: `@original` or the id of a follow-up. Raises 10008."""
        if which == "@original":
            message = interaction.message
        else:
            mine = [interaction.message, *interaction.followups]
            message = next((m for m in mine if m is not None and str(m.id) == which), None)
        if message is None or message.deleted:
            raise errors.unknown_message()
        return message

    def edit_response(
        self, interaction: Interaction, which: str, body: Json, files: Files
    ) -> Message:
        """docs: interactions/receiving-and-responding#edit-original-interaction-response"""
        message = self.response(interaction, which)
        self._edit(message, body, files)
        if message is interaction.message:
            interaction.deferred = False
        return message

    def follow_up(self, interaction: Interaction, body: Json, files: Files) -> Message:
        """docs: interactions/receiving-and-responding#create-followup-message

        The first one after a deferred answer takes the place of the loading message.
        """
        loading = interaction.message
        if interaction.deferred and loading is not None:
            # Where it was deleted, this finds nothing: discord-api-docs issues 2739, 3087.
            self._edit(loading, body, files)
            loading.edited_at = None
            interaction.deferred = False
            return loading
        stranger = "0" not in interaction_json.owners(self.world, interaction)
        if stranger and len(interaction.followups) >= MAX_FOLLOW_UPS:
            raise errors.too_many_follow_ups()
        message = self._new_message(interaction, MessageType.DEFAULT, _is_ephemeral(body))
        message.reply_to = interaction.message and interaction.message.id
        composing.fill(self.world, self.uploads, message, body, files, editing=False)
        interaction.followups.append(message)
        return self.world.post(message)


def _is_ephemeral(data: Json) -> bool:
    flags: Any = data.get("flags") or 0
    return isinstance(flags, int) and bool(flags & MessageFlag.EPHEMERAL)
