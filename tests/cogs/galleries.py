"""A gallery in the simulated server, with pictures in it."""

import io
import re
from typing import Any, cast

import simcord
from PIL import Image

from tests.world import World, texts


async def gallery(world: World, **settings: Any) -> simcord.ChannelHandle:
    """Make a gallery in which one star is enough."""
    channel = world.guild.create_text_channel("gallery")
    changed = {"gallery_channel": channel.id, "gallery_stars": 1, **settings}
    await world.bot.engine.settings.change(world.guild.id, world.grace.id, changed)
    return channel


async def hang(world: World, prompt: str, *, by: Any = None, stars: int = 1, **options: Any) -> Any:
    """Make a picture, and have it starred until it is in the gallery."""
    shown = await world.imagine(prompt, by=by, **options)
    await star(world, shown, stars)
    return shown


async def star(world: World, shown: Any, stars: int = 1) -> None:
    """Have a result starred by so many of the members who did not make it, `grace` first."""
    details = await world.details(shown)
    members = [each for each in (world.grace, world.bob, world.ada) if each.id != details.request.user_id]
    for member in members[:stars]:
        await world.press(shown, "star", by=member)
    await world.settle()


def walked(components: Any) -> list[dict[str, Any]]:
    """Return all components of a panel, with those within them."""
    found: list[dict[str, Any]] = []
    for each in components:
        raw = cast("dict[str, Any]", each if isinstance(each, dict) else each.to_dict())
        found += [raw, *walked(raw.get("components", []))]
    return found


def buttons(shown: Any) -> dict[str, dict[str, Any]]:
    """Return a panel's buttons by their labels."""
    return {each["label"]: each for each in walked(shown.response.components) if each.get("type") == 2}


def choices(shown: Any) -> list[dict[str, Any]]:
    """Return what a panel's select offers."""
    return [option for each in walked(shown.response.components) if each.get("type") == 3 for option in each["options"]]


def prompts(shown: Any) -> list[str]:
    """Return the prompts that a panel lists, in their order; small text that is a line of its own."""
    return re.findall(r"^-# (.+?) · \[go to it\]", texts(shown), re.MULTILINE)


async def press(shown: Any, label: str, *, by: simcord.MemberActor) -> Any:
    """Press a panel's button."""
    return await by.click(shown.response, custom_id=buttons(shown)[label]["custom_id"])


async def open_picture(shown: Any, number: int, *, by: simcord.MemberActor) -> Any:
    """Choose the picture with that number on a page."""
    [value] = [each["value"] for each in choices(shown) if each["label"].startswith(f"{number} · ")]
    return await by.select(shown.response, [value], custom_id="easel:gallery-open")


async def sheet(shown: Any) -> Image.Image:
    """Return the contact sheet."""
    [attachment] = shown.response.attachments
    return Image.open(io.BytesIO(await attachment.read()))
