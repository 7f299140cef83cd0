"""RunAPI: whether it answers, knows the key, has credit, and which routes it has; and the host's clock."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime

import httpx

from bot.catalog import Action, Catalog
from bot.check._findings import Finding, Say, fail, ok, warn
from bot.i18n import text
from bot.runapi import (
    Forbidden,
    Redirected,
    RouteStyle,
    RunAPI,
    RunAPIError,
    Trouble,
    Unauthorized,
    create_path,
    new_client,
)
from bot.settings import Settings
from bot.ui.wording import dollars

LITTLE_CREDIT = 100
"""US cents below which a balance is said to be low."""

CLOCK_SECONDS = 30.0
"""How far the host's clock may be off."""

NO_TASK = "00000000-0000-0000-0000-000000000000"
"""An id that no task has."""

NO_ROUTE = "/v1/easel-check/no-such-route"
"""A path that RunAPI does not have: what it answers there tells a route that is missing from a task that is."""


class _Clock:
    """How far the host's clock is ahead of a server's, in seconds, by the date of its last answer."""

    def __init__(self) -> None:
        self.ahead: float | None = None

    async def __call__(self, response: httpx.Response) -> None:
        try:
            sent = parsedate_to_datetime(response.headers.get("Date", ""))
        except ValueError:
            return
        self.ahead = (datetime.now(UTC) - sent.replace(tzinfo=sent.tzinfo or UTC)).total_seconds()


async def look_at_runapi(settings: Settings, catalog: Catalog, say: Say, *, has_key: bool) -> None:
    """Say how RunAPI is, and what time it is there.

    Args:
        has_key: whether the settings hold a key; without one, only what needs none is looked at.
    """
    clock = _Clock()
    base_url = str(settings.runapi_base_url)
    async with new_client() as http:
        http.event_hooks["response"].append(clock)
        try:
            runapi = RunAPI(http, base_url=base_url, api_key=settings.runapi_api_key)
        except ValueError as error:
            say(fail(text("check-runapi-setting", reason=str(error))))
            return
        try:
            if await _reached(runapi, base_url, say) and has_key and await _knows_key(runapi, say):
                await _look_at_balance(runapi, settings.balance_floor, say)
                say(await _routes(runapi, settings, catalog))
        finally:
            if clock.ahead is not None:
                say(_compared(clock.ahead))


async def _reached(runapi: RunAPI, base_url: str, say: Say) -> bool:
    try:
        # It needs no key, so that a wrong one is told from a wrong address.
        await runapi.price_schedules(service="imagen_4")
    except Redirected:
        say(fail(text("check-runapi-elsewhere", url=base_url)))
        return False
    except RunAPIError as error:
        if error.status is None:
            say(fail(text("check-runapi-unreachable", url=base_url)))
            return False
        if isinstance(error, Trouble):
            say(warn(text("check-runapi-trouble", url=base_url, status=str(error.status))))
            return True
    say(ok(text("check-runapi", url=base_url)))
    return True


async def _knows_key(runapi: RunAPI, say: Say) -> bool:
    try:
        account = await runapi.account()
    except (Unauthorized, Forbidden):
        say(fail(text("check-key-refused")))
        return False
    except RunAPIError as error:
        say(warn(text("check-key-unknown", status=str(error.status))))
        return True
    name = (account.owner and account.owner.name) or account.name or account.id
    say(ok(text("check-key", account=name or "-")))
    return True


async def _look_at_balance(runapi: RunAPI, floor: Decimal | None, say: Say) -> None:
    try:
        cents = (await runapi.balance()).balance_cents
    except RunAPIError as error:
        say(warn(text("check-balance-unknown", status=str(error.status))))
        return
    left = Decimal(cents) / 100
    amount = dollars(left)
    if cents <= 0:
        say(warn(text("check-balance-empty", amount=amount)))
    elif floor is not None and left < floor:
        say(warn(text("check-balance-floor", amount=amount, floor=dollars(floor))))
    elif cents < LITTLE_CREDIT:
        say(warn(text("check-balance-low", amount=amount)))
    else:
        say(ok(text("check-balance", amount=amount)))


async def _routes(runapi: RunAPI, settings: Settings, catalog: Catalog) -> Finding:
    """Find out which styles of routes there are, by asking after a task that cannot be: that makes nothing.

    A style is there if its answer differs from the one for a path that RunAPI does not have.
    """
    service, action = _any_operation(catalog)
    missing = await _answer(runapi, NO_ROUTE)
    found: list[RouteStyle] = []
    for style in RouteStyle:
        answer = await _answer(runapi, f"{create_path(style, service, action)}/{NO_TASK}")
        if None not in (answer, missing) and answer != missing:
            found.append(style)
    chosen = settings.runapi_routes
    if not found:
        return ok(text("check-routes-unknown", setting=chosen))
    if chosen != "auto" and chosen not in found:
        return warn(text("check-routes-other", setting=chosen, found=found[0].value))
    return ok(text("check-routes", found=_both(found), setting=chosen))


def _any_operation(catalog: Catalog) -> tuple[str, str]:
    """Return RunAPI's names of a service and of one of its actions."""
    actions: tuple[Action, ...] = ("text_to_image", "edit_image")
    return next(
        (operation.service, operation.route_action(action))
        for model in catalog.models
        for action in actions
        if (operation := model.operation(action)) is not None
    )


def _both(found: Sequence[RouteStyle]) -> str:
    return " + ".join(style.value for style in found)


async def _answer(runapi: RunAPI, path: str) -> tuple[int | None, str | None, str] | None:
    """Return what a path answers, without what only repeats the path; None where it cannot be told."""
    try:
        await runapi.status(path)
    except Trouble:
        return None
    except RunAPIError as error:
        return error.status, error.code, (error.message or "").replace(path, "")
    return 200, None, ""


def _compared(ahead: float) -> Finding:
    if abs(ahead) <= CLOCK_SECONDS:
        return ok(text("check-clock"))
    sentence = "check-clock-ahead" if ahead > 0 else "check-clock-behind"
    return warn(text(sentence, seconds=round(abs(ahead))))
