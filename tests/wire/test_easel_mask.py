"""`/edit` with a mask, on a Discord that tells pictures' sizes."""

import io

from PIL import Image

from tests.wire.attachments import Upload
from tests.wire.easel import PHOTO, Studio


async def test_a_mask_of_another_size_is_refused_before_anything_is_taken(studio: Studio) -> None:
    square = io.BytesIO()
    Image.new("RGBA", (64, 64)).save(square, "PNG")
    mask = Upload(square.getvalue(), "mask.png", "image/png")
    reply = await studio.server.slash("edit", prompt="make it night", image=PHOTO, mask=mask, model="gpt-4o-image")
    said = (await reply.answered)["data"]
    assert said["content"].startswith("The mask is 64\N{MULTIPLICATION SIGN}64 pixels and the picture ")
    assert said["flags"] & 64
    assert studio.asked() == []
