"""`/settings panel`: every control, as a manager, a member, and after a restart."""

from datetime import UTC, datetime
from typing import Any

import discord
import pytest
import simcord

from bot.engine import GuildSettings
from tests.managers import decide, give_to_everyone, manager
from tests.world import World, texts

MANAGERS_ONLY = "Only who may manage this server can do that: it takes the permission Manage Server."


class Panel:
    """vera's panel in front of her; she may manage the server."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.vera = manager(world)
        self.shown: Any = None

    async def open(self, page: str = "access") -> str:
        """Open the panel at a page; return what it says."""
        self.shown = await self.world.slash("settings panel", by=self.vera)
        assert self.shown.ephemeral
        return await self.press("page", page)

    async def press(self, *what: str, by: simcord.MemberActor | None = None) -> str:
        """Press a button; return what the panel says then."""
        self.answer: Any = await (by or self.vera).click(self.shown.response, custom_id=id_of(*what))
        return texts(self.shown)

    async def pick(self, *what: str, values: list[Any]) -> str:
        """Choose in a select; return what the panel says then."""
        self.answer = await self.vera.select(self.shown.response, values, custom_id=id_of("pick", *what))
        return texts(self.shown)

    async def type(self, form: str, **values: str) -> str:
        """Open a form and send it; return what the panel says then."""
        await self.press("form", form)
        self.answer = await self.vera.submit_modal(self.answer, values)
        return texts(self.shown)

    def part(self, *what: str) -> dict[str, Any]:
        """Return a control as Discord was told of it."""
        [found] = [each for each in walk(self.shown.response.components) if each.get("custom_id") == id_of(*what)]
        return found

    def chosen(self, *what: str) -> list[str]:
        """Return what a select shows as chosen."""
        select = self.part("pick", *what)
        options = [each["value"] for each in select.get("options", ()) if each.get("default")]
        return options or [str(each["id"]) for each in select.get("default_values", ())]

    async def settings(self) -> GuildSettings:
        """Return what is set."""
        return await self.world.bot.engine.settings.of(self.world.guild.id)

    async def audit(self) -> list[tuple[int, str, Any, Any]]:
        """Return the audit log, oldest first: who, what, before, after."""
        found = await self.world.bot.engine.settings.audit(self.world.guild.id, 100)
        return [(each.actor_id, each.action, each.before, each.after) for each in reversed(found)]


def id_of(*what: str) -> str:
    return ":".join(["easel:settings", *what])


def walk(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    inner = [*components, *(each["accessory"] for each in components if "accessory" in each)]
    return inner + [deep for each in components for deep in walk(each.get("components", []))]


@pytest.fixture(name="panel")
def _panel(world: World) -> Panel:
    return Panel(world)


async def test_a_choice_of_channels_counts_at_once_and_is_audited(panel: Panel) -> None:
    world, channel = panel.world, panel.world.channel
    category = world.guild.create_category("pictures")
    await panel.open()
    assert panel.chosen("channels") == []
    await panel.pick("channels", values=[channel, category])
    both = sorted([str(channel.id), str(category.id)])
    assert panel.chosen("channels") == both
    await panel.pick("channels_denied", values=[channel])
    assert await panel.settings() == GuildSettings(
        channels=frozenset({channel.id, category.id}), channels_denied=frozenset({channel.id})
    )
    assert await panel.audit() == [
        (panel.vera.id, "settings.channels", [], both),
        (panel.vera.id, "settings.channels_denied", [], [str(channel.id)]),
    ]
    assert "does not want Easel to be used in" in (await world.slash("imagine", prompt="a fox")).response.content
    await panel.pick("channels", values=[])
    await panel.pick("channels_denied", values=[])
    assert await panel.settings() == GuildSettings()


@pytest.mark.parametrize(
    ("field", "page"), [("roles", "access"), ("roles_denied", "access"), ("exempt_roles", "limits")]
)
async def test_a_choice_of_roles(panel: Panel, field: str, page: str) -> None:
    role = panel.world.guild.create_role("Painters")
    await panel.open(page)
    await panel.pick(field, values=[role])
    assert panel.chosen(field) == [str(role.id)]
    assert getattr(await panel.settings(), field) == {role.id}
    await panel.pick(field, values=[])
    assert getattr(await panel.settings(), field) == frozenset()


async def test_choices_about_models(panel: Panel) -> None:
    await panel.open("models")
    await panel.pick("models", "0", values=["z-image", "gpt-image-2"])
    assert panel.chosen("models", "0") == ["z-image", "gpt-image-2"]
    offered = [each["value"] for each in panel.part("pick", "default_models", "text_to_image")["options"]]
    assert offered == ["-", "z-image", "gpt-image-2"]
    await panel.pick("default_models", "text_to_image", values=["z-image"])
    await panel.pick("default_models", "edit_image", values=["gpt-image-2"])
    await panel.pick("default_aspect_ratio", values=["16:9"])
    await panel.pick("largest_resolution", values=["2k"])
    assert await panel.settings() == GuildSettings(
        models=frozenset({"z-image", "gpt-image-2"}),
        default_models={"text_to_image": "z-image", "edit_image": "gpt-image-2"},
        default_aspect_ratio="16:9",
        largest_resolution="2k",
    )
    assert panel.chosen("default_models", "edit_image") == ["gpt-image-2"]
    assert (panel.chosen("default_aspect_ratio"), panel.chosen("largest_resolution")) == (["16:9"], ["2k"])
    for field in ("default_models:text_to_image", "default_models:edit_image", "default_aspect_ratio"):
        await panel.pick(field, values=["-"])
    await panel.pick("largest_resolution", values=["-"])
    await panel.pick("models", "0", values=[])
    assert await panel.settings() == GuildSettings()
    assert panel.chosen("default_models", "text_to_image") == ["-"]


async def test_what_is_about_replies(panel: Panel) -> None:
    assert "Now: no" in await panel.open("replies")
    assert "Now: yes" in await panel.press("put", "private", "on")
    await panel.pick("nsfw", values=["spoiler"])
    await panel.pick("log_channel", values=[panel.world.channel])
    assert panel.chosen("log_channel") == [str(panel.world.channel.id)]
    await panel.type("numbers", most_pictures="2", retention_days=" 30 ")
    assert await panel.settings() == GuildSettings(
        private=True, nsfw="spoiler", log_channel=panel.world.channel.id, most_pictures=2, retention_days=30
    )
    assert "**Days kept** · 30" in texts(panel.shown)
    await panel.press("put", "private", "off")
    await panel.pick("log_channel", values=[])
    await panel.pick("nsfw", values=["off"])
    await panel.type("numbers", most_pictures="", retention_days="")
    assert await panel.settings() == GuildSettings(nsfw="off")


async def test_what_is_typed_about_limits(panel: Panel) -> None:
    operators = panel.world.bot.engine.limits.operator.daily
    assert f"**Pictures a day** · not set, so {operators} as the operator has it\n" in await panel.open("limits")
    typed = {"pictures_a_day": "Unlimited", "cooldown": "30", "tasks_at_once": "3", "budget_a_day": "$2.50"}
    said = await panel.type("limits", **typed, budget_a_month="50")
    assert "**Pictures a day** · unlimited" in said
    assert "**Cool-down** · 30" in said
    assert "**Dollars a day** · $2.50" in said
    await panel.type("zone", time_zone="Europe/Berlin")
    expected = {"pictures_a_day": "unlimited", "cooldown": 30, "tasks_at_once": 3, "budget_a_day": "2.50"}
    assert await panel.settings() == GuildSettings.checked(
        {**expected, "budget_a_month": 50, "time_zone": "Europe/Berlin"}
    )
    opened: Any = await panel.vera.click(panel.shown.response, custom_id=id_of("form", "limits"))
    filled = [each["component"].get("value") for each in opened.modal["components"]]
    assert filled == ["unlimited", "30", "3", "2.50", "50.00"]
    await panel.type("limits", pictures_a_day="0")
    await panel.type("zone", time_zone="")
    assert await panel.settings() == GuildSettings(pictures_a_day=0)


async def test_what_does_not_fit_is_said_and_what_was_typed_is_not_lost(panel: Panel) -> None:
    await panel.open("limits")
    before = texts(panel.shown)
    typed = {"pictures_a_day": "5", "cooldown": "-1", "budget_a_day": "a lot *really*"}
    assert await panel.type("limits", **typed) == before
    refused = panel.answer
    assert refused.ephemeral
    assert texts(refused) == (
        "`budget_a_day`: “a lot \\*really\\*” does not fit. It takes an amount such as 2.50, or nothing.\n"
        "`cooldown`: “\\-1” does not fit. It takes a whole number of seconds from 0 to 86400.\n"
        "Nothing was changed."
    )
    assert await panel.settings() == GuildSettings()
    assert await panel.audit() == []
    await panel.world.restart()
    again: Any = await panel.vera.click(refused.response, label="Correct it")
    filled = {each["component"]["custom_id"]: each["component"].get("value") for each in again.modal["components"]}
    assert {name: value for name, value in filled.items() if value} == typed
    await panel.vera.submit_modal(again, {"pictures_a_day": "5", "cooldown": "1", "budget_a_day": ""})
    assert await panel.settings() == GuildSettings(pictures_a_day=5, cooldown=1)
    assert "**Cool-down** · 1" in texts(refused)


async def test_everything_works_after_a_restart(panel: Panel) -> None:
    await panel.open("replies")
    opened = await panel.vera.click(panel.shown.response, custom_id=id_of("form", "numbers"))
    await panel.world.restart()
    await panel.vera.submit_modal(opened, {"most_pictures": "3"})
    await panel.pick("nsfw", values=["off"])
    await panel.press("put", "private", "on")
    assert await panel.settings() == GuildSettings(most_pictures=3, nsfw="off", private=True)


async def test_of_two_managers_the_last_wins_and_sees_the_newest(panel: Panel) -> None:
    world = panel.world
    wilma = manager(world, "wilma")
    other: Any = await wilma.slash(world.channel, "settings panel")
    await wilma.click(other.response, custom_id=id_of("page", "models"))
    await panel.open("models")
    await panel.pick("largest_resolution", values=["1k"])
    await wilma.select(other.response, ["2k"], custom_id=id_of("pick", "largest_resolution"))
    await panel.pick("default_aspect_ratio", values=["1:1"])
    assert panel.chosen("largest_resolution") == ["2k"]
    assert [(who, before, after) for who, _, before, after in (await panel.audit())[:2]] == [
        (panel.vera.id, None, "1k"),
        (wilma.id, "1k", "2k"),
    ]


async def test_what_is_chosen_again_is_no_change(panel: Panel) -> None:
    await panel.open("replies")
    await panel.pick("nsfw", values=["age-restricted"])
    assert await panel.audit() == []


async def test_the_log_says_who_changed_what(panel: Panel) -> None:
    assert "Nothing has been changed yet." in await panel.open("log")
    await panel.press("page", "access")
    await panel.pick("channels", values=[panel.world.channel])
    await panel.press("page", "models")
    await panel.pick("default_models", "text_to_image", values=["z-image"])
    said = await panel.press("page", "log")
    assert f"R> {panel.vera.mention} **Channels** not set → {panel.world.channel.mention}" in said
    assert "**Default model** not set → make: z-image" in said
    assert said.index("Default model") < said.index("**Channels**")


async def test_what_is_done_beside_settings_is_in_the_log_too(panel: Panel) -> None:
    world, ada, vera = panel.world, panel.world.ada, panel.vera
    until = datetime(2100, 1, 1, tzinfo=UTC)
    await world.bot.engine.blocks.block(world.guild.id, ada.id, "*spam*", until, by=5)
    await world.bot.engine.blocks.unblock(world.guild.id, ada.id, by=5)
    await world.slash("limits grant", by=vera, member=ada, pictures=3)
    await world.slash("rules add", by=vera, phrase="coon", exceptions="maine coon, coon cheese")
    await world.slash("round start", by=vera, theme="Weather", length=60)
    lines = [line.partition("R> ")[2] for line in (await panel.open("log")).splitlines()[-5:]]
    block = f"{ada.mention} · \\*spam\\* · <t:{int(until.timestamp())}:f>"
    [(round_id,)] = world.rows("SELECT short_id FROM rounds")
    assert lines == [
        f"{vera.mention} **Round** not set → {world.channel.mention} · Weather · {round_id} · open",
        f"{vera.mention} **Rule for prompts** not set → coon · maine coon, coon cheese",
        f"{vera.mention} **Granted today** {ada.mention} · 0 → {ada.mention} · 3",
        f"<@5> **Block** {block} → not set",
        f"<@5> **Block** not set → {block}",
    ]


async def test_what_is_gone_is_shown_and_can_be_removed(panel: Panel) -> None:
    kept = panel.world.channel
    gone = {"channels": ["77", str(kept.id)], "roles_denied": ["78"], "models": ["no-model", "z-image"]}
    await decide(panel.world, **gone, log_channel="79", default_models={"edit_image": "no-model"})
    assert "Not found any more (deleted, or an archived thread): `77`" in await panel.open()
    assert panel.chosen("channels") == [str(kept.id)]
    await panel.pick("channels", values=[])
    assert (await panel.settings()).channels == {77}
    said = await panel.press("prune", "channels")
    assert "`77`" not in said
    assert "`78`" in said
    assert "`78`" not in await panel.press("prune", "roles_denied")
    assert "Not offered any more: `no-model`" in await panel.press("page", "models")
    assert panel.chosen("default_models", "edit_image") == ["no-model"]
    await panel.press("prune", "models")
    await panel.pick("default_models", "edit_image", values=["-"])
    assert "`79`" in await panel.press("page", "replies")
    await panel.press("prune", "log_channel")
    assert await panel.settings() == GuildSettings(models=frozenset({"z-image"}))


async def test_channels_that_do_not_fit_into_a_select_are_kept(panel: Panel) -> None:
    channels = [panel.world.guild.create_text_channel(f"c{number}") for number in range(27)]
    await decide(panel.world, channels=[str(each.id) for each in channels])
    assert "2 more are chosen than fit here" in await panel.open()
    shown = panel.chosen("channels")
    assert len(shown) == 25
    await panel.pick("channels", values=[each for each in channels if str(each.id) == shown[0]])
    hidden = {each.id for each in channels} - set(map(int, shown))
    assert (await panel.settings()).channels == {int(shown[0]), *hidden}


async def test_a_page_on_which_everything_is_chosen_has_room_in_a_message(panel: Panel) -> None:
    guild = panel.world.guild
    channels = [str(guild.create_text_channel(f"c{number}").id) for number in range(26)]
    roles = [str(guild.create_role(f"r{number}").id) for number in range(26)]
    both = {"channels": [*channels, "77"], "roles": [*roles, "78"]}
    await decide(panel.world, **both, **{f"{field}_denied": chosen for field, chosen in both.items()})
    said = await panel.open()
    assert (said.count("One more is chosen"), said.count("`77`"), said.count("`78`")) == (4, 2, 2)
    assert len(walk(panel.shown.response.components)) <= 40
    assert len(said) <= 4000


async def test_a_member_may_not_though_the_server_lets_them_see_the_command(panel: Panel) -> None:
    world = panel.world
    with pytest.raises(simcord.SetupError):
        await world.slash("settings panel", by=world.grace)
    give_to_everyone(world, "settings")
    for command, options in (("panel", {}), ("export", {}), ("import", {"file": ("a.json", b"{}")})):
        for member in (world.ada, world.grace):
            shown = await world.slash(f"settings {command}", by=member, **options)
            assert shown.ephemeral
            assert shown.response.content == MANAGERS_ONLY


async def test_each_press_asks_again_whether_one_may(panel: Panel) -> None:
    world = panel.world
    await panel.open("replies")
    opened = await panel.vera.click(panel.shown.response, custom_id=id_of("form", "numbers"))
    before = texts(panel.shown)
    role = next(each for each in world.env.backend.get_guild(world.guild.id).roles.values() if each.name == "vera's")
    role.permissions = discord.Permissions.none().value
    await panel.press("put", "private", "on")
    answers: list[Any] = [panel.answer, await panel.vera.submit_modal(opened, {"most_pictures": "1"})]
    await panel.pick("nsfw", values=["off"])
    answers.append(panel.answer)
    await panel.press("page", "log")
    answers.append(panel.answer)
    for answer in answers:
        assert answer.ephemeral
        assert answer.response.content == MANAGERS_ONLY
    assert texts(panel.shown) == before
    assert await panel.settings() == GuildSettings()


async def test_nothing_is_remembered_between_presses(panel: Panel) -> None:
    store = panel.world.bot._connection._view_store  # pyright: ignore[reportPrivateUsage]
    before = len(store._views), len(store._modals)  # pyright: ignore[reportPrivateUsage]
    await panel.open("replies")
    await panel.type("numbers", most_pictures="2")
    assert (len(store._views), len(store._modals)) == before  # pyright: ignore[reportPrivateUsage]
