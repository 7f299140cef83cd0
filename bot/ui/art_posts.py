"""What an art channel's posts show: a result's own thread, its post in a forum, and the channel's how-to."""

from collections.abc import Awaitable, Callable

import discord

from bot.engine import Engine, Recalled
from bot.i18n import DEFAULT_LOCALE, text
from bot.store import Details, Post, RequestState
from bot.ui.how_to import how_to, title
from bot.ui.lineage import jump_link, lineage
from bot.ui.places import is_age_restricted
from bot.ui.posts import PostFile, Send, Shown, mark_of
from bot.ui.typed import literal, shortened
from bot.ui.wording import alt_text, model_name, quoted, result_name

MAX_TITLE = 100
"""Characters of what a thread is called (Discord's API document)."""

MAX_PROMPT = 900
"""Characters of a prompt that a post in a forum quotes."""

SHOWN_OPTIONS = ("aspect_ratio", "size", "resolution")
"""Options whose value speaks for itself."""


class ArtPosts:
    """The renderers of art channels; they read what they show from the engine."""

    def __init__(self, client: discord.Client, engine: Engine) -> None:
        self._client = client
        self._engine = engine

    async def thread(self, post: Post) -> Shown | None:
        """Return the thread of a result, named after its prompt; None where nobody sees the result any more."""
        details = await self._engine.art_channels.result(post)
        if details is None or _link(details) is None:
            return None
        request = details.request
        return Shown("", "", title=_title(details), otherwise=_short(details), about=request.message_id)

    async def forum(self, post: Post) -> Shown | None:
        """Return a result as it is posted in a forum; None where it may not be seen there, or anywhere any more."""
        details = await self._engine.art_channels.result(post)
        link = None if details is None else _link(details)
        # Which channels are age-restricted is known only then.
        await self._client.wait_until_ready()
        if details is None or link is None or not self._fits(details, post):
            return None
        request = details.request
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label=text("button-to-result", locale=request.locale), url=link))
        return Shown(
            self._said(details),
            mark=mark_of(request.short_id),
            view=view,
            files=f"{request.short_id}{'-hidden' if request.spoiler else ''}",
            attach=self._attach(details, post),
            title=_title(details),
            otherwise=_short(details),
            tag=model_name(request, self._engine.catalog),
        )

    async def how_to(self, post: Post) -> Shown | None:
        """Return a channel's how-to; None where it is to have none."""
        await self._client.wait_until_ready()
        guild = self._client.get_guild(post.guild_id)
        settings = await self._engine.settings.of(post.guild_id)
        channel = settings.art_channels.get(int(post.key))
        if channel is None or not channel.how_to:
            return None
        locale = text_locale(guild)
        catalog = await self._engine.settings.catalog_in(post.guild_id)
        said = how_to(channel, settings, catalog, self._engine.limits.operator, locale)
        return Shown(said, mark=title(locale), pinned=True)

    def _fits(self, details: Details, post: Post) -> bool:
        """Whether a forum may show a result: what was made among adults stays there."""
        return not details.request.age_restricted or is_age_restricted(self._client.get_channel(post.channel_id))

    def _said(self, details: Details) -> str:
        request = details.request
        facts = [text("forum-by", locale=request.locale, artist=f"<@{request.user_id}>")]
        facts += [literal(model_name(request, self._engine.catalog))]
        facts += [literal(str(request.options[name])) for name in SHOWN_OPTIONS if name in request.options]
        came_from = filter(None, [lineage(details)])
        return "\n".join(
            [quoted(request.prompt, MAX_PROMPT), " · ".join([*facts, mark_of(request.short_id)]), *came_from]
        )

    def _attach(self, details: Details, post: Post) -> Callable[[Send], Awaitable[None]]:
        guild = self._client.get_guild(post.guild_id)
        limit = details.request.filesize_limit if guild is None else guild.filesize_limit
        described = alt_text(details, self._engine.catalog)

        async def attach(send: Send) -> None:
            async def bring(recalled: Recalled) -> None:
                await send(_files(details, recalled, described))

            await self._engine.recall.bring(details, int(limit), bring, to_owner=False)

        return attach


def text_locale(guild: discord.Guild | None) -> str:
    """Return the language of what everybody in a server reads."""
    return DEFAULT_LOCALE if guild is None else str(guild.preferred_locale)


def _files(details: Details, recalled: Recalled, described: str) -> list[PostFile]:
    request = details.request
    return [
        PostFile(
            parcel.fitted.path,
            f"{result_name(request, parcel.picture.number)}{parcel.fitted.suffix}",
            described,
            spoiler=request.spoiler,
        )
        for parcel in recalled.parcels
        if parcel.fitted is not None
    ]


def _link(details: Details) -> str | None:
    """Return the address of a result that others see, None where it is gone."""
    request = details.request
    if request.forgotten is not None or request.state is not RequestState.COMPLETED:
        return None
    return jump_link(request)


def _title(details: Details) -> str:
    prompt = " ".join(details.request.prompt.split())
    return shortened(prompt, MAX_TITLE) or _short(details)


def _short(details: Details) -> str:
    return text("thread-plain", locale=details.request.locale, id=details.request.short_id)
