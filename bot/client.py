"""The Discord client."""

import hashlib
import json
import logging
from dataclasses import replace
from typing import Any, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.delivery import Deadlines, DiscordCourier, MaybeAnswered, NotAnswered
from bot.discord_private import seconds_since_heartbeat
from bot.engine import Draft, Engine
from bot.reply_address import InteractionReply
from bot.store import Request, Store
from bot.ui.base import home, report
from bot.ui.buttons import BUTTONS

log = logging.getLogger(__name__)

# discord.py would warn at every start that voice does not work, for which Easel has no use.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False

FEATURES = ("cogs.imagine", "cogs.edit", "cogs.usage", "cogs.models", "cogs.privacy", "cogs.help")
"""Every cog, one a feature."""

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
    wanted.dm_messages = True
    wanted.message_content = message_content
    return wanted


INTERACTIONS_REMEMBERED = 5000
"""Interactions by which one that Discord tells twice is known; those of many minutes on a busy day."""


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
        self._seen: dict[int, None] = {}
        self._store = store

    async def setup_hook(self) -> None:
        """Load the features, listen to the buttons, and tell Discord of the commands when they have changed."""
        for feature in FEATURES:
            await self.load_extension(feature)
        self.add_dynamic_items(*BUTTONS)
        await self._sync()

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

    def is_new(self, interaction: discord.Interaction[Any]) -> bool:
        """Whether this interaction comes for the first time; a resumed gateway may tell again what it told before."""
        if interaction.id in self._seen:
            log.info("Discord told the interaction %s twice", interaction.id)
            return False
        self._seen[interaction.id] = None
        if len(self._seen) > INTERACTIONS_REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return True

    async def begin(self, interaction: discord.Interaction[Any], draft: Draft) -> None:
        """Take a request, answer with its first status, and let the engine go on.

        RunAPI is asked only after Discord took the answer.

        Raises:
            EaselError: it is not taken; the sentence says why.
        """
        with self.engine.answering:
            address = InteractionReply.of(interaction, ephemeral=draft.private)
            accepted = await self.engine.accept(replace(draft, reply=address.to_json()))
            request = accepted.details.request
            try:
                answer = await self.courier.answer(interaction, accepted.details)
            except NotAnswered as error:
                log.warning("request %s lapsed: %s", request.short_id, error)
                return await self.engine.lapse(request.id)
            except MaybeAnswered as error:
                log.warning("request %s may be unanswered: %s", request.short_id, error)
                return await self.engine.resolve(request.id)
            except Exception:
                # A fault of ours before anything was answered: the person is told of that instead.
                await self.engine.lapse(request.id)
                raise
        return await self.engine.acknowledge(request.id, answer)

    async def remove_reply(self, request: Request) -> bool:
        """Delete the reply to a request; return whether it is gone."""
        return await self.courier.remove(request)

    async def renew_reply(self, interaction: discord.Interaction[Any], request: Request) -> None:
        """Take the token of a press on a reply, answered by a deferred update, for its next edits."""
        ephemeral = interaction.message is not None and interaction.message.flags.ephemeral
        address = InteractionReply.of(interaction, ephemeral=ephemeral)
        await self.engine.renew(request.id, address.to_json())
