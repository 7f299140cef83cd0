"""`/edit`: edit one to four pictures with a prompt."""

from dataclasses import replace

import discord
from discord import app_commands
from discord.ext import commands

from bot.engine import SourceDraft, mask_differs
from bot.i18n import text
from bot.ui.base import Interaction, draft_from, home
from bot.ui.options import Prompt, Suggested, option_choices, suggest_models
from bot.ui.pictures_of import check_attachment


class Edit(commands.Cog):
    """Edits pictures."""

    @app_commands.command(description=text("command-edit"))
    @app_commands.describe(
        prompt=text("option-edit-prompt"),
        image=text("option-image"),
        image2=text("option-more-images"),
        image3=text("option-more-images"),
        image4=text("option-more-images"),
        mask=text("option-mask"),
        model=text("option-model"),
        aspect_ratio=text("option-aspect-ratio"),
        resolution=text("option-resolution"),
        private=text("option-private"),
    )
    @app_commands.autocomplete(
        model=suggest_models("edit_image"),
        aspect_ratio=option_choices("edit_image", "aspect_ratio"),
        resolution=option_choices("edit_image", "resolution"),
    )
    async def edit(
        self,
        interaction: Interaction,
        prompt: Prompt,
        image: discord.Attachment,
        image2: discord.Attachment | None = None,
        image3: discord.Attachment | None = None,
        image4: discord.Attachment | None = None,
        mask: discord.Attachment | None = None,
        model: Suggested | None = None,
        aspect_ratio: Suggested | None = None,
        resolution: Suggested | None = None,
        private: bool | None = None,
    ) -> None:
        """Take the request."""
        sources = [_source(each) for each in (image, image2, image3, image4) if each is not None]
        if mask is not None:
            sources.append(replace(_source(mask), role="mask"))
            _check_size(mask, image)
        draft = draft_from(
            interaction,
            origin="edit",
            action="edit_image",
            prompt=prompt,
            model=model,
            options={"aspect_ratio": aspect_ratio, "resolution": resolution},
            sources=tuple(sources),
            private=private,
        )
        await home(interaction).begin(interaction, draft)


def _source(attachment: discord.Attachment) -> SourceDraft:
    """Return an attachment as a picture to edit; what is surely none is refused before anything is taken."""
    picture = check_attachment(attachment)
    return SourceDraft(picture.name, url=picture.url, spoiler=picture.spoiler)


def _check_size(mask: discord.Attachment, image: discord.Attachment) -> None:
    """Refuse a mask that has another size than the picture, where Discord says so already."""
    if not (mask.width and mask.height and image.width and image.height):
        return
    laid, under = (mask.width, mask.height), (image.width, image.height)
    if laid != under:
        raise mask_differs(laid, under)


async def setup(bot: commands.Bot) -> None:
    """Add the feature to the bot."""
    await bot.add_cog(Edit())
