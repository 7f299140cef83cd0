"""The course of a round: voting, winners, reminders; on time, late, and across restarts."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import simcord
from PIL import Image

from tests.places import restrict
from tests.rounds import (
    custom_ids,
    enter,
    entries,
    later,
    look,
    open_ballot,
    posts,
    round_world,
    rounds,
    said,
    shift,
    shown_entry,
    start,
    vote_for,
)
from tests.world import World, texts

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY, HOUR = {"hours": 24}, {"hours": 1}


@pytest.fixture(name="hall")
async def _hall(tmp_path: Path) -> AsyncGenerator[tuple[World, simcord.MemberActor]]:
    async with round_world(tmp_path) as built:
        yield built


Hall = tuple[World, simcord.MemberActor]


async def voting(world: World, vera: simcord.MemberActor, *artists: simcord.MemberActor, **options: Any) -> None:
    """Hold a round up to its voting."""
    await start(world, vera, **options)
    await enter(world, *(artists or (world.ada, world.bob, world.grace)))
    await later(world, **DAY)
    assert rounds(world, "state")[-1] == "voting"


def votes(world: World) -> list[tuple[int, int]]:
    """Return who voted for whom."""
    return world.rows("SELECT user_id, artist_id FROM votes ORDER BY user_id")  # type: ignore[return-value]


def left(world: World, until: str) -> timedelta:
    """Return how long it is until a moment of the newest round."""
    return timedelta(microseconds=rounds(world, until)[-1]) + EPOCH - world.clock.now()


async def test_a_round_goes_its_way_and_its_winners_stand_on_a_podium(hall: Hall) -> None:
    world, vera = hall
    await voting(world, vera)
    [call] = said(world, "Voting")
    assert "3 pictures are in. Every member has one vote until <t:" in call
    await vote_for(world, world.ada, world.bob)
    await vote_for(world, world.grace, world.bob)
    await vote_for(world, world.bob, world.ada)
    await later(world, **DAY)
    [result] = posts(world, "Result")
    lines = result.content.split("\n")
    assert lines[:2] == ["## 🏁 Foxes at night", "**The winners**"]
    assert lines[2].startswith(f"🥇 {world.bob.mention} · 2 votes · [go to the picture](https://discord.com/channels/")
    assert lines[3].startswith(f"🥈 {world.ada.mention} · one vote")
    assert lines[4] == "-# 3 pictures by 3 members · 3 votes"
    [podium] = result.attachments
    assert podium.filename.startswith("podium-")
    assert "place 1, “bob's fox”" in (podium.description or "")
    assert "This round is over." in said(world, "Round")[0]
    [call] = posts(world, "Voting")
    assert custom_ids(call) == []
    assert world.rows("SELECT votes, place FROM entries ORDER BY id") == [(1, 2), (2, 1), (0, None)]


async def test_the_podium_shows_the_pictures_of_the_winners(hall: Hall, tmp_path: Path) -> None:
    world, vera = hall
    await voting(world, vera)
    await vote_for(world, world.ada, world.bob)
    await later(world, **DAY)
    standing = await world.bot.engine.rounds.standing(rounds(world, "short_id")[0])
    assert standing is not None
    async with world.bot.engine.rounds.podium(standing, among_adults=False) as made:
        assert made is not None
        with Image.open(made.path) as podium:
            assert podium.size == (400, 500)
            colours = podium.crop((10, 20, 390, 390)).getcolors(1_000_000)
            assert colours is not None
            assert len(colours) > 100


async def test_nobody_votes_for_their_own_picture(hall: Hall) -> None:
    world, vera = hall
    await voting(world, vera)
    seen = set[int]()
    ballot = await open_ballot(world, world.ada)
    assert "Picture 1 of 2" in texts(ballot)
    seen.add(shown_entry(ballot))
    await world.ada.click(ballot.response, label="Next")
    seen.add(shown_entry(ballot))
    own = entries(world, "id")[0]
    assert seen == set(entries(world, "id")) - {own}
    round_id = rounds(world, "short_id")[0]
    with pytest.raises(Exception, match="round-own-entry"):
        await world.bot.engine.rounds.vote(round_id, world.ada.id, own)
    assert votes(world) == []


async def test_a_vote_moves_with_its_voter_and_can_be_taken_back_also_after_a_restart(hall: Hall) -> None:
    world, vera = hall
    await voting(world, vera)
    ballot = await vote_for(world, world.ada, world.bob)
    assert "**your vote is for this one**" in texts(ballot)
    assert votes(world) == [(world.ada.id, world.bob.id)]
    await world.restart()
    ballot = await vote_for(world, world.ada, world.grace)
    assert votes(world) == [(world.ada.id, world.grace.id)]
    await world.restart()
    await world.ada.click(ballot.response, label="Take my vote back")
    assert "you have not voted yet" in texts(ballot)
    assert votes(world) == []


async def test_everybody_has_an_order_of_their_own_that_stays(hall: Hall) -> None:
    world, vera = hall
    await voting(world, vera, *[world.ada] * 6, entries=6)
    orders = dict[int, list[int]]()
    for number in range(4):
        voter = world.guild.add_member(world.env.create_user(f"voter{number}"))
        ballot = await open_ballot(world, voter)
        orders[number] = [shown_entry(ballot)]
        while any("Next" in str(each) for each in ballot.response.components):
            await voter.click(ballot.response, label="Next")
            orders[number].append(shown_entry(ballot))
        again = await open_ballot(world, voter)
        assert shown_entry(again) == orders[number][0]
    assert all(sorted(each) == sorted(entries(world, "id")) for each in orders.values())
    assert len({tuple(each) for each in orders.values()}) > 1


async def test_neither_artists_nor_counts_are_told_before_the_end(hall: Hall) -> None:
    world, vera = hall
    await voting(world, vera)
    ballot = await vote_for(world, world.ada, world.bob)
    await look(world)
    shown = await world.slash("round history")
    for told in (texts(ballot), *said(world, "Round"), *said(world, "Voting"), texts(shown)):
        assert world.bob.mention not in told
        assert "one vote ·" not in told
    standing = await world.bot.engine.rounds.standing(rounds(world, "short_id")[0])
    assert standing is not None
    assert (standing.votes, standing.placed) == (None, [])


async def test_as_many_votes_share_a_place(hall: Hall) -> None:
    world, vera = hall
    await voting(world, vera)
    await vote_for(world, world.ada, world.bob)
    await vote_for(world, world.bob, world.ada)
    await later(world, **DAY)
    assert sorted(world.rows("SELECT user_id, place FROM entries WHERE place IS NOT NULL")) == sorted(
        [(world.ada.id, 1), (world.bob.id, 1)]
    )
    assert said(world, "Result")[0].count("🥇") == 2


async def test_a_round_that_nobody_enters_or_votes_in_says_so(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera)
    await later(world, **DAY)
    assert rounds(world, "state") == ["ended"]
    assert "No picture entered, so nobody won." in said(world, "Result")[0]
    assert said(world, "Voting") == []
    await voting(world, vera)
    await later(world, **DAY)
    result = posts(world, "Result")[1]
    assert "Nobody voted, so nobody won." in result.content
    assert result.attachments == []


async def test_a_picture_that_is_alone_wins_without_a_vote(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera)
    await enter(world, world.ada)
    await later(world, **DAY)
    assert rounds(world, "state") == ["ended"]
    assert f"🥇 {world.ada.mention}" in said(world, "Result")[0]
    assert "It was the only picture, so there was nothing to vote on." in said(world, "Result")[0]


async def test_after_the_end_nothing_enters_and_nobody_votes(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera)
    shown, *_ = await enter(world, world.ada, world.bob)
    shift(world, timedelta(days=1))
    # The time counts, also where nobody has looked since.
    pressed = await world.press(shown, "round")
    assert pressed.followups[0].content == "No round takes pictures here now."
    assert len(entries(world)) == 2
    await look(world)
    pressed = await world.press(shown, "round")
    assert pressed.response.content == "No round takes pictures here now."
    ballot = await open_ballot(world, world.ada)
    shift(world, timedelta(days=1))
    pressed = await world.ada.click(ballot.response, label="Vote for it")
    assert pressed.followups[0].content == "Nobody votes in that round now."
    assert votes(world) == []


async def test_a_manager_ends_making_and_then_voting(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera)
    await enter(world, world.ada, world.bob)
    first = await world.slash("round end", by=vera)
    second = await world.slash("round end", by=vera)
    await world.restart()
    await vera.click(first.response, label="Begin voting")
    assert first.response.content == "No more pictures can enter “Foxes at night”; voting begins."
    refused: Any = await vera.click(second.response, label="Begin voting")
    assert refused.response.content.startswith("That round has moved on meanwhile.")
    await world.settle()
    await vote_for(world, world.ada, world.bob)
    question = await world.slash("round end", by=vera)
    await vera.click(question.response, label="Count the votes")
    await world.settle()
    assert f"🥇 {world.bob.mention}" in said(world, "Result")[0]
    none = await world.slash("round end", by=vera)
    assert none.response.content.startswith("There is no round in this channel now.")


async def test_a_round_that_is_called_off_has_no_winners(hall: Hall) -> None:
    world, vera = hall
    await voting(world, vera)
    question = await world.slash("round end", by=vera)
    await vera.click(question.response, label="Call it off")
    await world.settle()
    assert "This round was called off." in said(world, "Round")[0]
    assert said(world, "Result") == []


async def test_a_reminder_comes_once_before_each_end_and_goes_with_it(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera)
    await enter(world, world.ada, world.bob)
    assert said(world, "Reminder") == []
    await later(world, hours=23)
    [making] = said(world, "Reminder")
    assert "Pictures can enter <t:" in making
    await world.restart()
    await look(world)
    assert len(said(world, "Reminder")) == 1
    await later(world, **HOUR)
    assert said(world, "Reminder") == []
    await later(world, hours=23)
    [last] = posts(world, "Reminder")
    assert "Voting ends <t:" in last.content
    assert len(custom_ids(last)) == 1
    await later(world, **HOUR)
    assert said(world, "Reminder") == []
    assert len(said(world, "Result")) == 1


async def test_a_round_that_ended_while_the_bot_was_down_goes_on_at_its_start_and_says_it_is_late(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera)
    await enter(world, world.ada, world.bob)
    await world.stop_engine()
    shift(world, timedelta(hours=30))
    await world.restart()
    await world.until(lambda: rounds(world, "state") == ["voting"])
    await world.settle()
    [call] = said(world, "Voting")
    assert "Voting was to begin <t:" in call
    assert "It has its whole time all the same." in call
    assert said(world, "Reminder") == []
    assert left(world, "ends_at") > timedelta(hours=23)
    await vote_for(world, world.ada, world.bob)
    await world.stop_engine()
    shift(world, timedelta(hours=24, minutes=5))
    await world.restart()
    await world.until(lambda: rounds(world, "state") == ["ended"])
    await world.settle()
    [result] = said(world, "Result")
    assert "The result was to come <t:" in result
    assert f"🥇 {world.bob.mention}" in result


async def test_a_restart_in_between_says_nothing_twice(hall: Hall) -> None:
    world, vera = hall
    await voting(world, vera)
    await vote_for(world, world.ada, world.bob)
    shift(world, timedelta(days=1))
    await world.restart()
    await world.until(lambda: rounds(world, "state") == ["ended"])
    await world.settle()
    await world.restart()
    await look(world)
    assert [len(said(world, of)) for of in ("Round", "Voting", "Result")] == [1, 1, 1]
    assert "was to come" not in said(world, "Result")[0]


async def test_a_round_that_was_to_begin_while_the_bot_was_down_has_its_whole_time(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera, starts=60)
    await world.stop_engine()
    shift(world, timedelta(hours=3))
    await world.restart()
    await world.until(lambda: rounds(world, "state") == ["open"])
    await world.settle()
    assert "It was to begin <t:" in said(world, "Round")[0]
    assert left(world, "closes_at") > timedelta(hours=23)
    await enter(world, world.ada)
    assert entries(world) == [world.ada.id]


async def test_a_picture_that_is_deleted_takes_its_votes_with_it(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera)
    shown = await enter(world, world.ada, world.bob, world.grace)
    await later(world, **DAY)
    ballot = await vote_for(world, world.ada, world.bob)
    world.env.backend.delete_message(world.channel.id, shown[1].response.id)
    await world.until(lambda: len(entries(world)) == 2)
    assert votes(world) == []
    refused = await world.ada.click(ballot.response, label="Take my vote back")
    assert refused.followups[0].content == "That picture is not in the round any more. Look at the others."
    await vote_for(world, world.ada, world.grace)
    assert votes(world) == [(world.ada.id, world.grace.id)]


async def test_a_winner_that_is_deleted_keeps_its_place_and_is_shown_no_more(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera)
    shown = await enter(world, world.ada, world.bob)
    await later(world, **DAY)
    await vote_for(world, world.ada, world.bob)
    await later(world, **DAY)
    [before] = posts(world, "Result")
    old = before.attachments[0].id
    await world.bot.engine.forget(await world.details(shown[1]))
    await look(world)
    [result] = posts(world, "Result")
    assert f"🥇 {world.bob.mention} · one vote\n" in result.content
    assert result.attachments[0].id != old
    assert "bob's fox" not in (result.attachments[0].description or "")


async def test_a_winner_who_wants_to_be_forgotten_is_named_no_more(hall: Hall) -> None:
    world, vera = hall
    await start(world, vera)
    await enter(world, world.ada, world.bob)
    await later(world, **DAY)
    await vote_for(world, world.ada, world.bob)
    await later(world, **DAY)
    await world.bot.engine.privacy.forget_user(world.bob.id)
    await look(world)
    [result] = posts(world, "Result")
    assert world.bob.mention not in result.content
    assert result.attachments == []


async def test_an_export_has_what_somebody_entered_and_how_they_voted(hall: Hall) -> None:
    world, vera = hall
    await voting(world, vera, world.ada, world.bob)
    await vote_for(world, world.ada, world.bob)
    kept = await world.bot._store.read(  # pyright: ignore[reportPrivateUsage]
        lambda session: session.exports.rest(world.ada.id)
    )
    assert [(each["user_id"], each["theme"]) for each in kept["round_entries"]] == [(world.ada.id, "Foxes at night")]
    [vote] = kept["round_votes"]
    assert vote["theme"] == "Foxes at night"
    # Whose picture it is that somebody voted for is not told before the end.
    assert "artist_id" not in vote


async def test_whoever_is_blocked_neither_wins_nor_votes(hall: Hall) -> None:
    world, vera = hall
    await voting(world, vera)
    await vote_for(world, world.ada, world.bob)
    ballot = await vote_for(world, world.bob, world.grace)
    await world.bot.engine.blocks.block(world.guild.id, world.bob.id, "spam", None, vera.id)
    refused = await world.bob.click(ballot.response, label="Take my vote back")
    assert "You cannot make pictures with Easel in this server" in refused.followups[0].content
    assert "Picture 1 of 1" in texts(await open_ballot(world, world.ada))
    await later(world, **DAY)
    assert "Nobody voted, so nobody won." in said(world, "Result")[0]


async def test_spoilers_stay_hidden_on_ballots_and_podiums(hall: Hall) -> None:
    world, vera = hall
    await voting(world, vera, world.ada, world.bob)
    world.sql("UPDATE requests SET spoiler = 1")
    ballot = await vote_for(world, world.ada, world.bob)
    [gallery] = [each for each in ballot.response.components[0]["components"] if each["type"] == 12]
    assert gallery["items"][0]["spoiler"] is True
    await later(world, **DAY)
    standing = await world.bot.engine.rounds.standing(rounds(world, "short_id")[0])
    assert standing is not None
    async with world.bot.engine.rounds.podium(standing, among_adults=False) as made:
        assert made is not None
        with Image.open(made.path) as podium:
            hidden = podium.convert("L").crop((60, 80, 340, 330))
            jump = max(
                abs(int(hidden.getpixel((x + 1, 100))) - int(hidden.getpixel((x, 100))))  # type: ignore[arg-type]
                for x in range(270)
            )
            assert jump < 12


async def test_pictures_from_among_adults_are_not_shown_where_others_are(hall: Hall) -> None:
    world, vera = hall
    await restrict(world, world.channel)
    await voting(world, vera, world.ada, world.bob)
    await vote_for(world, world.ada, world.bob)
    await restrict(world, world.channel, restricted=False)
    nothing = await open_ballot(world, world.grace)
    assert nothing.response.content == "There is no picture here that you could vote for."
    await later(world, **DAY)
    [result] = posts(world, "Result")
    assert f"🥇 {world.bob.mention}" in result.content
    assert "bob's fox" not in (result.attachments[0].description or "")
