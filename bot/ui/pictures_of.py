"""The pictures of a message: those that can be edited, and why the others cannot."""

import math
import mimetypes
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import discord

from bot.errors import EaselError
from bot.images import MAX_SOURCE_BYTES

MEBIBYTE = 1024 * 1024

EDITABLE = frozenset({"image/png", "image/jpeg", "image/webp"})
"""Types of which the bytes are looked at; Discord derives them from the file's name."""

_DISCORDS = (".discordapp.com", ".discordapp.net")
"""Ends of the names of hosts from which Discord serves files and its copies of others' files."""

_TYPES = mimetypes.MimeTypes()

_Part = discord.Message | discord.MessageSnapshot


@dataclass(frozen=True, slots=True)
class MessagePicture:
    """A picture in a message, which may be one that can be edited: its bytes are looked at later.

    Attributes:
        url: where Discord serves it; never an address outside of Discord.
        spoiler: whether it is hidden until somebody presses it.
        content_type: as Discord says, or as its name ends; None where neither tells.
        width: in pixels, as Discord says; None where it does not.
        size: in bytes, as Discord says; None where it does not.
    """

    name: str
    url: str
    spoiler: bool = False
    content_type: str | None = None
    width: int | None = None
    height: int | None = None
    size: int | None = None


_Found = MessagePicture | EaselError
"""A picture, or why what is there cannot be edited."""


def pictures_of(message: discord.Message) -> Sequence[MessagePicture]:
    """Return the pictures of a message that can be edited, each once, in the order in which it shows them.

    Those are attachments, media of components, pictures of embeds, stickers that stand still, and all that in what it
    forwards. What Discord does not tell the bot of a message, for want of the Message Content intent, is not among
    them.
    """
    pictures = (each for each in _found(message) if isinstance(each, MessagePicture))
    once: dict[str, MessagePicture] = {}
    for picture in pictures:
        once.setdefault(file_of(picture.url), picture)
    return tuple(once.values())


def file_of(url: str) -> str:
    """Return an address of Discord's without its signature: the same file is signed anew each time that it is told."""
    return urlsplit(url)._replace(query="", fragment="").geturl()


def uneditable(message: discord.Message) -> Sequence[EaselError]:
    """Return why what a message shows besides those pictures cannot be edited: a video, a GIF, an animated sticker."""
    return [each for each in _found(message) if isinstance(each, EaselError)]


def check_attachment(attachment: discord.Attachment) -> MessagePicture:
    """Return an attachment as a picture that can be edited.

    Raises:
        EaselError: it surely is none; the sentence says why.
    """
    return _checked(_of_attachment(attachment))


def check_attachments(message: discord.Message) -> None:
    """Check what is in a message that has no picture.

    Raises:
        EaselError: the first of it is none that can be edited; the sentence says why.
    """
    for error in uneditable(message):
        raise error


def _checked(picture: MessagePicture) -> MessagePicture:
    """Return the picture if its type and size are not surely those of something else.

    Raises:
        EaselError: they are.
    """
    name = picture.name
    if picture.size == 0:
        raise EaselError("image-empty", name=name)
    kind, _, subtype = (picture.content_type or "").partition(";")[0].strip().lower().partition("/")
    if kind == "video":
        raise EaselError("image-is-video", name=name)
    if kind != "image":
        raise EaselError("not-an-image-type", name=name)
    if f"{kind}/{subtype}" not in EDITABLE:
        raise EaselError("images-wrong-format", format=subtype.partition("+")[0].upper())
    if picture.size is not None and picture.size > MAX_SOURCE_BYTES:
        size = math.ceil(picture.size / MEBIBYTE)
        raise EaselError("image-too-large", name=name, size=size, limit=MAX_SOURCE_BYTES // MEBIBYTE)
    return picture


def _found(message: discord.Message) -> Iterator[_Found]:
    parts: list[_Part] = [message, *message.message_snapshots]
    for part in parts:
        for candidate in _candidates(part):
            try:
                yield _checked(candidate) if isinstance(candidate, MessagePicture) else candidate
            except EaselError as error:
                yield error


def _candidates(part: _Part) -> Iterator[_Found]:
    """Yield all that a message shows, whether it can be edited or not."""
    yield from map(_of_attachment, part.attachments)
    yield from _of_components(part.components)
    for embed in part.embeds:
        yield from _of_embed(embed)
    for sticker in part.stickers:
        if sticker.format is discord.StickerFormatType.png:
            yield MessagePicture(f"{sticker.name}.png", sticker.url, content_type="image/png")
        else:
            yield EaselError("sticker-moves", name=sticker.name)


def _of_attachment(attachment: discord.Attachment) -> MessagePicture:
    return MessagePicture(
        attachment.filename,
        attachment.url,
        spoiler=attachment.is_spoiler(),
        content_type=attachment.content_type,
        width=attachment.width,
        height=attachment.height,
        size=attachment.size,
    )


def _of_embed(embed: discord.Embed) -> Iterator[_Found]:
    """Yield the picture of an embed.

    The thumbnail is the picture itself only where somebody posted a link to a picture; elsewhere it adorns a link.
    """
    if embed.type in ("video", "gifv"):
        yield EaselError("image-is-video", name=_name(embed.url or embed.video.url or embed.type))
        return
    for media in (embed.image, embed.thumbnail if embed.type == "image" else None):
        url = None if media is None else _served(media.url, media.proxy_url)
        if media is None or url is None:
            continue
        name = _name(media.url or url)
        # What Discord says is a picture is one, if its name does not tell another type.
        kind = _TYPES.guess_type(name, strict=False)[0] or "image/png"
        yield MessagePicture(name, url, content_type=kind, width=media.width, height=media.height)


def _of_components(components: Iterable[discord.Component]) -> Iterator[_Found]:
    for component in components:
        match component:
            case discord.Container():
                yield from _of_components(component.children)
            case discord.SectionComponent():
                yield from _of_components([component.accessory])
            case discord.MediaGalleryComponent():
                for item in component.items:
                    yield from _of_media(item.media, spoiler=item.spoiler)
            case discord.ThumbnailComponent() | discord.FileComponent():
                yield from _of_media(component.media, spoiler=component.spoiler)
            case _:
                pass


def _of_media(media: discord.UnfurledMediaItem, *, spoiler: bool) -> Iterator[_Found]:
    url = _served(media.url, media.proxy_url)
    if url is None:
        return
    name = _name(media.url)
    kind = media.content_type or _TYPES.guess_type(name, strict=False)[0]
    # As Discord has it, what is not known is 0.
    yield MessagePicture(
        name, url, spoiler=spoiler, content_type=kind, width=media.width or None, height=media.height or None
    )


def _served(*urls: str | None) -> str | None:
    """Return the first of the addresses that is Discord's; others may be anywhere, and know who asks."""
    for url in urls:
        parts = urlsplit(url or "")
        if url and parts.scheme == "https" and f".{parts.hostname}".endswith(_DISCORDS):
            return url
    return None


def _name(url: str) -> str:
    return unquote(urlsplit(url).path.rpartition("/")[2]) or "picture"
