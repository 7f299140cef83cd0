"""Easel between the simulated Discord and the RunAPI sandbox, over real sockets."""

import asyncio
import io
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
from PIL import Image

from bot.app import assembled
from bot.client import Easel
from bot.delivery import Deadlines
from bot.engine import Patience
from bot.sandbox import Sandbox
from bot.settings import Settings
from bot.store import Details
from tests.wire import components
from tests.wire.attachments import Upload
from tests.wire.changes import WAIT_SECONDS
from tests.wire.discord_server import DiscordServer, discord_connector
from tests.wire.interaction_routes import TOKEN_SECONDS
from tests.wire.interactions import Reply
from tests.wire.message_routes import remove
from tests.wire.messages import Message
from tests.wire.people import User
from tests.wire.rest import Call

__all__ = ["FOREVER", "PHOTO", "Studio", "environment"]

FOREVER = 3600.0
"""Seconds of a task that does not end before the test lets it."""


def _photo() -> bytes:
    target = io.BytesIO()
    Image.radial_gradient("L").save(target, "PNG")
    return target.getvalue()


PHOTO = Upload(_photo(), "photo.png", "image/png")


def environment(server: DiscordServer, sandbox: Sandbox, folder: Path) -> dict[str, str]:
    """The settings of an Easel that keeps its files in `folder`, by the names of their environment variables."""
    return {
        "DISCORD_TOKEN": server.token,
        "RUNAPI_API_KEY": sandbox.api_key,
        "RUNAPI_BASE_URL": sandbox.url,
        "DATABASE_URL": f"sqlite:///{folder}/easel.db",
        "DATA_DIR": str(folder),
    }


class Studio:
    """A Discord, a RunAPI, and Easel between them while inside `running`, any number of times on the same files."""

    def __init__(self, server: DiscordServer, sandbox: Sandbox, folder: Path) -> None:
        self.server = server
        self.sandbox = sandbox
        self.settings = Settings.read(
            _env_file=None,
            **{name.lower(): value for name, value in environment(server, sandbox, folder).items()},
        )
        self.bot: Easel

    @asynccontextmanager
    async def running(
        self,
        *,
        shard_count: int | None = 1,
        deadlines: Deadlines | None = None,
        message_content: bool = False,
        patience: Patience | None = None,
    ) -> AsyncGenerator[None]:
        """Easel, ready and with its engine; at the end it is stopped at once, whatever is under way.

        With as many shards as Discord says, one, if `shard_count` is None. With `message_content` it asks for that
        intent, which Discord has to allow.
        """
        connector = discord_connector(self.server)
        async with assembled(
            self.settings,
            connector=connector,
            guild_ready_timeout=0.05,
            shard_count=shard_count,
            deadlines=deadlines,
            message_content=message_content,
            patience=patience,
        ) as bot:
            self.bot = bot
            bot.before_identify_hook = _identify_at_once
            await bot.login(self.settings.discord_token.get_secret_value())
            async with bot.engine.running(bot.courier, bot.poster, grace=timedelta(0)):
                connection = asyncio.create_task(bot.connect())
                try:
                    await asyncio.wait_for(bot.wait_until_ready(), WAIT_SECONDS)
                    yield
                finally:
                    connection.cancel()
                    with suppress(asyncio.CancelledError):
                        await connection

    async def command(self, name: str, **options: Any) -> Reply:
        """Run a command as `DiscordServer.slash` does; returns when Easel is done with it, though not with its task."""
        done = self.bot.wait_for("app_command_completion", timeout=WAIT_SECONDS)
        reply = await self.server.slash(name, **options)
        await done
        return reply

    async def imagine(self, prompt: str = "a red fox", **options: Any) -> Reply:
        """Run `/imagine`."""
        return await self.command("imagine", prompt=prompt, **options)

    async def cancel(self, reply: Reply) -> None:
        """Whoever asked presses Cancel."""
        assert reply.original is not None
        cancel = next(name for name in reply.original.custom_ids if ":cancel:" in name)
        await self.server.click(reply.original, cancel, user=reply.user)

    async def begun(self, tasks: int = 1) -> None:
        """Wait until RunAPI was asked for so many tasks.

        Raises:
            TimeoutError: that takes longer than `WAIT_SECONDS`.
        """
        async with asyncio.timeout(WAIT_SECONDS):
            while len(self.sandbox.tasks) < tasks:  # noqa: ASYNC110 - nothing announces a task
                await asyncio.sleep(0.005)

    async def finish(self) -> None:
        """Let RunAPI finish, and wait until Easel has nothing more to do."""
        self.sandbox.task_seconds = 0.0
        await self.bot.engine.drain(timedelta(seconds=WAIT_SECONDS))

    def asked(self) -> list[str]:
        """What RunAPI was asked for, oldest first, but for its prices: Easel asks for those when it likes."""
        calls = [f"{call.method} {call.path}" for call in self.sandbox.calls]
        return [call for call in calls if "price" not in call]

    async def painted(self, prompt: str = "a red fox") -> list[bytes]:
        """The pictures that RunAPI made from a prompt, oldest first."""
        urls = [url for task in self.sandbox.tasks.values() if task.prompt == prompt for url in task.image_urls]
        async with aiohttp.ClientSession() as session:
            return [await (await session.get(url)).read() for url in urls]

    async def download(self, message: Message) -> list[bytes]:
        """The files of a message, as everybody gets them from Discord."""
        links = [shown["url"] for shown in message.payload()["attachments"]]
        async with aiohttp.ClientSession(connector=discord_connector(self.server)) as session:
            return [await (await session.get(link)).read() for link in links]

    async def details(self, reply: Reply) -> Details:
        """What Easel knows of the request that an interaction made, also where Discord did not take the answer."""
        [sent, *_] = self.server.calls_to("POST", f"^/interactions/{reply.id}/")
        button = next(entry for entry in components.walk(sent.body["data"]["components"]) if "custom_id" in entry)
        found = await self.bot.engine.find(button["custom_id"].rpartition(":")[2])
        assert found is not None
        return found

    async def left(self) -> int:
        """How many pictures ada may still make today."""
        left = (await self.bot.engine.limits.standing(int(self.server.ada.id))).left
        assert left is not None
        return left

    async def delete(self, message: Message) -> None:
        """Somebody deletes a message."""
        await remove(self.server.world, message)

    def end_tokens(self) -> None:
        """Let the tokens of all interactions so far end, by Discord's clock; Easel's own clock does not tell."""
        self.server.clock.advance(TOKEN_SECONDS + 1)

    def direct(self, user: User | None = None) -> list[Message]:
        """The direct messages with somebody, oldest first."""
        world = self.server.world
        return world.messages.history(world.direct(user or self.server.ada))[::-1]

    def public(self) -> list[Message]:
        """What everybody in a server's channel or a group can see, oldest first."""
        world = self.server.world
        places = (world.general, world.foreign, world.group)
        return [message for message in world.messages if message.channel in places and not message.ephemeral]

    def own_calls(self) -> list[Call]:
        """The calls by Easel's own token to channels and messages: what it cannot do where it is not."""
        return [call for call in self.server.calls if call.path.startswith("/channels/")]


async def _identify_at_once(shard_id: int | None, *, initial: bool = False) -> None:
    """Discord lets one shard identify every 5 seconds; this one does not mind."""
