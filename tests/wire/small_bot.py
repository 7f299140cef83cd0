"""An ordinary small discord.py bot, to prove the simulated Discord with; it knows nothing of it."""

import asyncio
import io
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Self

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands
from PIL import Image

from tests.wire.changes import WAIT_SECONDS

__all__ = ["PICTURE", "SmallBot", "running"]


def _picture() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (3, 2), "teal").save(target, "PNG")
    return target.getvalue()


PICTURE = _picture()
_STYLES = ("pencil", "pastel", "oil")


class Again(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"again:(?P<seed>\d+)"):
    """A button that works after a restart: all it needs is in its id."""

    def __init__(self, seed: int) -> None:
        super().__init__(discord.ui.Button(label="Again", custom_id=f"again:{seed}"))
        self.seed = seed

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(int(match["seed"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.edit_message(content=f"seed {self.seed + 1}")


class Ask(discord.ui.Modal, title="Change it"):
    prompt: discord.ui.TextInput[Self] = discord.ui.TextInput(label="Prompt", custom_id="prompt", default="a fox")

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        await interaction.response.send_message(f"changed to {self.prompt.value}", ephemeral=True)


class Studio(commands.Cog):
    @app_commands.command(description="Paint")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def paint(
        self,
        interaction: discord.Interaction["SmallBot"],
        prompt: app_commands.Range[str, 1, 2000],
        style: str = "oil",
        image: discord.Attachment | None = None,
    ) -> None:
        interaction.client.filesize_limit = interaction.filesize_limit
        data = PICTURE if image is None else await image.read()
        answer = await interaction.response.defer(thinking=True)
        assert answer is not None
        interaction.client.answers.append(answer)
        view = discord.ui.View(timeout=None).add_item(Again(7))
        file = discord.File(io.BytesIO(data), "picture.png", description=prompt)
        await interaction.edit_original_response(content=f"{prompt} in {style}", attachments=[file], view=view)

    @paint.autocomplete("style")
    async def styles(
        self, _interaction: discord.Interaction["SmallBot"], current: str
    ) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=name, value=name) for name in _STYLES if name.startswith(current)]

    @app_commands.command(description="Ask")
    async def ask(self, interaction: discord.Interaction["SmallBot"]) -> None:
        await interaction.response.send_modal(Ask())


class SmallBot(commands.AutoShardedBot):
    """Commands `paint` and `ask`; keeps what it hears."""

    def __init__(self, connector: aiohttp.BaseConnector, shard_count: int = 1) -> None:
        super().__init__(
            command_prefix=[],
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            connector=connector,
            shard_count=shard_count,
            guild_ready_timeout=0.05,
        )
        self.filesize_limit = 0
        self.heard: asyncio.Queue[discord.Message] = asyncio.Queue()
        self.answers: list[discord.InteractionCallbackResponse[SmallBot]] = []
        self.errors: asyncio.Queue[Exception] = asyncio.Queue()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """The second shard need not wait 5 seconds here."""

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Again)
        await self.add_cog(Studio())
        self.tree.on_error = self._on_error
        await self.tree.sync()

    async def on_message(self, message: discord.Message, /) -> None:
        self.heard.put_nowait(message)

    async def _on_error(self, _interaction: discord.Interaction[Any], error: app_commands.AppCommandError) -> None:
        self.errors.put_nowait(error.original if isinstance(error, app_commands.CommandInvokeError) else error)


@asynccontextmanager
async def running(bot: SmallBot, token: str) -> AsyncGenerator[SmallBot]:
    """The bot, logged in and ready; closed at the end."""
    await bot.login(token)
    connection = asyncio.create_task(bot.connect())
    try:
        await asyncio.wait_for(bot.wait_until_ready(), WAIT_SECONDS)
        yield bot
    finally:
        await bot.close()
        await connection
