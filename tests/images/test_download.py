import asyncio
import os
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
import trustme
from aiohttp import web

from bot.images import Downloader, FetchFailed, StorageFull
from bot.images._addresses import is_public

LIMIT = 1024 * 1024
Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


@asynccontextmanager
async def server(
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]], tls: ssl.SSLContext | None = None
) -> AsyncGenerator[str]:
    """A server on 127.0.0.1 that answers every path with `handler`; gives its origin."""
    app = web.Application()
    app.router.add_get("/{path:.*}", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def raw_server(head: bytes, answer: Answer) -> AsyncGenerator[str]:
    """A server that speaks plain bytes: the head of an answer, then what `answer` writes."""

    answered: list[asyncio.Future[None]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answered.append(done := asyncio.get_running_loop().create_future())
        await reader.readuntil(b"\r\n\r\n")
        writer.write(head + b"\r\n")
        try:
            await answer(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.close()
            done.set_result(None)

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listener:
        yield f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        await asyncio.gather(*answered)


def bytes_of(data: bytes, status: int = 200) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=status, body=data, content_type="image/png")

    return handler


async def write_some(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"some")
    await writer.drain()


async def write_some_and_stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await write_some(reader, writer)
    await reader.read()


async def test_a_picture_is_saved(http: httpx.AsyncClient, tmp_path: Path):
    data = os.urandom(LIMIT)
    async with server(bytes_of(data)) as origin:
        fetched = await Downloader(http, trusted_origin=origin).fetch(f"{origin}/a.png", tmp_path / "a", limit=LIMIT)
    assert fetched.path.read_bytes() == data
    assert (fetched.size, fetched.content_type) == (LIMIT, "image/png")


async def test_too_large_as_declared(http: httpx.AsyncClient, tmp_path: Path):
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {LIMIT + 1}\r\n".encode()
    async with raw_server(head, write_some_and_stall) as origin:
        with pytest.raises(FetchFailed) as caught:
            await Downloader(http, trusted_origin=origin, stall=0.5).fetch(origin, tmp_path / "a", limit=LIMIT)
    assert (caught.value.sentence, caught.value.retry) == ("images-fetch-too-large", False)
    assert list(tmp_path.iterdir()) == []


async def test_too_large_in_fact(http: httpx.AsyncClient, tmp_path: Path):
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(bytes(LIMIT + 1))
        return response

    async with server(handler) as origin:
        with pytest.raises(FetchFailed) as caught:
            await Downloader(http, trusted_origin=origin).fetch(origin, tmp_path / "a", limit=LIMIT)
    assert (caught.value.sentence, caught.value.retry) == ("images-fetch-too-large", False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        *((status, "missing") for status in (204, 403, 404, 410)),
        *((status, "unreached") for status in (408, 429, 500, 503)),
    ],
)
async def test_statuses(http: httpx.AsyncClient, tmp_path: Path, status: int, reason: str):
    async with server(bytes_of(b"", status)) as origin:
        with pytest.raises(FetchFailed) as caught:
            await Downloader(http, trusted_origin=origin).fetch(origin, tmp_path / "a", limit=LIMIT)
    assert (caught.value.retry, caught.value.reason) == (True, reason)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("framing", [b"Content-Length: 100", b"Transfer-Encoding: chunked"])
async def test_a_body_that_ends_early(http: httpx.AsyncClient, tmp_path: Path, framing: bytes):
    async with raw_server(b"HTTP/1.1 200 OK\r\n" + framing + b"\r\n", write_some) as origin:
        with pytest.raises(FetchFailed) as caught:
            await Downloader(http, trusted_origin=origin).fetch(origin, tmp_path / "a", limit=LIMIT)
    assert (caught.value.sentence, caught.value.retry) == ("images-fetch-network", True)
    assert list(tmp_path.iterdir()) == []


async def test_a_stalled_body(http: httpx.AsyncClient, tmp_path: Path):
    async with raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n", write_some_and_stall) as origin:
        downloader = Downloader(http, trusted_origin=origin, stall=0.1)
        with pytest.raises(FetchFailed) as caught:
            await asyncio.wait_for(downloader.fetch(origin, tmp_path / "a", limit=LIMIT), 20)
    assert (caught.value.sentence, caught.value.retry) == ("images-fetch-slow", True)
    assert list(tmp_path.iterdir()) == []


async def test_a_body_that_drips_past_the_deadline(http: httpx.AsyncClient, tmp_path: Path):
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await write_some(reader, writer)
            await asyncio.sleep(0.01)

    async with raw_server(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n", drip) as origin:
        with pytest.raises(FetchFailed) as caught:
            await Downloader(http, trusted_origin=origin, deadline=0.2).fetch(origin, tmp_path / "a", limit=LIMIT)
    assert (caught.value.sentence, caught.value.retry) == ("images-fetch-slow", True)
    assert list(tmp_path.iterdir()) == []


async def test_a_cancelled_download_leaves_nothing(http: httpx.AsyncClient, tmp_path: Path):
    async with raw_server(b"HTTP/1.1 200 OK\r\n", write_some_and_stall) as origin:
        downloader = Downloader(http, trusted_origin=origin)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(downloader.fetch(origin, tmp_path / "a", limit=LIMIT), 0.1)
    assert list(tmp_path.iterdir()) == []


async def test_packed_answers_are_refused(http: httpx.AsyncClient, tmp_path: Path):
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
    async with raw_server(head, write_some) as origin:
        with pytest.raises(FetchFailed) as caught:
            await Downloader(http, trusted_origin=origin).fetch(origin, tmp_path / "a", limit=LIMIT)
    assert caught.value.sentence == "images-fetch-refused"


async def test_nobody_there(http: httpx.AsyncClient, tmp_path: Path):
    async with server(bytes_of(b"")) as origin:
        pass
    with pytest.raises(FetchFailed) as caught:
        await Downloader(http, trusted_origin=origin).fetch(origin, tmp_path / "a", limit=LIMIT)
    assert (caught.value.sentence, caught.value.retry) == ("images-fetch-network", True)


async def test_a_full_disk(http: httpx.AsyncClient, tmp_path: Path):
    to = tmp_path / "a"
    to.symlink_to("/dev/full")
    async with server(bytes_of(bytes(LIMIT))) as origin:
        with pytest.raises(StorageFull):
            await Downloader(http, trusted_origin=origin).fetch(origin, to, limit=LIMIT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("hops", "arrives"), [(3, True), (4, False)])
async def test_redirects_are_counted(http: httpx.AsyncClient, tmp_path: Path, hops: int, arrives: bool):
    async def handler(request: web.Request) -> web.Response:
        hop = int(request.path[1:])
        if hop == hops:
            return web.Response(body=b"arrived")
        return web.Response(status=302, headers={"Location": f"/{hop + 1}"})

    async with server(handler) as origin:
        fetching = Downloader(http, trusted_origin=origin).fetch(f"{origin}/0", tmp_path / "a", limit=LIMIT)
        if arrives:
            assert (await fetching).path.read_bytes() == b"arrived"
        else:
            with pytest.raises(FetchFailed, match="images-fetch-refused"):
                await fetching


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])
@pytest.mark.parametrize("redirected", [True, False])
async def test_private_hosts_are_never_asked(http: httpx.AsyncClient, tmp_path: Path, host: str, redirected: bool):
    asked: list[str] = []

    async def secret(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(body=b"secret")

    async with server(secret) as private:
        target = f"http://{host}:{httpx.URL(private).port}/"

        async def redirect(request: web.Request) -> web.Response:
            return web.Response(status=302, headers={"Location": target})

        async with server(redirect) as origin:
            with pytest.raises(FetchFailed) as caught:
                await Downloader(http, trusted_origin=origin).fetch(
                    origin if redirected else target, tmp_path / "a", limit=LIMIT
                )
    assert (caught.value.sentence, caught.value.retry) == ("images-fetch-refused", False)
    assert asked == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.com/a.png",
        "http://",
        "a.png",
        "http://169.254.169.254/latest/meta-data",
        "http://[fe80::1]/",
        "http://[::1]/",
        "http://10.0.0.1/",
        "http://example.com:port/",
        f"http://{'a' * 64}.example/",
    ],
)
async def test_links_that_are_refused(http: httpx.AsyncClient, tmp_path: Path, url: str):
    with pytest.raises(FetchFailed) as caught:
        await Downloader(http, trusted_origin=None).fetch(url, tmp_path / "a", limit=LIMIT)
    assert (caught.value.sentence, caught.value.retry) == ("images-fetch-refused", False)


async def test_no_credentials_are_sent(tmp_path: Path):
    seen: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        seen.extend(name.lower() for name in request.headers)
        return web.Response(body=b"picture", headers={"Set-Cookie": "session=1"})

    async with (
        server(handler) as origin,
        httpx.AsyncClient(
            auth=("user", "secret"), headers={"Authorization": "Bearer secret"}, cookies={"a": "secret"}
        ) as http,
    ):
        downloader = Downloader(http, trusted_origin=origin)
        link = origin.replace("://", "://user:secret@")
        for _ in range(2):
            await downloader.fetch(link, tmp_path / "a", limit=LIMIT)
    assert "host" in seen
    assert not {"authorization", "cookie", "proxy-authorization"} & set(seen)


@pytest.mark.parametrize(("certified", "arrives"), [("localhost", True), ("elsewhere.example", False)])
async def test_connections_go_to_the_checked_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, certified: str, arrives: bool
):
    hosts: list[str] = []
    authority = trustme.CA()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(certified).configure_cert(tls)  # pyright: ignore[reportUnknownMemberType]
    trust = ssl.create_default_context()
    authority.configure_trust(trust)  # pyright: ignore[reportUnknownMemberType]
    # The only address that a test can reach counts as public here.
    monkeypatch.setattr("bot.images._download.is_public", {"127.0.0.1", "::1"}.__contains__)

    async def handler(request: web.Request) -> web.Response:
        hosts.append(request.headers["Host"])
        return web.Response(body=b"picture")

    async with server(handler, tls) as origin, httpx.AsyncClient(verify=trust) as http:
        port = httpx.URL(origin).port
        fetching = Downloader(http, trusted_origin=None).fetch(
            f"https://localhost:{port}/", tmp_path / "a", limit=LIMIT
        )
        if arrives:
            assert (await fetching).path.read_bytes() == b"picture"
            assert hosts == [f"localhost:{port}"]
        else:
            with pytest.raises(FetchFailed, match="images-fetch-network"):
                await fetching
            assert hosts == []


async def test_every_address_of_a_host_is_tried(
    http: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    async def addresses(url: httpx.URL) -> list[str]:
        return ["::1", "127.0.0.1"]

    monkeypatch.setattr("bot.images._download._public_addresses", addresses)
    async with server(bytes_of(b"picture")) as origin:
        link = origin.replace("127.0.0.1", "pictures.example")
        fetched = await Downloader(http, trusted_origin=None).fetch(link, tmp_path / "a", limit=LIMIT)
    assert fetched.path.read_bytes() == b"picture"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:4700::1111", True),
        ("64:ff9b::5db8:d70e", True),
        ("0.0.0.0", False),  # noqa: S104
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("224.0.0.1", False),
        ("233.252.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False),
        ("fc00::1", False),
        ("fe80::1%lo", False),
        ("fec0::1", False),
        ("ff0e::1", False),
    ],
)
def test_public_addresses(address: str, public: bool):
    assert is_public(address) is public
