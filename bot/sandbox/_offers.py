"""What each model takes, as data: one row for each id that a create accepts on an action.

The values are those of RunAPI's guide pages and of its published field contract. A further model is a further row; a
model that the two route styles know by different ids or fields has one row for each.
"""

from collections.abc import Mapping
from decimal import Decimal

from bot.sandbox._models import BOTH, FLAT, NAMESPACED, Offer, Param, Price, Rule, Style

_PROMPT = Param(required=True, minimum=1)
_CALLBACK = Param("url")


def _imagen(model: str, cents: int, *more_ratios: str) -> Offer:
    params = {
        "prompt": _PROMPT,
        "aspect_ratio": Param(values=(*more_ratios, "1:1", "16:9", "9:16", "3:4", "4:3")),
        "negative_prompt": Param(),
        "seed": Param("integer"),
        "callback_url": _CALLBACK,
    }
    return Offer(model, "imagen_4", "text_to_image", params, Price(Decimal(cents)))


# fmt: off
_GPT_RATIOS = (
    "auto", "1:1", "3:2", "2:3", "4:3", "3:4", "5:4", "4:5",
    "16:9", "9:16", "2:1", "1:2", "3:1", "1:3", "21:9", "9:21",
)
# fmt: on
_GPT_TEXT: Mapping[str, Param] = {
    "prompt": _PROMPT,
    "aspect_ratio": Param(values=_GPT_RATIOS),
    "output_resolution": Param(values=("1k", "2k", "4k")),
    "callback_url": _CALLBACK,
}
_GPT_EDIT: Mapping[str, Param] = {**_GPT_TEXT, "source_image_urls": Param("urls", required=True, minimum=1, maximum=16)}
_GPT_RULES = (
    Rule({"output_resolution": ("4k",)}, "aspect_ratio", ("1:1",), "1:1 is not available in 4k"),
    Rule({"output_resolution": ("2k", "4k")}, "aspect_ratio", (None, "auto"), "auto is only available in 1k"),
)
_GPT_TEXT_PRICE = Price(Decimal(6), "output_resolution", {"1k": Decimal(6), "2k": Decimal(10), "4k": Decimal(16)})


def _gpt_image(model: str, action: str, styles: frozenset[Style]) -> Offer:
    edits = action == "edit_image"
    params, price = (_GPT_EDIT, Price(Decimal(16))) if edits else (_GPT_TEXT, _GPT_TEXT_PRICE)
    return Offer(model, "gpt_image_2", action, params, price, _GPT_RULES, styles, transparency=True)


_Z_RATIOS = ("1:1", "4:3", "3:4", "16:9", "9:16")
_Z_PROMPT = Param(required=True, minimum=1, maximum=1000)
_Z_FLAT: Mapping[str, Param] = {
    "prompt": _Z_PROMPT,
    "size": Param(pattern=r"[1-9]\d{1,4}x[1-9]\d{1,4}"),
    "negative_prompt": Param(),
    "callback_url": _CALLBACK,
}
_Z_NAMESPACED: Mapping[str, Param] = {
    "prompt": _Z_PROMPT,
    "aspect_ratio": Param(required=True, values=_Z_RATIOS),
    "enable_safety_checker": Param("boolean"),
    "callback_url": _CALLBACK,
}

_GPT_4O: Mapping[str, Param] = {
    "prompt": Param(),
    "aspect_ratio": Param(required=True, values=("1:1", "3:2", "2:3")),
    "source_image_urls": Param("urls", minimum=1, maximum=5),
    "mask_url": Param("url"),
    "output_count": Param("integer", values=(1, 2, 4)),
    "enable_prompt_expansion": Param("boolean"),
    "callback_url": _CALLBACK,
}
_GPT_4O_RULES = (Rule({"source_image_urls": (None,)}, "prompt", (None, ""), "can't be blank without source images"),)
_GPT_4O_PRICE = Price(Decimal(6), "output_count", {"2": Decimal(7), "4": Decimal(8)}, per_task=True)

_BANANA_RATIOS = ("1:1", "9:16", "16:9", "3:4", "4:3", "3:2", "2:3", "5:4", "4:5", "21:9", "auto")
_BANANA: Mapping[str, Param] = {
    "prompt": _PROMPT,
    "aspect_ratio": Param(values=_BANANA_RATIOS),
    "output_format": Param(values=("png", "jpeg")),
    "callback_url": _CALLBACK,
}
_BANANA_2: Mapping[str, Param] = {
    **_BANANA,
    "aspect_ratio": Param(values=(*_BANANA_RATIOS, "1:4", "1:8", "4:1", "8:1")),
    "output_resolution": Param(values=("1k", "2k", "4k")),
    "reference_image_urls": Param("urls", maximum=14),
}
_SEEDREAM: Mapping[str, Param] = {
    "prompt": _PROMPT,
    "aspect_ratio": Param(required=True, values=("1:1", "4:3", "3:4", "16:9", "9:16", "2:3", "3:2", "21:9")),
    "output_quality": Param(required=True, values=("basic", "high")),
    "callback_url": _CALLBACK,
}
_KONTEXT: Mapping[str, Param] = {
    "prompt": _PROMPT,
    "aspect_ratio": Param(values=("21:9", "16:9", "4:3", "1:1", "3:4", "9:16")),
    "source_image_url": Param("url"),
    "callback_url": _CALLBACK,
}
_IDEOGRAM_EDIT: Mapping[str, Param] = {
    "prompt": _PROMPT,
    "source_image_url": Param("url", required=True),
    "mask_url": Param("url", required=True),
    "callback_url": _CALLBACK,
}


def _sourced(params: Mapping[str, Param], maximum: int) -> Mapping[str, Param]:
    return {**params, "source_image_urls": Param("urls", required=True, minimum=1, maximum=maximum)}


OFFERS: tuple[Offer, ...] = (
    _imagen("imagen-4", 8),
    _imagen("imagen-4-fast", 4, "auto"),
    _imagen("imagen-4-ultra", 12),
    _gpt_image("gpt-image-2", "text_to_image", BOTH),
    _gpt_image("gpt-image-2", "edit_image", BOTH),
    _gpt_image("gpt-image-2-text-to-image", "text_to_image", FLAT),
    _gpt_image("gpt-image-2-image-to-image", "edit_image", FLAT),
    Offer("z-image", "z_image", "text_to_image", _Z_FLAT, Price(Decimal(1)), styles=FLAT),
    Offer("z-image", "z_image", "text_to_image", _Z_NAMESPACED, Price(Decimal(1)), styles=NAMESPACED),
    Offer("gpt-4o-image", "gpt_4o_image", "text_to_image", _GPT_4O, _GPT_4O_PRICE, _GPT_4O_RULES),
    Offer("nano-banana", "nano_banana", "text_to_image", _BANANA, Price(Decimal(4))),
    Offer("nano-banana-edit", "nano_banana", "edit_image", _sourced(_BANANA, 10), Price(Decimal(4))),
    Offer(
        "nano-banana-2",
        "nano_banana",
        "text_to_image",
        _BANANA_2,
        Price(Decimal(8), "output_resolution", {"1k": Decimal(8), "2k": Decimal(12), "4k": Decimal(18)}),
    ),
    Offer("seedream-4.5-text-to-image", "seedream", "text_to_image", _SEEDREAM, Price(Decimal(7))),
    Offer("seedream-4.5-edit", "seedream", "edit_image", _sourced(_SEEDREAM, 14), Price(Decimal(7))),
    Offer("flux-kontext-pro", "flux_kontext", "text_to_image", _KONTEXT, Price(Decimal(5))),
    Offer("ideogram-v3-edit", "ideogram_v3", "edit_image", _IDEOGRAM_EDIT, Price(Decimal(7))),
)
