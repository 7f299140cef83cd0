"""`/rules`: words and phrases that the managers of a server do not want in prompts."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.engine import MAX_PHRASE
from bot.i18n import text
from bot.ui.base import Interaction, home, tell
from bot.ui.managers import ManagersOnly, managed_guild
from bot.ui.options import MAX_CHOICES, Prompt
from bot.ui.rules import listing, quoted, tested
from bot.ui.turning import Turn
from bot.ui.typed import literal

Phrase = app_commands.Range[str, 1, MAX_PHRASE]
Exceptions = app_commands.Range[str, 1, 500]


class TurnRules(Turn, template=r"easel:rules:(?P<page>\d{1,4})"):
    """Turns to another page of `/rules list`."""

    lists = "rules"

    async def shown(self, interaction: Interaction) -> discord.ui.LayoutView:
        """Return the page."""
        return await _page(interaction, self.page)


async def _suggest(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    try:
        guild_id = managed_guild(interaction)
    except ManagersOnly:
        return []
    rules = await home(interaction).engine.rules.of_guild(guild_id)
    found = [rule.phrase for rule in rules if typed.casefold() in rule.phrase.casefold()]
    return [app_commands.Choice(name=phrase, value=phrase) for phrase in found[:MAX_CHOICES]]


@app_commands.default_permissions(manage_guild=True)
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
class Rules(commands.GroupCog, name="rules", description=text("command-rules")):
    """Lets managers say what they do not want."""

    @app_commands.command(name="list", description=text("command-rules-list"))
    async def show(self, interaction: Interaction) -> None:
        """Show the rules, privately."""
        await interaction.response.send_message(view=await _page(interaction, 0), ephemeral=True)

    @app_commands.command(description=text("command-rules-add"))
    @app_commands.describe(phrase=text("option-rules-phrase"), exceptions=text("option-rules-exceptions"))
    async def add(self, interaction: Interaction, phrase: Phrase, exceptions: Exceptions = "") -> None:
        """Add a rule, or change the exceptions of one, and say so privately."""
        guild_id = managed_guild(interaction)
        engine = home(interaction).engine
        rule, changed = await engine.rules.add(guild_id, phrase, exceptions.split(","), by=interaction.user.id)
        if rule.exceptions:
            said = "rules-changed-except" if changed else "rules-added-except"
            await tell(interaction, said, phrase=literal(rule.phrase), exceptions=quoted(rule.exceptions))
        else:
            await tell(interaction, "rules-changed" if changed else "rules-added", phrase=literal(rule.phrase))

    @app_commands.command(description=text("command-rules-remove"))
    @app_commands.describe(phrase=text("option-rules-remove-phrase"))
    @app_commands.autocomplete(phrase=_suggest)
    async def remove(self, interaction: Interaction, phrase: Phrase) -> None:
        """Remove a rule, and say so privately."""
        guild_id = managed_guild(interaction)
        rule = await home(interaction).engine.rules.remove(guild_id, phrase, by=interaction.user.id)
        await tell(interaction, "rules-removed", phrase=literal(rule.phrase))

    @app_commands.command(description=text("command-rules-test"))
    @app_commands.describe(prompt=text("option-rules-prompt"))
    async def test(self, interaction: Interaction, prompt: Prompt) -> None:
        """Say privately what a prompt would meet."""
        guild_id = managed_guild(interaction)
        findings = await home(interaction).engine.rules.test(guild_id, prompt)
        await interaction.response.send_message(view=tested(prompt, findings, str(interaction.locale)), ephemeral=True)


async def _page(interaction: Interaction, page: int) -> discord.ui.LayoutView:
    guild_id = managed_guild(interaction)
    rules = await home(interaction).engine.rules.of_guild(guild_id)
    locale = str(interaction.locale)
    view, page, pages = listing(rules, page, locale)
    labels = (text("page-previous", locale=locale), text("page-next", locale=locale))
    TurnRules.add_to(view, page, pages, labels)
    return view


async def setup(bot: commands.Bot) -> None:
    """Add the feature to the bot."""
    bot.add_dynamic_items(TurnRules)
    await bot.add_cog(Rules())
