"""Apps > Report picture, and the card by which moderators decide."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.engine import AlreadyDecided, Patience
from bot.engine.guild_settings import GuildSettings
from bot.store import Decision, Session
from tests.cogs.test_posts import deny
from tests.places import restrict
from tests.world import World, short_id, world

TAKEN = "Thank you. Your report goes to the moderators; nobody else sees who reported it."


@pytest.fixture(name="world")
async def _world(tmp_path: Path) -> AsyncGenerator[World]:
    """A world in which a card may be edited as often as one likes."""
    async with world(tmp_path, patience=Patience(edit=timedelta(0))) as built:
        yield built


async def log_channel(world: World) -> Any:
    """Make a channel where reports go, which moderators see."""
    log = world.guild.create_text_channel("log")
    settings = GuildSettings(log_channel=log.id).stored()

    def choose(session: Session) -> None:
        session.guilds.change(world.guild.id, settings, world.clock.now())

    await world.bot._store.write(choose)  # pyright: ignore[reportPrivateUsage]
    return log


async def report(world: World, shown: Any, *, by: Any = None, reason: str = "not *nice*") -> Any:
    """Report a result, bob's if nobody else does; return what is answered to that."""
    member = by or world.bob
    opened = await member.context_menu(world.channel, "Report picture", getattr(shown, "response", shown))
    if opened.modal is None:
        return opened
    answer = await member.submit_modal(opened, {"reason": reason})
    await world.settle()
    return answer


async def press(world: World, card: Any, what: str, *, by: Any = None) -> Any:
    """Let a moderator, grace, press a button of a card."""
    pressed = await (by or world.grace).click(card, custom_id=f"easel:report-{what}:{short_id(card)}")
    await world.settle()
    return pressed


def audited(world: World) -> list[tuple[Any, ...]]:
    return world.rows("SELECT actor_id, action, json_extract(after, '$.decision') FROM audit ORDER BY id")


async def test_a_report_puts_a_card_with_the_hidden_picture_into_the_log_channel(world: World) -> None:
    log = await log_channel(world)
    shown = await world.imagine("a *red* fox")
    answer = await report(world, shown)
    assert answer.ephemeral
    assert answer.response.content == TAKEN
    [card] = log.history()
    link = f"https://discord.com/channels/{world.guild.id}/{world.channel.id}/{shown.response.id}"
    assert card.content == (
        f"**Reported** · a result of {world.ada.mention} · `{short_id(shown)}` · [go to the reply]({link})\n"
        f"- {world.bob.mention}: not \\*nice\\*\n"
        "> a \\*red\\* fox"
    )
    [picture] = card.attachments
    assert picture.is_spoiler()
    assert world.bodies()[-2]["allowed_mentions"] == {"parse": []}


def offered(answer: Any) -> list[str]:
    """Return the custom_ids of the buttons of a private answer."""
    return [button["custom_id"] for row in answer.response.components for button in row["components"]]


async def test_a_result_is_also_reported_from_more_by_all_but_its_author(world: World) -> None:
    log = await log_channel(world)
    shown = await world.imagine()
    more = await world.press(shown, "more", by=world.bob)
    await world.restart()
    opened = await world.press(more, "report", by=world.bob)
    answer: Any = await world.bob.submit_modal(opened, {"reason": "not nice"})
    await world.settle()
    assert (answer.ephemeral, answer.response.content) == (True, TAKEN)
    [card] = log.history()
    assert f"- {world.bob.mention}: not nice" in card.content
    assert offered(await world.press(shown, "more", by=world.ada)) == []


async def test_more_offers_no_report_of_what_is_deleted_or_where_nobody_could_take_it(world: World) -> None:
    await log_channel(world)
    shown = await world.imagine()
    assert offered(await world.press(shown, "more", by=world.bob)) == [f"easel:report:{short_id(shown)}"]
    world.sql("UPDATE requests SET bot_present = 0")
    assert offered(await world.press(shown, "more", by=world.bob)) == []
    world.sql("UPDATE requests SET bot_present = 1, deleted_at = finished_at")
    assert offered(await world.press(shown, "more", by=world.bob)) == []


async def test_the_same_picture_is_reported_on_one_card_also_after_a_restart(world: World) -> None:
    log = await log_channel(world)
    shown = await world.imagine()
    await report(world, shown)
    await world.restart()
    await report(world, shown, by=world.ada, reason="")
    await report(world, shown, by=world.ada, reason="")
    [card] = log.history()
    assert card.content.startswith("**Reported by 2 members** · ")
    assert f"- {world.ada.mention}: no reason given" in card.content
    assert len(card.attachments) == 1


async def test_without_a_log_channel_it_says_so(world: World) -> None:
    shown = await world.imagine()
    answer = await report(world, shown)
    assert answer.ephemeral
    assert answer.response.content.startswith("This server has no log channel yet, so nobody would read a report.")


async def test_what_is_no_result_cannot_be_reported(world: World) -> None:
    await log_channel(world)
    message = await world.bob.send(world.channel, "hello")
    answer = await report(world, message)
    assert answer.response.content.startswith("I made no picture in that message")


async def test_a_card_whose_channel_is_gone_comes_into_the_next_one_and_managers_are_told(world: World) -> None:
    closed = await log_channel(world)
    shown = await world.imagine()
    world.env.backend.delete_channel(closed.id)
    answer = await report(world, shown)
    assert answer.response.content == TAKEN
    await report(world, shown, by=world.ada)
    [told] = world.told(world.guild.owner)
    assert f"<#{closed.id}>" in told
    log = world.guild.create_text_channel("new log")
    await world.bot.engine.settings.change(world.guild.id, world.grace.id, {"log_channel": log.id})
    await world.settle()
    [card] = log.history()
    assert card.content.startswith("**Reported by 2 members** · ")
    assert len(card.attachments) == 1


async def test_a_card_that_the_bot_may_not_post_comes_when_it_may(world: World) -> None:
    log = await log_channel(world)
    shown = await world.imagine()
    deny(world, log, view_channel=True, send_messages=True)
    await report(world, shown)
    assert log.history() == []
    deny(world, log)
    await world.until(log.history)
    await world.settle()
    assert len(log.history()) == 1


async def test_a_report_that_was_taken_before_the_bot_stopped_is_shown_after_its_start(world: World) -> None:
    log = await log_channel(world)
    shown = await world.imagine()
    await world.stop_engine()
    opened = await world.bob.context_menu(world.channel, "Report picture", shown.response)
    await world.bob.submit_modal(opened, {"reason": "not nice"})
    assert log.history() == []
    await world.restart()
    await world.settle()
    assert len(log.history()) == 1


async def test_a_card_that_was_sent_before_the_bot_was_killed_is_not_sent_twice(world: World) -> None:
    log = await log_channel(world)
    shown = await world.imagine()
    await report(world, shown)
    [card] = log.history()
    await world.stop_engine()
    # As if it was killed before it was recorded, longer ago than Discord remembers a nonce.
    world.sql("UPDATE posts SET message_id = NULL, fingerprint = '', nonce = 'p1-0', due_at = 0")
    world.sql("UPDATE posts SET began_at = (unixepoch() - 300) * 1000000")
    await world.restart()
    await world.settle()
    assert [each.id for each in log.history()] == [card.id]
    assert world.rows("SELECT message_id FROM posts") == [(card.id,)]
    await press(world, card, "dismiss")
    assert f"Dismissed by {world.grace.mention}" in log.history()[0].content


async def test_what_was_decided_is_on_the_card_also_if_the_bot_was_killed_before_it_said_so(world: World) -> None:
    log = await log_channel(world)
    shown = await world.imagine()
    await report(world, shown)
    await world.stop_engine()
    await world.bot.engine.moderation.decide(await world.details(shown), Decision.DELETED, world.grace.id)
    await world.restart()
    await world.settle()
    [card] = log.history()
    assert f"Deleted by {world.grace.mention}" in card.content
    assert (card.attachments, card.components) == ([], [])


async def test_a_card_that_a_moderator_deleted_stays_away_until_another_member_reports(world: World) -> None:
    log = await log_channel(world)
    shown = await world.imagine()
    await report(world, shown)
    await world.grace.delete(log.history()[0])
    await world.settle()
    await world.restart()
    await world.settle()
    assert log.history() == []
    await report(world, shown, by=world.ada)
    [card] = log.history()
    assert card.content.startswith("**Reported by 2 members** · ")


async def test_delete_removes_the_result_and_its_pictures_and_the_card_says_who_did(world: World) -> None:
    log = await log_channel(world)
    shown = await world.imagine()
    request = short_id(shown)
    await report(world, shown)
    await world.restart()
    [card] = log.history()
    await press(world, card, "delete")
    await world.settle()
    assert world.channel.history() == []
    details = await world.bot.engine.find(request)
    assert details is not None
    assert (details.request.deleted_at is None, details.pictures[0].file) == (False, None)
    [card] = log.history()
    assert f"Deleted by {world.grace.mention}, <t:" in card.content
    assert (card.attachments, card.components) == ([], [])
    assert audited(world) == [(world.grace.id, "report", "deleted")]


async def test_spoiler_hides_the_result_and_what_is_made_from_it(world: World) -> None:
    log = await log_channel(world)
    shown = await world.imagine()
    await report(world, shown)
    [card] = log.history()
    await press(world, card, "spoiler")
    [attachment] = shown.response.attachments
    assert attachment.filename == f"SPOILER_easel-{short_id(shown)}-1.png"
    assert attachment.description
    assert (await world.details(shown)).request.spoiler
    assert shown.response.components
    again = await world.press(shown, "reroll", by=world.bob)
    await world.settle()
    assert again.response.attachments[0].is_spoiler()
    assert audited(world) == [(world.grace.id, "report", "spoiler")]


async def test_dismiss_leaves_everything_and_another_member_can_report_it_again(world: World) -> None:
    log = await log_channel(world)
    shown = await world.imagine()
    await report(world, shown)
    [card] = log.history()
    await press(world, card, "dismiss")
    assert len(shown.response.attachments) == 1
    assert f"Dismissed by {world.grace.mention}" in log.history()[0].content
    answer = await report(world, shown)
    assert answer.response.content == "A moderator has looked at your report of that picture already."
    await report(world, shown, by=world.ada)
    assert len(log.history()) == 2


async def test_the_author_is_blocked_by_who_may_do_that(world: World) -> None:
    log = await log_channel(world)
    shown = await world.imagine()
    await report(world, shown)
    [card] = log.history()
    refused = await press(world, card, "block")
    assert refused.ephemeral
    assert refused.response.content.startswith("Only who may time out members, or manage this server,")
    role = world.guild.create_role("Wardens", permissions=discord.Permissions(moderate_members=True))
    warden = world.guild.add_member(world.env.create_user("warden"), roles=[role])
    await press(world, card, "block", by=warden)
    assert f"Its author was blocked by {warden.mention}" in log.history()[0].content
    blocked = await world.imagine()
    assert blocked.ephemeral
    assert f"The reason: “a picture that was reported ({short_id(shown)})”" in blocked.response.content
    assert [row[:2] for row in audited(world)] == [(warden.id, "block"), (warden.id, "report")]


@pytest.mark.parametrize("what", ["delete", "spoiler", "block", "dismiss"])
async def test_an_ordinary_member_decides_nothing(world: World, what: str) -> None:
    log = await log_channel(world)
    shown = await world.imagine()
    await report(world, shown)
    [card] = log.history()
    refused = await press(world, card, what, by=world.bob)
    assert refused.ephemeral
    assert refused.response.content.startswith("Only who may")
    assert audited(world) == []
    assert len(shown.response.attachments) == 1


async def test_of_two_moderators_one_decides(world: World) -> None:
    log = await log_channel(world)
    shown = await world.imagine()
    await report(world, shown)
    [card] = log.history()
    await press(world, card, "dismiss")
    assert log.history()[0].components == []
    details, moderation = await world.details(shown), world.bot.engine.moderation
    # As the press of another, who saw the card before.
    with pytest.raises(AlreadyDecided):
        await moderation.check_open(details.request.id)
    with pytest.raises(AlreadyDecided):
        await moderation.decide(details, Decision.SPOILER, world.opal.id)
    assert audited(world) == [(world.grace.id, "report", "dismissed")]
    assert not (await world.details(shown)).request.spoiler


async def test_what_somebody_said_goes_when_they_are_forgotten_and_all_with_the_result(world: World) -> None:
    log = await log_channel(world)
    shown = await world.imagine()
    await report(world, shown)
    assert world.rows("SELECT user_id, reason FROM report_reasons") == [(world.bob.id, "not *nice*")]
    await world.bot.engine.privacy.forget_user(world.bob.id)
    await world.settle()
    assert world.rows("SELECT * FROM report_reasons") == []
    [card] = log.history()
    assert card.content.startswith("**Reported** · ")
    assert "nice" not in card.content
    await report(world, shown, by=world.grace)
    await press(world, card, "dismiss")
    await report(world, shown)
    assert len(log.history()) == 2
    await world.bot.engine.privacy.forget_user(world.ada.id)
    await world.settle()
    assert world.rows("SELECT * FROM reports") == []
    assert log.history() == []


async def test_a_picture_from_among_adults_is_not_shown_where_others_are(world: World) -> None:
    log = await log_channel(world)
    await restrict(world, world.channel)
    shown = await world.imagine()
    await report(world, shown)
    [card] = log.history()
    assert card.attachments == []
    assert "its picture is not shown here" in card.content
