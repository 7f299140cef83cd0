"""A small world for tests: the real bot in a simulated Discord, on a real database, against the RunAPI sandbox.

simcord is kept behind this file; what it takes too kindly is closed here.
"""

import asyncio
import json
import re
import sqlite3
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

import discord
import simcord
from simcord.backend.serializers import user_payload
from simcord.http import router
from simcord.http.router import RequestContext
from simcord.http.routes.application import application_info
from simcord.http.routes.interactions import get_original_response
from simcord.types import HttpLogEntry

from bot.app import assembled
from bot.client import Easel
from bot.engine import Clock, Patience, SystemClock
from bot.errors import EaselError
from bot.sandbox import Sandbox
from bot.settings import Settings
from bot.store import Details
from tests.discord_api import DiscordAPI

WAIT_SECONDS = 30.0
"""How long a test waits for something before it fails, also on a machine that is busy with others."""

T = TypeVar("T")

# aiohttp sends "@original" as it is; simcord is handed it as discord.py quotes it.
router.route("GET", "/webhooks/{webhook_id}/{token}/messages/%40original")(get_original_response)


def _application(ctx: RequestContext) -> dict[str, Any]:
    """Describe the application, which is `opal`'s or her team's; simcord knows no owner."""
    application = application_info(ctx)
    opal = next((user for user in ctx.backend.users.values() if user.name == "opal"), None)
    team = next((user for user in ctx.backend.users.values() if user.name == "team"), None)
    if opal is not None:
        application["owner"] = dict(user_payload(team or opal))
    if opal is not None and team is not None:
        application["team"] = {"id": "1", "name": "T", "icon": None, "owner_user_id": str(opal.id), "members": []}
    return application


# Of two routes alike simcord takes the first.
router._ROUTES["GET"].insert(0, (["oauth2", "applications", "@me"], _application))  # pyright: ignore[reportPrivateUsage]


class World:
    """A server with a channel and three members; `ada` and `bob` are ordinary, `grace` may manage messages.

    The bot is `opal`'s, who is in no server; with a user called `team` it belongs to a team of hers.
    """

    def __init__(
        self,
        settings: Settings,
        sandbox: Sandbox,
        patience: Patience | None = None,
        catalog_file: Path | None = None,
        *,
        message_content: bool | None = None,
    ) -> None:
        self.settings = settings
        self.sandbox = sandbox
        self.bot: Easel
        self.env: simcord.Env
        self.forgiven: tuple[type[Exception], ...] = (EaselError,)
        """What a command may raise without failing the test."""
        self.clock: Clock = SystemClock()
        """The engine's."""
        self._patience = patience
        self._catalog_file = catalog_file
        self._message_content = message_content
        self._assembly = AsyncExitStack()
        self._engine = AsyncExitStack()

    async def start(self, *, engine: bool = True, **options: Any) -> None:
        """Make the server, with the bot in it.

        Args:
            engine: whether to start the engine too; without it requests are taken, and nothing comes of them.
            options: simcord's.
        """
        self.bot = await self._assembly.enter_async_context(self._assembled())
        if self._message_content is not None:
            approved = discord.Intents.default()
            approved.message_content = self._message_content
            options["approved_intents"] = approved
        self.env = simcord.Env(self.bot, **options)
        await self.env.start()
        # simcord's clock stands still at a day of its own; what is compared with the host's must agree with it.
        await self.env.advance_time((datetime.now(UTC) - self.env.now()).total_seconds())
        self.guild = self.env.create_guild("Studio")
        self.channel = self.guild.create_text_channel("art")
        keepers = self.guild.create_role("Keepers", permissions=discord.Permissions(manage_messages=True))
        self.ada = self.guild.add_member(self.env.create_user("ada"))
        self.bob = self.guild.add_member(self.env.create_user("bob"))
        self.grace = self.guild.add_member(self.env.create_user("grace"), roles=[keepers])
        self.opal = self.env.create_user("opal")
        if engine:
            await self.run_engine()

    def _assembled(self) -> Any:
        return assembled(
            self.settings,
            message_content=bool(self._message_content),
            patience=self._patience,
            catalog_file=self._catalog_file,
            shard_count=1,
        )

    async def run_engine(self) -> None:
        """Start the engine; it resumes what it finds unfinished."""
        running = self.bot.engine.running(self.bot.courier, self.bot.poster, grace=timedelta(seconds=0))
        await self._engine.enter_async_context(running)

    async def stop_engine(self) -> None:
        """Stop the engine at once, whatever is under way."""
        async with asyncio.timeout(WAIT_SECONDS):
            await self._engine.aclose()

    async def restart(self, prepare: Callable[[Easel], object] | None = None) -> None:
        """Stop the bot at once, and start a new one on the same files in the same Discord.

        Args:
            prepare: called with the new bot before it starts.
        """
        await self.stop_engine()
        assembly = AsyncExitStack()
        self.bot = await assembly.enter_async_context(self._assembled())
        if prepare is not None:
            prepare(self.bot)
        await self.env.restart_bot(self.bot)
        await self._assembly.aclose()
        self._assembly = assembly
        await self.run_engine()

    async def stop(self) -> None:
        """Stop the bot and the simulated Discord."""
        await self.stop_engine()
        await self.env.shutdown()
        await self._assembly.aclose()

    async def imagine(self, prompt: str = "a red fox", *, by: simcord.MemberActor | None = None, **options: Any) -> Any:
        """Type `/imagine` and wait until its request is over; return the interaction's result."""
        shown = await self.slash("imagine", by=by, prompt=prompt, **options)
        await self.settle()
        return shown

    async def slash(self, command: str, *, by: simcord.MemberActor | None = None, **options: Any) -> Any:
        """Type a command and wait for its first answer; return the interaction's result."""
        return await (by or self.ada).slash(self.channel, command, **options)

    async def settle(self) -> None:
        """Wait until no request is under way and the bot has said all that it has to say.

        Raises:
            TimeoutError: that takes longer than three times `WAIT_SECONDS`.
        """
        await self.bot.engine.drain(timedelta(seconds=3 * WAIT_SECONDS))
        await self.env.settle()

    async def process(self, shown: Any) -> None:
        """Let RunAPI begin with every task, and wait until a reply shows that."""
        for task in (await self.until(lambda: self.sandbox.tasks)).values():
            task.state = "processing"
        await self.until(lambda: "**processing**" in shown.response.content)

    async def complete(self) -> None:
        """Let RunAPI end every task, and wait until all is delivered."""
        self.sandbox.task_seconds = 0.0
        await self.settle()

    async def until(self, look: Callable[[], T]) -> T:
        """Return the first value of `look` that is true, asked again and again.

        Raises:
            TimeoutError: there is none in `WAIT_SECONDS`.
        """
        async with asyncio.timeout(WAIT_SECONDS):
            while not (value := look()):  # noqa: ASYNC110 - nothing announces what is looked for
                await asyncio.sleep(0.005)
            return value

    async def press(self, shown: Any, action: str, *, by: simcord.MemberActor | None = None) -> Any:
        """Press the button of that action under a message; return the interaction's result."""
        message = getattr(shown, "response", shown)
        return await (by or self.ada).click(message, custom_id=f"easel:{action}:{short_id(shown)}")

    async def details(self, shown: Any) -> Details:
        """Return what the database holds of the request whose reply this is."""
        found = await self.bot.engine.find(short_id(shown))
        assert found is not None
        return found

    async def left(self, member: simcord.MemberActor) -> int:
        """Return how many pictures a member may still make today."""
        left = (await self.bot.engine.limits.standing(member.id)).left
        assert left is not None
        return left

    def sql(self, statement: str, *values: Any) -> None:
        """Change the database behind the bot's back."""
        with closing(sqlite3.connect(self.settings.database_path)) as connection, connection:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(statement, values)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what the database holds, as a query finds it."""
        with closing(sqlite3.connect(self.settings.database_path)) as connection:
            return connection.execute(query, values).fetchall()

    def lose_attachments(self) -> None:
        """Let Discord's addresses of all files expire."""
        self.env.backend.cdn = type(self.env.backend.cdn)()

    def calls(self) -> list[HttpLogEntry]:
        """Return what the bot asked of Discord, in order, without what it asks at its start."""
        at_start = ("/oauth2/", "/applications/")
        return [request for request in self.env.http_requests if not request.path.startswith(at_start)]

    def syncs(self) -> list[Any]:
        """Return the commands that Discord was told of, each time that it was."""
        return [request.json for request in self.env.http_requests if request.path.endswith("/commands")]

    def bodies(self) -> list[dict[str, Any]]:
        """Return the messages that the bot sent or edited, in order, as JSON."""
        bodies = (cast("dict[str, Any] | None", request.json) for request in self.calls())
        return [body.get("data", body) for body in bodies if body]

    def told(self, user: simcord.UserHandle) -> list[str]:
        """Return what the bot told somebody by direct message."""
        channel = self.env.backend.dm_channels.get(user.id)
        path = f"/channels/{channel}/messages"
        return [str(cast("dict[str, Any]", call.json)["content"]) for call in self.calls() if call.path == path]

    def statuses(self) -> list[str]:
        """Return the status words that the bot's messages showed, in order."""
        words = (re.search(r"\*\*(\w+)\*\*", body.get("content") or "") for body in self.bodies())
        return [word[1] for word in words if word]

    def asked(self) -> list[dict[str, Any]]:
        """Return the bodies of the creates that RunAPI was asked for."""
        return [json.loads(call.body) for call in self.creates()]

    def creates(self) -> list[Any]:
        """Return the creates that RunAPI was asked for."""
        return [
            call for call in self.sandbox.calls if call.method == "POST" and call.path.endswith(("_image", "_to_image"))
        ]

    def faults(self) -> list[BaseException]:
        """Return what commands raised and the test did not expect."""
        return [error for error in self.env.errors if not isinstance(getattr(error, "original", error), self.forgiven)]

    def violations(self) -> list[str]:
        """Return what the bot sent that Discord's API document does not know; nothing where that is not at hand."""
        api = DiscordAPI.load()
        if api is None:
            return []
        return [
            f"{request.method} {request.path}: {error}"
            for request in self.env.http_requests
            for error in api.request_errors(request.method, request.path, request.json)
        ]


def texts(shown: Any) -> str:
    """Return all that a panel says."""
    return "\n".join(_texts(shown.response.components))


def _texts(components: list[dict[str, Any]]) -> Iterator[str]:
    for component in components:
        if "content" in component:
            yield component["content"]
        yield from _texts(component.get("components", []))


def short_id(shown: Any) -> str:
    """Return the short id that the buttons of a message carry."""
    first: Any = getattr(shown, "response", shown).components[0]
    row: Any = first.to_dict() if isinstance(first, discord.ActionRow) else first
    return row["components"][0]["custom_id"].rpartition(":")[2]


@asynccontextmanager
async def world(
    folder: Path,
    *,
    task_seconds: float = 0.0,
    engine: bool = True,
    patience: Patience | None = None,
    sandbox: Sandbox | None = None,
    catalog_file: Path | None = None,
    message_content: bool | None = None,
    **changed: Any,
) -> AsyncGenerator[World]:
    """Yield a running world whose files are in `folder`; `changed` are settings.

    Args:
        sandbox: one that runs already, in place of a new one whose tasks take `task_seconds`.
        catalog_file: the models, in place of those that Easel ships.
        message_content: whether the Message Content intent is approved, and used; None approves all and uses none.
    """
    async with AsyncExitStack() as stack:
        sandbox = sandbox or await stack.enter_async_context(Sandbox(task_seconds=task_seconds))
        settings = Settings.read(
            _env_file=None,
            **{
                "discord_token": "token",
                "runapi_api_key": sandbox.api_key,
                "runapi_base_url": sandbox.url,
                "database_url": f"sqlite:///{folder}/easel.db",
                "data_dir": folder,
                **changed,
            },
        )
        built = World(settings, sandbox, patience, catalog_file, message_content=message_content)
        try:
            await built.start(engine=engine)
            yield built
        finally:
            await built.stop()
        assert built.faults() == []
        assert built.violations() == []
