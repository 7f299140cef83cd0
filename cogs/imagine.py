"""`/imagine`: make a picture from a prompt."""

from discord import app_commands
from discord.ext import commands

from bot.i18n import text
from bot.ui.base import Interaction, draft_from, home
from bot.ui.options import Count, Prompt, Suggested, option_choices, suggest_models


class Imagine(commands.Cog):
    """Makes pictures."""

    @app_commands.command(description=text("command-imagine"))
    @app_commands.describe(
        prompt=text("option-imagine-prompt"),
        model=text("option-model"),
        aspect_ratio=text("option-aspect-ratio"),
        negative_prompt=text("option-negative-prompt"),
        resolution=text("option-resolution"),
        size=text("option-size"),
        count=text("option-count"),
        seed=text("option-seed"),
        private=text("option-private"),
    )
    @app_commands.autocomplete(
        model=suggest_models("text_to_image"),
        aspect_ratio=option_choices("text_to_image", "aspect_ratio"),
        resolution=option_choices("text_to_image", "resolution"),
        size=option_choices("text_to_image", "size"),
        count=option_choices("text_to_image", "count"),
    )
    async def imagine(
        self,
        interaction: Interaction,
        prompt: Prompt,
        model: Suggested | None = None,
        aspect_ratio: Suggested | None = None,
        negative_prompt: Prompt | None = None,
        resolution: Suggested | None = None,
        size: Suggested | None = None,
        count: Count | None = None,
        seed: int | None = None,
        private: bool | None = None,
    ) -> None:
        """Take the request."""
        draft = draft_from(
            interaction,
            origin="imagine",
            action="text_to_image",
            prompt=prompt,
            model=model,
            options={
                "aspect_ratio": aspect_ratio,
                "negative_prompt": negative_prompt,
                "resolution": resolution,
                "size": size,
                "count": count,
                "seed": seed,
            },
            private=private,
        )
        await home(interaction).begin(interaction, draft)


async def setup(bot: commands.Bot) -> None:
    """Add the feature to the bot."""
    await bot.add_cog(Imagine())
