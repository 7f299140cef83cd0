"""A picture of 120 MB in the bot's process: it goes from socket to disk to socket, and is never in memory."""

from pathlib import Path

from bot.sandbox import Sandbox
from tests.discord_api import DiscordAPI
from tests.wire.discord_server import DiscordServer
from tests.wire.house import PATIENCE, House, Process
from tests.wire.messages import Message
from tests.wire.samples import unpacked

MEBIBYTE = 1024 * 1024
PICTURE = 120 * MEBIBYTE
ROOM = 16 * MEBIBYTE
"""What the process may grow by, buffers and all."""


class Memory:
    """A process's resident memory, in bytes."""

    def __init__(self, process: Process) -> None:
        self._folder = Path(f"/proc/{process.pid}")

    def mark(self) -> int:
        """Begin a new peak; return what is used now."""
        (self._folder / "clear_refs").write_text("5")
        return self._read("VmRSS")

    def peak(self) -> int:
        """The most that was used since the mark."""
        return self._read("VmHWM")

    def _read(self, name: str) -> int:
        lines = (self._folder / "status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


async def delivered(house: House) -> Message:
    """Ask for a picture and wait for it."""
    reply = await house.server.slash("imagine", prompt="a red fox")
    await reply.answered
    message = reply.original
    assert message is not None
    await house.server.until(lambda: message.attachments, PATIENCE)
    return message


async def test_the_bot_does_not_grow_with_the_picture(discord_api: DiscordAPI | None, tmp_path: Path) -> None:
    server = DiscordServer(api=discord_api, heartbeat_interval=100)
    small, large = unpacked(1_000_000), unpacked(PICTURE)
    made = [small, large, large]
    async with server.run(), Sandbox(task_seconds=0.0, painter=lambda _: made.pop(0)) as sandbox:
        house = House(server, sandbox, tmp_path)
        async with house.easel() as process:
            await house.connected()
            await delivered(house)
            memory = Memory(process)
            before = memory.mark()
            smaller = await delivered(house)
            grown_by_fetching = memory.peak() - before
            server.world.file_limit = 2 * PICTURE
            before = memory.mark()
            whole = await delivered(house)
            grown_by_sending = memory.peak() - before
    assert "Shown smaller than the original" in smaller.content
    assert [len(attachment.data) for attachment in whole.attachments] == [len(large)]
    assert grown_by_fetching < ROOM
    assert grown_by_sending < ROOM
    print(f"grew by {grown_by_fetching / MEBIBYTE:.1f} and {grown_by_sending / MEBIBYTE:.1f} MiB")  # noqa: T201
