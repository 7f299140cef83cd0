"""The composition root: settings, logging, store, RunAPI, engine, bot, put together in one place."""

import asyncio
import gc
import logging
import signal
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import aiohttp
import discord
import httpx

from bot import callbacks, health, log
from bot.catalog import Catalog, UnknownModels
from bot.client import Easel
from bot.connection import NotConnected, Persistence, keep_connected
from bot.delivery import Deadlines
from bot.engine import Engine, OperatorLimits, Patience, SystemClock
from bot.images import Downloader, Encoder, PictureStore, StorageFull
from bot.runapi import Routes, RunAPI, new_client
from bot.settings import Settings
from bot.store import Store, StoreError, StoreUnavailable, sole_user

logger = logging.getLogger(__name__)

T = TypeVar("T")

MEBIBYTE = 1024 * 1024

GRACE = timedelta(seconds=10)
"""How long requests under way may take to end once the bot is told to stop; the next start takes up the rest."""


class CannotStart(Exception):
    """The bot cannot run; the text is one sentence for the operator."""


class _Unreachable(CannotStart):
    """Discord cannot be reached."""


@asynccontextmanager
async def assembled(
    settings: Settings,
    *,
    message_content: bool = False,
    patience: Patience | None = None,
    catalog_file: Path | None = None,
    deadlines: Deadlines | None = None,
    **options: Any,
) -> AsyncGenerator[Easel]:
    """Yield the bot with all that it stands on, not yet connected.

    Args:
        message_content: whether to ask Discord for what messages say.
        patience: how long the engine keeps at it; by default as `Patience` has it.
        catalog_file: where the models are; by default the catalog that Easel ships.
        deadlines: how long calls to Discord may take; by default as `Deadlines` has it.
        options: further arguments of the client.

    Raises:
        CannotStart: the database, the data folder or the port for callbacks cannot be used, or there is no such model
            as MODELS names.
    """
    async with AsyncExitStack() as stack:
        try:
            catalog = Catalog.load(catalog_file, offered=settings.models)
            store = await stack.enter_async_context(Store.open(settings.database_path))
            pictures = PictureStore(
                settings.pictures_dir,
                cap_bytes=settings.picture_store_mb * MEBIBYTE,
                keep=timedelta(days=settings.picture_days),
            )
            await pictures.open()
        except (StoreError, UnknownModels) as error:
            raise CannotStart(str(error)) from error
        except StorageFull as error:
            raise CannotStart(f"The disk of {settings.data_dir} is full: make room, or set DATA_DIR.") from error
        except OSError as error:
            raise CannotStart(f"The folder {settings.data_dir} cannot be written: {error}.") from error
        encoder = await stack.enter_async_context(Encoder())
        http = await stack.enter_async_context(new_client())
        # No proxy from the environment: it would resolve names anew, past the check of addresses.
        downloads = await stack.enter_async_context(httpx.AsyncClient(trust_env=False))
        base_url = str(settings.runapi_base_url)
        engine = Engine(
            store=store,
            catalog=catalog,
            runapi=RunAPI(
                http, base_url=base_url, api_key=settings.runapi_api_key, status_path=settings.runapi_status_path
            ),
            routes=Routes(settings.runapi_routes),
            pictures=pictures,
            downloader=Downloader(downloads, trusted_origin=base_url),
            encoder=encoder,
            clock=SystemClock(),
            limits=OperatorLimits.of(
                settings.daily_images_per_user,
                settings.daily_images_ceiling,
                budget_a_day=settings.budget_a_day,
                budget_a_month=settings.budget_a_month,
                balance_floor=settings.balance_floor,
            ),
            tasks_at_once=settings.tasks_at_once,
            runapi_host=settings.runapi_base_url.host or "",
            callback_url=_callback_url(settings),
            retention_days=settings.retention_days,
            patience=patience,
        )
        await _take_callbacks(engine, settings, stack)
        yield await stack.enter_async_context(
            Easel(engine=engine, store=store, message_content=message_content, deadlines=deadlines, **options)
        )


def _callback_url(settings: Settings) -> str | None:
    return None if settings.public_url is None else f"{str(settings.public_url).rstrip('/')}{callbacks.PATH}"


async def _take_callbacks(engine: Engine, settings: Settings, stack: AsyncExitStack) -> None:
    """Let RunAPI call the engine back, where the operator wants that."""
    if settings.runapi_callback_secret is None:
        return
    endpoint = callbacks.Endpoint(secret=settings.runapi_callback_secret, called_back=engine.called_back)
    host, port = settings.callback_host, settings.callback_port
    try:
        await stack.enter_async_context(callbacks.serving(endpoint, host, port))
    except OSError as error:
        raise CannotStart(
            f"Port {port} at {host} cannot be listened at for callbacks ({error.strerror}): set CALLBACK_PORT and "
            "CALLBACK_HOST to ones that are free."
        ) from error


async def run(
    settings: Settings,
    client_options: Callable[[], dict[str, Any]] = dict,
    *,
    grace: timedelta = GRACE,
    persistence: Persistence | None = None,
) -> None:
    """Run the bot on Discord until it is told to stop (SIGINT, SIGTERM).

    Args:
        client_options: makes further arguments of a client; asked for each client, for a connector serves only one.
        grace: how long requests under way may take to end once it is told to stop.
        persistence: how it keeps at it where the gateway does not let it in; by default as `Persistence` has it.

    Raises:
        CannotStart: the database cannot be used or another process uses it, Discord cannot be reached, or refuses the
            token or the intents.
    """
    log.set_up(settings.log_level, settings.log_format)
    try:
        with sole_user(settings.database_path), suppress(_Told):
            await _serve(settings, client_options, grace, persistence or Persistence(), _Signals())
    except StoreError as error:
        raise CannotStart(str(error)) from error
    except StoreUnavailable as error:
        reason = getattr(error.__cause__, "orig", error.__cause__)
        raise CannotStart(f"The database {settings.database_path} cannot be used: {reason}.") from error
    except discord.LoginFailure as error:
        raise CannotStart(
            "Discord refuses DISCORD_TOKEN. Copy it anew from your application's Bot page in Discord's developer "
            "portal."
        ) from error
    except discord.PrivilegedIntentsRequired as error:
        raise CannotStart(
            "Discord refuses the Message Content intent: turn it on for your application in the developer portal "
            "(Bot page), or set MESSAGE_CONTENT_INTENT=off."
        ) from error
    logger.info("stopped")


async def _serve(
    settings: Settings,
    client_options: Callable[[], dict[str, Any]],
    grace: timedelta,
    persistence: Persistence,
    signals: "_Signals",
) -> None:
    """Run the bot, and start everything again where Discord does not let it in for long."""
    message_content = await signals.end(_message_content(settings, client_options))
    failures = 0
    while True:
        async with AsyncExitStack() as stack:
            bot = await stack.enter_async_context(
                assembled(settings, message_content=message_content, **client_options())
            )
            try:
                await signals.end(_log_in(bot, settings))
                await stack.enter_async_context(bot.engine.running(bot.courier, bot.poster, grace=grace))
                collect_less()
                return await signals.end(_connected(bot, settings, persistence.ready_within))
            except _Unreachable as error:
                if not failures:
                    raise
                failures += 1
                reason = str(error)
            except NotConnected as error:
                failures = 1 if error.was_ready else failures + 1
                reason = str(error)
            pause = persistence.pause(failures)
            logger.warning("%s Starting again in %.0f seconds; what is under way goes on meanwhile.", reason, pause)
            await signals.end(asyncio.sleep(pause))


def collect_less() -> None:
    """Leave what a start has made out of garbage collections from here on: to go through it stalls the event loop."""
    gc.collect()
    gc.freeze()


async def _log_in(client: discord.Client, settings: Settings) -> None:
    try:
        await client.login(settings.discord_token.get_secret_value())
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        raise _Unreachable(f"Discord cannot be reached: {error}.") from error


async def _message_content(settings: Settings, client_options: Callable[[], dict[str, Any]]) -> bool:
    """Return whether to ask for the Message Content intent; `auto` asks if the application has it turned on."""
    if settings.message_content_intent != "auto":
        return settings.message_content_intent == "on"
    async with discord.Client(intents=discord.Intents(guilds=True), **client_options()) as client:
        await _log_in(client, settings)
        flags = client.application_flags
        return flags.gateway_message_content or flags.gateway_message_content_limited


async def _connected(bot: Easel, settings: Settings, ready_within: float) -> NoReturn:
    beating = asyncio.create_task(health.keep_fresh(settings.data_dir / "heartbeat", bot))
    try:
        await keep_connected(bot, ready_within)
    finally:
        beating.cancel()


class _Told(Exception):
    """The process is told to stop."""


class _Signals:
    """SIGINT and SIGTERM from here on: the first ends what is at work, the second the process."""

    def __init__(self) -> None:
        self._told = False
        self._at_work: asyncio.Task[Any] | None = None
        loop = asyncio.get_running_loop()
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, self._stop, each.name)

    def _stop(self, name: str) -> None:
        if self._told:
            signal.raise_signal(signal.SIGKILL)
        self._told = True
        logger.info("%s: stopping; once more to stop at once", name)
        if self._at_work is not None:
            self._at_work.cancel()

    async def end(self, work: Coroutine[Any, Any, T]) -> T:
        """Await `work`, in a task of its own: cleaning up after it is not itself cancelled.

        Raises:
            _Told: the process is told to stop, and the work was ended.
        """
        self._at_work = asyncio.create_task(work)
        if self._told:
            self._at_work.cancel()
        try:
            return await self._at_work
        except asyncio.CancelledError:
            if self._told:
                raise _Told from None
            raise
