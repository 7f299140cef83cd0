"""`/help`."""

from pathlib import Path

from tests.managers import manager
from tests.world import World, texts, world


async def test_help_is_private_and_names_every_command_that_makes_something(world: World) -> None:
    shown = await world.slash("help")
    assert shown.ephemeral
    for command in ("/imagine", "/edit", "/show", "/history", "/again", "/usage"):
        assert f"`{command}`" in texts(shown)


async def test_help_lists_every_model(world: World) -> None:
    said = texts(await world.slash("help"))
    for model in world.bot.engine.catalog.models:
        assert f"**{model.name}** `{model.id}`" in said


async def test_help_tells_this_bots_own_allowance(tmp_path: Path) -> None:
    async with world(tmp_path, daily_images_per_user=3) as built:
        assert "3 pictures a day for everyone" in texts(await built.slash("help"))


async def test_help_works_in_a_direct_message(world: World) -> None:
    assert "Easel makes and edits pictures" in texts(await world.ada.user.slash("help"))


async def test_only_managers_are_told_how_to_manage(world: World) -> None:
    assert "/settings panel" in texts(await world.slash("help", by=manager(world)))
    assert "/settings" not in texts(await world.slash("help"))
    assert "/settings" not in texts(await world.ada.user.slash("help"))
