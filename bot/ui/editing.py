"""Editing the pictures of any message: a form is opened, sent, and where it does not fit opened again as it was."""

import asyncio
import logging
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Self

import discord

from bot.discord_errors import trouble
from bot.engine import Blocked, EditsNotAllowed, ForgottenPicture, StaysAmongAdults, Unwelcome, lasts
from bot.errors import EaselError
from bot.i18n import text
from bot.store import StoredDraft
from bot.ui.base import Interaction, home, tell
from bot.ui.edit_draft import EDIT, EditDraft
from bot.ui.edit_form import filled_in, form, prompt_in
from bot.ui.forms import Form
from bot.ui.persistent import Persistent
from bot.ui.pictures_of import pictures_of
from bot.ui.typed import literal_args
from bot.ui.wording import quoted

log = logging.getLogger(__name__)

SHOWN_BACK = 900
"""Characters of a prompt that is shown to who typed it where it is kept no longer; Fluent takes 1000 in one place."""

FETCHING_DEADLINE = 1.5
"""Seconds in which Discord says where a message's pictures are now, out of the three that a form's answer has."""

NOT_ADJUSTABLE = (Blocked, EditsNotAllowed, ForgottenPicture, StaysAmongAdults, Unwelcome)
"""Why a form is not taken, whatever is filled in."""


async def open_form(interaction: Interaction, draft: EditDraft) -> None:
    """Keep a new form and show it.

    Raises:
        CatalogError: no model can edit.
        Blocked, Unwelcome, EditsNotAllowed, ForgottenPicture, StaysAmongAdults: it could not be taken in any case.
    """
    engine = home(interaction).engine
    # It is asked again when the form is sent; but nobody should fill in one that cannot be taken.
    everything = replace(draft, chosen=range(len(draft.pictures)))
    await engine.check_allowed(everything.request(interaction))
    stored = await engine.drafts.add(interaction.user.id, draft.to_json())
    await _show(interaction, stored.id, draft)


async def take_form(interaction: Interaction, draft_id: str) -> None:
    """Ask for what a form says; where that is not taken, say why and offer to adjust it.

    Raises:
        EaselError: the form is somebody else's.
    """
    stored = await _own_draft(interaction, draft_id)
    if stored is None:
        await tell(interaction, "form-gone", prompt=quoted(prompt_in(interaction), SHOWN_BACK))
        return
    draft = await _fresh(interaction, filled_in(interaction, EditDraft.from_json(stored.content)))
    try:
        await home(interaction).begin(interaction, draft.request(interaction))
    except EaselError as error:
        if interaction.response.is_done():
            raise
        await home(interaction).engine.drafts.change(draft_id, draft.to_json())
        await _refuse(interaction, draft_id, draft, error)


async def _fresh(interaction: Interaction, draft: EditDraft) -> EditDraft:
    """Return a form whose pictures are where Discord serves them still: a message that is fetched anew says where.

    Where Discord does not say it, as it is; then the request will say that the picture could not be had.
    """
    now = datetime.now(UTC)
    if draft.posted is None or all(each.url is None or lasts(each.url, now) for each in draft.pictures):
        return draft
    channel_id, message_id = draft.posted
    channel = interaction.client.get_partial_messageable(channel_id, guild_id=interaction.guild_id)
    try:
        async with asyncio.timeout(FETCHING_DEADLINE):
            message = await channel.fetch_message(message_id)
    except Exception as error:
        if trouble(error) is None:
            raise
        log.info("the pictures of message %s have no newer addresses: %r", message_id, error)
        return draft
    return draft.with_addresses(pictures_of(message))


async def _open_again(interaction: Interaction, draft_id: str) -> None:
    stored = await _own_draft(interaction, draft_id)
    if stored is None:
        raise EaselError("form-gone-unsent")
    await _show(interaction, draft_id, EditDraft.from_json(stored.content))


async def _own_draft(interaction: Interaction, draft_id: str) -> StoredDraft | None:
    stored = await home(interaction).engine.drafts.get(draft_id)
    if stored is not None and stored.user_id != interaction.user.id:
        raise EaselError("form-of-another")
    return stored


async def _show(interaction: Interaction, draft_id: str, draft: EditDraft) -> None:
    catalog = await home(interaction).engine.settings.catalog_in(interaction.guild_id)
    catalog.default(EDIT)
    shown = form(draft_id, draft, catalog, str(interaction.locale))
    # Else discord.py waits for it to be sent, for ever where somebody closes it, and only until the next start.
    shown.stop()
    await interaction.response.send_modal(shown)


async def _refuse(interaction: Interaction, draft_id: str, draft: EditDraft, error: EaselError) -> None:
    """Say why a form is not taken, and offer to adjust it; where that cannot help, give back what was typed."""
    log.log(error.level, "%s was told: %s", interaction.user.id, error, exc_info=error.__cause__)
    locale = str(interaction.locale)
    said = text(error.sentence, locale=locale, **literal_args(error.args_))
    if isinstance(error, NOT_ADJUSTABLE):
        given_back = text("form-typed", locale=locale, prompt=quoted(draft.prompt, SHOWN_BACK))
        await interaction.response.send_message(f"{said}\n{given_back}", ephemeral=True, suppress_embeds=True)
        return
    view = discord.ui.View(timeout=None)
    view.add_item(Adjust(draft_id, text("button-adjust", locale=locale)))
    await interaction.response.send_message(said, view=view, ephemeral=True, suppress_embeds=True)


class Adjust(Persistent[discord.ui.Button[Any]], template=r"easel:adjust:(?P<id>[0-9a-z]+)"):
    """Opens a form again as it was filled in."""

    def __init__(self, draft_id: str, label: str) -> None:
        super().__init__(discord.ui.Button(label=label, custom_id=f"easel:adjust:{draft_id}"))
        self.draft_id = draft_id

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the button that was pressed."""
        return cls(match["id"], getattr(item, "label", None) or "")

    async def used(self, interaction: Interaction) -> None:
        """Open the form."""
        await _open_again(interaction, self.draft_id)


EDIT_FORM = Form(re.compile(r"easel:edit-form:([0-9a-z]+)"), take_form)
