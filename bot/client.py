"""The Discord client."""

import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.delivery import Deadlines, DiscordCourier, DiscordPoster, MaybeAnswered, NotAnswered
from bot.discord_private import seconds_since_heartbeat
from bot.engine import Answer, Draft, Engine, Recalled, TryLater
from bot.reply_address import ChannelMessage, InteractionReply, reply_address
from bot.store import Decision, Details, Report, Request, Store
from bot.ui.base import home, report
from bot.ui.buttons import BUTTONS
from bot.ui.editing import EDIT_FORM
from bot.ui.forget_me import ForgetMe
from bot.ui.forms import take_form
from bot.ui.remix import REMIX_FORM, RemixPart
from bot.ui.report_buttons import REPORT_BUTTONS
from bot.ui.report_card import card
from bot.ui.reporting import REPORT_FORM
from bot.ui.settings import BLOCK_FORM, ROLE_FORM, SETTINGS_FORM
from bot.ui.sparingly import Sparingly
from bot.ui.stars import STAR_BUTTONS

log = logging.getLogger(__name__)

# discord.py would warn at every start that voice does not work, for which Easel has no use.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False

FEATURES = (
    "cogs.imagine",
    "cogs.edit",
    "cogs.edit_image",
    "cogs.reply",
    "cogs.show",
    "cogs.history",
    "cogs.again",
    "cogs.usage",
    "cogs.report",
    "cogs.models",
    "cogs.privacy",
    "cogs.rules",
    "cogs.settings",
    "cogs.removals",
    "cogs.report_picture",
    "cogs.limits",
    "cogs.posts",
    "cogs.gallery",
    "cogs.gallery_pages",
    "cogs.artist",
    "cogs.rounds",
    "cogs.art_channels",
    "cogs.help",
)
"""Every cog, one a feature."""

FORMS = (BLOCK_FORM, EDIT_FORM, REMIX_FORM, REPORT_FORM, ROLE_FORM, SETTINGS_FORM)
"""Every modal that is sent back."""

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    attach_files=True,
    embed_links=True,
    read_message_history=True,
)
"""What Easel needs in a server."""


def intents(*, message_content: bool) -> discord.Intents:
    """Return what Easel listens to."""
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.guild_messages = True
    wanted.guild_reactions = True
    wanted.dm_messages = True
    wanted.message_content = message_content
    return wanted


EVENTS_REMEMBERED = 5000
"""Interactions and messages by which one that Discord tells twice is known; those of many minutes on a busy day."""


RESTATED = 3
"""How often a reply is edited at most until its buttons are as they are to be: stars may come while it is."""


HELP_EVERY = timedelta(minutes=1)
"""How often somebody who only says hello is told how to edit, in one channel."""


class Tree(app_commands.CommandTree[discord.Client]):
    """The commands, with one handler for what goes wrong in them."""

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Let an interaction through that was not told before."""
        return home(interaction).is_new(interaction)

    async def on_error(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /) -> None:
        """Tell the person who acted."""
        await report(interaction, error)


class Easel(commands.AutoShardedBot):
    """The bot: commands and buttons in front of the engine.

    Args:
        shard_count: shards to run; None asks Discord.
        deadlines: how long calls to Discord may take; by default as `Deadlines` has it.
        options: further arguments of `discord.Client`.
    """

    def __init__(
        self,
        *,
        engine: Engine,
        store: Store,
        message_content: bool = False,
        shard_count: int | None = None,
        deadlines: Deadlines | None = None,
        **options: Any,
    ) -> None:
        super().__init__(
            command_prefix=(),
            help_command=None,
            intents=intents(message_content=message_content),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            tree_cls=Tree,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            shard_count=shard_count,
            **options,
        )
        self.engine = engine
        self.courier = DiscordCourier(self, engine.catalog, deadlines or Deadlines())
        self.poster = DiscordPoster(self, deadlines or Deadlines())
        self.helps = Sparingly(HELP_EVERY)
        self._seen: dict[int, None] = {}
        self._store = store

    async def setup_hook(self) -> None:
        """Load the features, listen to the buttons, and tell Discord of the commands when they have changed."""
        for feature in FEATURES:
            await self.load_extension(feature)
        self.add_dynamic_items(*BUTTONS, *REPORT_BUTTONS, *STAR_BUTTONS, ForgetMe, RemixPart)
        await self._sync()

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Take a form that was sent, of which discord.py only knows where it was opened since the start."""
        await take_form(interaction, FORMS)

    async def _sync(self) -> None:
        tree = cast("app_commands.CommandTree[discord.Client]", self.tree)
        described = [command.to_dict(tree) for command in tree.get_commands()]
        fingerprint = hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()
        name = f"commands of {self.application_id}"
        if await self._store.read(lambda session: session.facts.get(name)) == fingerprint:
            return
        synced = await tree.sync()
        await self._store.write(lambda session: session.facts.put(name, fingerprint))
        log.info("told Discord of %s commands", len(synced))

    def heartbeat_age(self) -> float | None:
        """Return how many seconds ago Discord last answered a heartbeat of the slowest shard, None before the first."""
        return seconds_since_heartbeat(self)

    def is_new(self, event: discord.Interaction[Any] | discord.Message) -> bool:
        """Whether this comes for the first time; a resumed gateway may tell again what it told before."""
        if event.id in self._seen:
            log.info("Discord told the event %s twice", event.id)
            return False
        self._seen[event.id] = None
        if len(self._seen) > EVENTS_REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return True

    async def begin(self, interaction: discord.Interaction[Any], draft: Draft) -> str | None:
        """Take a request, answer with its first status, and let the engine go on; return its short id.

        Where Discord surely or maybe did not take the answer, None is returned.

        Raises:
            EaselError: it is not taken; the sentence says why.
        """
        # Whether it is ephemeral in the end, Discord's answer says.
        address = InteractionReply.of(interaction, ephemeral=bool(draft.private))
        return await self._begin(replace(draft, reply=address.to_json()), partial(self.courier.answer, interaction))

    async def begin_from_message(self, draft: Draft, replies_to: int, left_out: Sequence[str]) -> None:
        """Take a request that somebody made by a message, reply to that with its first status, and go on.

        Args:
            replies_to: the id of the message, in the channel that the draft names.
            left_out: the names of the pictures that are not edited.

        Raises:
            EaselError: it is not taken; the sentence says why.
        """
        address = ChannelMessage(replies_to, tuple(left_out))
        await self._begin(replace(draft, reply=address.to_json()), self.courier.answer_message)

    async def _begin(self, draft: Draft, answer_first: Callable[[Details], Awaitable[Answer]]) -> str | None:
        """Take a request, and ask RunAPI only after Discord took its first answer; return its short id then."""
        with self.engine.answering:
            accepted = await self.engine.accept(draft)
            request = accepted.details.request
            try:
                answer = await answer_first(accepted.details)
            except NotAnswered as error:
                log.warning("request %s lapsed: %s", request.short_id, error)
                await self.engine.lapse(request.id)
                return None
            except MaybeAnswered as error:
                log.warning("request %s may be unanswered: %s", request.short_id, error)
                await self.engine.resolve(request.id)
                return None
            except Exception:
                # A fault of ours before anything was answered: the person is told of that instead.
                await self.engine.lapse(request.id)
                raise
        await self.engine.acknowledge(request.id, answer)
        return request.short_id

    async def remove_reply(self, request: Request) -> bool:
        """Delete the reply to a request; return whether it is gone."""
        return await self.courier.remove(request)

    async def show_copy(
        self, interaction: discord.Interaction[Any], details: Details, recalled: Recalled, notes: Sequence[str]
    ) -> None:
        """Show a request as it stands once more, to who acted, and nobody else; the interaction is deferred.

        Raises:
            TooMuch: smaller pictures may do, or none.
        """
        await self.courier.show_copy(interaction, details, recalled, notes)

    async def settle_card(self, interaction: discord.Interaction[Any], details: Details, report: Report) -> None:
        """Have the card under which somebody decided say so; the interaction is deferred."""
        said = card(details, report, str(interaction.guild_locale))
        files: dict[str, Any] = {"attachments": []} if report.decision is Decision.DELETED else {}
        await interaction.edit_original_response(content=said.content, view=None, **files)

    async def hide_pictures(self, details: Details) -> bool:
        """Make the pictures of a reply spoilers; return whether they are.

        Raises:
            EaselError: Discord cannot do that now.
        """
        if await self.courier.hide(details):
            return True
        with suppress(TryLater):
            await self.engine.removals.ask_after(details.request, self.courier)
        return False

    async def compare_galleries(self) -> None:
        """Take note of what happened to galleries, and to results, while the bot was away."""
        await self.courier.compare_galleries(self.engine, [guild.id for guild in self.guilds])

    async def show_standing(self, details: Details) -> None:
        """Have a reply say whether its pictures are in a round; what goes wrong is only logged."""
        for _ in range(RESTATED):
            await self.courier.show_standing(details)
            now = await self.engine.find(details.request.short_id)
            if now is None or (now.stars, now.round) == (details.stars, details.round):
                return
            details = now

    async def renew_reply(self, interaction: discord.Interaction[Any], request: Request) -> None:
        """Take the token of a press on a reply, answered by a deferred update, for its next edits.

        What answers a message never needed one, and keeps the address by which it is found again. A press on a copy of
        the reply is none on the reply, and its token edits only the copy.
        """
        pressed = interaction.message
        on_a_copy = request.message_id is not None and pressed is not None and pressed.id != request.message_id
        if on_a_copy or isinstance(reply_address(request), ChannelMessage):
            return
        ephemeral = interaction.message is not None and interaction.message.flags.ephemeral
        address = InteractionReply.of(interaction, ephemeral=ephemeral)
        await self.engine.renew(request.id, address.to_json())
