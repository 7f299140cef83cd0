"""Easel on the wire: commands that arrive together get what there is, and not one more."""

import asyncio
from decimal import Decimal

from tests.wire.easel import Studio
from tests.wire.people import GUILD_ID

GIVEN, COMMANDS = 5, 200


async def test_200_commands_at_once_at_a_limit_of_5_give_5(idle_studio: Studio) -> None:
    studio = idle_studio
    settings = studio.settings.model_copy(update={"daily_images_per_user": GIVEN})
    studio.settings = settings
    async with studio.running():
        replies = await asyncio.gather(*(studio.server.slash("imagine", prompt="a red fox") for _ in range(COMMANDS)))
        originals = await asyncio.gather(*(reply.finished for reply in replies))
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
        await studio.bot.engine.price("text_to_image", None, {})
        replies = await asyncio.gather(*(studio.server.slash("imagine", prompt="a red fox") for _ in range(COMMANDS)))
        originals = await asyncio.gather(*(reply.finished for reply in replies))
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
