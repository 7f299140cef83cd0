"""A bot that does the same calls as Easel and nothing else: no checks, no memory, no second chance."""

import asyncio
import io
from pathlib import Path
from typing import Any

import aiosqlite
import discord
import httpx
from discord import app_commands
from discord.ext import commands

from bot.client import intents

__all__ = ["BareBot", "open_database"]


class BareBot(commands.AutoShardedBot):
    """`/imagine prompt`: answer, create, poll, download, edit with the file, write one row."""

    def __init__(
        self, *, runapi: httpx.AsyncClient, downloads: httpx.AsyncClient, database: aiosqlite.Connection, **options: Any
    ) -> None:
        super().__init__(
            command_prefix=(),
            help_command=None,
            intents=intents(message_content=False),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            **options,
        )
        self.runapi = runapi
        self.downloads = downloads
        self.database = database
        self.busy = 0
        self.idle = asyncio.Event()
        self.idle.set()

    async def setup_hook(self) -> None:
        """Tell Discord of the command."""
        self.tree.add_command(imagine)  # pyright: ignore[reportUnknownArgumentType]
        await self.tree.sync()

    async def make(self, interaction: discord.Interaction[Any], prompt: str) -> None:
        """Bring one picture."""
        await interaction.response.send_message(f"> {prompt}\n**pending**", suppress_embeds=True)
        created = await self.runapi.post("/v1/text_to_image", json={"model": "imagen-4", "prompt": prompt})
        path = f"/v1/text_to_image/{created.raise_for_status().json()['task_id']}"
        task: dict[str, Any] = {}
        while task.get("status") != "completed":
            task = (await self.runapi.get(path)).raise_for_status().json()
        picture = (await self.downloads.get(task["images"][0]["url"])).raise_for_status().content
        await interaction.edit_original_response(
            content=f"> {prompt}\n**completed**", attachments=[discord.File(io.BytesIO(picture), "picture.png")]
        )
        await self.database.execute("INSERT INTO pictures VALUES (?, ?, ?)", (interaction.id, prompt, task["task_id"]))
        await self.database.commit()


@app_commands.command(description="Make a picture")
async def imagine(interaction: discord.Interaction[Any], prompt: str) -> None:
    """Count what is under way, and make it."""
    bot = interaction.client
    assert isinstance(bot, BareBot)
    bot.busy += 1
    bot.idle.clear()
    try:
        await bot.make(interaction, prompt)
    finally:
        bot.busy -= 1
        if not bot.busy:
            bot.idle.set()


async def open_database(path: Path) -> aiosqlite.Connection:
    """Return a database with the one table."""
    database = await aiosqlite.connect(path)
    await database.execute("PRAGMA journal_mode = WAL")
    await database.execute("PRAGMA synchronous = NORMAL")
    await database.execute("CREATE TABLE pictures (id INTEGER PRIMARY KEY, prompt TEXT, task TEXT)")
    return database
