"""Pictures to edit that RunAPI takes from Discord itself, where it is on the public internet.

The sandbox is reached under a public name through a proxy, which is the sandbox itself.
"""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from simcord.backend import cdn

from bot.engine.sources import is_discords, is_public_host
from bot.images import PictureStore
from bot.sandbox import Fault, NotAPictureError, Sandbox
from tests.images.samples import encoded
from tests.world import World, short_id, world

PICTURE = encoded(Image.new("RGB", (96, 64), "red"), "PNG")


class Discord:
    """What Discord serves under its own name: to RunAPI only while `open`."""

    def __init__(self) -> None:
        self.open = True
        self.asked: list[str] = []

    async def fetch(self, url: str) -> bytes:
        """Return the picture, for the sandbox."""
        self.asked.append(url)
        if not self.open:
            raise NotAPictureError("could not be downloaded")
        return PICTURE


@asynccontextmanager
async def public_world(
    folder: Path, monkeypatch: pytest.MonkeyPatch, discord: Discord, base_url: str = "http://runapi.example"
) -> AsyncGenerator[World]:
    monkeypatch.setattr(cdn, "CDN_BASE", "https://cdn.discordapp.com")
    async with Sandbox(task_seconds=0.0, fetch=discord.fetch) as sandbox:
        monkeypatch.setenv("HTTP_PROXY", sandbox.url)
        monkeypatch.setenv("http_proxy", sandbox.url)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        async with world(folder, sandbox=sandbox, runapi_base_url=base_url) as built:
            yield built


async def edit(world: World, **options: Any) -> Any:
    shown = await world.ada.slash(world.channel, "edit", prompt="make it night", image=("fox.png", PICTURE), **options)
    await world.settle()
    return shown


def uploads(world: World) -> int:
    return sum(call.path.endswith("/api/v1/files") for call in world.sandbox.calls)


async def test_runapi_is_given_discords_own_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    discord = Discord()
    async with public_world(tmp_path, monkeypatch, discord) as built:
        shown = await edit(built)
        assert "**completed**" in shown.response.content
        [asked] = built.asked()
        assert asked["source_image_urls"] == discord.asked
        assert discord.asked[0].startswith("https://cdn.discordapp.com/")
        assert uploads(built) == 0


async def test_runapi_is_not_given_discords_copy_of_a_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    discord = Discord()
    async with public_world(tmp_path, monkeypatch, discord) as built:
        made = await edit(built)
        pictures = PictureStore(built.settings.pictures_dir, cap_bytes=1_000_000, keep=timedelta(days=1))
        async with pictures.incoming() as path:
            path.write_bytes(PICTURE)
            name = await pictures.add(path, ".png")
        built.sql("UPDATE pictures SET file = ?, delivered_as = 'downscaled'", name)
        backend = built.env.backend
        shown = backend.messages[built.channel.id][made.response.id]
        shown.attachments = backend.store_attachments(built.channel.id, [(f"easel-{short_id(made)}-1.png", PICTURE)])
        assert built.bot.user is not None
        await built.ada.send(built.channel, f"{built.bot.user.mention} make it day", reply_to=made.response)
        await built.settle()
        [again] = built.rows("SELECT state FROM requests WHERE origin = 'reply'")
        assert (again, uploads(built), len(discord.asked)) == (("completed",), 1, 1)


async def test_the_bytes_are_looked_at_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    discord = Discord()
    async with public_world(tmp_path, monkeypatch, discord) as built:
        shown = await edit(built, image2=("notes.png", b"hello"))
        assert "That file is not a picture I can read." in shown.response.content
        assert built.creates() == []


async def test_an_address_that_runapi_refuses_is_replaced_by_an_upload_in_a_new_task(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    discord = Discord()
    discord.open = False
    async with public_world(tmp_path, monkeypatch, discord) as built:
        before = await built.left(built.ada)
        model, _ = built.bot.engine.catalog.choose("edit_image", None)
        price = await built.bot.engine.prices.price("edit_image", model, {})
        shown = await edit(built)
        assert "**completed**" in shown.response.content
        first, second = built.asked()
        assert is_discords(first["source_image_urls"][0])
        assert second["source_image_urls"][0].startswith(built.sandbox.url)
        keys = [create.headers["idempotency-key"] for create in built.creates()]
        assert keys[0] != keys[1]
        [task] = (await built.details(shown)).tasks
        assert (task.number, task.attempt, task.state.value) == (1, 2, "completed")
        assert task.quote == price is not None
        assert uploads(built) == 1
        assert await built.left(built.ada) == before - 1


async def test_an_upload_that_is_refused_too_is_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with public_world(tmp_path, monkeypatch, Discord()) as built:
        built.sandbox.faults.add(Fault.VALIDATION_FAILED, times=None)
        before = await built.left(built.ada)
        shown = await edit(built)
        assert "did not accept this request" in shown.response.content
        assert len(built.creates()) == 2
        assert await built.left(built.ada) == before


async def test_an_address_that_ends_soon_is_not_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    discord = Discord()
    async with public_world(tmp_path, monkeypatch, discord) as built:
        shown = await edit(built)
        for until, taken in ((time.time() + 60, 0), (time.time() + 3600, 1)):
            url = f"https://cdn.discordapp.com/attachments/1/2/fox.png?ex={int(until):x}&is=1&hm=1"
            built.sql("UPDATE sources SET url = ?", url)
            await built.press(shown, "reroll")
            await built.settle()
            assert discord.asked.count(url) == taken


async def test_a_runapi_on_this_machine_gets_uploads(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cdn, "CDN_BASE", "https://cdn.discordapp.com")
    await edit(world)
    assert uploads(world) == 1
    assert world.asked()[0]["source_image_urls"][0].startswith(world.sandbox.url)


async def test_addresses_of_others_are_uploaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    discord = Discord()
    async with public_world(tmp_path, monkeypatch, discord) as built:
        monkeypatch.setattr(cdn, "CDN_BASE", "https://cdn.simcord.invalid")
        await edit(built)
        assert (discord.asked, uploads(built)) == ([], 1)


@pytest.mark.parametrize(
    ("host", "public"),
    [
        ("runapi.ai", True),
        ("8.8.8.8", True),
        ("[2606:4700::1111]", True),
        ("localhost", False),
        ("sandbox", False),
        ("runapi.local", False),
        ("runapi.internal", False),
        ("127.0.0.1", False),
        ("10.0.0.7", False),
        ("[::1]", False),
        ("", False),
    ],
)
def test_which_hosts_are_public(host: str, public: bool) -> None:
    assert is_public_host(host) is public


@pytest.mark.parametrize(
    ("url", "discords"),
    [
        ("https://cdn.discordapp.com/attachments/1/2/a.png?ex=1", True),
        ("https://media.discordapp.net/attachments/1/2/a.png", True),
        ("http://cdn.discordapp.com/attachments/1/2/a.png", False),
        ("https://cdn.discordapp.com.example.org/a.png", False),
        ("https://me@cdn.discordapp.com/a.png", False),
        ("https://example.org/cdn.discordapp.com", False),
    ],
)
def test_which_addresses_are_discords(url: str, discords: bool) -> None:
    assert is_discords(url) is discords
