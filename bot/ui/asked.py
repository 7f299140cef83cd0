"""What somebody asks of the bot by a message: whether it is addressed, what it says, which pictures it means."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass

import discord

from bot.catalog import Action, Catalog
from bot.discord_errors import Trouble, trouble
from bot.engine import Draft, Engine, ForgottenPicture, SourceDraft
from bot.errors import EaselError
from bot.i18n import DEFAULT_LOCALE
from bot.store import Details, RequestState
from bot.ui.pictures_of import check_attachments, pictures_of
from bot.ui.places import is_age_restricted, place_ids, role_ids
from bot.ui.shown import shown_by
from bot.ui.wording import result_name

DIRECT_FILE_LIMIT = discord.utils.DEFAULT_FILE_SIZE_LIMIT_BYTES
"""Bytes of a file in a direct message, where nobody's boosts count."""

FETCHING_DEADLINE = 10.0
"""Seconds in which Discord says what a message replies to, together with discord.py's own retries."""

EDIT: Action = "edit_image"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The pictures that a message means, in their order.

    Attributes:
        parent: the request that made them, None where Easel did not.
    """

    sources: Sequence[SourceDraft]
    parent: Details | None = None

    def __bool__(self) -> bool:
        return bool(self.sources)


def is_by_a_person(message: discord.Message) -> bool:
    """Whether a person wrote a message: no bot, no webhook, and not Discord itself."""
    written = message.type in (discord.MessageType.default, discord.MessageType.reply)
    return written and not message.author.bot and message.webhook_id is None


def is_mentioned(message: discord.Message, bot_id: int) -> bool:
    """Whether the text mentions the bot; that a reply notifies the author of its target does not count."""
    return _mention(bot_id).search(message.content) is not None


def prompt_of(message: discord.Message, bot_id: int) -> str:
    """Return the text without the mention of the bot."""
    return _mention(bot_id).sub(" ", message.content).strip()


def _mention(bot_id: int) -> re.Pattern[str]:
    return re.compile(rf"<@!?{bot_id}>")


def is_direct(message: discord.Message) -> bool:
    """Whether a message is a direct message to the bot."""
    return isinstance(message.channel, discord.DMChannel)


def target_id(message: discord.Message) -> int | None:
    """Return the id of the message that this one replies to, None where it replies to none."""
    reference = message.reference
    if reference is None or reference.type is not discord.MessageReferenceType.default:
        return None
    return reference.message_id


def target_by(message: discord.Message, author_id: int) -> int | None:
    """Return the id of the message that this one replies to if that is by `author_id`, as far as Discord tells."""
    target = None if message.reference is None else message.reference.resolved
    by_them = isinstance(target, discord.Message) and target.author.id == author_id
    return target_id(message) if by_them else None


async def wanted(message: discord.Message, engine: Engine, bot: discord.Client) -> Wanted:
    """Return the pictures that a message means: those of its target, else its own; nothing if it has neither.

    Raises:
        EaselError: it replies to a message of which no picture can be had, and has none itself; the sentence says why.
    """
    own = _of(message, message.author.id)
    replied_to = target_id(message)
    if replied_to is None:
        if not own:
            check_attachments(message)
        return own
    made = await engine.find_by_message(replied_to)
    try:
        if made is not None:
            return result_of(made, message)
        return await _of_target(message, engine, bot)
    except EaselError:
        if own:
            return own
        raise


def result_of(details: Details, reply: discord.Message) -> Wanted:
    """Return the pictures that a request made, to be edited because of a reply to them.

    Raises:
        EaselError: it has none, or they were deleted, or are forgotten.
    """
    request = details.request
    if request.forgotten is not None:
        raise ForgottenPicture("picture-forgotten")
    if request.deleted_at is not None:
        raise EaselError("own-picture-deleted")
    if request.finished_at is None:
        raise EaselError("reply-unfinished")
    if request.state is not RequestState.COMPLETED or not details.pictures:
        raise EaselError("reply-made-nothing")
    target = None if reply.reference is None else reply.reference.resolved
    shown = target.attachments if isinstance(target, discord.Message) else []
    names = [result_name(request, picture.number) for picture in details.pictures]
    urls = [next((each.url for each in shown if f"{name}." in each.filename), None) for name in names]
    sources = [
        SourceDraft(name, url=url, file=picture.file, picture_id=picture.id)
        for name, url, picture in zip(names, urls, details.pictures, strict=True)
    ]
    return Wanted(sources, details)


def draft_of(message: discord.Message, prompt: str, edited: Wanted, catalog: Catalog) -> tuple[Draft, Sequence[str]]:
    """Return what a message asks for: an edit of as many pictures as the model takes; and the names of the others.

    Raises:
        CatalogError: no model can edit.
    """
    _, operation = catalog.choose(EDIT, None)
    taken = edited.sources[: operation.max_sources]
    parent = edited.parent
    draft = Draft(
        user_id=message.author.id,
        guild_id=None if message.guild is None else message.guild.id,
        channel_id=message.channel.id,
        bot_present=True,
        origin="reply",
        action=EDIT,
        prompt=prompt,
        locale=locale_of(message),
        filesize_limit=DIRECT_FILE_LIMIT if message.guild is None else message.guild.filesize_limit,
        reply={},
        sources=tuple(taken),
        # Discord has no answer to a message that only its author sees.
        private=False,
        parent_id=None if parent is None else parent.request.id,
        parent_number=None if parent is None or len(taken) > 1 else parent.pictures[0].number,
        age_restricted=is_age_restricted(message.channel),
        role_ids=role_ids(message.author),
        place_ids=place_ids(message.channel),
    )
    return draft, [source.file_name for source in edited.sources[len(taken) :]]


def locale_of(message: discord.Message) -> str:
    """Return the language to answer a message in: its server's, for Discord does not tell its author's."""
    return DEFAULT_LOCALE if message.guild is None else str(message.guild.preferred_locale)


async def _of_target(message: discord.Message, engine: Engine, bot: discord.Client) -> Wanted:
    target = await _target(message)
    made = await shown_by(target, engine, bot)
    if made is not None:
        return result_of(made, message)
    found = _of(target, message.author.id)
    if not found:
        if not _is_readable(target, bot):
            raise EaselError("reply-unreadable")
        check_attachments(target)
        raise EaselError("reply-no-picture")
    return found


def _of(message: discord.Message, asker_id: int) -> Wanted:
    """Return the pictures of a message, to be edited for a user."""
    author_id = None if message.author.id == asker_id else message.author.id
    return Wanted(
        [
            SourceDraft(picture.name, url=picture.url, author_id=author_id, spoiler=picture.spoiler)
            for picture in pictures_of(message)
        ]
    )


async def _target(message: discord.Message) -> discord.Message:
    """Return the message that one replies to, from Discord where that did not tell it."""
    reference = message.reference
    resolved = None if reference is None else reference.resolved
    if isinstance(resolved, discord.Message):
        return resolved
    if reference is None or reference.message_id is None or isinstance(resolved, discord.DeletedReferencedMessage):
        raise EaselError("reply-deleted")
    try:
        async with asyncio.timeout(FETCHING_DEADLINE):
            return await message.channel.fetch_message(reference.message_id)
    except Exception as error:
        match trouble(error):
            case None:
                raise
            case Trouble.LATER:
                raise EaselError("reply-later") from error
            case Trouble.GONE:
                raise EaselError("reply-deleted") from error
            case _:
                raise EaselError("reply-closed") from error


def _is_readable(target: discord.Message, bot: discord.Client) -> bool:
    """Whether Discord tells the bot what is in a message.

    Without the Message Content intent it does so in direct messages, and elsewhere of the bot's own messages and those
    that mention it (https://docs.discord.com/developers/events/gateway#message-content-intent).
    """
    if bot.intents.message_content or is_direct(target):
        return True
    return bot.user is not None and (target.author.id == bot.user.id or bot.user in target.mentions)
