"""One picture of a gallery's page, shown large to who chose it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

import discord

from bot.catalog import Catalog
from bot.discord_errors import Trouble, trouble
from bot.engine import OnView, Recalled, TooMuch
from bot.errors import EaselError
from bot.i18n import text
from bot.ui.base import Interaction, home
from bot.ui.exhibition._parts import link_to, prompt_of
from bot.ui.exhibition._search import Wish
from bot.ui.gallery import described, exhibit_lines
from bot.ui.options import MAX_VALUE
from bot.ui.persistent import Persistent
from bot.ui.typed import shortened
from bot.ui.wording import model_name, result_name


class OpenPicture(Persistent[discord.ui.Select[Any]], template=r"easel:gallery-open"):
    """A list of the pictures on a page; the one that is chosen is shown as the gallery shows it."""

    def __init__(self, options: Sequence[discord.SelectOption], placeholder: str = "") -> None:
        super().__init__(discord.ui.Select(options=[*options], placeholder=placeholder, custom_id="easel:gallery-open"))

    @classmethod
    def of(cls, shown: Sequence[OnView], first: int, catalog: Catalog, locale: str) -> Self:
        """Return it for pictures of which the first has that number."""
        options: list[discord.SelectOption] = []
        for number, each in enumerate(shown, first):
            request = each.exhibit.details.request
            name = prompt_of(each, MAX_VALUE) or request.short_id
            about = f"{request.short_id} · {model_name(request, catalog)}"
            label, value = shortened(f"{number} · {name}", MAX_VALUE), str(each.exhibit.picture.id)
            options.append(discord.SelectOption(label=label, value=value, description=about[:MAX_VALUE]))
        return cls(options, text("history-open", locale=locale))

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make the list in which somebody chose."""
        return cls(item.options if isinstance(item, discord.ui.Select) else [])

    async def used(self, interaction: Interaction) -> None:
        """Show the picture privately, if it is in the gallery still and who chose may see it."""
        # The picture may have to be fetched, which takes longer than Discord waits for a first answer.
        await interaction.response.defer(ephemeral=True, thinking=True)
        engine = home(interaction).engine
        value = self.item.values[0]
        search = await Wish().search(interaction)
        found = await engine.exhibition.open(search, int(value)) if value.isdecimal() else None
        if found is None:
            raise EaselError("gallery-open-gone")
        await _show(interaction, found)


async def _show(interaction: Interaction, found: OnView) -> None:
    engine, locale, exhibit = home(interaction).engine, str(interaction.locale), found.exhibit
    content = "\n".join(exhibit_lines(exhibit, engine.catalog, locale))
    link = link_to(found)
    if link is not None:
        content += f"\n-# {text('gallery-open-link', locale=locale, link=link)}"

    async def bring(recalled: Recalled) -> None:
        request = exhibit.details.request
        name, said = result_name(request, exhibit.picture.number), described(exhibit, engine.catalog)
        files = [
            discord.File(
                each.fitted.path, f"{name}{each.fitted.suffix}", description=said or None, spoiler=request.spoiler
            )
            for each in recalled.parcels
            if each.fitted is not None
        ]
        try:
            await interaction.followup.send(content, files=files, ephemeral=True, suppress_embeds=True)
        except discord.HTTPException as error:
            if files and trouble(error) is Trouble.TOO_LARGE:
                raise TooMuch(str(error)) from error
            raise

    only = replace(exhibit.details, pictures=(exhibit.picture,))
    await engine.recall.bring(only, interaction.filesize_limit, bring, to_owner=False)
