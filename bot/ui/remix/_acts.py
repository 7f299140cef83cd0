"""What a Remix panel does. Whoever opened it may; everything that is chosen is kept before it is shown."""

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import discord

from bot.discord_errors import trouble
from bot.engine import Draft, sources_again
from bot.errors import EaselError
from bot.reply_address import TOKEN_LIFE
from bot.store import Details, StoredDraft, StoreUnavailable
from bot.ui.base import TELLING_DEADLINE, Interaction, draft_from, home
from bot.ui.forms import Form
from bot.ui.remaking import check_kept
from bot.ui.remix._choices import Choices, Fit
from bot.ui.remix._modal import PROMPT, text_modal, typed_in
from bot.ui.remix._panel import remix_panel

log = logging.getLogger(__name__)


async def open_panel(interaction: Interaction, details: Details) -> None:
    """Answer privately with the panel of a request.

    Raises:
        EaselError: it cannot be made again; the sentence says why.
    """
    engine = home(interaction).engine
    check_kept(interaction, details)
    choices = _answered_by(interaction, Choices.of(details))
    catalog = await engine.settings.catalog_in(interaction.guild_id)
    fit = Fit.of(choices, catalog)
    # It is asked again when it is run; but nobody should choose in a panel that cannot be.
    await engine.check_allowed(_asked(interaction, choices, fit, details))
    draft = await engine.drafts.add(interaction.user.id, choices.to_json())
    panel = remix_panel(draft, catalog, str(interaction.locale))
    await interaction.response.send_message(view=panel, ephemeral=True)


async def turn(interaction: Interaction, draft_id: str, page: int) -> None:
    """Show other models."""
    await _change(interaction, draft_id, lambda choices: replace(choices, page=page))


async def choose_model(interaction: Interaction, draft_id: str, model: str) -> None:
    """Take a model; what was chosen before stays, for another may take it."""
    await _change(interaction, draft_id, lambda choices: replace(choices, model=model))


async def choose_option(interaction: Interaction, draft_id: str, name: str, value: str | None) -> None:
    """Take an option's value, or leave it out."""
    catalog = await home(interaction).engine.settings.catalog_in(interaction.guild_id)

    def choose(choices: Choices) -> Choices:
        offered = Fit.of(choices, catalog).selectable.get(name, ())
        return choices.with_option(name, next((each for each in offered if str(each) == value), None))

    await _change(interaction, draft_id, choose)


async def ask_for_text(interaction: Interaction, draft_id: str) -> None:
    """Open the modal for the prompt and what else is typed."""
    draft = await _own_draft(interaction, draft_id)
    catalog = await home(interaction).engine.settings.catalog_in(interaction.guild_id)
    fit = Fit.of(Choices.from_json(draft.content), catalog)
    await interaction.response.send_modal(text_modal(draft_id, fit, str(interaction.locale)))


async def take_text(interaction: Interaction, draft_id: str) -> None:
    """Take what was typed into the modal."""
    typed = typed_in(interaction)

    def take(choices: Choices) -> Choices:
        for name, value in typed.items():
            choices = replace(choices, prompt=value) if name == PROMPT else choices.with_option(name, value or None)
        return choices

    await _change(interaction, draft_id, take)


async def run(interaction: Interaction, draft_id: str) -> None:
    """Begin a request for what is chosen; the panel then says where it is, and stays.

    Raises:
        EaselError: it is not taken; the sentence says why.
    """
    engine = home(interaction).engine
    choices = Choices.from_json((await _own_draft(interaction, draft_id)).content)
    fit = Fit.of(choices, await engine.settings.catalog_in(interaction.guild_id))
    parent = await engine.find(choices.parent)
    if parent is None:
        raise EaselError("request-gone")
    check_kept(interaction, parent)
    begun = await home(interaction).begin(interaction, _asked(interaction, choices, fit, parent))
    if begun is not None:
        try:
            await _say_that_it_runs(interaction, draft_id, begun)
        except StoreUnavailable as error:
            # The request is taken, and its reply is there: nothing to tell anybody.
            log.error("the panel %s does not say that %s runs: %s", draft_id, begun, error)  # noqa: TRY400


def _asked(interaction: Interaction, choices: Choices, fit: Fit, parent: Details) -> Draft:
    return draft_from(
        interaction,
        origin="remix",
        action=choices.action,
        prompt=choices.prompt,
        model=fit.model.id,
        options=fit.options,
        sources=sources_again(parent),
        private=choices.private or None,
        parent_id=parent.request.id,
        spoiler=choices.spoiler,
    )


async def _say_that_it_runs(interaction: Interaction, draft_id: str, short_id: str) -> None:
    """Let the panel say which request was begun; the reply to that is there already, so no harm is done without."""
    engine = home(interaction).engine
    begun = await engine.find(short_id)
    if begun is None:
        return
    request = begun.request
    link = f"https://discord.com/channels/{request.guild_id or '@me'}/{request.channel_id}/{request.message_id}"
    draft = await engine.drafts.amend(
        draft_id, lambda content: replace(Choices.from_json(content), ran=short_id, link=link).to_json()
    )
    if draft is not None:
        await _show(interaction, draft)


async def _show(interaction: Interaction, draft: StoredDraft) -> None:
    """Show a draft in the panel, by the token of what the panel last answered: this interaction's answer is another."""
    choices = Choices.from_json(draft.content)
    if interaction.message is None or datetime.now(UTC).timestamp() > choices.token_until:
        return
    webhook = discord.Webhook.partial(interaction.application_id, choices.token, client=interaction.client)
    catalog = await home(interaction).engine.settings.catalog_in(interaction.guild_id)
    panel = remix_panel(draft, catalog, str(interaction.locale))
    try:
        async with asyncio.timeout(TELLING_DEADLINE):
            await webhook.edit_message(interaction.message.id, view=panel)
    except Exception as error:
        if trouble(error) is None:
            raise
        log.info("the panel %s does not say what runs: %r", draft.id, error)


async def _change(interaction: Interaction, draft_id: str, change: Callable[[Choices], Choices]) -> None:
    """Change what is chosen, and show it."""
    await _own_draft(interaction, draft_id)
    engine = home(interaction).engine
    changed = await engine.drafts.amend(
        draft_id, lambda content: _answered_by(interaction, change(Choices.from_json(content))).to_json()
    )
    if changed is None:
        raise EaselError("remix-gone")
    panel = remix_panel(changed, await engine.settings.catalog_in(interaction.guild_id), str(interaction.locale))
    await interaction.response.edit_message(view=panel)


def _answered_by(interaction: Interaction, choices: Choices) -> Choices:
    """Return choices with the token of an interaction whose answer is the panel."""
    until = (datetime.now(UTC) + TOKEN_LIFE).timestamp()
    return replace(choices, token=interaction.token, token_until=until)


async def _own_draft(interaction: Interaction, draft_id: str) -> StoredDraft:
    draft = await home(interaction).engine.drafts.get(draft_id)
    if draft is None:
        raise EaselError("remix-gone")
    if draft.user_id != interaction.user.id:
        raise EaselError("remix-not-yours")
    return draft


REMIX_FORM = Form(re.compile(r"easel:remix-text:([0-9a-z]+)"), take_text)
