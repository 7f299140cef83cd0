"""What is said of a round in its channel: the announcement, the call to vote, the reminder, the winners."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import discord

from bot.engine.rounds import ANNOUNCEMENT, ON_THE_PODIUM, REMINDER, RESULT, VOTING, Rounds, Standing
from bot.i18n import DEFAULT_LOCALE, text
from bot.store import Post, Round, RoundState
from bot.ui.places import is_age_restricted
from bot.ui.posts import PostFile, Renderer, Send, Shown
from bot.ui.rounds._ballot import OpenBallot
from bot.ui.rounds._wording import artist, counted, end_of
from bot.ui.typed import literal, shortened
from bot.ui.wording import MAX_ALT_TEXT

LISTED_WINNERS = 10
"""Winners that are named; more can share the places."""

ALT_PROMPT = 250
"""Characters of each prompt in the podium's alt text."""


def renderers(client: discord.Client, rounds: Rounds) -> Mapping[str, Renderer]:
    """Return what shows the posts of rounds, by their kinds."""
    makers: Mapping[str, Callable[[Standing, str], Shown | None]] = {
        ANNOUNCEMENT: _announcement,
        VOTING: _voting,
    }
    found: dict[str, Renderer] = {kind: partial(_render, client, rounds, make) for kind, make in makers.items()}
    found[REMINDER] = partial(_render_reminder, client, rounds)
    found[RESULT] = partial(_render_result, client, rounds)
    return found


async def _render(
    client: discord.Client, rounds: Rounds, make: Callable[[Standing, str], Shown | None], post: Post
) -> Shown | None:
    standing = await rounds.standing(post.key)
    return None if standing is None else make(standing, _locale(client, post))


async def _render_reminder(client: discord.Client, rounds: Rounds, post: Post) -> Shown | None:
    short_id, _, state = post.key.partition("-")
    standing = await rounds.standing(short_id)
    if standing is None or standing.round.state != state:
        return None
    return _reminder(standing, _locale(client, post))


async def _render_result(client: discord.Client, rounds: Rounds, post: Post) -> Shown | None:
    standing = await rounds.standing(post.key)
    if standing is None:
        return None
    locale = _locale(client, post)
    guild = client.get_guild(post.guild_id)
    channel = None if guild is None else guild.get_channel_or_thread(post.channel_id)
    among_adults = is_age_restricted(channel)

    async def attach(send: Send) -> None:
        async with rounds.podium(standing, among_adults=among_adults) as made:
            if made is None:
                return await send([])
            described = shortened(_alt_text(standing, locale, among_adults=among_adults), MAX_ALT_TEXT)
            return await send([PostFile(made.path, f"podium-{standing.round.short_id}{made.suffix}", described)])

    footer = text("round-footer-result", locale=locale, id=standing.round.short_id)
    files = _files(standing) if standing.placed else ""
    return Shown("\n".join([*_result(standing, locale), footer]), mark=footer, files=files, attach=attach)


def _files(standing: Standing) -> str:
    """Return what the podium shows, in a word: of a picture that is gone its place is empty."""
    kept = ((entry, details) for entry, details in standing.placed[:ON_THE_PODIUM])
    named = (
        f"{entry.place}:{entry.picture_id}:{details.request.deleted_at is not None}:{details.request.spoiler}"
        for entry, details in kept
    )
    return " ".join(named)


def _locale(client: discord.Client, post: Post) -> str:
    guild = client.get_guild(post.guild_id)
    return DEFAULT_LOCALE if guild is None else str(guild.preferred_locale)


def _announcement(standing: Standing, locale: str) -> Shown:
    footer = text("round-footer-announced", locale=locale, id=standing.round.short_id)
    return Shown("\n".join([*_announced(standing, locale), footer]), mark=footer)


def _announced(standing: Standing, locale: str) -> Iterator[str]:
    round_ = standing.round
    yield _title(round_, locale)
    when = discord.utils.format_dt(end_of(round_), "F")
    relative = discord.utils.format_dt(end_of(round_), "R")
    if round_.state.live:
        yield text(f"round-now-{round_.state}", locale=locale, when=when, relative=relative)
    else:
        yield text(f"round-over-{round_.state}", locale=locale)
    yield from _late(round_, RoundState.OPEN, locale)
    if round_.state in (RoundState.ANNOUNCED, RoundState.OPEN):
        yield text("round-how", locale=locale, count=round_.entries_each)
        if round_.models:
            yield text("round-models", locale=locale, models=", ".join(f"`{each}`" for each in round_.models))
        lasts = discord.utils.format_dt(round_.ends_at, "f")
        yield text("round-then-voting", locale=locale, when=lasts)
    if round_.state is not RoundState.ANNOUNCED:
        yield counted(standing, locale)


def _voting(standing: Standing, locale: str) -> Shown:
    round_ = standing.round
    footer = text("round-footer-voting", locale=locale, id=round_.short_id)
    lines = [_title(round_, locale), *_late(round_, RoundState.VOTING, locale)]
    view = None
    if round_.state is RoundState.VOTING:
        when, relative = (discord.utils.format_dt(round_.ends_at, style) for style in ("F", "R"))
        lines.append(text("round-vote-now", locale=locale, when=when, relative=relative, entries=standing.entries))
        view = _vote(round_, locale)
    else:
        lines.append(text(f"round-over-{round_.state}", locale=locale))
    return Shown("\n".join([*lines, footer]), mark=footer, view=view)


def _reminder(standing: Standing, locale: str) -> Shown:
    round_ = standing.round
    relative = discord.utils.format_dt(end_of(round_), "R")
    making = round_.state is RoundState.OPEN
    which = "round-footer-reminder-making" if making else "round-footer-reminder-voting"
    footer = text(which, locale=locale, id=round_.short_id)
    said = text("round-reminder-making" if making else "round-reminder-voting", locale=locale, relative=relative)
    lines = [_title(round_, locale), said, footer]
    return Shown("\n".join(lines), mark=footer, view=None if making else _vote(round_, locale))


def _result(standing: Standing, locale: str) -> Iterator[str]:
    round_ = standing.round
    yield _title(round_, locale)
    yield from _late(round_, RoundState.ENDED, locale)
    if standing.placed:
        yield text("round-winners", locale=locale)
        yield from (artist(*each, locale) for each in standing.placed[:LISTED_WINNERS])
        if len(standing.placed) > LISTED_WINNERS:
            yield text("round-more-winners", locale=locale, count=len(standing.placed) - LISTED_WINNERS)
    else:
        yield text("round-no-winner" if standing.entries else "round-no-entries", locale=locale)
    if standing.placed and not standing.votes:
        yield text("round-only-one", locale=locale)
    else:
        yield f"-# {counted(standing, locale)} · {text('round-votes', locale=locale, votes=standing.votes or 0)}"


def _alt_text(standing: Standing, locale: str, *, among_adults: bool) -> str:
    shown = [
        (entry, details.request)
        for entry, details in standing.placed[:ON_THE_PODIUM]
        if details.request.deleted_at is None and (among_adults or not details.request.age_restricted)
    ]
    prompts = [
        text("round-alt-place", locale=locale, place=entry.place or 0, prompt=shortened(request.prompt, ALT_PROMPT))
        for entry, request in shown
    ]
    return text("round-alt", locale=locale, theme=standing.round.theme, list="; ".join(prompts))


def _title(round_: Round, locale: str) -> str:
    return text("round-title", locale=locale, theme=literal(round_.theme))


def _late(round_: Round, state: RoundState, locale: str) -> Iterator[str]:
    """Yield that something came late, where it did."""
    planned = round_.planned(state)
    if planned is not None:
        when = discord.utils.format_dt(planned, "f")
        yield text(f"round-late-{state}", locale=locale, when=when)


def _vote(round_: Round, locale: str) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    view.add_item(OpenBallot(round_.short_id, text("button-round-vote", locale=locale)))
    # What is pressed is known by its custom id; else discord.py would keep every view for ever.
    view.stop()
    return view
