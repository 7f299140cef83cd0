import asyncio
import signal
import sys

import httpx


async def test_it_runs_alone_and_stops_when_told() -> None:
    arguments = ("-m", "bot.sandbox", "--port", "0", "--seconds", "0")
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    async with asyncio.timeout(30):
        url, key = [(await process.stdout.readline()).decode().strip().partition("=")[2] for _ in range(2)]
        async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {key}"}) as client:
            made = await client.post("/v1/text_to_image", json={"model": "imagen-4", "prompt": "a"})
            status = await client.get(f"/v1/text_to_image/{made.json()['task_id']}")
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0
    assert status.json()["status"] == "completed"
