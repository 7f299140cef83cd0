"""The demo: the real bot in a simulated Discord, which is a page in the browser, against the RunAPI sandbox."""

import asyncio
import signal
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import discord

from bot import log
from bot.app import assembled
from bot.client import Easel
from bot.engine import Answer, Courier, Delivered, Intend, Missing, Notice, Parcel
from bot.sandbox import Sandbox
from bot.sandbox._seeds import seed
from bot.settings import Settings
from bot.store import Details, Request, Source

if TYPE_CHECKING:
    from simcord import ChannelHandle, Env, MemberActor, Preview

TASK_SECONDS = 6.0
"""How long the sandbox takes for a task that somebody starts on the page."""

ANSWERED_WITHIN = 30.0
"""Seconds for which the page waits for what the bot does about a click, also on a machine that is busy."""

VIEWERS = ("ada", "grace", "linus")
"""Whose page it can be."""

TOGETHER = 0.3
"""Seconds within which what the bot does by itself is shown together."""


class DemoError(Exception):
    """The demo cannot start; the text is one sentence."""


async def demo(port: int) -> None:
    """Serve the demo on loopback until it is interrupted.

    Args:
        port: of the page; 0 takes any that is free.

    Raises:
        DemoError: the port is taken.
    """
    log.set_up("ERROR", "console")
    stopped = asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stopped.set)
    async with AsyncExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="easel-demo-")))
        sandbox = await stack.enter_async_context(Sandbox(task_seconds=0.0))
        bot = await stack.enter_async_context(assembled(_settings(sandbox, directory), shard_count=1))
        page = await _simulated(bot, stack)
        await stack.enter_async_context(bot.engine.running(page.courier, bot.poster))
        await page.seed()
        sandbox.task_seconds = TASK_SECONDS
        preview = await page.open(port, stack)
        print(_WELCOME.format(url=preview.url), flush=True)  # noqa: T201 - this is what the demo says
        await stopped.wait()
        print("\nStopping.", flush=True)  # noqa: T201
        page.close()


_WELCOME = """
  Easel's demo: the real bot, a simulated Discord, and a RunAPI that paints.

    {url}

  Open it, type / in the message box, and pick /imagine, /edit, /history, /gallery, /artist,
  /show, /again, /usage, /models or /help. Scroll to the end to follow.
  Act as Ada, Grace (who may manage the server: /settings panel, /settings art, /report usage) or Linus with the switch
  at the top.
  A round is on: what Ada makes with /imagine enters it. Grace's /round end begins the voting, and then ends it.
  Two stars (☆) post a picture to the gallery, which is this channel too: the page shows only one.
  A prompt with [fail], [402], [422], [429] or [hang] in it shows what happens when RunAPI says no.

  Ctrl+C stops it. Nothing is kept.
"""


def _settings(sandbox: Sandbox, directory: Path) -> Settings:
    return Settings.read(
        _env_file=None,
        discord_token="demo",  # noqa: S106 - the simulated Discord takes any
        runapi_api_key=sandbox.api_key,
        runapi_base_url=sandbox.url,
        runapi_routes="auto",
        database_url=f"sqlite:///{directory}/easel.db",
        data_dir=directory,
    )


async def _simulated(bot: Easel, stack: AsyncExitStack) -> "_Page":
    import simcord  # noqa: PLC0415 - only the demo's installation has it

    simulated = simcord.run(bot, check_errors=False, settle_timeout=ANSWERED_WITHIN)
    page = _Page(bot, await stack.enter_async_context(simulated))
    await page.catch_up()
    if bot.user is not None:
        await bot.user.edit(username="Easel")
    return page


class _Page:
    """A server with an art channel and its members, shown as a page that follows what the bot does."""

    def __init__(self, bot: Easel, env: "Env") -> None:
        self._bot = bot
        self._env = env
        self._stale = asyncio.Event()
        self._turn = asyncio.Lock()
        self._following: asyncio.Task[None] | None = None
        self.courier = _TellingCourier(bot.courier, self._stale)
        guild = env.create_guild("Easel demo")
        self._guild_id = guild.id
        self._channel: ChannelHandle = guild.create_text_channel("art")
        keepers = guild.create_role("Keepers", permissions=discord.Permissions(manage_messages=True, manage_guild=True))
        self._members: dict[str, MemberActor] = {
            "ada": guild.add_member(env.create_user("ada", global_name="Ada")),
            "grace": guild.add_member(env.create_user("grace", global_name="Grace"), roles=[keepers]),
            "linus": guild.add_member(env.create_user("linus", global_name="Linus")),
            "mary": guild.add_member(env.create_user("mary", global_name="Mary")),
            "alan": guild.add_member(env.create_user("alan", global_name="Alan")),
            "kay": guild.add_member(env.create_user("kay", global_name="Kay")),
        }

    async def seed(self) -> None:
        """Make the channel a living art channel, so that there is something to see and to press."""
        await seed(self._bot, self._guild_id, self._channel, self._members)

    async def open(self, port: int, stack: AsyncExitStack) -> "Preview":
        """Serve the page.

        Raises:
            DemoError: the port is taken.
        """
        from simcord import SetupError  # noqa: PLC0415 - only the demo's installation has it

        viewers = [self._members[name] for name in VIEWERS]
        preview = self._env.preview(self._channel, viewers=viewers, layout="channel", port=port)
        try:
            await stack.enter_async_context(preview)
        except SetupError as error:
            raise DemoError(f"Port {port} is taken; leave --port out and any free one is used.") from error

        self._take_in_turn(preview)

        async def keep_time(_: discord.Interaction) -> None:
            # The page counts "3 seconds ago" from here, and would count from its last refresh.
            preview.capture_time = datetime.now(UTC)

        async def note(*_: object) -> None:
            self._stale.set()

        self._bot.add_listener(keep_time, "on_interaction")
        # What no request's reply tells of: the bot's own posts.
        self._bot.add_listener(note, "on_message")
        self._bot.add_listener(note, "on_raw_message_edit")
        self._following = asyncio.create_task(self._follow(preview))
        return preview

    def _take_in_turn(self, preview: "Preview") -> None:
        """Let what is pressed wait while the page is refreshed, and mean what is there then.

        Else simcord refuses it, for it does one thing at a time, and only to a page that knows the last refresh.
        """
        act, page_of = preview._action, preview._get_page  # pyright: ignore[reportPrivateUsage] - no public way in

        async def act_in_turn(context_id: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
            async with self._turn:
                return await act(context_id, {**body, "published_revision": page_of(context_id).revision})

        preview._action = act_in_turn  # pyright: ignore[reportPrivateUsage]

    def close(self) -> None:
        """Follow no more."""
        if self._following is not None:
            self._following.cancel()

    async def _follow(self, preview: "Preview") -> None:
        """Show on the page what the bot did by itself: a reply that moves from one status to the next."""
        while True:
            await self._stale.wait()
            await asyncio.sleep(TOGETHER)
            self._stale.clear()
            async with self._turn:
                await self.catch_up()
                await preview.refresh()

    async def catch_up(self) -> None:
        """Bring the simulation's clock up to this host's, so that the page shows times as they are."""
        behind = (datetime.now(UTC) - self._env.now()).total_seconds()
        await self._env.advance_time(max(behind, 0.0))


class _TellingCourier:
    """The bot's courier, which also says when there is something new to show."""

    def __init__(self, courier: Courier, stale: asyncio.Event) -> None:
        self._courier = courier
        self._stale = stale

    async def show(self, details: Details, *, waits_for: str | None = None) -> None:
        await self._courier.show(details, waits_for=waits_for)
        self._stale.set()

    async def tell_operator(self, notice: Notice) -> None:
        await self._courier.tell_operator(notice)
        self._stale.set()

    async def deliver(
        self, details: Details, parcels: Sequence[Parcel], intend: Intend, *, fault: str | None = None
    ) -> Delivered:
        delivered = await self._courier.deliver(details, parcels, intend, fault=fault)
        self._stale.set()
        return delivered

    async def notify(self, details: Details, began_at: datetime | None) -> None:
        await self._courier.notify(details, began_at)
        self._stale.set()

    async def find_answer(self, details: Details) -> Answer | None:
        return await self._courier.find_answer(details)

    async def fetch(self, source: Source, to: Path, limit: int) -> None:
        await self._courier.fetch(source, to, limit)

    async def fetch_result(self, request: Request, number: int, to: Path, limit: int) -> bool:
        return await self._courier.fetch_result(request, number, to, limit)

    async def missing(self, request: Request) -> Missing | None:
        return await self._courier.missing(request)

    async def has_left(self, guild_id: int) -> bool:
        return await self._courier.has_left(guild_id)
