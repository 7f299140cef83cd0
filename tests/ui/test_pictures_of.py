"""The pictures of a message, wherever in it they are."""

from collections.abc import Sequence
from typing import Any

import discord
from PIL import Image
from simcord.backend.models import MessageSticker

from bot.i18n import DEFAULT_LOCALE, text
from bot.ui.pictures_of import pictures_of, uneditable
from tests.images.samples import animation, encoded
from tests.world import World

MEBIBYTE = 1024 * 1024

FOX = encoded(Image.new("RGB", (64, 48), "red"), "PNG")
CDN = "https://cdn.discordapp.com/attachments/1/2"
PROXY = "https://images-ext-1.discordapp.net/external/signature/https/example.org"


async def seen(world: World, message: discord.Message) -> discord.Message:
    """Return a message as the bot gets it from Discord."""
    channel = world.bot.get_channel(message.channel.id)
    assert isinstance(channel, discord.TextChannel)
    return await channel.fetch_message(message.id)


async def posted(world: World, **parts: Any) -> discord.Message:
    """Return a message of these parts, as Discord's API document has them, that somebody else's bot posted."""
    backend = world.env.backend
    message = backend.create_message(world.channel.id, world.bob.id, "", **parts)
    channel = world.bot.get_channel(world.channel.id)
    assert isinstance(channel, discord.TextChannel)
    return await channel.fetch_message(message.id)


def names(message: discord.Message) -> list[str]:
    return [picture.name for picture in pictures_of(message)]


def reasons(message: discord.Message) -> list[str]:
    return [text(error.sentence, locale=DEFAULT_LOCALE, **error.args_) for error in uneditable(message)]


def embed(**parts: Any) -> dict[str, Any]:
    return {"type": "rich", **parts}


def media(url: str, **more: Any) -> dict[str, Any]:
    return {"url": url, "proxy_url": url, **more}


async def test_attachments_with_what_discord_says_of_them(world: World) -> None:
    sent = await world.ada.send(world.channel, attachments=[("fox.png", FOX), ("SPOILER_owl.jpg", FOX)])
    fox, owl = pictures_of(await seen(world, sent))
    assert (fox.name, fox.content_type, fox.size, fox.spoiler) == ("fox.png", "image/png", len(FOX), False)
    assert (owl.name, owl.spoiler) == ("SPOILER_owl.jpg", True)


async def test_why_an_attachment_cannot_be_edited(world: World) -> None:
    files: Sequence[tuple[str, bytes]] = [
        ("fox.mp4", b"video"),
        ("fox.svg", b"<svg/>"),
        ("fox.gif", animation("GIF")),
        ("notes.txt", b"hello"),
        ("empty.png", b""),
        ("large.png", bytes(20 * MEBIBYTE + 1)),
    ]
    message = await seen(world, await world.ada.send(world.channel, attachments=files))
    assert names(message) == []
    assert reasons(message) == [
        "“fox.mp4” is a video, and I can edit only still pictures. Send a PNG, JPEG or WebP.",
        "I cannot edit a SVG. Send a PNG, JPEG or WebP.",
        "I cannot edit a GIF. Send a PNG, JPEG or WebP.",
        "“notes.txt” is not a picture. Send a PNG, JPEG or WebP.",
        "“empty.png” is empty. Send a PNG, JPEG or WebP.",
        "“large.png” has 21 MB; 20 MB is the most that I can edit.",
    ]


async def test_the_picture_of_an_embed_comes_from_discord(world: World) -> None:
    elsewhere = {"url": "https://example.org/fox.png", "width": 64, "height": 48}
    message = await posted(
        world,
        embeds=[
            embed(image={**elsewhere, "proxy_url": f"{PROXY}/fox.png"}),
            embed(image=media(f"{CDN}/owl.webp?ex=1")),
            {"type": "image", "url": "https://example.org/elk.jpg", "thumbnail": media(f"{PROXY}/elk.jpg")},
            embed(image=elsewhere),
        ],
    )
    fox, *_ = pictures_of(message)
    assert (fox.content_type, fox.width, fox.height) == ("image/png", 64, 48)
    assert [(each.name, each.url) for each in pictures_of(message)] == [
        ("fox.png", f"{PROXY}/fox.png"),
        ("owl.webp", f"{CDN}/owl.webp?ex=1"),
        ("elk.jpg", f"{PROXY}/elk.jpg"),
    ]


async def test_what_adorns_a_link_is_not_a_picture_that_somebody_posted(world: World) -> None:
    thumbnail = media(f"{PROXY}/logo.png")
    assert names(await posted(world, embeds=[embed(thumbnail=thumbnail, url="https://example.org")])) == []


async def test_embeds_that_move_are_named(world: World) -> None:
    message = await posted(
        world,
        embeds=[
            {"type": "gifv", "url": "https://tenor.com/view/fox", "thumbnail": media(f"{PROXY}/fox.png")},
            {"type": "image", "url": "https://example.org/fox.gif", "thumbnail": media(f"{PROXY}/fox.gif")},
        ],
    )
    assert names(message) == []
    assert reasons(message) == [
        "“fox” is a video, and I can edit only still pictures. Send a PNG, JPEG or WebP.",
        "I cannot edit a GIF. Send a PNG, JPEG or WebP.",
    ]


async def test_the_media_of_components_however_deep(world: World) -> None:
    def shown(name: str, **more: Any) -> dict[str, Any]:
        return {"media": media(f"{CDN}/{name}", content_type="image/png", width=64, height=48), **more}

    section = {
        "type": 9,
        "components": [{"type": 10, "content": "A fox"}],
        "accessory": {"type": 11, **shown("thumbnail.png")},
    }
    gallery = {"type": 12, "items": [shown("one.png"), shown("two.png", spoiler=True)]}
    video = {"media": media(f"{CDN}/three.mp4", content_type="video/mp4")}
    message = await posted(
        world,
        components=[
            {"type": 17, "components": [section, gallery]},
            {"type": 13, "file": media(f"{CDN}/file.png", content_type="image/png"), "name": "file.png", "size": 9},
            {"type": 12, "items": [video]},
        ],
        flags=1 << 15,
    )
    assert [(each.name, each.spoiler) for each in pictures_of(message)] == [
        ("thumbnail.png", False),
        ("one.png", False),
        ("two.png", True),
        ("file.png", False),
    ]
    assert reasons(message) == ["“three.mp4” is a video, and I can edit only still pictures. Send a PNG, JPEG or WebP."]


async def test_a_file_that_is_shown_twice_is_one_picture(world: World) -> None:
    sent = await world.ada.send(world.channel, attachments=[("fox.png", FOX)])
    [stored] = world.env.backend.get_message(world.channel.id, sent.id).attachments
    message = await posted(
        world,
        attachments=[{**stored, **media(f"{CDN}/fox.png?ex=1")}],
        embeds=[embed(image=media(f"{CDN}/fox.png?ex=2"))],
    )
    assert names(message) == ["fox.png"]


async def test_stickers_that_stand_still(world: World) -> None:
    kinds = {"still": 1, "apng": 2, "lottie": 3, "gif": 4}
    stickers = [world.guild.create_sticker(name, format_type=kind) for name, kind in kinds.items()]
    parts = [MessageSticker(each.id, each.name, each.format_type, world.guild.id) for each in stickers]
    messages = [await posted(world, stickers=[each]) for each in parts]
    assert [names(message) for message in messages] == [["still.png"], [], [], []]
    assert [reasons(message) for message in messages[1:]] == [
        [f"The sticker “{name}” is animated, and I can edit only still pictures. Send a PNG, JPEG or WebP."]
        for name in ("apng", "lottie", "gif")
    ]


async def test_what_a_message_forwards(world: World) -> None:
    sent = await world.ada.send(world.channel, attachments=[("fox.png", FOX), ("fox.gif", animation("GIF"))])
    forwarded = await seen(world, await world.bob.forward(sent, world.channel))
    assert names(forwarded) == ["fox.png"]
    assert reasons(forwarded) == ["I cannot edit a GIF. Send a PNG, JPEG or WebP."]
