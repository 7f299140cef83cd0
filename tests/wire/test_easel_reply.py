"""Easel on the wire: from the command to the picture in the reply."""

import base64

from tests.wire.easel import FOREVER, PHOTO, Studio
from tests.wire.people import APPLICATION_ID


async def test_logs_in_and_syncs_its_commands_once(idle_studio: Studio) -> None:
    server = idle_studio.server
    async with idle_studio.running():
        assert sorted(server.world.commands) == sorted(each.name for each in idle_studio.bot.tree.get_commands())
        assert {"imagine", "edit"} <= server.world.commands.keys()
        assert [guild.name for guild in idle_studio.bot.guilds] == ["Studio"]
    async with idle_studio.running():
        pass
    assert [call.status for call in server.calls_to("PUT", f"^/applications/{APPLICATION_ID}/commands$")] == [200]
    for name in ("imagine", "edit"):
        assert server.world.commands[name]["integration_types"] == [0, 1]
        assert server.world.commands[name]["contexts"] == [0, 1, 2]


async def test_an_ordinary_task_costs_three_calls(studio: Studio) -> None:
    server = studio.server
    before = len(server.calls)
    studio.sandbox.task_seconds = 1.0
    reply = await studio.imagine("a red fox for @everyone")
    await server.message_where(lambda message: "**processing**" in message.content)
    await studio.finish()
    message = reply.original
    assert message is not None
    edit = f"PATCH /webhooks/{APPLICATION_ID}/:token/messages/{message.id} -> 200"
    calls = server.calls[before:]
    assert [str(call) for call in calls] == [f"POST /interactions/{reply.id}/:token/callback -> 200", edit, edit]
    answer, processing, completed = calls
    assert answer.body["type"] == 4
    assert "**pending**" in answer.body["data"]["content"]
    assert answer.body["data"]["allowed_mentions"] == {"parse": []}
    assert answer.query["with_response"] in ("1", "true", "True")
    assert (processing.files, len(completed.files)) == ([], 1)
    assert "**completed**" in message.content


async def test_commands_that_arrive_together_get_what_is_left_and_not_one_more(idle_studio: Studio) -> None:
    studio, server = idle_studio, idle_studio.server
    studio.settings = studio.settings.model_copy(update={"daily_images_per_user": 5})
    studio.sandbox.task_seconds = FOREVER
    async with studio.running():
        replies = [await server.slash("imagine", prompt="a red fox") for _ in range(20)]
        said = [(await reply.answered)["data"]["content"] for reply in replies]
        assert sum(content.startswith("You have used all 5 of today's pictures.") for content in said) == 15
        assert await studio.left() == 0
        await studio.begun(5)
        await studio.finish()
    assert [len(message.attachments) for message in studio.public()] == [1] * 5
    assert len(studio.sandbox.tasks) == 5


async def test_the_picture_arrives_as_runapi_made_it(studio: Studio) -> None:
    reply = await studio.imagine("a red fox")
    await studio.finish()
    assert reply.original is not None
    painted = await studio.painted()
    assert [len(painted), await studio.download(reply.original)] == [1, painted]
    [shown] = reply.original.payload()["attachments"]
    assert (shown["content_type"], shown["description"]) == (
        "image/png",
        "Picture made by Imagen 4 from the prompt: a red fox",
    )
    assert (shown["width"], shown["height"]) != (None, None)


async def test_an_attachment_is_taken_from_discord_to_be_edited(studio: Studio) -> None:
    reply = await studio.command("edit", prompt="make it night", image=PHOTO)
    await studio.finish()
    assert reply.original is not None
    assert "**completed**" in reply.original.content
    assert await studio.download(reply.original) == await studio.painted("make it night")
    sent = [call.body for call in studio.sandbox.calls if "files" in call.path or "uploads" in call.path]
    assert any(PHOTO.data in body or base64.b64encode(PHOTO.data) in body for body in sent)
