"""Easel on the wire: commands that arrive together get what there is, and not one more."""

import asyncio
from decimal import Decimal

from tests.wire.easel import Studio
from tests.wire.messages import Message
from tests.wire.people import GUILD_ID

GIVEN, COMMANDS = 5, 200
ALL_ANSWERED = 120.0
"""Seconds that a busy machine may need for that many answers."""


async def answered_at_once(studio: Studio) -> list[Message]:
    """Type so many commands at once; return their replies. How long that takes is not what is tested here."""
    studio.server.clock.stop()
    replies = await asyncio.gather(*(studio.server.slash("imagine", prompt="a red fox") for _ in range(COMMANDS)))

    def finished() -> list[Message] | None:
        originals = [reply.original for reply in replies if reply.original and not reply.original.loading]
        return originals if len(originals) == COMMANDS else None

    # One who waits for all: each look after each change costs more than what is looked at.
    return await studio.server.until(finished, ALL_ANSWERED)


async def test_200_commands_at_once_at_a_limit_of_5_give_5(idle_studio: Studio) -> None:
    studio = idle_studio
    settings = studio.settings.model_copy(update={"daily_images_per_user": GIVEN})
    studio.settings = settings
    async with studio.running():
        originals = await answered_at_once(studio)
        await studio.begun(GIVEN)
        await studio.finish()
        refused = [each for each in originals if each.ephemeral]
        assert len(refused) == COMMANDS - GIVEN
        assert all("You have used all 5 of today's pictures." in each.payload()["content"] for each in refused)
        assert len(studio.public()) == GIVEN
        assert len(studio.sandbox.tasks) == GIVEN
        standing = await studio.bot.engine.limits.standing(int(studio.server.ada.id), int(GUILD_ID))
        assert (standing.used, standing.reserved, standing.left) == (GIVEN, 0, 0)


async def test_200_commands_at_once_at_a_budget_for_5_give_5(idle_studio: Studio) -> None:
    studio = idle_studio
    changed = {"daily_images_per_user": COMMANDS, "budget_a_day": Decimal("0.40")}
    studio.settings = studio.settings.model_copy(update=changed)
    async with studio.running():
        engine = studio.bot.engine
        await engine.prices.price("text_to_image", engine.catalog.choose("text_to_image", None)[0], {})
        originals = await answered_at_once(studio)
        await studio.begun(GIVEN)
        await studio.finish()
        refused = [each for each in originals if each.ephemeral]
        assert len(refused) == COMMANDS - GIVEN
        said = "This bot's budget for today, for all servers together, is used up."
        assert all(said in each.payload()["content"] for each in refused)
        assert len(studio.public()) == GIVEN
        assert len(studio.sandbox.tasks) == GIVEN
        [funds] = await studio.bot.engine.limits.funds(int(GUILD_ID))
        assert (funds.spending.spent, funds.spending.reserved, funds.left) == (Decimal("0.40"), 0, 0)
