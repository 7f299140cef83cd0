"""What comes of a spoiler is a spoiler."""

from typing import Any

from tests.cogs.test_edit import edit, picture
from tests.world import World, short_id

SPOILER = ("SPOILER_fox.png", picture("red"))
PLAIN = ("fox.png", picture("red"))


def hidden(shown: Any) -> bool:
    """Return whether the one picture of a reply is a spoiler; its name says nothing else."""
    [attachment] = shown.response.attachments
    assert attachment.filename.removeprefix("SPOILER_") == f"easel-{short_id(shown)}-1.png"
    return attachment.is_spoiler()


async def test_an_edit_of_a_spoiler_is_one_and_so_is_all_that_is_made_from_it(world: World) -> None:
    shown = await edit(world, SPOILER)
    assert hidden(shown)
    await world.restart()
    again = await world.press(shown, "reroll", by=world.bob)
    await world.settle()
    assert hidden(again)
    further = await world.press(again, "reroll")
    await world.settle()
    assert hidden(further)


async def test_one_spoiler_among_several_pictures_is_enough(world: World) -> None:
    assert hidden(await edit(world, PLAIN, SPOILER))
    assert not hidden(await edit(world, PLAIN, PLAIN))


async def test_a_mask_hides_nothing(world: World) -> None:
    shown = await edit(world, PLAIN, model="gpt-4o-image", mask=("SPOILER_mask.png", picture("white")))
    assert not hidden(shown)
