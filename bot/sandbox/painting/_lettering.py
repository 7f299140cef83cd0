"""Words in a picture."""

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from bot.sandbox.painting._colours import RGB


def letter(image: Image.Image, words: str, colour: RGB, *, height: float = 0.8) -> None:
    """Write `words` centred at `height` (a share of the picture's own), on a soft shadow."""
    size = min(image.width * 1.35 / max(6, len(words)), min(image.size) * 0.15)
    font = ImageFont.load_default(size)
    middle = (image.width / 2, image.height * height)
    shadow = Image.new("L", image.size)
    ImageDraw.Draw(shadow).text(middle, words, fill=190, font=font, anchor="mm", stroke_width=size / 14)
    left, top, right, bottom = shadow.getbbox() or (0, 0, 1, 1)
    margin = round(size / 3)
    area = (max(0, left - margin), max(0, top - margin), right + margin, bottom + margin)
    soft = shadow.crop(area).filter(ImageFilter.BoxBlur(size / 9))
    image.paste((10, 8, 20), area[:2], soft)
    ImageDraw.Draw(image).text(middle, words, fill=colour, font=font, anchor="mm")
