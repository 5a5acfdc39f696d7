from __future__ import annotations

import pytest

from bot.playground.model import errors, permissions
from bot.playground.model.permission import ALL, NONE, Permission
from bot.playground.model.permissions import in_channel
from bot.playground.model.world import World


@pytest.fixture
def world() -> World:
    return World()


def may(world: World, user_id: int, permission: Permission) -> bool:
    channel = world.channel_named("drawing-room")
    return bool(in_channel(world, user_id, channel) & permission)


def test_members_write_and_moderators_delete(world: World):
    ada = world.add_person("Ada", moderator=True)
    grace = world.add_person("Grace")
    assert may(world, grace.id, Permission.SEND_MESSAGES)
    assert not may(world, grace.id, Permission.MANAGE_MESSAGES)
    assert may(world, ada.id, Permission.MANAGE_MESSAGES)


def test_an_overwrite_for_a_member_is_stronger_than_one_for_everyone(world: World):
    ada, grace = world.add_person("Ada"), world.add_person("Grace")
    channel = world.channel_named("drawing-room")
    world.overwrite(channel, world.guild_id, deny=Permission.SEND_MESSAGES)
    world.overwrite(channel, ada.id, allow=Permission.SEND_MESSAGES)
    assert may(world, ada.id, Permission.SEND_MESSAGES)
    assert not may(world, grace.id, Permission.SEND_MESSAGES)


def test_a_role_that_allows_is_stronger_than_one_that_denies(world: World):
    ada = world.add_person("Ada", moderator=True)
    channel = world.channel_named("drawing-room")
    world.overwrite(channel, world.guild_id, deny=Permission.ATTACH_FILES)
    world.overwrite(channel, world.moderators.id, allow=Permission.ATTACH_FILES)
    assert may(world, ada.id, Permission.ATTACH_FILES)


def test_who_can_not_see_a_channel_can_do_nothing_in_it(world: World):
    ada = world.add_person("Ada")
    channel = world.channel_named("drawing-room")
    world.overwrite(channel, ada.id, deny=Permission.VIEW_CHANNEL)
    assert in_channel(world, ada.id, channel) == NONE
    assert list(world.visible(channel, ada.id)) == []


def test_who_can_not_write_can_not_attach(world: World):
    ada = world.add_person("Ada")
    channel = world.channel_named("drawing-room")
    world.overwrite(channel, ada.id, deny=Permission.SEND_MESSAGES)
    assert not may(world, ada.id, Permission.ATTACH_FILES)


def test_the_owner_may_everything(world: World):
    ada = world.add_person("Ada")
    world.owner_id = ada.id
    channel = world.channel_named("drawing-room")
    world.overwrite(channel, ada.id, deny=Permission.VIEW_CHANNEL)
    assert in_channel(world, ada.id, channel) == ALL


def test_a_thread_takes_its_channels_overwrites(world: World):
    channel = world.channel_named("drawing-room")
    thread = world.add_thread(channel, "inside", world.bot, message=None, private=False)
    world.overwrite(channel, world.bot.id, deny=Permission.SEND_MESSAGES_IN_THREADS)
    with pytest.raises(errors.ApiError) as caught:
        permissions.require(world, thread, Permission.SEND_MESSAGES_IN_THREADS)
    assert caught.value.code == 50013


def test_a_private_thread_is_seen_by_its_members(world: World):
    ada, grace = world.add_person("Ada"), world.add_person("Grace")
    channel = world.channel_named("drawing-room")
    thread = world.add_thread(channel, "inside", ada, message=None, private=True)
    assert world.can_view(thread, ada.id)
    assert not world.can_view(thread, grace.id)


def test_a_conversation_is_between_two(world: World):
    ada, grace = world.add_person("Ada"), world.add_person("Grace")
    direct = world.direct_channel(ada.id)
    assert direct is world.direct_channel(ada.id)
    assert in_channel(world, ada.id, direct) & Permission.SEND_MESSAGES
    assert in_channel(world, grace.id, direct) == NONE
