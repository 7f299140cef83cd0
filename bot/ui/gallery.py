"""What galleries show: a picture with enough stars, whose it is, and where it came from."""

from collections.abc import Sequence
from dataclasses import replace

import discord

from bot.catalog import Catalog
from bot.engine import Engine, Exhibit, Recalled, TryLater
from bot.i18n import text
from bot.store import Post
from bot.ui.lineage import jump_link, lineage
from bot.ui.messages import MAX_CONTENT, buttons_under
from bot.ui.places import is_age_restricted
from bot.ui.posts import PostFile, Send, Shown
from bot.ui.stars import StarPicture, Withdraw, star_label
from bot.ui.typed import shortened
from bot.ui.wording import alt_text, model_name, quoted, result_name

SHOWN_PROMPT = 500
"""Characters of a prompt that a gallery quotes."""


class GalleryPosts:
    """Makes what the posts of galleries show, and the buttons of results that can be starred."""

    def __init__(self, client: discord.Client, engine: Engine) -> None:
        self._client = client
        self._engine = engine

    async def result(self, post: Post) -> Shown | None:
        """Return a result's buttons, with the number of stars that it has by now."""
        details = await self._engine.gallery.result(int(post.key))
        return None if details is None else Shown(None, "", buttons_under(details))

    async def exhibit(self, post: Post) -> Shown | None:
        """Return what a gallery shows of a picture; nothing where it must not be shown in that channel."""
        exhibit = await self._engine.gallery.exhibit(int(post.key))
        if exhibit is None or not self._may_be_shown(exhibit, post):
            return None
        request, number = exhibit.details.request, exhibit.picture.number
        guild = self._client.get_guild(post.guild_id)
        locale = "en-US" if guild is None else str(guild.preferred_locale)
        view = discord.ui.View(timeout=None)
        view.add_item(StarPicture(request.short_id, number, star_label(exhibit.stars)))
        view.add_item(Withdraw(request.short_id, number, text("button-gallery-withdraw", locale=locale)))
        # What is pressed is known by its custom id; else discord.py would keep every view for ever.
        view.stop()
        content = shortened("\n".join(exhibit_lines(exhibit, self._engine.catalog, locale)), MAX_CONTENT)
        mark = f"easel:gallery-star:{request.short_id}:{number}"
        files = f"{request.short_id}-{number}{'-spoiler' if request.spoiler else ''}"

        async def attach(send: Send) -> None:
            await self._attach(exhibit, send)

        return Shown(content, mark, view, files=files, attach=attach)

    def _may_be_shown(self, exhibit: Exhibit, post: Post) -> bool:
        """Whether who sees a gallery's channel may see a picture.

        Raises:
            TryLater: nobody can tell now.
        """
        request = exhibit.details.request
        if not self._client.is_ready():
            raise TryLater("what channels there are is not known yet")
        guild = self._client.get_guild(post.guild_id)
        if guild is None:
            raise TryLater("the server is not known now")
        channel = guild.get_channel_or_thread(post.channel_id)
        if request.age_restricted and not is_age_restricted(channel):
            return False
        origin = None if request.channel_id is None else guild.get_channel_or_thread(request.channel_id)
        return not _is_hidden(origin) or (channel is not None and _is_hidden(channel))

    async def _attach(self, exhibit: Exhibit, send: Send) -> None:
        details, picture = exhibit.details, exhibit.picture
        request = details.request
        said = described(exhibit, self._engine.catalog)
        name = result_name(request, picture.number)

        async def bring(recalled: Recalled) -> None:
            await send(
                [
                    PostFile(each.fitted.path, f"{name}{each.fitted.suffix}", said, spoiler=request.spoiler)
                    for each in recalled.parcels
                    if each.fitted is not None
                ]
            )

        only = replace(details, pictures=(picture,))
        await self._engine.recall.bring(only, request.filesize_limit, bring, to_owner=False)


def exhibit_lines(exhibit: Exhibit, catalog: Catalog, locale: str) -> Sequence[str]:
    """Return what a gallery says of a picture."""
    details, request = exhibit.details, exhibit.details.request
    link = jump_link(request)
    named = f"`{request.short_id}`" if link is None else f"[#{request.short_id}]({link})"
    model = model_name(request, catalog)
    first = text("gallery-line", locale=locale, stars=exhibit.stars, artist=f"<@{request.user_id}>", model=model)
    lines = [f"{first} · {named}", *filter(None, [lineage(details)])]
    return lines if exhibit.choice == "unprompted" else [*lines, quoted(request.prompt, SHOWN_PROMPT)]


def described(exhibit: Exhibit, catalog: Catalog) -> str:
    """Return the description of a picture for people who cannot see it; empty where that would tell its prompt."""
    return alt_text(exhibit.details, catalog) if exhibit.choice == "show" else ""


def _is_hidden(channel: object) -> bool:
    """Whether not everybody in a server sees a channel; one that is not known counts as one that everybody sees."""
    if isinstance(channel, discord.Thread):
        return channel.is_private() or _is_hidden(channel.parent)
    if isinstance(channel, discord.abc.GuildChannel):
        return not channel.permissions_for(channel.guild.default_role).view_channel
    return False
